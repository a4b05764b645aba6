"""What of an order may be sent, and what sending does. Pure.

Of a line, refunded units count against those that were not sent yet; only beyond them, and where a refund is
of what came back, they are units that the customer had. So what is left to send is ordered less sent less
refunded, whatever came first, and a parcel that is canceled gives back exactly what may be sent again.

Of a digital line nothing is sent: the payment delivers it. Its units stay claimed, since they leave no shelf.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from vivamarket.checkout.draft import Draft
from vivamarket.checkout.errors import NothingToShip, NotShippable, ShipmentNotFound
from vivamarket.checkout.model import Change, OrderedLine, OrderState, ReservedUnits
from vivamarket.checkout.transitions import Driver
from vivamarket.kernel.ids import ShipmentId, Sku
from vivamarket.orders.events import OrderShipped, ParcelUnits, ShipmentCanceled
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import Fulfillment, Shipment, ShipmentStatus, ShippedUnits, Tracking
from vivamarket.payments.model import PaymentStatus, Refund, RefundStatus

#: Parcels of one order, canceled ones among them.
SHIPMENTS_MAX = 100

_SHIPPABLE = frozenset({OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelWish:
    """What staff put into a parcel, and how it is followed."""

    units: tuple[ShippedUnits, ...]
    tracking: Tracking
    shipped_by: str


def left_to_ship(state: OrderState) -> tuple[ShippedUnits, ...]:
    """Return what may be sent now, by line; nothing for an order that is not paid."""
    if state.status not in _SHIPPABLE:
        return ()
    return tuple(
        ShippedUnits(line.position, left) for line in state.lines if (left := _left(state, line)) > 0
    )


def fulfillment_of(state: OrderState) -> Fulfillment:
    """Return how far the order's duty to deliver is done. What is refunded need not be sent.

    Digital lines of an order that is paid are delivered: with nothing to send beside them it is fulfilled,
    also after their money went back. While there is something to send, only parcels count.
    """
    owes = any(_left(state, line) > 0 for line in state.lines)
    if any(each.is_under_way for each in state.shipments):
        return Fulfillment.PARTIALLY_FULFILLED if owes else Fulfillment.FULFILLED
    is_delivered = _is_paid(state) and any(not line.requires_shipping for line in state.lines)
    return Fulfillment.FULFILLED if is_delivered and not owes else Fulfillment.UNFULFILLED


def reserved_units(state: OrderState) -> tuple[ReservedUnits, ...]:
    """Return what has left each SKU's reservation: sent, or free again because it was refunded unsent.

    Money that is only promised frees nothing: should the provider refuse it, the units are still owed.
    """
    shipped: Counter[Sku] = Counter()
    freed: Counter[Sku] = Counter()
    for line in state.lines:
        sent = _shipped(state.shipments, line)
        shipped[line.sku] += sent
        unsent = _unsent(state, line, lambda refund: refund.status is RefundStatus.SUCCEEDED)
        freed[line.sku] += min(line.quantity - sent, unsent)
    return tuple(ReservedUnits(sku, shipped[sku], freed[sku]) for sku in sorted(shipped))


def ship(
    state: OrderState, wish: ParcelWish, *, shipment_id: ShipmentId, request_key: str, now: datetime
) -> Change:
    """Send a parcel: its units leave the stock.

    A wish of the same ``request_key`` is the same parcel: nothing changes. Raise ``NotShippable`` for an
    order that is not paid, ``NothingToShip`` for more than is left to send.
    """
    draft = Draft(state, Driver.STAFF, now)
    if any(each.request_key == request_key for each in state.shipments):
        return draft.change()
    if state.status not in _SHIPPABLE:
        raise NotShippable("Only what is paid is sent.", status=state.status.value)
    if len(state.shipments) >= SHIPMENTS_MAX:
        raise NotShippable("This order has had too many parcels.", status=state.status.value)
    shipment = draft.add_shipment(
        Shipment(
            id=shipment_id,
            order_id=state.id,
            status=ShipmentStatus.SHIPPED,
            units=_checked(state, wish.units),
            tracking=wish.tracking,
            shipped_by=wish.shipped_by,
            request_key=request_key,
            shipped_at=now,
            updated_at=now,
        )
    )
    draft.reserve(reserved_units(draft.state))
    draft.emit(
        OrderShipped(
            order_id=state.id,
            number=state.number,
            shipment_id=shipment.id,
            carrier=wish.tracking.carrier_name,
            tracking_number=wish.tracking.number,
            tracking_url=wish.tracking.url,
            units=_parcel_units(state, shipment),
        )
    )
    return draft.change()


def correct_shipment(state: OrderState, shipment_id: ShipmentId, tracking: Tracking, now: datetime) -> Change:
    """Write another carrier or number on a parcel; the same again changes nothing.

    Raise ``ShipmentNotFound``, also for one that is canceled.
    """
    draft = Draft(state, Driver.STAFF, now)
    shipment = _named(state, shipment_id)
    if not shipment.is_under_way:
        raise ShipmentNotFound("This parcel is canceled.", shipment_id=shipment_id)
    if shipment.tracking != tracking:
        draft.move_shipment(shipment, "corrected", tracking=tracking)
    return draft.change()


def cancel_shipment(state: OrderState, shipment_id: ShipmentId, now: datetime) -> Change:
    """Take a parcel back: its units are on hand again, and kept for the order as far as they are owed.

    One that is canceled changes nothing. Raise ``ShipmentNotFound``.
    """
    draft = Draft(state, Driver.STAFF, now)
    shipment = _named(state, shipment_id)
    if shipment.is_under_way:
        draft.move_shipment(shipment, "canceled")
        draft.reserve(reserved_units(draft.state))
        draft.emit(
            ShipmentCanceled(
                order_id=state.id,
                number=state.number,
                shipment_id=shipment.id,
                units=_parcel_units(state, shipment),
            )
        )
    return draft.change()


def _checked(state: OrderState, units: Sequence[ShippedUnits]) -> tuple[ShippedUnits, ...]:
    left = {each.position: each.quantity for each in left_to_ship(state)}
    wanted = sorted(units, key=lambda each: each.position)
    if not wanted or len({each.position for each in wanted}) < len(wanted):
        raise NothingToShip("Put something into the parcel, and name each line once.")
    for each in wanted:
        if not 1 <= each.quantity <= left.get(each.position, 0):
            raise NothingToShip(
                f"Of line {each.position}, {left.get(each.position, 0)} can still be sent.",
                position=each.position,
                left=left.get(each.position, 0),
            )
    return tuple(wanted)


def _named(state: OrderState, shipment_id: ShipmentId) -> Shipment:
    found = next((each for each in state.shipments if each.id == shipment_id), None)
    if found is None:
        raise ShipmentNotFound("The order has no such parcel.", shipment_id=shipment_id)
    return found


def _parcel_units(state: OrderState, shipment: Shipment) -> tuple[ParcelUnits, ...]:
    skus = {line.position: line.sku for line in state.lines}
    return tuple(ParcelUnits(each.position, skus[each.position], each.quantity) for each in shipment.units)


def _is_paid(state: OrderState) -> bool:
    """Return whether a payment paid the order, whatever went back since; a deposit pays nothing."""
    return any(each.status is PaymentStatus.SUCCEEDED and not each.is_deposit for each in state.payments)


def _left(state: OrderState, line: OrderedLine) -> int:
    """Return how many units are still to be sent; refunds on their way count as made."""
    if not line.requires_shipping:
        return 0
    promised = _unsent(state, line, lambda refund: refund.status is not RefundStatus.FAILED)
    return max(line.quantity - _shipped(state.shipments, line) - promised, 0)


def _shipped(shipments: Sequence[Shipment], line: OrderedLine) -> int:
    return sum(
        each.quantity
        for shipment in shipments
        if shipment.is_under_way
        for each in shipment.units
        if each.position == line.position
    )


def _unsent(state: OrderState, line: OrderedLine, counts: Callable[[Refund], bool]) -> int:
    """Return how many refunded units are not to be sent: all but those that were sent and came back."""
    lines = [
        each
        for refund in state.refunds
        if not refund.of_deposit and counts(refund)
        for each in refund.lines
        if each.position == line.position
    ]
    returned = min(sum(each.returned for each in lines), _shipped(state.shipments, line))
    return sum(each.quantity for each in lines) - returned
