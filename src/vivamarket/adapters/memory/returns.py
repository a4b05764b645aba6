"""Returns over the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime

from vivamarket.adapters.memory.outbox import tell
from vivamarket.adapters.memory.tables import OrderRecord, Tables
from vivamarket.checkout.allocation import promised
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.paging import Page
from vivamarket.returns.errors import ReturnNotFound
from vivamarket.returns.events import EVENTS
from vivamarket.returns.model import OrderReturns, OrderUnits, Return, ReturnId, ReturnRow, ReturnStatus
from vivamarket.returns.paging import newest_after, newest_cursor
from vivamarket.returns.ports import Decide


class MemoryReturnStore:
    """The ``ReturnStore`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def change(self, order_id: OrderId, decide: Decide, at: datetime) -> Return:
        """Read, decide, keep, tell: one event loop is the lock."""
        tables = self._tables
        order = await self.of_order(order_id)
        decided = decide(order)
        if decided == order.get(decided.id):
            return decided
        with tables.transaction():
            tables.put(tables.returns, decided.id, decided)
            event = EVENTS.get(decided.history[-1].event)
            if event is not None:
                tell(tables, event.kind, order_id, asdict(event(order_id=order_id, return_id=decided.id)), at)
        return decided

    async def of_order(self, order_id: OrderId) -> OrderReturns:
        """Return the order's returns. Raise ``ReturnNotFound`` for an unknown order."""
        record = self._tables.orders.get(order_id)
        if record is None:
            raise ReturnNotFound("There is no such order.", order_id=order_id)
        under_way = [each for each in record.state.shipments if each.is_under_way]
        returns = sorted(
            (each for each in self._tables.returns.values() if each.order_id == order_id),
            key=lambda each: each.id,
        )
        return OrderReturns(
            order_id=order_id,
            number=record.order.number,
            sent_at=max((each.shipped_at for each in under_way), default=None),
            lines=_units(record),
            returns=tuple(returns),
        )

    async def get(self, return_id: ReturnId) -> Return:
        """Return the return. Raise ``ReturnNotFound``."""
        found = self._tables.returns.get(return_id)
        if found is None:
            raise ReturnNotFound("There is no such return.", return_id=return_id)
        return found

    async def newest(self, status: ReturnStatus | None, cursor: str | None, limit: int) -> Page[ReturnRow]:
        """Return a keyset page, newest first."""
        after = newest_after(cursor)
        wanted = [
            each
            for each in sorted(self._tables.returns.values(), key=lambda each: each.id, reverse=True)
            if (status is None or each.status is status) and (after is None or each.id < after)
        ]
        items = tuple(self._row(each) for each in wanted[:limit])
        return Page(items, newest_cursor(items[-1]) if len(wanted) > limit else None)

    async def erase(self, order_ids: Sequence[OrderId]) -> int:
        """Forget what was written on these orders' returns; return on how many."""
        tables, wanted = self._tables, frozenset(order_ids)
        found = [
            each for each in tables.returns.values() if each.order_id in wanted and (each.note or each.answer)
        ]
        with tables.transaction():
            for each in found:
                tables.put(tables.returns, each.id, replace(each, note="", answer=""))
        return len(found)

    def _row(self, found: Return) -> ReturnRow:
        return ReturnRow(
            id=found.id,
            order_id=found.order_id,
            number=self._tables.orders[found.order_id].order.number,
            status=found.status,
            reason=found.reason,
            units=sum(line.quantity for line in found.lines),
            requested_at=found.requested_at,
        )


def _units(record: OrderRecord) -> tuple[OrderUnits, ...]:
    state = record.state
    parcels = [each for each in state.shipments if each.is_under_way]
    return tuple(
        OrderUnits(
            position=line.position,
            sku=line.sku,
            ordered=line.quantity,
            sent=sum(
                unit.quantity for each in parcels for unit in each.units if unit.position == line.position
            ),
            refunded=sum(
                back.quantity
                for refund in promised(state)
                for back in refund.lines
                if back.position == line.position
            ),
        )
        for line in state.lines
    )
