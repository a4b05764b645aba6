"""Streams everything the invariants speak of from one snapshot, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import asyncpg

from vivamarket.adapters.postgres.evidence import ORDERS, order_of
from vivamarket.adapters.postgres.pool import Connection
from vivamarket.checkout.invariants import OrderEvidence, StockEvidence
from vivamarket.inventory.model import StockLevel
from vivamarket.kernel.ids import LocationId, OrderId, Sku

#: Orders of a page come with everything that hangs on them: some kilobytes each.
PAGE_SIZE_MAX = 500

_PAGE = f"{ORDERS} WHERE $1::uuid IS NULL OR o.id > $1 ORDER BY o.id LIMIT $2"
_NAMED = f"{ORDERS} WHERE o.id = ANY ($1::uuid[])"
_STOCK = """
SELECT location_id, sku, s.on_hand, s.held, s.claimed, s.backordered, coalesce(m.moved, 0) AS moved,
    coalesce(m.sent, 0) AS sent, coalesce(r.shipped, 0) AS orders_shipped,
    coalesce(r.held, 0) AS orders_held, coalesce(r.claimed, 0) AS orders_claimed
FROM stock_item AS s
FULL JOIN (
    SELECT location_id, sku,
        coalesce(sum(quantity) FILTER (WHERE status = 'held'), 0)::bigint AS held,
        coalesce(sum(quantity - shipped - freed) FILTER (WHERE status = 'claimed'), 0)::bigint AS claimed,
        sum(shipped)::bigint AS shipped
    FROM reservation GROUP BY location_id, sku
) AS r USING (location_id, sku)
LEFT JOIN (
    SELECT location_id, sku, sum(quantity)::bigint AS moved,
        -coalesce(sum(quantity) FILTER (WHERE reason = 'shipment'), 0)::bigint AS sent
    FROM stock_move GROUP BY location_id, sku
) AS m USING (location_id, sku)
"""
_UNBALANCED = """
SELECT transaction_id::text FROM ledger_entry
GROUP BY transaction_id, currency HAVING sum(amount) <> 0 LIMIT $1
"""
_TWICE = "SELECT cart_id, count(*) FROM orders GROUP BY cart_id HAVING count(*) > 1 LIMIT $1"
_KNOWN = "SELECT id::text FROM orders WHERE id = ANY ($1::uuid[])"
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
#: The pool plans for serving, where nothing reads a whole table; here everything does.
_READ_WHOLE_TABLES = "SET LOCAL enable_seqscan = on"


class PostgresEvidenceStream:
    """The ``EvidenceStream`` on a pool. One snapshot at a time uses one connection."""

    def __init__(self, pool: asyncpg.Pool, *, page_size_max: int = PAGE_SIZE_MAX) -> None:
        self._pool = pool
        self._page_size_max = page_size_max

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[PostgresEvidenceSnapshot]:
        """Lend one repeatable-read snapshot."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield PostgresEvidenceSnapshot(connection, self._page_size_max)

    async def orders(self, order_ids: Sequence[OrderId]) -> Sequence[OrderEvidence]:
        """Return these orders as committed now."""
        return [order_of(row) for row in await self._pool.fetch(_NAMED, order_ids)]


class PostgresEvidenceSnapshot:
    """The ``EvidenceSnapshot`` inside one transaction."""

    def __init__(self, connection: Connection, page_size_max: int) -> None:
        self._connection = connection
        self._page_size_max = page_size_max

    async def orders(self) -> AsyncIterator[Sequence[OrderEvidence]]:
        """Yield all orders by id, a page at a time."""
        after: str | None = None
        while rows := await self._connection.fetch(_PAGE, after, self._page_size_max):
            yield [order_of(row) for row in rows]
            after = rows[-1]["id"]

    async def stock(self) -> AsyncIterator[Sequence[StockEvidence]]:
        """Yield all stock items, a page at a time, and reservations of items without a row."""
        await self._connection.execute(_READ_WHOLE_TABLES)
        cursor = await self._connection.cursor(_STOCK)
        while rows := await cursor.fetch(self._page_size_max):
            yield [_item(row) for row in rows]

    async def unbalanced(self, limit: int) -> Sequence[str]:
        """Return ledger transactions whose entries do not sum to zero in a currency."""
        return [row[0] for row in await self._connection.fetch(_UNBALANCED, limit)]

    async def carts_ordered_twice(self, limit: int) -> Mapping[str, int]:
        """Return carts with more than one order, and how many each has."""
        return {row[0]: row[1] for row in await self._connection.fetch(_TWICE, limit)}

    async def missing(self, order_ids: Sequence[OrderId]) -> Sequence[OrderId]:
        """Return those of the ids that no order has; what is no id of an order at all is among them."""
        possible = [each for each in order_ids if _UUID.fullmatch(each)]
        found = {row[0] for row in await self._connection.fetch(_KNOWN, possible)}
        return [each for each in order_ids if each not in found]


def _item(row: asyncpg.Record) -> StockEvidence:
    location_id, sku = LocationId(row["location_id"]), Sku(row["sku"])
    level = None
    if row["on_hand"] is not None:
        level = StockLevel(
            location_id=location_id,
            sku=sku,
            on_hand=row["on_hand"],
            held=row["held"],
            claimed=row["claimed"],
            backordered=row["backordered"],
        )
    return StockEvidence(
        location_id=location_id,
        sku=sku,
        level=level,
        moved=row["moved"],
        held=row["orders_held"],
        claimed=row["orders_claimed"],
        shipped=row["orders_shipped"],
        sent=row["sent"],
    )
