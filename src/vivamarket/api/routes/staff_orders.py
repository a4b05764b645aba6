"""Orders for staff: read with everything about them, canceled, accepted, refunded."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff import file_out, preview_out, row_out
from vivamarket.api.routes.staff_words import CHANGES, READS, OrderNumberPath, staff_of
from vivamarket.api.schemas.staff import (
    AmountIn,
    RefundPreviewOut,
    RefundRequest,
    StaffOrderOut,
    StaffOrderPage,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.staff.desk import Desk
from vivamarket.api.words import CursorQuery, IdempotencyKey, LimitQuery
from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import OrderNumber
from vivamarket.kernel.money import MINOR_UNITS_MAX, Money
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT
from vivamarket.orders.finding import QUERY_LENGTH_MAX, BadOrderQuery, OrderQuery, OrderSort
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import Fulfillment

TotalBound = Annotated[
    int | None,
    QueryParameter(ge=0, le=MINOR_UNITS_MAX, description="Minor units of the currency, itself included."),
]


def staff_order_handlers(services: ApiServices, desk: Desk) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _list_orders(services),
        _get_order(desk),
        _cancel(services, desk),
        _capture(services, desk),
        _accept(services, desk),
        _preview(services, desk),
        _refund(services, desk),
    ]


def _list_orders(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/orders",
        operation_id="listStaffOrders",
        summary="Find orders",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_staff_orders(
        *,
        q: Annotated[
            str,
            QueryParameter(
                max_length=QUERY_LENGTH_MAX,
                description="Number, e-mail address or name, or how they begin (3 letters or more).",
            ),
        ] = "",
        status: Annotated[
            list[OrderStatus] | None, QueryParameter(max_items=9, description="In these states only.")
        ] = None,
        fulfillment: Annotated[
            list[Fulfillment] | None, QueryParameter(max_items=3, description="So far fulfilled only.")
        ] = None,
        placed_from: Annotated[
            datetime | None, QueryParameter(description="Placed then or later, with its offset from UTC.")
        ] = None,
        placed_before: Annotated[
            datetime | None, QueryParameter(description="Placed before then, with its offset from UTC.")
        ] = None,
        currency: Annotated[
            str | None,
            QueryParameter(max_length=8, description="In this currency only; needed to compare totals."),
        ] = None,
        total_min: TotalBound = None,
        total_max: TotalBound = None,
        sort: Annotated[OrderSort, QueryParameter(description="Order of the list.")] = OrderSort.NEWEST,
        cursor: CursorQuery = None,
        limit: LimitQuery = PAGE_SIZE_DEFAULT,
    ) -> StaffOrderPage:
        """Return a page of the orders of which all of this holds.

        By words and totals an order is found about a second after it was placed; its state is always the
        present one. What more than 10,000 orders begin with is looked for as a whole word. Refusal:
        `bad_order_query` (400).
        """
        query = OrderQuery(
            text=q,
            statuses=tuple(dict.fromkeys(status or ())),
            fulfillments=tuple(dict.fromkeys(fulfillment or ())),
            placed_from=_utc(placed_from),
            placed_before=_utc(placed_before),
            currency=currency and services.shop.check_currency(currency),
            total_min=total_min,
            total_max=total_max,
            sort=sort,
        )
        page = await services.orders.find(query, cursor, limit)
        return StaffOrderPage(tuple(row_out(row) for row in page.items), page.next_cursor)

    return list_staff_orders


def _get_order(desk: Desk) -> HTTPRouteHandler:
    @get(
        "/orders/{number:str}",
        operation_id="getStaffOrder",
        summary="Read everything about an order",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def get_staff_order(number: OrderNumberPath) -> StaffOrderOut:
        """Return the order with its payments, refunds, disputes, stock and books."""
        return file_out(await desk.order(OrderNumber(number)))

    return get_staff_order


def _cancel(services: ApiServices, desk: Desk) -> HTTPRouteHandler:
    @post(
        "/orders/{number:str}/cancel",
        operation_id="cancelStaffOrder",
        summary="Cancel an order that is not paid",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def cancel_staff_order(
        request: ApiRequest, number: OrderNumberPath, idempotency_key: IdempotencyKey
    ) -> Response[StaffOrderOut]:
        """End the order; its goods are free once the provider confirms that no money can come.

        Money that is only held is let go: this is the void. Refusal: `order_not_cancelable` (422).
        """
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await desk.cancel(OrderNumber(number))
            return render(200, file_out(await desk.order(OrderNumber(number))))

        return await once.in_steps(work)

    return cancel_staff_order


def _capture(services: ApiServices, desk: Desk) -> HTTPRouteHandler:
    @post(
        "/orders/{number:str}/capture",
        operation_id="captureStaffOrder",
        summary="Take the held money of an order",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def capture_staff_order(
        request: ApiRequest, number: OrderNumberPath, idempotency_key: IdempotencyKey
    ) -> Response[StaffOrderOut]:
        """Take all that the provider holds for an authorized order, once however often it is asked.

        The wish is on disk when this answers; a payment that is `capturing` still waits for the provider.
        Refusals (422): `order_not_capturable` when nothing is held, `capture_refused` when the provider
        does not take it now and holds it on: try again with another key, or cancel.
        """
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await desk.capture(OrderNumber(number))
            return render(200, file_out(await desk.order(OrderNumber(number))))

        return await once.in_steps(work)

    return capture_staff_order


def _accept(services: ApiServices, desk: Desk) -> HTTPRouteHandler:
    @post(
        "/orders/{number:str}/accept",
        operation_id="acceptStaffOrder",
        summary="Accept the money of an order in review",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def accept_staff_order(
        request: ApiRequest, number: OrderNumberPath, idempotency_key: IdempotencyKey
    ) -> Response[StaffOrderOut]:
        """Take what came as the order's payment, when it fits its total; otherwise refund it.

        Refusal: `review_not_acceptable` (422).
        """
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await desk.accept(OrderNumber(number))
            return render(200, file_out(await desk.order(OrderNumber(number))))

        return await once.in_steps(work)

    return accept_staff_order


def _preview(services: ApiServices, desk: Desk) -> HTTPRouteHandler:
    @post(
        "/orders/{number:str}/refund-preview",
        operation_id="previewStaffRefund",
        summary="See what a refund comes to",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def preview_staff_refund(
        request: ApiRequest,
        number: OrderNumberPath,
        data: JSONBody[RefundRequest],
        idempotency_key: IdempotencyKey,
    ) -> Response[RefundPreviewOut]:
        """Return the sums of a refund without making it. As any answer it belongs to its key: take a new
        one to ask again."""
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            found = await desk.preview_refund(OrderNumber(number), _wish(data), everything=data.everything)
            return render(200, preview_out(found))

        return await once.in_steps(work)

    return preview_staff_refund


def _refund(services: ApiServices, desk: Desk) -> HTTPRouteHandler:
    @post(
        "/orders/{number:str}/refunds",
        operation_id="refundStaffOrder",
        summary="Give money back",
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def refund_staff_order(
        request: ApiRequest,
        number: OrderNumberPath,
        data: JSONBody[RefundRequest],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffOrderOut]:
        """Give back lines, shipping or goodwill, or everything that is left, exactly once per key.

        The refund is on disk when this answers; `status` says whether the provider has made it.
        Refusals: `nothing_to_refund`, `bad_refund`, `empty_refund`, `order_not_refundable`.
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await desk.refund(
                OrderNumber(number), _wish(data), everything=data.everything, attempt=once.attempt
            )
            return render(201, file_out(await desk.order(OrderNumber(number))))

        return await once.in_steps(work)

    return refund_staff_order


def _wish(data: RefundRequest) -> RefundWish:
    return RefundWish(
        lines=tuple(RefundLine(each.position, each.quantity) for each in data.lines),
        shipping=_money(data.shipping),
        goodwill=_money(data.goodwill),
        reason=data.reason,
    )


def _utc(moment: datetime | None) -> datetime | None:
    """Return the moment in UTC. Raise ``BadOrderQuery`` for one that does not say its offset."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise BadOrderQuery("Say the offset from UTC, such as 2026-05-01T00:00:00+02:00.", field="placed_at")
    return moment.astimezone(UTC)


def _money(amount: AmountIn | None) -> Money | None:
    return Money(amount.minor_units, amount.currency) if amount else None
