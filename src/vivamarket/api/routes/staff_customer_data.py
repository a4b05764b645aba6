"""A customer's own data on the customer's behalf: the file of everything, and the end of the account."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from litestar import Response, delete, get, post
from litestar.handlers import HTTPRouteHandler

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.routes.privacy import requests_out
from vivamarket.api.routes.staff_customers import CustomerIdPath
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.privacy import PrivacyRequestList
from vivamarket.api.services import ApiServices
from vivamarket.api.words import IdempotencyKey
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import CustomerId, StaffId

_Step = Callable[[CustomerId, StaffId], Awaitable[object]]


def customer_data_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""

    @get(
        "/customers/{customer_id:str}/data-requests",
        operation_id="listStaffCustomerRequests",
        summary="List what a customer asked about their data",
        security=READS,
        responses=describes(400, 401, 403, 404),
    )
    async def list_staff_customer_requests(customer_id: CustomerIdPath) -> PrivacyRequestList:
        """Return the newest requests, whoever asked."""
        known = (await services.office.customers.get(customer_id)).row.id
        return requests_out(await services.account.privacy.state(known))

    async def once(
        request: ApiRequest, customer_id: str, key: str, step: _Step
    ) -> Response[PrivacyRequestList]:
        staff_id = staff_of(request).id

        async def work() -> StoredResponse:
            known = (await services.office.customers.get(customer_id)).row.id
            await step(known, staff_id)
            return render(202, requests_out(await services.account.privacy.state(known)))

        return await Once(services, request, key, caller=staff_id).in_steps(work)

    @post(
        "/customers/{customer_id:str}/export",
        operation_id="exportStaffCustomer",
        summary="Send a customer everything known about them",
        status_code=202,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def export_staff_customer(
        request: ApiRequest, customer_id: CustomerIdPath, idempotency_key: IdempotencyKey
    ) -> Response[PrivacyRequestList]:
        """Have the file made. Its link goes to the customer's own address; staff do not get it."""
        return await once(request, customer_id, idempotency_key, services.account.privacy.ask_export)

    @post(
        "/customers/{customer_id:str}/erasure",
        operation_id="eraseStaffCustomer",
        summary="Erase a customer",
        status_code=202,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def erase_staff_customer(
        request: ApiRequest, customer_id: CustomerIdPath, idempotency_key: IdempotencyKey
    ) -> Response[PrivacyRequestList]:
        """Ask for the end of the account. The customer is told by mail and may call it off before."""
        return await once(request, customer_id, idempotency_key, services.account.privacy.ask_erasure)

    @delete(
        "/customers/{customer_id:str}/erasure",
        operation_id="keepStaffCustomer",
        summary="Call a customer's erasure off",
        status_code=202,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def keep_staff_customer(
        request: ApiRequest, customer_id: CustomerIdPath, idempotency_key: IdempotencyKey
    ) -> Response[PrivacyRequestList]:
        """Keep the account. Refusals: `nothing_to_cancel` (404) when no erasure waits."""

        async def keep(known: CustomerId, _: StaffId) -> None:
            await services.account.privacy.cancel_erasure(known)

        return await once(request, customer_id, idempotency_key, keep)

    return [list_staff_customer_requests, export_staff_customer, erase_staff_customer, keep_staff_customer]
