"""Returns for staff: listed, answered, received."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Protocol

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.returns import order_returns_out, return_out, return_page
from vivamarket.api.routes.order_returns import ReturnIdPath
from vivamarket.api.routes.staff_words import CHANGES, READS, OrderNumberPath, staff_of
from vivamarket.api.schemas.returns import OrderReturnsOut, ReturnAnswer, ReturnOut, ReturnPage, ReturnReceipt
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CursorQuery, IdempotencyKey, LimitQuery
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import OrderNumber
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT
from vivamarket.returns.decisions import Arrived
from vivamarket.returns.model import Return, ReturnId, ReturnStatus
from vivamarket.returns.service import ReturnService


def staff_return_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _list(services),
        _of_order(services),
        _answer(services, "approve", "Let the goods come back", ReturnService.approve),
        _answer(services, "refuse", "Refuse a return", ReturnService.refuse),
        _receive(services),
    ]


def _list(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/returns",
        operation_id="listStaffReturns",
        summary="List returns",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_staff_returns(
        status: Annotated[ReturnStatus | None, QueryParameter(description="In this state only.")] = None,
        cursor: CursorQuery = None,
        limit: LimitQuery = PAGE_SIZE_DEFAULT,
    ) -> ReturnPage:
        """Return a page of returns, newest first."""
        return return_page(await services.after.returns.newest(status, cursor, limit))

    return list_staff_returns


def _of_order(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/orders/{number:str}/returns",
        operation_id="listStaffOrderReturns",
        summary="List an order's returns",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def list_staff_order_returns(number: OrderNumberPath) -> OrderReturnsOut:
        """Return the order's returns, oldest first, and what may still be sent back."""
        order = await services.orders.by_number(OrderNumber(number))
        found = await services.after.returns.of_order(order.id)
        return order_returns_out(found, services.after.returns.ends_at(found), services.clock.now())

    return list_staff_order_returns


class _Answers(Protocol):
    """What staff answer to somebody who wants to send something back."""

    def __call__(
        self, returns: ReturnService, return_id: ReturnId, /, *, answer: str, by: str
    ) -> Awaitable[Return]: ...


def _answer(services: ApiServices, verb: str, summary: str, act: _Answers) -> HTTPRouteHandler:
    """Build what answers a return; ``verb`` names it in address and document."""

    @post(
        f"/returns/{{return_id:str}}/{verb}",
        operation_id=f"{verb}StaffReturn",
        summary=summary,
        description=f"{verb.capitalize()} the return; the customer hears of it by mail. "
        "Refusal: `return_moved` (409).",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def answer_staff_return(
        request: ApiRequest,
        return_id: ReturnIdPath,
        data: JSONBody[ReturnAnswer],
        idempotency_key: IdempotencyKey,
    ) -> Response[ReturnOut]:
        return await _answered(
            request,
            Once(services, request, idempotency_key, data, caller=staff_of(request).id),
            lambda by: act(services.after.returns, ReturnId(return_id), answer=data.answer, by=by),
        )

    return answer_staff_return


def _receive(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/returns/{return_id:str}/receive",
        operation_id="receiveStaffReturn",
        summary="Take the goods in and give the money back",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def receive_staff_return(
        request: ApiRequest,
        return_id: ReturnIdPath,
        data: JSONBody[ReturnReceipt],
        idempotency_key: IdempotencyKey,
    ) -> Response[ReturnOut]:
        """Note what came; its money goes back and the shelf is filled, once, whatever happens meanwhile.

        Refusals: `bad_return`, `return_moved` (409). A return whose money cannot go back is `unrefunded`.
        """
        arrived = [Arrived(line.position, line.received, line.restocked) for line in data.lines]
        return await _answered(
            request,
            Once(services, request, idempotency_key, data, caller=staff_of(request).id),
            lambda by: services.after.returns.receive(ReturnId(return_id), arrived, by=by),
        )

    return receive_staff_return


async def _answered(
    request: ApiRequest, once: Once, change: Callable[[str], Awaitable[Return]]
) -> Response[ReturnOut]:
    """Change the return in the name of whoever asks, and answer what it is then."""
    by = staff_of(request).name

    async def work() -> StoredResponse:
        return render(200, return_out(await change(by)))

    return await once.in_steps(work)
