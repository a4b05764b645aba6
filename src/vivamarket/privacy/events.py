"""What happened to a request about personal data. No event holds any of it: ``request_id`` alone."""

from __future__ import annotations

from typing import Final

#: An erasure waits for its day.
ERASURE_ASKED: Final = "privacy.erasure_asked"
#: It will not happen.
ERASURE_CANCELED: Final = "privacy.erasure_canceled"

EVENT_KINDS: Final = (ERASURE_ASKED, ERASURE_CANCELED)
