"""The audit log as staff read it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.audit_log.model import ActorKind
from vivamarket.audit_log.verify import FindingKind


class AuditActorOut(Struct, frozen=True):
    """Who acted, as they were called then."""

    kind: ActorKind
    id: Annotated[str, Meta(description="Of the staff account; empty for others.")]
    name: str
    role: str


class AuditChangeOut(Struct, frozen=True):
    """One field before and after."""

    field: str
    before: str
    after: str


class AuditOutcomeOut(Struct, frozen=True):
    """What came of it."""

    at: datetime
    status: Annotated[int, Meta(description="As HTTP has it; below 400 it was done.")]
    code: Annotated[str, Meta(description="The refusal's code; empty without one.")]


class AuditEntryOut(Struct, frozen=True):
    """One deed."""

    seq: Annotated[int, Meta(description="Its number in the log; they follow one another without a gap.")]
    at: datetime
    actor: AuditActorOut
    operation: Annotated[str, Meta(description="The operation's name, such as `refundStaffOrder`.")]
    resource: Annotated[str, Meta(description="What it is about, such as an order's number; may be empty.")]
    fields: Annotated[tuple[str, ...], Meta(description="The names of what was sent, without the values.")]
    changes: tuple[AuditChangeOut, ...]
    address: str
    user_agent: str
    request_id: str
    outcome: Annotated[
        AuditOutcomeOut | None, Meta(description="Null when it was cut off by a crash or a time limit.")
    ]
    hash: Annotated[str, Meta(description="Of its link in the chain, hexadecimal.")]


class AuditEntryPage(Struct, frozen=True):
    """A page of deeds, newest first."""

    items: tuple[AuditEntryOut, ...]
    next_cursor: str | None


class AuditFindingOut(Struct, frozen=True):
    """One thing that is wrong with the log."""

    kind: FindingKind
    seq: int
    detail: str


class AuditVerdictOut(Struct, frozen=True):
    """What verification of a part of the log has found."""

    holds: bool
    checked_count: int
    head: Annotated[
        str, Meta(description="The last link that was read, as `number:hash`: an anchor to keep elsewhere.")
    ]
    findings: Annotated[tuple[AuditFindingOut, ...], Meta(description="At most 100.")]
    next_after: Annotated[int | None, Meta(description="Where the next part begins; null at the end.")]
