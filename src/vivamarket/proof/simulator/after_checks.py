"""What must hold of returns and invoices: the checker's part for what follows a sale.

I21 is the shop's own formula (``invoices/checking.py``). Of returns: what came back is paid back once and
stands on the shelf once, and nothing came back that was not sent. Told from the records alone: the return's
lines, the refund under its name, the moves of stock under its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.adapters.memory.stock import reservations_of
from vivamarket.adapters.memory.tables import OrderRecord
from vivamarket.checkout.invariants import Violation
from vivamarket.invoices.checking import findings
from vivamarket.kernel.ids import Sku
from vivamarket.payments.model import Refund, RefundStatus
from vivamarket.returns.model import CAME, Return, ReturnStatus

_ENDED = frozenset({ReturnStatus.REFUNDED, ReturnStatus.UNREFUNDED})
#: Long after everything must have been written.
_LATER = timedelta(hours=1)


async def after_violations(
    database: MemoryDatabase, settled_at: datetime | None, *, papers_late: bool
) -> list[Violation]:
    """Return what is broken of returns and invoices; with ``settled_at`` also what is still missing then.

    ``papers_late``: invoices have the time that a shop gives them; otherwise they follow at once.
    """
    looked_at = None if settled_at is None else settled_at + (timedelta() if papers_late else _LATER)
    async with database.invoice_evidence.snapshot() as evidence:
        papers = await findings(evidence, looked_at)
    found = [Violation("I21", each.subject, each.detail) for each in papers]
    causes = Counter(each.draft.cause for each in database.tables.invoices.values())
    found += [
        Violation("I21", cause, f"{count} papers tell it") for cause, count in causes.items() if count > 1
    ]
    for each in database.tables.returns.values():
        record = database.tables.orders[each.order_id]
        found += _paid_back_once(each, record, settled=settled_at is not None)
        found += _on_the_shelf_once(each, database, settled=settled_at is not None)
    for record in database.tables.orders.values():
        found += _never_more_than_sent(record, database)
        found += _units_stand(record)
    return found


def _paid_back_once(found: Return, record: OrderRecord, *, settled: bool) -> Iterator[Violation]:
    refunds = [each for each in record.state.refunds if each.request_key.startswith(f"return:{found.id}")]
    came = Counter({line.position: line.received for line in found.lines if line.received})
    if refunds and found.status not in CAME:
        yield _broken(found, f"is {found.status}, and its money was given back")
    if len(refunds) > 1:
        yield _broken(found, f"was refunded {len(refunds)} times")
    for refund in refunds:
        if _units(refund) != came:
            yield _broken(found, f"{dict(came)} came by line, {dict(_units(refund))} was refunded")
    if settled and found.status is ReturnStatus.RECEIVED:
        yield _broken(found, "came, and nobody finished it")
    if settled and bool(refunds) != (found.status is ReturnStatus.REFUNDED):
        yield _broken(found, f"is {found.status} with {len(refunds)} refunds")


def _on_the_shelf_once(found: Return, database: MemoryDatabase, *, settled: bool) -> Iterator[Violation]:
    moved: Counter[Sku] = Counter()
    for moves in database.tables.moves.values():
        for each in moves:
            if each.reference == f"return {found.id}":
                moved[each.sku] += each.quantity
    owed: Counter[Sku] = Counter()
    for line in found.lines:
        owed[line.sku] += line.restocked
    if any(moved[sku] > owed[sku] for sku in moved):
        yield _broken(found, f"{dict(owed)} goes back on the shelf, {dict(moved)} was put there")
    if settled and found.status in _ENDED and +owed != +moved:
        yield _broken(found, f"{dict(owed)} goes back on the shelf, {dict(moved)} stands there")


def _never_more_than_sent(record: OrderRecord, database: MemoryDatabase) -> Iterator[Violation]:
    """What came back was with the customer: units that are refunded as returned are in parcels."""
    sent, back = _sent(record), Counter[int]()
    for each in database.tables.returns.values():
        if each.order_id == record.state.id and each.status in CAME:
            for line in each.lines:
                back[line.position] += line.received
    for position, quantity in back.items():
        if quantity > sent[position]:
            told = f"of line {position}, {quantity} came back and {sent[position]} were sent"
            yield Violation("I20", record.order.number, told)


def _units_stand(record: OrderRecord) -> Iterator[Violation]:
    """I2: reservations let go of what is in parcels, and of what was refunded and never sent.

    Counted here once more: ``invariants`` asks the same function that wrote the reservations.
    """
    sent, back, returned = _sent(record), Counter[int](), Counter[int]()
    for refund in record.state.refunds:
        if refund.status is RefundStatus.SUCCEEDED and not refund.of_deposit:
            for each in refund.lines:
                back[each.position] += each.quantity
                returned[each.position] += each.returned
    gone: Counter[Sku] = Counter()
    free: Counter[Sku] = Counter()
    for line in record.state.lines:
        at = line.position
        gone[line.sku] += sent[at]
        free[line.sku] += min(line.quantity - sent[at], back[at] - min(returned[at], sent[at]))
    for held in reservations_of(record):
        if (held.shipped, held.freed) != (gone[held.sku], free[held.sku]):
            told = f"{held.sku} noted as {held.shipped} sent and {held.freed} free, counted"
            yield Violation("I2", record.order.number, f"{told} {gone[held.sku]} and {free[held.sku]}")


def _sent(record: OrderRecord) -> Counter[int]:
    """Return how many units of each line are in parcels that left."""
    sent: Counter[int] = Counter()
    for parcel in record.state.shipments:
        if parcel.is_under_way:
            sent.update({units.position: units.quantity for units in parcel.units})
    return sent


def _units(refund: Refund) -> Counter[int]:
    if refund.status is RefundStatus.FAILED and not refund.lines:
        return Counter()
    return Counter({line.position: line.quantity for line in refund.lines})


def _broken(found: Return, what: str) -> Violation:
    return Violation("I8", found.id, f"return {what}")
