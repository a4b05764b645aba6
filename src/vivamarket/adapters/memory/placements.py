"""Placing orders: a batch in one transaction, each order answered by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vivamarket.adapters.memory.outbox import tell
from vivamarket.adapters.memory.stock import level_of, put_level
from vivamarket.adapters.memory.tables import KeyRecord, OrderRecord, StepRecord, StockKey, Tables
from vivamarket.checkout.model import (
    OrderedLine,
    OrderState,
    Placement,
    PlacementAnswer,
    PlacementOutcome,
    StockLine,
)
from vivamarket.checkout.transitions import Machine
from vivamarket.inventory.model import ReservationStatus, StockLevel
from vivamarket.kernel.errors import RuleBroken
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.orders.events import OrderPlaced
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.model import Payment, PaymentStatus

#: What the batch has left of its stock items so far; written once, at its end.
_Shelf = dict[StockKey, StockLevel]


class MemoryPlacementStore:
    """The ``PlacementStore`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def place(self, placements: Sequence[Placement]) -> list[PlacementAnswer]:
        """Place up to ``PLACEMENTS_MAX`` orders in one transaction. See the port."""
        tables = self._tables
        with tables.transaction():
            before: _Shelf = {
                key: level_of(tables, key)
                for key in sorted(
                    {(line.location_id, line.sku) for each in placements for line in each.stock}
                )
            }
            shelf = dict(before)
            answers = [self._place(each, shelf) for each in placements]
            for key, was in before.items():
                if shelf[key] is not was:
                    put_level(tables, was, shelf[key], placements[0].order.placed_at)
        return answers

    def _place(self, placement: Placement, shelf: _Shelf) -> PlacementAnswer:
        refusal = self._refusal(placement, shelf)
        if refusal is not None:
            return refusal
        self._write(placement)
        for line in placement.stock:
            _take(shelf, line)
        return PlacementAnswer(PlacementOutcome.PLACED, order_id=placement.order.id)

    def _refusal(self, placement: Placement, shelf: _Shelf) -> PlacementAnswer | None:
        """Return why the order is not placed, None when it may be; the order of the questions counts."""
        tables = self._tables
        known = tables.keys.get(placement.attempt.key)
        if known is not None:
            return _answered_before(placement, known)
        cart = tables.carts.get(placement.order.cart_id)
        if cart is None:
            return PlacementAnswer(PlacementOutcome.CART_NOT_FOUND)
        tables.lock()
        if cart.order_id is not None:
            return PlacementAnswer(PlacementOutcome.CART_ORDERED, order_id=cart.order_id)
        if cart.version != placement.cart_version:
            return PlacementAnswer(PlacementOutcome.CART_CHANGED)
        short = tuple(
            (line.sku, shelf[line.location_id, line.sku].available)
            for line in placement.stock
            if not line.backorder and shelf[line.location_id, line.sku].available < line.quantity
        )
        if short:
            return PlacementAnswer(PlacementOutcome.OUT_OF_STOCK, short=short)
        if placement.order.number in tables.order_of_number:
            return PlacementAnswer(PlacementOutcome.NUMBER_TAKEN)
        return None

    def _write(self, placement: Placement) -> None:
        tables, order = self._tables, placement.order
        _require_new(tables, placement)
        at = order.placed_at
        tables.put(tables.orders, order.id, _record(placement))
        tables.put(tables.order_of_number, order.number, order.id)
        tables.put(tables.order_of_cart, order.cart_id, order.id)
        tables.put(tables.order_of_payment, placement.payment_id, order.id)
        tables.put(tables.expire_at, order.id, order.expires_at)
        tell(tables, OrderPlaced.kind, order.id, {"order_id": order.id, "number": order.number}, at)
        kept = KeyRecord(
            fingerprint=placement.attempt.fingerprint,
            claimed_at=at,
            status=placement.response.status,
            body=placement.response.body,
        )
        tables.put(tables.keys, placement.attempt.key, kept)
        tables.put(tables.carts, order.cart_id, replace(tables.carts[order.cart_id], order_id=order.id))


def _answered_before(placement: Placement, known: KeyRecord) -> PlacementAnswer:
    if known.fingerprint != placement.attempt.fingerprint:
        return PlacementAnswer(PlacementOutcome.KEY_REUSED)
    if known.status is None or known.body is None:
        return PlacementAnswer(PlacementOutcome.IN_FLIGHT)
    return PlacementAnswer(PlacementOutcome.REPLAYED, response=StoredResponse(known.status, known.body))


def _require_new(tables: Tables, placement: Placement) -> None:
    order = placement.order
    if order.id in tables.orders:
        raise RuleBroken("There is an order of that id.", rule="orders_pkey")
    if order.cart_id in tables.order_of_cart:
        raise RuleBroken("The cart has become an order before.", rule="order_of_cart")
    if placement.payment_id in tables.order_of_payment:
        raise RuleBroken("There is a payment of that id.", rule="payment_pkey")
    if len({(line.location_id, line.sku) for line in placement.stock}) < len(placement.stock):
        raise RuleBroken("Lines of one stock item are summed before.", rule="reservation_pkey")


def _take(shelf: _Shelf, line: StockLine) -> None:
    key = (line.location_id, line.sku)
    was = shelf[key]
    beyond = max(line.quantity - max(was.available, 0), 0)
    shelf[key] = replace(was, held=was.held + line.quantity, backordered=was.backordered + beyond)


def _record(placement: Placement) -> OrderRecord:
    order, at = placement.order, placement.order.placed_at
    payment = Payment(
        id=placement.payment_id,
        order_id=order.id,
        attempt=1,
        status=PaymentStatus.NEW,
        amount=order.total,
        created_at=at,
        updated_at=at,
    )
    state = OrderState(
        id=order.id,
        number=order.number,
        status=OrderStatus.PENDING_PAYMENT,
        cancel_reason=None,
        total=order.total,
        parts=placement.parts,
        reservation=ReservationStatus.HELD if placement.stock else None,
        payments=(payment,),
        refunds=(),
        lines=tuple(
            OrderedLine(position, line.sku, line.quantity, line.total, line.tax, line.requires_shipping)
            for position, line in enumerate(order.lines, start=1)
        ),
        placed_at=at,
        expires_at=order.expires_at,
    )
    return OrderRecord(
        order=order,
        state=state,
        captured=0,
        refunded=0,
        stock=tuple(sorted(placement.stock, key=lambda line: (line.location_id, line.sku))),
        steps=(
            StepRecord(at, Machine.ORDER, order.id, "placed", None, state.status.value),
            StepRecord(at, Machine.PAYMENT, payment.id, "begun", None, payment.status.value),
        ),
    )
