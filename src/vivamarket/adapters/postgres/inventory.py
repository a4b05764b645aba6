"""Stock in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.adapters.postgres.rules import rules_told
from vivamarket.inventory.errors import NotEnoughOnHand
from vivamarket.inventory.model import (
    CountResult,
    MoveReason,
    Reservation,
    ReservationStatus,
    StockCount,
    StockLevel,
    StockMove,
    StockShortfall,
)
from vivamarket.inventory.paging import low_after, low_cursor, page_after, page_cursor, prefix_end
from vivamarket.kernel.ids import LocationId, OrderId, Sku
from vivamarket.kernel.paging import Page

_LEVELS = """
SELECT sku, on_hand, held, claimed, backordered FROM stock_item WHERE location_id = $1 AND sku = ANY ($2)
"""
_COUNT = "SELECT changed, unchanged, short_skus, short_on_hand FROM count_stock($1, $2, $3, $4, $5)"
_MOVE = "SELECT moved, on_hand, held, claimed, backordered FROM move_stock($1, $2, $3, $4, $5, $6, $7, $8)"
_MOVES = """
SELECT position, sku, location_id, quantity, reason, reference, at, made_by FROM stock_move
WHERE location_id = $1 AND sku = $2 AND ($3::bigint IS NULL OR position < $3)
ORDER BY position DESC LIMIT $4
"""
_PAGE = """
SELECT sku, on_hand, held, claimed, backordered FROM stock_item
WHERE location_id = $1 AND sku >= $2 AND sku < $4 AND ($3 OR sku > $2)
ORDER BY sku LIMIT $5
"""
_LOW = """
SELECT l.available AS listed, i.sku, i.on_hand, i.held, i.claimed, i.backordered
FROM stock_low AS l JOIN stock_item AS i ON i.location_id = l.location_id AND i.sku = l.sku
WHERE l.location_id = $1 AND l.available <= $2 AND (l.available, l.sku) > ($3, $4) AND i.available <= $2
ORDER BY l.available, l.sku LIMIT $5
"""
_LOW_COUNT = """
SELECT count(*) FROM (SELECT FROM stock_low WHERE location_id = $1 AND available <= $2 LIMIT $3) AS low
"""
_NOTE_LOW = """
WITH low AS MATERIALIZED (
    SELECT sku, available FROM stock_item WHERE location_id = $1 AND available <= $2
    ORDER BY available, sku LIMIT $3
), gone AS (
    DELETE FROM stock_low AS l
    WHERE l.location_id = $1 AND NOT EXISTS (SELECT FROM low WHERE low.sku = l.sku) RETURNING 1
), noted AS (
    INSERT INTO stock_low AS l (location_id, sku, available) SELECT $1, sku, available FROM low
    ON CONFLICT (location_id, sku) DO UPDATE SET available = excluded.available
    WHERE l.available <> excluded.available RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM noted)
