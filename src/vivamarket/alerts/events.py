"""What happened to a stock alert, for whoever writes mails about it."""

from __future__ import annotations

from typing import Final

#: A guest's alert waits to be confirmed: ``alert_id``.
ALERT_ASKED: Final = "alert.asked"
