"""Parcels for staff: packed, corrected, taken back."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff import file_out
from vivamarket.api.routes.staff_words import CHANGES, READS, OrderNumberPath, staff_of
from vivamarket.api.schemas.staff import StaffOrderOut
from vivamarket.api.schemas.staff_shipments import CarrierOut, CarriersOut, NewShipment, TrackingIn
from vivamarket.api.services import ApiServices
from vivamarket.api.staff.desk import Desk
from vivamarket.api.words import IdempotencyKey
from vivamarket.checkout.fulfilling import TrackingWish
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import OrderId, OrderNumber, ShipmentId, parse_uuid
from vivamarket.orders.shipments import ShippedUnits

ShipmentIdPath = Annotated[str, PathParameter(max_length=36, description="The parcel's id.")]


def shipment_handlers(services: ApiServices, desk: Desk) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _list_carriers(services),
        _ship(services, desk),
        _correct(services, desk),
        _cancel(services, desk),
    ]


def _list_carriers(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/carriers",
        operation_id="listCarriers",
        summary="Read who carries parcels",
        security=READS,
        responses=describes(401),
    )
    async def list_carriers() -> CarriersOut:
        """Return the carriers of the shop's profile."""
        known = services.staff.fulfilling.carriers.all
        return CarriersOut(tuple(CarrierOut(each.key, each.name, bool(each.tracking_url)) for each in known))

    return list_carriers


def _ship(services: ApiServices, desk: Desk) -> HTTPRouteHandler:
    @post(
        "/orders/{number:str}/shipments",
        operation_id="shipStaffOrder",
        summary="Send a parcel",
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def ship_staff_order(
        request: ApiRequest,
        number: OrderNumberPath,
        data: JSONBody[NewShipment],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffOrderOut]:
        """Take the units from the stock and tell the customer how to follow the parcel, once per key.

        Refusals: `order_not_shippable` for what is not paid, `nothing_to_ship` (with `left`) for more than is
        left to send, `not_enough_on_hand`, `unknown_carrier`.
        """
        staff = staff_of(request)
        once = Once(services, request, idempotency_key, data, caller=staff.id)

        async def work() -> StoredResponse:
            await services.staff.fulfilling.ship(
                await _order_id(services, number),
                tuple(ShippedUnits(each.position, each.quantity) for each in data.units),
                _tracking(data.tracking),
                shipped_by=staff.name,
                request_key=once.attempt.key,
            )
            return render(201, file_out(await desk.order(OrderNumber(number))))

        return await once.in_steps(work)

    return ship_staff_order


def _correct(services: ApiServices, desk: Desk) -> HTTPRouteHandler:
    @post(
        "/orders/{number:str}/shipments/{shipment_id:str}/tracking",
        operation_id="correctStaffShipment",
        summary="Correct how a parcel is followed",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def correct_staff_shipment(
        request: ApiRequest,
        number: OrderNumberPath,
        shipment_id: ShipmentIdPath,
        data: JSONBody[TrackingIn],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffOrderOut]:
        """Write another carrier or number on it. The customer is not told; send the mail again for that.

        Refusals: `shipment_not_found` (404), `unknown_carrier`.
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            parcel = ShipmentId(parse_uuid(shipment_id))
            order_id = await _order_id(services, number)
            await services.staff.fulfilling.correct(order_id, parcel, _tracking(data))
            return render(200, file_out(await desk.order(OrderNumber(number))))

        return await once.in_steps(work)

    return correct_staff_shipment


def _cancel(services: ApiServices, desk: Desk) -> HTTPRouteHandler:
    @post(
        "/orders/{number:str}/shipments/{shipment_id:str}/cancel",
        operation_id="cancelStaffShipment",
        summary="Take a parcel back",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def cancel_staff_shipment(
        request: ApiRequest,
        number: OrderNumberPath,
        shipment_id: ShipmentIdPath,
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffOrderOut]:
        """Put its units back on hand; what the customer is still owed is kept for the order.

        Refusals: `shipment_not_found` (404); `shipment_came_back` once units of it were sent back.
        """
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            parcel = ShipmentId(parse_uuid(shipment_id))
            await services.staff.fulfilling.cancel(await _order_id(services, number), parcel)
            return render(200, file_out(await desk.order(OrderNumber(number))))

        return await once.in_steps(work)

    return cancel_staff_shipment


async def _order_id(services: ApiServices, number: str) -> OrderId:
    return (await services.orders.by_number(OrderNumber(number))).id


def _tracking(data: TrackingIn) -> TrackingWish:
    return TrackingWish(carrier=data.carrier, carrier_name=data.carrier_name, number=data.tracking_number)
