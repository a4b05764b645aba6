"""The audit log's refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, NotFound


class AuditEntryNotFound(NotFound):
    """The log has no entry of that number."""

    code = "audit_entry_not_found"


class BadAnchor(Invalid):
    """The text is no anchor: a number, a colon and 64 hexadecimal digits."""

    code = "bad_anchor"
