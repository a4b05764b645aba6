"""Reading orders and their books."""

from __future__ import annotations

import bisect
from dataclasses import replace

from vivamarket.adapters.memory.tables import OrderRecord, Tables
from vivamarket.checkout.summaries import dispute_summary, refund_summary
from vivamarket.kernel.ids import OrderId, OrderNumber
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import Page
from vivamarket.orders.errors import OrderNotFound
from vivamarket.orders.model import Order, OrderRow, PaymentSummary, TimelineEntry
from vivamarket.orders.paging import newest_after, newest_cursor
from vivamarket.payments.ledger import LedgerTransaction

TRANSACTIONS_MAX = 1_000


class MemoryOrderStore:
    """The ``OrderStore`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def get(self, order_id: OrderId) -> Order:
        """Return the order. Raise ``OrderNotFound``."""
        return _order(self._record(order_id))

    async def token_hash(self, order_id: OrderId) -> bytes:
        """Return the hash of the order's token. Raise ``OrderNotFound``."""
        return self._record(order_id).order.token_hash

    async def by_number(self, number: OrderNumber) -> Order:
        """Return the order with that number. Raise ``OrderNotFound``."""
        return _order(self._record(self._tables.order_of_number.get(number)))

    async def newest(self, cursor: str | None, limit: int) -> Page[OrderRow]:
        """Return a keyset page of all orders, newest first: ids are UUIDv7, so they order by time."""
        after = newest_after(cursor)
        ids = sorted(self._tables.orders)
        end = len(ids) if after is None else bisect.bisect_left(ids, after)
        page = ids[max(end - limit, 0) : end][::-1]
        items = tuple(_row(self._tables.orders[order_id]) for order_id in page)
        return Page(items, newest_cursor(items[-1]) if end > limit else None)

    def _record(self, order_id: OrderId | None) -> OrderRecord:
        record = self._tables.orders.get(order_id) if order_id is not None else None
        if record is None:
            raise OrderNotFound("There is no such order.")
        return record


class MemoryLedgerReader:
    """Reads what was posted."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def of_order(self, order_id: OrderId) -> tuple[LedgerTransaction, ...]:
        """Return what was posted for the order, oldest first; nothing for an unknown order."""
        record = self._tables.orders.get(order_id)
        return () if record is None else record.ledger[:TRANSACTIONS_MAX]


def _order(record: OrderRecord) -> Order:
    newest = record.state.newest_payment
    return replace(
        record.order,
        status=record.state.status,
        refunded_total=Money(record.refunded, record.order.currency),
        payment=PaymentSummary(newest.id, newest.status.value, newest.attempt, newest.failure_code),
        timeline=tuple(TimelineEntry(each.at, f"{each.machine}.{each.event}") for each in record.steps),
        refunds=tuple(refund_summary(each) for each in record.state.refunds),
        disputes=tuple(dispute_summary(each) for each in record.state.disputes),
    )


def _row(record: OrderRecord) -> OrderRow:
    order = record.order
    return OrderRow(
        id=order.id,
        number=order.number,
        status=record.state.status,
        email=order.email,
        total=order.total,
        refunded_total=Money(record.refunded, order.currency),
        placed_at=order.placed_at,
    )
