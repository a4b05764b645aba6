"""What inventory needs from storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from vivamarket.inventory.model import CountResult, MoveReason, Reservation, StockCount, StockLevel, StockMove
from vivamarket.kernel.ids import LocationId, OrderId, Sku

COUNTS_MAX = 10_000
LEVELS_MAX = 1_000


class StockStore(Protocol):
    """Keeps stock. Each method is one transaction; rows are locked in (location, sku) order.

    Whenever a SKU's availability crosses zero, ``stock.availability_changed`` is written to the outbox
    in that transaction. Every change of ``on_hand`` is one line of the append-only journal.
    """

    async def levels(self, location_id: LocationId, skus: Sequence[Sku]) -> dict[Sku, StockLevel]:
        """Return the levels of the SKUs that have stock here; at most ``LEVELS_MAX`` asked at once."""
        ...

    async def set_on_hand(
        self, location_id: LocationId, counts: Sequence[StockCount], reason: MoveReason, at: datetime
    ) -> CountResult:
        """Set what is on hand, at most ``COUNTS_MAX`` different SKUs, unknown ones are begun.

        ``on_hand`` never goes below what is promised: such a count is kept at that and reported, in
        the order of the SKUs.
        """
        ...

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
        """Add the quantity (negative takes away). Raise ``NotEnoughOnHand``; nothing changes then.

        A move of zero is a programmer's mistake: ``RuleBroken``.
        """
        ...

    async def moves(
        self, location_id: LocationId, sku: Sku, before: int | None, limit: int
    ) -> tuple[StockMove, ...]:
        """Return the SKU's journal, newest first, from before that position on.

        Positions rise with time and have gaps.
        """
        ...

    async def reservations(self, order_id: OrderId) -> tuple[Reservation, ...]:
        """Return what is or was promised to the order, by SKU."""
        ...
