"""Customers for staff: found by address, name or order; their orders; helped when they cannot get in."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter

from vivamarket.accounts.identity.desk import QUERY_LENGTH_MAX, CustomerFile, CustomerRow
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff import row_out
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff import Done, StaffOrderPage
from vivamarket.api.schemas.staff_customers import CustomerFileOut, CustomerPage, CustomerRowOut
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CursorQuery, IdempotencyKey, LimitQuery
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT

CustomerIdPath = Annotated[str, PathParameter(max_length=64, description="The customer's id.")]
WordsQuery = Annotated[
    str,
    QueryParameter(
        max_length=QUERY_LENGTH_MAX,
        description="How an address, a name or a last name begins (2 letters or more), or an order's number.",
    ),
]


def customer_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [*_reading(services), _sign_out(services), _unlock(services)]


def _reading(services: ApiServices) -> list[HTTPRouteHandler]:
    desk = services.office

    @get(
        "/customers",
        operation_id="listStaffCustomers",
        summary="Find customers",
        security=READS,
        responses=describes(400, 401, 403),
    )
    async def list_staff_customers(
        q: WordsQuery = "", cursor: CursorQuery = None, limit: LimitQuery = PAGE_SIZE_DEFAULT
    ) -> CustomerPage:
        """Return a page of customers, newest first. Guests are found by their orders instead."""
        page = await desk.customers.find(q, cursor, limit)
        return CustomerPage(tuple(map(_row, page.items)), page.next_cursor)

    @get(
        "/customers/{customer_id:str}",
        operation_id="getStaffCustomer",
        summary="Read a customer",
        security=READS,
        responses=describes(400, 401, 403, 404),
    )
    async def get_staff_customer(customer_id: CustomerIdPath) -> CustomerFileOut:
        """Return the customer, and whether they can sign in."""
        return _file(await desk.customers.get(customer_id))

    @get(
        "/customers/{customer_id:str}/orders",
        operation_id="listStaffCustomerOrders",
        summary="List a customer's orders",
        security=READS,
        responses=describes(400, 401, 403, 404),
    )
    async def list_staff_customer_orders(
        customer_id: CustomerIdPath, cursor: CursorQuery = None, limit: LimitQuery = PAGE_SIZE_DEFAULT
    ) -> StaffOrderPage:
        """Return a page of the customer's orders, newest first, guest orders by the confirmed address too."""
        row = (await desk.customers.get(customer_id)).row
        page = await services.account.orders.newest(row.id, row.email, cursor, limit)
        return StaffOrderPage(tuple(map(row_out, page.items)), page.next_cursor)

    return [list_staff_customers, get_staff_customer, list_staff_customer_orders]


def _sign_out(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/customers/{customer_id:str}/sign-out",
        operation_id="signOutStaffCustomer",
        summary="End all sessions of a customer",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def sign_out_staff_customer(
        request: ApiRequest, customer_id: CustomerIdPath, idempotency_key: IdempotencyKey
    ) -> Response[Done]:
        """For a customer whose telephone or password is in other hands. Holds at once, everywhere."""
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await services.office.customers.sign_out(customer_id)
            return render(200, Done())

        return await once.in_steps(work)

    return sign_out_staff_customer


def _unlock(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/customers/{customer_id:str}/unlock",
        operation_id="unlockStaffCustomer",
        summary="Let a customer try again",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def unlock_staff_customer(
        request: ApiRequest, customer_id: CustomerIdPath, idempotency_key: IdempotencyKey
    ) -> Response[CustomerFileOut]:
        """Forgive the wrong passwords and codes of the last quarter of an hour."""
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await services.office.customers.unlock(customer_id)
            return render(200, _file(await services.office.customers.get(customer_id)))

        return await once.in_steps(work)

    return unlock_staff_customer


def _file(file: CustomerFile) -> CustomerFileOut:
    return CustomerFileOut(_row(file.row), file.has_second_factor, file.is_locked)


def _row(row: CustomerRow) -> CustomerRowOut:
    return CustomerRowOut(row.id, row.email, row.name, row.locale, row.created_at)
