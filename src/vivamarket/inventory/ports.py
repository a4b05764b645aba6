"""What inventory needs from storage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from vivamarket.inventory.model import CountResult, MoveReason, Reservation, StockCount, StockLevel, StockMove
from vivamarket.kernel.ids import LocationId, OrderId, Sku
from vivamarket.kernel.paging import Page

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
        made_by: str = "",
        request_key: str | None = None,
    ) -> StockLevel:
        """Add the quantity (negative takes away). Raise ``NotEnoughOnHand``; nothing changes then.

        The same ``request_key`` moves once; again, it returns the present level. A move of zero is a
        programmer's mistake: ``RuleBroken``.
        """
        ...

    async def page(
        self, location_id: LocationId, prefix: str, cursor: str | None, limit: int
    ) -> Page[StockLevel]:
        """Return a keyset page by SKU of those that begin with the prefix. Raise ``BadCursor``."""
        ...

    async def low(
        self, location_id: LocationId, available_max: int, cursor: str | None, limit: int
    ) -> Page[StockLevel]:
        """Return a keyset page of SKUs with at most so many available, lowest first. Raise ``BadCursor``.

        Which they are is as old as the last ``note_low``; the levels are present ones.
        """
        ...

    async def low_count(self, location_id: LocationId, available_max: int, count_max: int) -> int:
        """Return how many SKUs ``low`` would list, counted up to ``count_max``."""
        ...

    async def note_low(self, location_id: LocationId, available_max: int, count_max: int) -> int:
        """Note the SKUs with at most so many available, the lowest ``count_max``; return how many changed.

        Cost: one pass over the stock.
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
