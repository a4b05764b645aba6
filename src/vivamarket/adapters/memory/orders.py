"""Reading orders and their books."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import replace

from vivamarket.adapters.memory.tables import OrderRecord, Tables
from vivamarket.checkout.fulfillment import fulfillment_of
from vivamarket.checkout.summaries import dispute_summary, refund_summary
from vivamarket.kernel.ids import OrderId, OrderNumber
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import Page
from vivamarket.orders.errors import OrderNotFound
from vivamarket.orders.finding import (
    PREFIX_LENGTH_MIN,
    PREFIX_ORDERS_MAX,
    FoundFacts,
    OrderQuery,
    found_after,
    found_cursor,
)
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

    async def find(self, query: OrderQuery, cursor: str | None, limit: int) -> Page[OrderRow]:
        """Return a keyset page of the orders asked for, by looking at each."""
        after = found_after(query, cursor)
        words = [(word, self._stands_for(word)) for word in query.words]
        found = sorted(
            (
                (row.total.minor_units if query.by_total else 0, row.id, row)
                for row in map(_row, self._tables.orders.values())
                if _is_wanted(query, row)
                and (not query.needs_noted or row.id in self._tables.order_words)
                and all(self._has(row.id, word, is_prefix) for word, is_prefix in words)
            ),
            key=lambda each: each[:2],
            reverse=query.descends,
        )
        rest = [
            row
            for total, order_id, row in found
            if after is None or ((total, order_id) < after if query.descends else (total, order_id) > after)
        ]
        return Page(tuple(rest[:limit]), found_cursor(query, rest[limit - 1]) if len(rest) > limit else None)

    def _stands_for(self, word: str) -> bool:
        """Return whether the word stands for all that begin with it."""
        having = [
            each for words in self._tables.order_words.values() for each in words if each.startswith(word)
        ]
        return len(word) >= PREFIX_LENGTH_MIN and len(having) <= PREFIX_ORDERS_MAX

    def _has(self, order_id: OrderId, word: str, is_prefix: bool) -> bool:
        words = self._tables.order_words.get(order_id, ())
        return any(each.startswith(word) if is_prefix else each == word for each in words)

    def _record(self, order_id: OrderId | None) -> OrderRecord:
        record = self._tables.orders.get(order_id) if order_id is not None else None
        if record is None:
            raise OrderNotFound("There is no such order.")
        return record


class MemoryFoundOrderStore:
    """Notes what orders are found by."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def not_noted(self, limit: int) -> tuple[FoundFacts, ...]:
        """Return orders that are not noted yet, oldest first."""
        waiting = sorted(self._tables.orders.keys() - self._tables.order_words.keys())
        return tuple(_facts(self._tables.orders[order_id].order) for order_id in waiting[:limit])

    async def note(self, facts: Sequence[FoundFacts], noted_to: OrderId) -> None:
        """Note what these orders are found by."""
        with self._tables.transaction():
            for each in facts:
                self._tables.put(self._tables.order_words, each.order_id, each.words)


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
        expires_at=record.state.expires_at,
        refunded_total=Money(record.refunded, record.order.currency),
        payment=PaymentSummary(newest.id, newest.status.value, newest.attempt, newest.failure_code),
        timeline=tuple(TimelineEntry(each.at, f"{each.machine}.{each.event}") for each in record.steps),
        refunds=tuple(refund_summary(each) for each in record.state.refunds),
        disputes=tuple(dispute_summary(each) for each in record.state.disputes),
        fulfillment=fulfillment_of(record.state),
        shipments=record.state.shipments,
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
        expires_at=record.state.expires_at,
        fulfillment=fulfillment_of(record.state),
    )


def _facts(order: Order) -> FoundFacts:
    addresses = (order.shipping_address, order.billing_address)
    return FoundFacts(
        order_id=order.id,
        number=order.number,
        email=order.email,
        names=tuple(address.name for address in addresses if address is not None),
        total=order.total,
    )


def _is_wanted(query: OrderQuery, row: OrderRow) -> bool:
    total = row.total.minor_units
    return (
        (not query.statuses or row.status in query.statuses)
        and (not query.fulfillments or row.fulfillment in query.fulfillments)
        and (query.placed_from is None or row.placed_at >= query.placed_from)
        and (query.placed_before is None or row.placed_at < query.placed_before)
        and (query.currency is None or row.total.currency == query.currency)
        and (query.total_min is None or total >= query.total_min)
        and (query.total_max is None or total <= query.total_max)
    )
