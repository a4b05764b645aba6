"""The routes of what follows a sale: parcels, and goods that come back. Thin, as ``endpoints``."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import msgspec

from vivamarket.checkout.fulfilling import Fulfilling, TrackingWish
from vivamarket.invoices.service import InvoiceService
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.idempotency import IdempotencyStore, StoredResponse, answer_once, attempt
from vivamarket.kernel.ids import OrderId, ShipmentId
from vivamarket.orders.service import OrderService
from vivamarket.orders.shipments import ShippedUnits
from vivamarket.returns.decisions import Arrived, Wanted
from vivamarket.returns.model import Return, ReturnId, ReturnReason
from vivamarket.returns.service import ReturnService

STAFF = "staff"
_encoder = msgspec.json.Encoder(order="deterministic")
Refusal = Callable[[DomainError], StoredResponse]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterUseCases:
    """What one web process offers for orders that are paid."""

    fulfilling: Fulfilling
    returns: ReturnService
    invoices: InvoiceService
    orders: OrderService
    keys: IdempotencyStore


class AfterEndpoints:
    """Parcels for staff; returns for customers, who have their order's token, and for staff."""

    def __init__(self, use: AfterUseCases, refusal: Refusal) -> None:
        self._use = use
        self._refusal = refusal

    async def look(self, order_id: str) -> StoredResponse:
        """``GET /staff/orders/{number}``, its returns and its newest invoice."""
        order = await self._use.orders.by_id(OrderId(order_id))
        found = await self._use.returns.of_order(order.id)
        papers = await self._use.invoices.of_order(order.id)
        newest = await self._use.invoices.get(papers[-1].number, order.id) if papers else None
        return _answer(
            200,
            {
                "status": order.status,
                "lines": [[line.position, line.quantity] for line in order.lines],
                "sent_lines": [
                    [line.position, line.quantity] for line in order.lines if line.requires_shipping
                ],
                "parcels": [each.id for each in order.shipments if each.is_under_way],
                "invoice": newest.number if newest else None,
                "returns": [_return(each) for each in found.returns],
            },
        )

    async def ship(
        self, order_id: str, key: str, units: Sequence[tuple[int, int]], number: str
    ) -> StoredResponse:
        """``POST /staff/orders/{number}/shipments``."""

        async def work(request_key: str) -> StoredResponse:
            state = await self._use.fulfilling.ship(
                OrderId(order_id),
                tuple(ShippedUnits(*each) for each in units),
                TrackingWish(carrier_name="Rosa", number=number),
                shipped_by="Ana",
                request_key=request_key,
            )
            return _answer(201, {"status": state.status, "parcels": len(state.shipments)})

        return await self._once(key, f"POST /staff/orders/{order_id}/shipments", STAFF, [units, number], work)

    async def correct(self, order_id: str, shipment_id: str, key: str, number: str) -> StoredResponse:
        """``POST …/shipments/{id}/tracking``."""

        async def work(_: str) -> StoredResponse:
            wish = TrackingWish(carrier_name="Rosa", number=number)
            state = await self._use.fulfilling.correct(OrderId(order_id), ShipmentId(shipment_id), wish)
            return _answer(200, {"status": state.status})

        return await self._once(key, f"POST …/{shipment_id}/tracking", STAFF, number, work)

    async def cancel_parcel(self, order_id: str, shipment_id: str, key: str) -> StoredResponse:
        """``POST …/shipments/{id}/cancel``."""

        async def work(_: str) -> StoredResponse:
            state = await self._use.fulfilling.cancel(OrderId(order_id), ShipmentId(shipment_id))
            return _answer(200, {"status": state.status})

        return await self._once(key, f"POST …/{shipment_id}/cancel", STAFF, None, work)

    async def ask_return(
        self, order_id: str, token: str, key: str, lines: Sequence[tuple[int, int]]
    ) -> StoredResponse:
        """``POST /orders/{id}/returns``."""
        known = await self._use.orders.authorize(OrderId(order_id), token)
        wanted = [Wanted(*each) for each in lines]

        async def work(request_key: str) -> StoredResponse:
            made = await self._use.returns.request(
                known, wanted, ReturnReason.DAMAGED, "Cracked.", request_key=request_key
            )
            return _answer(201, _return(made))

        return await self._once(key, f"POST /orders/{order_id}/returns", known, lines, work)

    async def withdraw(self, order_id: str, token: str, key: str, return_id: str) -> StoredResponse:
        """``POST /orders/{id}/returns/{id}/withdraw``."""
        known = await self._use.orders.authorize(OrderId(order_id), token)

        async def work(_: str) -> StoredResponse:
            return _answer(200, _return(await self._use.returns.withdraw(known, ReturnId(return_id))))

        return await self._once(key, f"POST …/{return_id}/withdraw", known, None, work)

    async def answer_return(self, return_id: str, key: str, verb: str) -> StoredResponse:
        """``POST /staff/returns/{id}/approve`` or ``/refuse``."""
        returns = self._use.returns

        async def work(_: str) -> StoredResponse:
            change = returns.approve if verb == "approve" else returns.refuse
            return _answer(200, _return(await change(ReturnId(return_id), answer="", by="Ana")))

        return await self._once(key, f"POST …/{return_id}/{verb}", STAFF, None, work)

    async def receive(
        self, return_id: str, key: str, arrived: Sequence[tuple[int, int, int]]
    ) -> StoredResponse:
        """``POST /staff/returns/{id}/receive``."""
        came = [Arrived(*each) for each in arrived]

        async def work(_: str) -> StoredResponse:
            return _answer(200, _return(await self._use.returns.receive(ReturnId(return_id), came, by="Ana")))

        return await self._once(key, f"POST …/{return_id}/receive", STAFF, arrived, work)

    async def _once(
        self,
        key: str,
        route: str,
        caller: str,
        body: object,
        work: Callable[[str], Awaitable[StoredResponse]],
    ) -> StoredResponse:
        wish = attempt(key, route=route, caller=caller, body=_encoder.encode(body))
        return await answer_once(self._use.keys, wish, lambda: work(wish.key), self._refusal)


def _return(found: Return) -> dict[str, object]:
    return {
        "id": found.id,
        "status": found.status,
        "lines": [[line.position, line.quantity] for line in found.lines],
    }


def _answer(status: int, body: object) -> StoredResponse:
    return StoredResponse(status, _encoder.encode(body))
