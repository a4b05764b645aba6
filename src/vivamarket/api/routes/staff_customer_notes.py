"""What staff write about a customer for one another."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.routes.staff_customers import CustomerIdPath
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff_customers import CustomerNoteList, CustomerNoteOut, NewCustomerNote
from vivamarket.api.services import ApiServices
from vivamarket.api.words import IdempotencyKey
from vivamarket.kernel.idempotency import StoredResponse


def customer_note_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [_list(services), _add(services)]


def _list(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/customers/{customer_id:str}/notes",
        operation_id="listStaffCustomerNotes",
        summary="Read the notes about a customer",
        security=READS,
        responses=describes(400, 401, 403, 404),
    )
    async def list_staff_customer_notes(customer_id: CustomerIdPath) -> CustomerNoteList:
        """Return all notes about the customer, newest first. They go with the customer's data."""
        return await _notes(services, customer_id)

    return list_staff_customer_notes


def _add(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/customers/{customer_id:str}/notes",
        operation_id="addStaffCustomerNote",
        summary="Write a note about a customer",
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def add_staff_customer_note(
        request: ApiRequest,
        customer_id: CustomerIdPath,
        data: JSONBody[NewCustomerNote],
        idempotency_key: IdempotencyKey,
    ) -> Response[CustomerNoteList]:
        """Keep the note for staff, under the name of whoever writes it. It cannot be changed.

        The customer finds it in the export of their data. Refusals: `empty_note`, `customer_notes_full`.
        """
        staff = staff_of(request)
        once = Once(services, request, idempotency_key, data, caller=staff.id)

        async def work() -> StoredResponse:
            await services.office.notes.add(
                customer_id, data.text, author=staff.name, request_key=once.attempt.key
            )
            return render(201, await _notes(services, customer_id))

        return await once.in_steps(work)

    return add_staff_customer_note


async def _notes(services: ApiServices, customer_id: str) -> CustomerNoteList:
    notes = await services.office.notes.of_customer(customer_id)
    items = (CustomerNoteOut(each.id, each.text, each.author, each.at) for each in notes)
    return CustomerNoteList(customer_id, tuple(items))
