"""Sending back, for whoever holds an order's token."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.returns import order_returns_out, return_out
from vivamarket.api.routes.order_words import GUEST, token_of
from vivamarket.api.schemas.returns import OrderReturnsOut, ReturnOut, ReturnRequest
from vivamarket.api.services import ApiServices
from vivamarket.api.words import IdempotencyKey, OrderIdPath
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import OrderId
from vivamarket.returns.decisions import Wanted
from vivamarket.returns.model import ReturnId

ReturnIdPath = Annotated[str, PathParameter(max_length=64, description="The return's id.")]


def return_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [_list(services), _request(services), _withdraw(services)]


def _list(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/{order_id:str}/returns",
        operation_id="listOrderReturns",
        summary="List an order's returns",
        security=GUEST,
        responses=describes(400, 401, 404),
    )
    async def list_order_returns(request: ApiRequest, order_id: OrderIdPath) -> OrderReturnsOut:
        """Return the order's returns, and how many units of each line may still be sent back until when."""
        known = await services.orders.authorize(OrderId(order_id), token_of(request))
        returns = services.after.returns
        found = await returns.of_order(known)
        return order_returns_out(found, returns.ends_at(found), services.clock.now())

    return list_order_returns


def _request(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/{order_id:str}/returns",
        operation_id="requestReturn",
        summary="Ask to send something back",
        security=GUEST,
        responses=describes_change(401, 404),
    )
    async def request_return(
        request: ApiRequest,
        order_id: OrderIdPath,
        data: JSONBody[ReturnRequest],
        idempotency_key: IdempotencyKey,
    ) -> Response[ReturnOut]:
        """Ask the shop to take units back that were sent; its answer comes by mail.

        Refusals: `nothing_to_return` (with `position` and `returnable`), `return_too_late` (with
        `ended_at`), `bad_return`.
        """
        known = await services.orders.authorize(OrderId(order_id), token_of(request))
        once = Once(services, request, idempotency_key, data, caller=known)

        async def work() -> StoredResponse:
            lines = [Wanted(line.position, line.quantity) for line in data.lines]
            found = await services.after.returns.request(
                known, lines, data.reason, data.note, request_key=once.attempt.key
            )
            return render(201, return_out(found))

        return await once.in_steps(work)

    return request_return


def _withdraw(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/{order_id:str}/returns/{return_id:str}/withdraw",
        operation_id="withdrawReturn",
        summary="Take a return back",
        status_code=200,
        security=GUEST,
        responses=describes_change(401, 404, has_body=False),
    )
    async def withdraw_return(
        request: ApiRequest, order_id: OrderIdPath, return_id: ReturnIdPath, idempotency_key: IdempotencyKey
    ) -> Response[ReturnOut]:
        """Keep the products after all. Refusal: `return_moved` once the goods are here or it was refused."""
        known = await services.orders.authorize(OrderId(order_id), token_of(request))
        once = Once(services, request, idempotency_key, caller=known)

        async def work() -> StoredResponse:
            return render(200, return_out(await services.after.returns.withdraw(known, ReturnId(return_id))))

        return await once.in_steps(work)

    return withdraw_return
