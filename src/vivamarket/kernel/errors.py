"""The few kinds of refusal the core knows. The core knows no HTTP; the edge maps kinds to statuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class DomainError(Exception):
    """A refusal with a stable ``code``, a sentence that says what to do, and typed fields.

    Subclasses set ``code`` (snake_case, never renamed once published) and pass ``fields`` that a
    client may act on. Raising one promises that nothing was changed.
    """

    code: ClassVar[str] = "domain_error"

    def __init__(self, message: str, **fields: object) -> None:
        super().__init__(message)
        self.message = message
        self.fields: Mapping[str, object] = fields


class NotFound(DomainError):
    """What was named does not exist, or the caller may not know that it does."""

    code = "not_found"


class Refused(DomainError):
    """The request is understood and a rule forbids it; repeating it unchanged will not help."""

    code = "refused"


class Invalid(Refused):
    """The input breaks a rule of form; ``fields`` says where."""

    code = "invalid"


class Conflict(DomainError):
    """Somebody else got there first, or the caller looked at an old state: read again, then retry."""

    code = "conflict"


class StaleVersion(Conflict):
    """Another writer changed the record since the caller read it; nothing was written."""

    code = "stale_version"


class Unavailable(DomainError):
    """Something we depend on does not answer now; the same request may succeed later.

    ``retry_after_seconds`` is always among the fields.
    """

    code = "unavailable"

    def __init__(self, message: str, *, retry_after_seconds: int = 5, **fields: object) -> None:
        super().__init__(message, retry_after_seconds=retry_after_seconds, **fields)
        self.retry_after_seconds = retry_after_seconds


class RuleBroken(Exception):
    """A store refused a write that breaks a rule of its records, such as a second live payment.

    A programmer's mistake and nothing to tell a caller, hence no ``DomainError``; nothing was written.
    ``rule`` names the rule for logs.
    """

    def __init__(self, message: str, *, rule: str) -> None:
        super().__init__(message)
        self.rule = rule
