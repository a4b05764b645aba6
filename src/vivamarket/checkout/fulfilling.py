"""Sending orders in parcels: each is one decision under the order's lock."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.checkout import fulfillment
from vivamarket.checkout.fulfillment import ParcelWish
from vivamarket.checkout.model import OrderState
from vivamarket.checkout.ports import CheckoutStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import IdSource, OrderId, ShipmentId
from vivamarket.orders.shipments import ShippedUnits, Tracking
from vivamarket.shipping.carriers import Carriers


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackingWish:
    """Who carries a parcel, by the key of one of the shop's carriers or by any other name."""

    carrier: str = ""
    carrier_name: str = ""
    number: str = ""


class Fulfilling:
    """Use cases of parcels."""

    def __init__(self, *, store: CheckoutStore, carriers: Carriers, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._carriers = carriers
        self._clock = clock
        self._ids = ids

    @property
    def carriers(self) -> Carriers:
        """Return the carriers to choose from."""
        return self._carriers

    async def ship(
        self,
        order_id: OrderId,
        units: tuple[ShippedUnits, ...],
        tracking: TrackingWish,
        *,
        shipped_by: str,
        request_key: str,
    ) -> OrderState:
        """Send a parcel. The same ``request_key`` is the same parcel.

        Raise ``NotShippable``, ``NothingToShip``, ``UnknownCarrier``, ``NotEnoughOnHand``, ``OrderNotFound``.
        """
        now = self._clock.now()
        wish = ParcelWish(units=units, tracking=self._tracking(tracking), shipped_by=shipped_by)
        shipment_id = ShipmentId(self._ids.uuid7())
        return await self._store.change(
            order_id,
            lambda state: fulfillment.ship(
                state, wish, shipment_id=shipment_id, request_key=request_key, now=now
            ),
            now,
        )

    async def correct(self, order_id: OrderId, shipment_id: ShipmentId, tracking: TrackingWish) -> OrderState:
        """Write another carrier or number on a parcel. Raise ``ShipmentNotFound``, ``UnknownCarrier``."""
        now = self._clock.now()
        told = self._tracking(tracking)
        return await self._store.change(
            order_id, lambda state: fulfillment.correct_shipment(state, shipment_id, told, now), now
        )

    async def cancel(self, order_id: OrderId, shipment_id: ShipmentId) -> OrderState:
        """Put the units of a parcel back on hand. Raise ``ShipmentNotFound``, or ``ShipmentCameBack``."""
        now = self._clock.now()
        return await self._store.change(
            order_id, lambda state: fulfillment.cancel_shipment(state, shipment_id, now), now
        )

    def _tracking(self, wish: TrackingWish) -> Tracking:
        number = wish.number.strip()
        if not wish.carrier:
            return Tracking(carrier_name=wish.carrier_name.strip(), number=number)
        carrier = self._carriers.named(wish.carrier)
        return Tracking(
            carrier=carrier.key, carrier_name=carrier.name, number=number, url=carrier.link(number)
        )
