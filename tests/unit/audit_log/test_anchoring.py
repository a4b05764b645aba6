"""What the worker tells of the audit log's end can verify the log."""

from __future__ import annotations

from structlog.testing import capture_logs
from tests.helpers.payment import START, ManualClock

from vivamarket.adapters.memory.audit_log import MemoryAuditLogStore
from vivamarket.audit_log import Actor, ActorKind, AuditLog, Entry, Phase
from vivamarket.audit_log.anchoring import Anchoring
from vivamarket.audit_log.model import parse_anchor


async def test_an_anchor_is_told_once_there_is_something_to_hold() -> None:
    log = AuditLog(MemoryAuditLogStore(), ManualClock())
    anchoring = Anchoring(log)
    sam = Actor(kind=ActorKind.STAFF, id="sam", name="Sam", role="owner")

    with capture_logs() as lines:
        empty = await anchoring.run_once()
        await log.event(Entry(at=START, phase=Phase.EVENT, actor=sam, operation="changeProducts"))
        await anchoring.run_once()

    (line,) = lines
    assert (empty, line["event"]) == (0, "audit_anchor")
    verdict = await log.verify([parse_anchor(line["anchor"])])
    assert not verdict.findings
    cut = await AuditLog(MemoryAuditLogStore(), ManualClock()).verify([parse_anchor(line["anchor"])])
    assert cut.findings