"""
_RESERVATIONS = """
SELECT sku, location_id, quantity, status, shipped, freed FROM reservation WHERE order_id = $1
ORDER BY location_id, sku
"""


class PostgresStockStore:
    """The ``StockStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def levels(self, location_id: LocationId, skus: Sequence[Sku]) -> dict[Sku, StockLevel]:
        """Return the levels of the SKUs that have stock here."""
        rows = await self._pool.fetch(_LEVELS, location_id, skus)
        return {row["sku"]: _level(location_id, row["sku"], row) for row in rows}

    async def set_on_hand(
        self, location_id: LocationId, counts: Sequence[StockCount], reason: MoveReason, at: datetime
    ) -> CountResult:
        """Set what is on hand, set-based, rows locked in SKU order. See the port."""
        wanted = {count.sku: count.on_hand for count in counts}
        row = await self._pool.fetchrow(
            _COUNT, location_id, list(wanted), list(wanted.values()), reason.value, at
        )
        assert row is not None  # the function always answers
        return CountResult(
            changed=row["changed"],
            unchanged=row["unchanged"],
            shortfalls=tuple(
                StockShortfall(sku, wanted[sku], on_hand)
                for sku, on_hand in zip(row["short_skus"], row["short_on_hand"], strict=True)
            ),
        )

    async def move(
        self,
        location_id: LocationId,
        sku: Sku,
        quantity: int,
        *,
        reason: MoveReason,
        reference: str,
        at: datetime,
        made_by: str = "",
        request_key: str | None = None,
    ) -> StockLevel:
        """Add the quantity, once per key. Raise ``NotEnoughOnHand``; nothing changes then."""
        with rules_told():
            row = await self._pool.fetchrow(
                _MOVE, location_id, sku, quantity, reason.value, reference, at, made_by, request_key
            )
        assert row is not None  # the function always answers
        if not row["moved"]:
            raise NotEnoughOnHand("That would leave less than is promised.", sku=sku, quantity=quantity)
        return _level(location_id, sku, row)

    async def page(
        self, location_id: LocationId, prefix: str, cursor: str | None, limit: int
    ) -> Page[StockLevel]:
        """Return a range of the primary key."""
        after = page_after(prefix, cursor)
        with outages_told():
            rows = await self._pool.fetch(
                _PAGE,
                location_id,
                prefix if after is None else after,
                after is None,
                prefix_end(prefix),
                limit + 1,
            )
        levels = tuple(_level(location_id, row["sku"], row) for row in rows[:limit])
        return Page(levels, page_cursor(prefix, levels[-1].sku) if len(rows) > limit else None)

    async def low(
        self, location_id: LocationId, available_max: int, cursor: str | None, limit: int
    ) -> Page[StockLevel]:
        """Return a range of the noted list, leaving out what was filled up since."""
        available, sku = low_after(available_max, cursor)
        with outages_told():
            rows = await self._pool.fetch(_LOW, location_id, available_max, available, sku, limit + 1)
        levels = tuple(_level(location_id, row["sku"], row) for row in rows[:limit])
        if len(rows) <= limit:
            return Page(levels)
        last = rows[limit - 1]
        return Page(levels, low_cursor(available_max, last["listed"], last["sku"]))

    async def low_count(self, location_id: LocationId, available_max: int, count_max: int) -> int:
        """Count the noted list up to there."""
        with outages_told():
            return int(await self._pool.fetchval(_LOW_COUNT, location_id, available_max, count_max))

    async def note_low(self, location_id: LocationId, available_max: int, count_max: int) -> int:
        """Compare the list with the stock, and write what differs."""
        with outages_told():
            return int(await self._pool.fetchval(_NOTE_LOW, location_id, available_max, count_max))

    async def moves(
        self, location_id: LocationId, sku: Sku, before: int | None, limit: int
    ) -> tuple[StockMove, ...]:
        """Return the SKU's journal, newest first."""
        rows = await self._pool.fetch(_MOVES, location_id, sku, before, limit)
        return tuple(
            StockMove(
                position=row["position"],
                sku=row["sku"],
                location_id=row["location_id"],
                quantity=row["quantity"],
                reason=MoveReason(row["reason"]),
                reference=row["reference"],
                at=row["at"],
                made_by=row["made_by"],
            )
            for row in rows
        )

    async def reservations(self, order_id: OrderId) -> tuple[Reservation, ...]:
        """Return what is or was promised to the order, by SKU."""
        rows = await self._pool.fetch(_RESERVATIONS, order_id)
        return tuple(
            Reservation(
                order_id=order_id,
                sku=row["sku"],
                location_id=row["location_id"],
                quantity=row["quantity"],
                status=ReservationStatus(row["status"]),
                shipped=row["shipped"],
                freed=row["freed"],
            )
            for row in rows
        )


def _level(location_id: LocationId, sku: Sku, row: asyncpg.Record) -> StockLevel:
    return StockLevel(
        sku=sku,
        location_id=location_id,
        on_hand=row["on_hand"],
        held=row["held"],
        claimed=row["claimed"],
        backordered=row["backordered"],
    )
