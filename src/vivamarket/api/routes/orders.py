"""Orders: placed, read, paid, settled, canceled. Read with the token that placing gave."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar import Response, Router, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.orders import order_out
from vivamarket.api.routes.order_invoices import invoice_handlers
from vivamarket.api.routes.order_returns import return_handlers
from vivamarket.api.routes.order_words import GUEST, token_of
from vivamarket.api.schemas.orders import NewOrder, OrderOut, PaymentStarted, PlacedOrder
from vivamarket.api.services import ApiServices
from vivamarket.api.words import IdempotencyKey, OrderIdPath
from vivamarket.checkout.model import OrderState
from vivamarket.checkout.model import PlacedOrder as Placed
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import CartId, OrderId


def order_routes(services: ApiServices) -> Router:
    """Build the order routes."""
    handlers = [
        _place_order(services),
        _get_order(services),
        _start_payment(services),
        _settle_order(services),
        _cancel_order(services),
        *invoice_handlers(services),
        *return_handlers(services),
    ]
    return Router("/api/v1/orders", route_handlers=handlers, tags=["Orders"])


def _place_order(services: ApiServices) -> HTTPRouteHandler:
    @post("/", operation_id="placeOrder", summary="Place an order", responses=describes_change(404))
    async def place_order(
        request: ApiRequest, data: JSONBody[NewOrder], idempotency_key: IdempotencyKey
    ) -> Response[PlacedOrder]:
        """Turn the cart into an order at exactly the quote the shopper confirmed.

        The order is on disk and its goods are held for 15 minutes when this answers 201. Refusals:
        `quote_changed` (409, with the new `quote`), `out_of_stock` (409, with `skus`),
        `cart_already_ordered` (409, with `order_id`), `checkout_incomplete` (422, with `missing`).
        """
        once = Once(services, request, idempotency_key, data, caller=data.cart_id)
        return await once.with_effect(
            lambda: services.checkout.place_order(
                CartId(data.cart_id), data.quote_hash, once.attempt, _placed
            )
        )

    return place_order


def _get_order(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/{order_id:str}",
        operation_id="getOrder",
        summary="Read an order",
        security=GUEST,
        responses=describes(400, 401, 404),
    )
    async def get_order(request: ApiRequest, order_id: OrderIdPath) -> OrderOut:
        """Return the order, its payment and its history to whoever holds its token."""
        return order_out(await services.orders.get(OrderId(order_id), token_of(request)))

    return get_order


def _start_payment(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/{order_id:str}/payment",
        operation_id="startPayment",
        summary="Start or resume paying",
        status_code=200,
        security=GUEST,
        responses=describes_change(401, 404, has_body=False),
    )
    async def start_payment(
        request: ApiRequest,
        order_id: OrderIdPath,
        idempotency_key: IdempotencyKey,
    ) -> Response[PaymentStarted]:
        """Return the provider's page for the one live payment of the order; send the shopper there."""
        known = await services.orders.authorize(OrderId(order_id), token_of(request))
        once = Once(services, request, idempotency_key, caller=known)

        async def work() -> StoredResponse:
            start = await services.checkout.start_payment(known)
            return render(200, PaymentStarted(start.payment_id, start.status, start.redirect_url))

        return await once.in_steps(work)

    return start_payment


def _settle_order(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/{order_id:str}/settle",
        operation_id="settleOrder",
        summary="Ask the provider what became of the payment",
        status_code=200,
        security=GUEST,
        responses=describes_change(401, 404, has_body=False),
    )
    async def settle_order(
        request: ApiRequest,
        order_id: OrderIdPath,
        idempotency_key: IdempotencyKey,
    ) -> Response[OrderOut]:
        """Read the payment from the provider and draw the consequence; the return page calls this."""
        return await _order_after(services.checkout.settle, services, request, order_id, idempotency_key)

    return settle_order


def _cancel_order(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/{order_id:str}/cancel",
        operation_id="cancelOrder",
        summary="Cancel an order that is not paid",
        status_code=200,
        security=GUEST,
        responses=describes_change(401, 404, has_body=False),
    )
    async def cancel_order(
        request: ApiRequest,
        order_id: OrderIdPath,
        idempotency_key: IdempotencyKey,
    ) -> Response[OrderOut]:
        """End an unpaid order; its goods are free once the provider confirms that no money can come."""
        return await _order_after(
            services.checkout.cancel_order, services, request, order_id, idempotency_key
        )

    return cancel_order


async def _order_after(
    change: Callable[[OrderId], Awaitable[OrderState]],
    services: ApiServices,
    request: ApiRequest,
    order_id: str,
    key: str,
) -> Response[OrderOut]:
    """Change the order of whoever holds its token, and answer what it is then."""
    known = await services.orders.authorize(OrderId(order_id), token_of(request))
    once = Once(services, request, key, caller=known)

    async def work() -> StoredResponse:
        await change(known)
        return render(200, order_out(await services.orders.by_id(known)))

    return await once.in_steps(work)


def _placed(placed: Placed) -> StoredResponse:
    return render(201, PlacedOrder(order_out(placed.order), placed.token))
