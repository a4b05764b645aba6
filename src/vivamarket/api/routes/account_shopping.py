"""A signed-in customer's cart and orders."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.customers import caller_of
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.cart import cart_out
from vivamarket.api.present.orders import order_out
from vivamarket.api.routes.account_words import CHANGES, READS
from vivamarket.api.schemas.account import AccountCart, AccountOrderPage, AccountOrderRow
from vivamarket.api.schemas.cart import CartOut
from vivamarket.api.schemas.orders import OrderOut, OrderToken
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CursorQuery, IdempotencyKey, LimitQuery, OrderIdPath
from vivamarket.cart.service import CartView
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import CartId, OrderId
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT


def shopping_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [_open_cart(services), _list_orders(services), _get_order(services), _get_token(services)]


def _open_cart(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/cart",
        operation_id="openAccountCart",
        summary="Open the customer's cart",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def open_account_cart(
        request: ApiRequest, data: JSONBody[AccountCart], idempotency_key: IdempotencyKey
    ) -> Response[CartOut]:
        """Return the customer's cart, begun if there is none; a guest's cart that is named goes into it.

        Nothing is lost: quantities add up, and what does not fit stays in the guest's cart. A cart that is
        somebody else's, ordered or gone changes nothing. Use the `id` of the answer from then on.
        """
        customer = caller_of(request).customer
        once = Once(services, request, idempotency_key, data, caller=customer.id)
        return await once.with_effect(
            lambda: services.account.carts.open(
                customer.id,
                guest_id=CartId(data.cart_id) if data.cart_id else None,
                currency=data.currency,
                locale=data.locale,
                attempt=once.attempt,
                render=_shown,
            )
        )

    return open_account_cart


def _list_orders(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/orders",
        operation_id="listAccountOrders",
        summary="List the customer's orders",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_account_orders(
        request: ApiRequest, cursor: CursorQuery = None, limit: LimitQuery = PAGE_SIZE_DEFAULT
    ) -> AccountOrderPage:
        """Return a page of the customer's orders, newest first, guest orders by the confirmed address too."""
        customer = caller_of(request).customer
        page = await services.account.orders.newest(customer.id, customer.email, cursor, limit)
        rows = (
            AccountOrderRow(
                row.id,
                row.number,
                row.status,
                row.total,
                row.refunded_total,
                row.placed_at,
                row.fulfillment,
            )
            for row in page.items
        )
        return AccountOrderPage(tuple(rows), page.next_cursor)

    return list_account_orders


def _get_order(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/orders/{order_id:str}",
        operation_id="getAccountOrder",
        summary="Read one of the customer's orders",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def get_account_order(request: ApiRequest, order_id: OrderIdPath) -> OrderOut:
        """Return the order if it is the customer's; another's is not found."""
        customer = caller_of(request).customer
        return order_out(await services.account.orders.get(customer.id, customer.email, OrderId(order_id)))

    return get_account_order


def _get_token(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/orders/{order_id:str}/token",
        operation_id="getAccountOrderToken",
        summary="Get the token of one of the customer's orders",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def get_account_order_token(request: ApiRequest, order_id: OrderIdPath) -> Response[OrderToken]:
        """Return a token that pays, cancels and returns the order for 12 hours, if it is the customer's."""
        customer = caller_of(request).customer
        order = await services.account.orders.get(customer.id, customer.email, OrderId(order_id))
        return Response(
            OrderToken(services.after.links.of_visit(order.id)), headers={"cache-control": "no-store"}
        )

    return get_account_order_token


def _shown(view: CartView) -> StoredResponse:
    return render(200, cart_out(view))
