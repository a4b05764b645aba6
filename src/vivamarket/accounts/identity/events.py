"""What happened to an identity, for those who write mails about it. No event holds a code or a password."""

from __future__ import annotations

from typing import Final

#: A one-time code waits to be mailed: ``code_id``.
CODE_REQUESTED: Final = "identity.code_requested"
#: ``customer_id``.
PASSWORD_CHANGED: Final = "identity.password_changed"
#: ``customer_id``, and ``old_email``, which is told of it.
EMAIL_CHANGED: Final = "identity.email_changed"
#: ``customer_id`` and ``factor``, which was added or removed.
FACTOR_CHANGED: Final = "identity.factor_changed"

EVENT_KINDS: Final = (CODE_REQUESTED, PASSWORD_CHANGED, EMAIL_CHANGED, FACTOR_CHANGED)
