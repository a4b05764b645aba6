"""The audit log for those who may read it: what was done by whom, and whether the log is whole."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter

from vivamarket.api.documents import describes
from vivamarket.api.routes.staff_words import READS
from vivamarket.api.schemas.staff_audit import (
    AuditActorOut,
    AuditChangeOut,
    AuditEntryOut,
    AuditEntryPage,
    AuditFindingOut,
    AuditOutcomeOut,
    AuditVerdictOut,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CursorQuery, LimitQuery
from vivamarket.audit_log.errors import AuditEntryNotFound
from vivamarket.audit_log.model import (
    NAME_LENGTH_MAX,
    OPERATION_LENGTH_MAX,
    RESOURCE_LENGTH_MAX,
    AuditQuery,
    Noted,
)
from vivamarket.audit_log.service import STRETCH_LINKS_MAX
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT

#: As many as PostgreSQL can number.
_SEQ_MAX = 2**62

SeqPath = Annotated[str, PathParameter(max_length=64, description="The entry's number.")]
AfterQuery = Annotated[
    int,
    QueryParameter(
        name="after",
        ge=0,
        le=_SEQ_MAX,
        description="`next_after` of the part before; leave out for the first one.",
    ),
]
StaffQuery = Annotated[
    str | None, QueryParameter(name="staff_id", max_length=NAME_LENGTH_MAX, description="Who acted.")
]
OperationQuery = Annotated[
    str | None,
    QueryParameter(name="operation", max_length=OPERATION_LENGTH_MAX, description="The operation's name."),
]
ResourceQuery = Annotated[
    str | None,
    QueryParameter(name="resource", max_length=RESOURCE_LENGTH_MAX, description="What it is about."),
]
SinceQuery = Annotated[
    datetime | None, QueryParameter(name="since", description="At this moment or later; with a time zone.")
]
BeforeQuery = Annotated[
    datetime | None, QueryParameter(name="before", description="Before this moment; with a time zone.")
]


def audit_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""

    @get(
        "/audit-log",
        operation_id="listAuditEntries",
        summary="List what staff did",
        security=READS,
        responses=describes(400, 401, 403),
    )
    async def list_audit_entries(
        *,
        staff_id: StaffQuery = None,
        operation: OperationQuery = None,
        resource: ResourceQuery = None,
        since: SinceQuery = None,
        before: BeforeQuery = None,
        cursor: CursorQuery = None,
        limit: LimitQuery = PAGE_SIZE_DEFAULT,
    ) -> AuditEntryPage:
        """Return deeds, newest first: changes, refusals of somebody who is known, sign-ins."""
        query = AuditQuery(
            staff_id=staff_id or None,
            operation=operation or None,
            resource=resource or None,
            since=since,
            before=before,
        )
        page = await services.staff.audit.find(query, cursor, limit)
        return AuditEntryPage(tuple(map(_entry_out, page.items)), page.next_cursor)

    @get(
        "/audit-log/verification",
        operation_id="verifyAuditLog",
        summary="Verify a part of the audit log",
        security=READS,
        responses=describes(400, 401, 403),
    )
    async def verify_audit_log(after: AfterQuery = 0) -> AuditVerdictOut:
        stretch = await services.staff.audit.verify_stretch(after)
        verdict = stretch.verdict
        return AuditVerdictOut(
            holds=verdict.holds,
            checked_count=verdict.checked,
            head=str(verdict.head),
            findings=tuple(AuditFindingOut(each.kind, each.seq, each.detail) for each in verdict.findings),
            next_after=stretch.next_after,
        )

    verify_audit_log.description = (
        f"Compute the hashes of at most {STRETCH_LINKS_MAX:,} entries anew, from `after` on, and tell what "
        "does not fit. Ask again with `next_after` until it is null. What the log alone cannot show, an end "
        "that was cut off together with its note, needs an anchor: see `viva audit verify --anchor`."
    )

    @get(
        "/audit-log/{seq:str}",
        operation_id="getAuditEntry",
        summary="Read one deed",
        security=READS,
        responses=describes(400, 401, 403, 404),
    )
    async def get_audit_entry(seq: SeqPath) -> AuditEntryOut:
        """Return the entry of that number with its outcome."""
        if not (seq.isascii() and seq.isdecimal() and int(seq) <= _SEQ_MAX):
            raise AuditEntryNotFound("The audit log has no such entry.", seq=seq)
        return _entry_out(await services.staff.audit.get(int(seq)))

    return [list_audit_entries, verify_audit_log, get_audit_entry]


def _entry_out(noted: Noted) -> AuditEntryOut:
    entry, ended = noted.entry, noted.outcome or noted.entry
    return AuditEntryOut(
        seq=noted.seq,
        at=entry.at,
        actor=AuditActorOut(entry.actor.kind, entry.actor.id, entry.actor.name, entry.actor.role),
        operation=entry.operation,
        resource=entry.resource,
        fields=ended.fields,
        changes=tuple(AuditChangeOut(each.field, each.before, each.after) for each in ended.changes),
        address=entry.address,
        user_agent=entry.user_agent,
        request_id=entry.request_id,
        outcome=None
        if ended.outcome is None
        else AuditOutcomeOut(ended.at, ended.outcome.status, ended.outcome.code),
        hash=noted.hash.hex(),
    )
