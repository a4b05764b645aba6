"""Stock: counts and moves, and what an order's transition does to its reservations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vivamarket.adapters.memory.outbox import tell
from vivamarket.adapters.memory.tables import OrderRecord, StockKey, Tables
from vivamarket.checkout.model import ReservedUnits
from vivamarket.checkout.transitions import StockEffect
from vivamarket.inventory.errors import NotEnoughOnHand
from vivamarket.inventory.events import StockAvailabilityChanged
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
from vivamarket.inventory.paging import low_after, low_cursor, page_after, page_cursor
from vivamarket.kernel.errors import RuleBroken
from vivamarket.kernel.ids import LocationId, OrderId, Sku
from vivamarket.kernel.paging import Page


class MemoryStockStore:
    """The ``StockStore`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def levels(self, location_id: LocationId, skus: Sequence[Sku]) -> dict[Sku, StockLevel]:
        """Return the levels of the SKUs that have stock here."""
        stock = self._tables.stock
        return {sku: stock[location_id, sku] for sku in skus if (location_id, sku) in stock}

    async def set_on_hand(
        self, location_id: LocationId, counts: Sequence[StockCount], reason: MoveReason, at: datetime
    ) -> CountResult:
        """Set what is on hand. See the port."""
        tables = self._tables
        changed = 0
        shortfalls: list[StockShortfall] = []
        wanted = {count.sku: count.on_hand for count in counts}
        with tables.transaction():
            for sku in sorted(wanted):
                was = level_of(tables, (location_id, sku))
                on_hand = max(wanted[sku], was.reserved - was.backordered)
                if on_hand > wanted[sku]:
                    shortfalls.append(StockShortfall(sku, wanted[sku], on_hand))
                if on_hand != was.on_hand:
                    changed += 1
                    _write_on_hand(tables, was, on_hand, reason=reason, reference="", at=at)
                elif (location_id, sku) not in tables.stock:
                    tables.put(tables.stock, (location_id, sku), was)
        return CountResult(changed=changed, unchanged=len(wanted) - changed, shortfalls=tuple(shortfalls))

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
        if request_key is not None and request_key in self._tables.move_of_request:
            return level_of(self._tables, (location_id, sku))
        was = level_of(self._tables, (location_id, sku))
        on_hand = was.on_hand + quantity
        if on_hand < 0 or on_hand + was.backordered < was.reserved:
            raise NotEnoughOnHand("That would leave less than is promised.", sku=sku, quantity=quantity)
        with self._tables.transaction():
            moved = _write_on_hand(
                self._tables, was, on_hand, reason=reason, reference=reference, at=at, made_by=made_by
            )
            if request_key is not None:
                self._tables.put(self._tables.move_of_request, request_key, self._tables.last_move)
            return moved

    async def page(
        self, location_id: LocationId, prefix: str, cursor: str | None, limit: int
    ) -> Page[StockLevel]:
        """Return a page by SKU of those that begin with the prefix."""
        after = page_after(prefix, cursor)
        here = sorted(sku for at, sku in self._tables.stock if at == location_id and sku.startswith(prefix))
        rest = [sku for sku in here if after is None or sku > after]
        levels = tuple(self._tables.stock[location_id, sku] for sku in rest[:limit])
        return Page(levels, page_cursor(prefix, levels[-1].sku) if len(rest) > limit else None)

    async def low(
        self, location_id: LocationId, available_max: int, cursor: str | None, limit: int
    ) -> Page[StockLevel]:
        """Return a page of the noted list, leaving out what was filled up since."""
        after = low_after(available_max, cursor)
        stock = self._tables.stock
        rest = [
            (available, sku)
            for available, sku in sorted(
                (noted, sku) for (at, sku), noted in self._tables.low_stock.items() if at == location_id
            )
            if (available, sku) > after
            and available <= available_max
            and stock[location_id, sku].available <= available_max
        ]
        levels = tuple(stock[location_id, sku] for _, sku in rest[:limit])
        return Page(levels, low_cursor(available_max, *rest[limit - 1]) if len(rest) > limit else None)

    async def low_count(self, location_id: LocationId, available_max: int, count_max: int) -> int:
        """Count the noted list up to there."""
        low = [
            sku
            for (at, sku), noted in self._tables.low_stock.items()
            if at == location_id and noted <= available_max
        ]
        return min(len(low), count_max)

    async def note_low(self, location_id: LocationId, available_max: int, count_max: int) -> int:
        """Compare the list with the stock."""
        lowest = sorted(
            (level.available, sku)
            for (at, sku), level in self._tables.stock.items()
            if at == location_id and level.available <= available_max
        )
        before = {key: noted for key, noted in self._tables.low_stock.items() if key[0] == location_id}
        after = {(location_id, sku): available for available, sku in lowest[:count_max]}
        self._tables.low_stock = {
            key: noted for key, noted in self._tables.low_stock.items() if key not in before
        } | after
        changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        return len(changed)

    async def moves(
        self, location_id: LocationId, sku: Sku, before: int | None, limit: int
    ) -> tuple[StockMove, ...]:
        """Return the SKU's journal, newest first."""
        journal = self._tables.moves.get((location_id, sku), ())
        return tuple(each for each in journal[::-1] if before is None or each.position < before)[:limit]

    async def reservations(self, order_id: OrderId) -> tuple[Reservation, ...]:
        """Return what is or was promised to the order, by SKU."""
        record = self._tables.orders.get(order_id)
        return () if record is None else reservations_of(record)


def level_of(tables: Tables, key: StockKey) -> StockLevel:
    """Return the stock item as it is; one that was never counted has nothing."""
    known = tables.stock.get(key)
    if known is not None:
        return known
    return StockLevel(location_id=key[0], sku=key[1], on_hand=0, held=0, claimed=0, backordered=0)


def put_level(tables: Tables, was: StockLevel, now: StockLevel, at: datetime) -> None:
    """Write a stock item and tell when its availability crossed zero.

    Raise ``RuleBroken`` for a level that no correct decision can lead to.
    """
    if min(now.on_hand, now.held, now.claimed, now.backordered) < 0:
        raise RuleBroken("A stock figure is never negative.", rule="stock_item_check")
    if now.on_hand + now.backordered < now.reserved:
        raise RuleBroken("More is promised than there is.", rule="never_oversold")
    tables.put(tables.stock, (now.location_id, now.sku), now)
    if (was.available > 0) != (now.available > 0):
        tell_availability(tables, now.sku, now.available > 0, at)


def tell_availability(tables: Tables, sku: Sku, available: bool, at: datetime) -> None:
    """Tell that a SKU has sold out or is in stock again, in the caller's transaction."""
    tell(tables, StockAvailabilityChanged.kind, sku, {"sku": sku, "available": available}, at)


def reservations_of(record: OrderRecord) -> tuple[Reservation, ...]:
    """Return the order's reservations in (location, SKU) order."""
    status = record.state.reservation
    if status is None:
        return ()
    gone = {each.sku: each for each in record.reserved}
    return tuple(
        Reservation(
            order_id=record.order.id,
            sku=line.sku,
            location_id=line.location_id,
            quantity=line.quantity,
            status=status,
            shipped=gone[line.sku].shipped if line.sku in gone else 0,
            freed=gone[line.sku].freed if line.sku in gone else 0,
        )
        for line in record.stock
    )


def apply_reserved(
    tables: Tables, record: OrderRecord, units: Sequence[ReservedUnits], at: datetime
) -> OrderRecord:
    """Let units leave the order's reservations or come back; return the order with them.

    Raise ``NotEnoughOnHand`` when more was sent than is on hand.
    """
    wanted = {each.sku: each for each in units}
    kept = {each.sku: each for each in record.reserved}
    for before in reservations_of(record):
        now = wanted.get(before.sku)
        if now is None:
            continue
        if min(now.shipped, now.freed) < 0 or now.shipped + now.freed > before.quantity:
            raise RuleBroken("More leaves a reservation than it holds.", rule="reservation_units")
        _move_units(tables, record, before, now, at)
        kept[before.sku] = now
    return replace(record, reserved=tuple(kept[sku] for sku in sorted(kept)))


def _move_units(
    tables: Tables, record: OrderRecord, before: Reservation, now: ReservedUnits, at: datetime
) -> None:
    sent = now.shipped - before.shipped
    is_claimed = before.status is ReservationStatus.CLAIMED
    gone = sent + now.freed - before.freed if is_claimed else 0
    if not (sent or gone):
        return
    was = tables.stock[before.location_id, before.sku]
    on_hand, claimed = was.on_hand - sent, was.claimed - gone
    if on_hand < 0:
        raise NotEnoughOnHand("Less is on hand than was to be sent.")
    if sent:
        _write_move(tables, was, -sent, reason=MoveReason.SHIPMENT, reference=record.order.number, at=at)
    level = replace(
        was,
        on_hand=on_hand,
        claimed=claimed,
        backordered=min(was.backordered, max(was.held + claimed - on_hand, 0)),
    )
    put_level(tables, was, level, at)


def apply_effect(
    tables: Tables, record: OrderRecord, effect: StockEffect, at: datetime
) -> ReservationStatus | None:
    """Do what the transition does to the order's stock; return what its reservations are afterwards.

    Only reservations that the effect concerns move, so that one that happened before has no effect
    again. ``RETAKE`` takes all or none: still ``released`` means that too little was there.
    """
    status = record.state.reservation
    if effect is StockEffect.CLAIM and status is ReservationStatus.HELD:
        _claim(tables, record, at)
        return ReservationStatus.CLAIMED
    if effect is StockEffect.RELEASE and status in (ReservationStatus.HELD, ReservationStatus.CLAIMED):
        _release(tables, record, status, at)
        return ReservationStatus.RELEASED
    if effect is StockEffect.RETAKE and status is ReservationStatus.RELEASED:
        return ReservationStatus.CLAIMED if _retake(tables, record, at) else status
    return status


def _claim(tables: Tables, record: OrderRecord, at: datetime) -> None:
    for line in record.stock:
        was = tables.stock[line.location_id, line.sku]
        now = replace(was, held=was.held - line.quantity, claimed=was.claimed + line.quantity)
        put_level(tables, was, now, at)


def _release(tables: Tables, record: OrderRecord, status: ReservationStatus, at: datetime) -> None:
    for each in reservations_of(record):
        was = tables.stock[each.location_id, each.sku]
        held = each.kept if status is ReservationStatus.HELD else 0
        now = replace(
            was,
            held=was.held - held,
            claimed=was.claimed - (each.kept - held),
            backordered=min(was.backordered, max(was.reserved - each.kept - was.on_hand, 0)),
        )
        put_level(tables, was, now, at)


def _retake(tables: Tables, record: OrderRecord, at: datetime) -> bool:
    levels = [tables.stock[line.location_id, line.sku] for line in record.stock]
    if any(
        not line.backorder and was.available < line.quantity
        for line, was in zip(record.stock, levels, strict=True)
    ):
        return False
    for line, was in zip(record.stock, levels, strict=True):
        beyond = max(line.quantity - max(was.available, 0), 0)
        now = replace(was, claimed=was.claimed + line.quantity, backordered=was.backordered + beyond)
        put_level(tables, was, now, at)
    return True


def _write_on_hand(
    tables: Tables,
    was: StockLevel,
    on_hand: int,
    *,
    reason: MoveReason,
    reference: str,
    at: datetime,
    made_by: str = "",
) -> StockLevel:
    now = replace(was, on_hand=on_hand, backordered=min(was.backordered, max(was.reserved - on_hand, 0)))
    _write_move(
        tables, was, on_hand - was.on_hand, reason=reason, reference=reference, at=at, made_by=made_by
    )
    put_level(tables, was, now, at)
    return now


def _write_move(
    tables: Tables,
    level: StockLevel,
    quantity: int,
    *,
    reason: MoveReason,
    reference: str,
    at: datetime,
    made_by: str = "",
) -> None:
    """Write a line of the journal."""
    key = (level.location_id, level.sku)
    tables.last_move += 1
    line = StockMove(
        position=tables.last_move,
        sku=level.sku,
        location_id=level.location_id,
        quantity=quantity,
        reason=reason,
        reference=reference,
        at=at,
        made_by=made_by,
    )
    if quantity == 0:
        raise RuleBroken("A move of nothing is none.", rule="stock_move_quantity_check")
    tables.put(tables.moves, key, (*tables.moves.get(key, ()), line))
