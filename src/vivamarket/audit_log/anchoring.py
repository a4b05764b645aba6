"""Anchors that take themselves: where the log ends goes to wherever the machine's own log is collected."""

from __future__ import annotations

import structlog

from vivamarket.audit_log.service import AuditLog

_log = structlog.get_logger("vivamarket.audit_log")


class Anchoring:
    """Tells the log's end, once a day and at each start of the worker."""

    def __init__(self, log: AuditLog) -> None:
        self._audit = log

    async def run_once(self) -> int:
        """Write the anchor as one line, ``audit_anchor``; nothing while the log is empty.

        Return 0: nothing is left to do. Raise ``Unavailable``.
        """
        head = await self._audit.head()
        if head.seq:
            _log.info("audit_anchor", anchor=str(head))
        return 0
