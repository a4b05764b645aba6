"""Inventory's use cases: how much there is, counting, receiving, adjusting."""

from __future__ import annotations

from collections.abc import Sequence

from vivamarket.inventory.errors import BadCount
from vivamarket.inventory.model import (
    LOW_AVAILABLE_DEFAULT,
    LOW_AVAILABLE_MAX,
    LOW_SKUS_MAX,
    MAIN_LOCATION,
    ON_HAND_MAX,
    CountResult,
    MoveReason,
    Reservation,
    StockCount,
    StockLevel,
    StockMove,
    StockShortfall,
)
from vivamarket.inventory.ports import COUNTS_MAX, LEVELS_MAX, StockStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import LocationId, OrderId, Sku, StaffId
from vivamarket.kernel.paging import Page, page_size


class StockService:
    """Use cases of one location's stock. Promises to orders are checkout's business."""

    def __init__(self, *, stock: StockStore, clock: Clock, location_id: LocationId = MAIN_LOCATION) -> None:
        self._stock = stock
        self._clock = clock
        self._location_id = location_id

    async def levels(self, skus: Sequence[Sku]) -> dict[Sku, StockLevel]:
        """Return the levels of those SKUs that have stock. One read per ``LEVELS_MAX`` SKUs."""
        found: dict[Sku, StockLevel] = {}
        for start in range(0, len(skus), LEVELS_MAX):
            found.update(await self._stock.levels(self._location_id, skus[start : start + LEVELS_MAX]))
        return found

    async def available(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        """Return how many of each SKU could be promised now; SKUs without stock are left out."""
        return {sku: level.available for sku, level in (await self.levels(skus)).items()}

    async def set_on_hand(
        self, counts: Sequence[tuple[Sku, int]], reason: MoveReason = MoveReason.COUNT
    ) -> CountResult:
        """Set what was counted, however many; one transaction per ``COUNTS_MAX`` SKUs.

        Safe to repeat. Raise ``BadCount`` before anything is written. A count below what is already
        promised is kept at what is promised and reported in ``shortfalls``.
        """
        checked = _checked(counts)
        now = self._clock.now()
        changed = unchanged = 0
        shortfalls: list[StockShortfall] = []
        for start in range(0, len(checked), COUNTS_MAX):
            batch = checked[start : start + COUNTS_MAX]
            result = await self._stock.set_on_hand(self._location_id, batch, reason, now)
            changed += result.changed
            unchanged += result.unchanged
            shortfalls.extend(result.shortfalls)
        return CountResult(changed, unchanged, tuple(shortfalls))

    async def receive(self, sku: Sku, quantity: int, *, reference: str) -> StockLevel:
        """Take a delivery in. Raise ``BadCount``."""
        if not 0 < quantity <= ON_HAND_MAX:
            raise BadCount("Receive at least one.", sku=sku, quantity=quantity)
        return await self._move(sku, quantity, MoveReason.RECEIPT, reference)

    async def adjust(self, sku: Sku, quantity: int, *, reference: str) -> StockLevel:
        """Correct by a difference. Raise ``BadCount``, and ``NotEnoughOnHand`` below what is promised."""
        if quantity == 0 or abs(quantity) > ON_HAND_MAX:
            raise BadCount("Adjust by at least one, up or down.", sku=sku, quantity=quantity)
        return await self._move(sku, quantity, MoveReason.ADJUSTMENT, reference)

    async def correct(
        self,
        sku: Sku,
        quantity: int,
        *,
        reason: MoveReason,
        reference: str,
        made_by: StaffId,
        request_key: str,
    ) -> StockLevel:
        """Take in or take away, with who did it and why; the same ``request_key`` moves once.

        Raise ``BadCount``, and ``NotEnoughOnHand`` below what is promised.
        """
        if quantity == 0 or abs(quantity) > ON_HAND_MAX:
            raise BadCount("Move at least one, in or out.", sku=sku, quantity=quantity)
        return await self._stock.move(
            self._location_id,
            sku,
            quantity,
            reason=reason,
            reference=reference,
            at=self._clock.now(),
            made_by=made_by,
            request_key=request_key,
        )

    async def page(
        self, *, prefix: str = "", cursor: str | None = None, limit: int | None = None
    ) -> Page[StockLevel]:
        """Return a page by SKU of those that begin with the prefix. Raise ``BadCursor``."""
        return await self._stock.page(self._location_id, prefix, cursor, page_size(limit))

    async def low(
        self,
        available_max: int = LOW_AVAILABLE_DEFAULT,
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[StockLevel]:
        """Return a page of what runs low, lowest first; which SKUs is up to a minute old.

        Raise ``BadCount`` above ``LOW_AVAILABLE_MAX``, ``BadCursor``.
        """
        if available_max > LOW_AVAILABLE_MAX:
            raise BadCount(f"Low is at most {LOW_AVAILABLE_MAX}.", available_max=available_max)
        return await self._stock.low(self._location_id, available_max, cursor, page_size(limit))

    async def low_count(self, available_max: int, *, count_max: int) -> int:
        """Return how many SKUs have at most so many available, counted up to ``count_max``."""
        return await self._stock.low_count(self._location_id, available_max, count_max)

    async def note_low(self) -> int:
        """Bring the list of low stock up to date; return zero: nothing is left to do."""
        await self._stock.note_low(self._location_id, LOW_AVAILABLE_MAX, LOW_SKUS_MAX)
        return 0

    async def moves(
        self, sku: Sku, *, before: int | None = None, limit: int | None = None
    ) -> tuple[StockMove, ...]:
        """Return the SKU's journal, newest first."""
        return await self._stock.moves(self._location_id, sku, before, page_size(limit))

    async def reservations(self, order_id: OrderId) -> tuple[Reservation, ...]:
        """Return what is or was promised to the order."""
        return await self._stock.reservations(order_id)

    async def _move(self, sku: Sku, quantity: int, reason: MoveReason, reference: str) -> StockLevel:
        return await self._stock.move(
            self._location_id, sku, quantity, reason=reason, reference=reference, at=self._clock.now()
        )


def _checked(counts: Sequence[tuple[Sku, int]]) -> list[StockCount]:
    seen: dict[Sku, int] = {}
    for sku, on_hand in counts:
        if not 0 <= on_hand <= ON_HAND_MAX:
            raise BadCount(f"A count is 0 to {ON_HAND_MAX}.", sku=sku, on_hand=on_hand)
        if sku in seen:
            raise BadCount("A SKU is counted once per batch.", sku=sku)
        seen[sku] = on_hand
    return [StockCount(sku, seen[sku]) for sku in sorted(seen)]
