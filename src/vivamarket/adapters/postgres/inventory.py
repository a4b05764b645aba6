"""Stock in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

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
from vivamarket.kernel.ids import LocationId, OrderId, Sku

_LEVELS = """
SELECT sku, on_hand, held, claimed, backordered FROM stock_item WHERE location_id = $1 AND sku = ANY ($2)
"""
_COUNT = "SELECT changed, unchanged, short_skus, short_on_hand FROM count_stock($1, $2, $3, $4, $5)"
_MOVE = "SELECT moved, on_hand, held, claimed, backordered FROM move_stock($1, $2, $3, $4, $5, $6)"
_MOVES = """
SELECT position, sku, location_id, quantity, reason, reference, at FROM stock_move
WHERE location_id = $1 AND sku = $2 AND ($3::bigint IS NULL OR position < $3)
ORDER BY position DESC LIMIT $4
"""
_RESERVATIONS = """
SELECT sku, location_id, quantity, status FROM reservation WHERE order_id = $1 ORDER BY location_id, sku
"""


class PostgresStockStore:
    """The ``StockStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def levels(self, location_id: LocationId, skus: Sequence[Sku]) -> dict[Sku, StockLevel]:
        """Return the levels of the SKUs that have stock here."""
        rows = await self._pool.fetch(_LEVELS, location_id, skus)
        return {
            row["sku"]: StockLevel(
                sku=row["sku"],
                location_id=location_id,
                on_hand=row["on_hand"],
                held=row["held"],
                claimed=row["claimed"],
                backordered=row["backordered"],
            )
            for row in rows
        }

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
    ) -> StockLevel:
        """Add the quantity. Raise ``NotEnoughOnHand``; nothing changes then."""
        with rules_told():
            row = await self._pool.fetchrow(_MOVE, location_id, sku, quantity, reason.value, reference, at)
        assert row is not None  # the function always answers
        if not row["moved"]:
            raise NotEnoughOnHand("That would leave less than is promised.", sku=sku, quantity=quantity)
        return StockLevel(
            sku=sku,
            location_id=location_id,
            on_hand=row["on_hand"],
            held=row["held"],
            claimed=row["claimed"],
            backordered=row["backordered"],
        )

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
            )
            for row in rows
        )
