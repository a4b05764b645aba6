"""An order's diary for staff: notes, and mails sent again."""

from __future__ import annotations

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff import file_out
from vivamarket.api.routes.staff_words import CHANGES, OrderNumberPath, staff_of
from vivamarket.api.schemas.staff import StaffOrderOut
from vivamarket.api.schemas.staff_diary import MailAgain, NewNote
from vivamarket.api.services import ApiServices
from vivamarket.api.staff.desk import Desk
from vivamarket.api.words import IdempotencyKey
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import OrderNumber


def diary_handlers(services: ApiServices, desk: Desk) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [_note(services, desk), _mail_again(services, desk)]


def _note(services: ApiServices, desk: Desk) -> HTTPRouteHandler:
    @post(
        "/orders/{number:str}/notes",
        operation_id="addStaffOrderNote",
        summary="Write a note about an order",
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def add_staff_order_note(
        request: ApiRequest,
        number: OrderNumberPath,
        data: JSONBody[NewNote],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffOrderOut]:
        """Keep the note with the order, for staff only, under the name of whoever writes it.

        Refusals: `empty_note`, `diary_full`.
        """
        staff = staff_of(request)
        once = Once(services, request, idempotency_key, data, caller=staff.id)

        async def work() -> StoredResponse:
            order = await services.orders.by_number(OrderNumber(number))
            await services.staff.diary.note(
                order.id, data.text, author=staff.name, request_key=once.attempt.key
            )
            return render(201, file_out(await desk.order(order.number)))

        return await once.in_steps(work)

    return add_staff_order_note


def _mail_again(services: ApiServices, desk: Desk) -> HTTPRouteHandler:
    @post(
        "/orders/{number:str}/mails",
        operation_id="sendStaffOrderMail",
        summary="Send a mail of an order again",
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def send_staff_order_mail(
        request: ApiRequest,
        number: OrderNumberPath,
        data: JSONBody[MailAgain],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffOrderOut]:
        """Send one of the order's `mails` to the customer once more, within seconds.

        Refusals: `no_such_mail` (404), `mailed_too_often` after five within an hour.
        """
        staff = staff_of(request)
        once = Once(services, request, idempotency_key, data, caller=staff.id)

        async def work() -> StoredResponse:
            order = await services.orders.by_number(OrderNumber(number))
            await services.staff.diary.mail_again(
                order, data.mail, data.subject_id, author=staff.name, request_key=once.attempt.key
            )
            return render(201, file_out(await desk.order(order.number)))

        return await once.in_steps(work)

    return send_staff_order_mail
