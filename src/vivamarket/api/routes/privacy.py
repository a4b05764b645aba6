"""A customer's own data: the file with all of it, and its end. Asked twice, one request waits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from litestar import Response, Router, delete, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.customers import caller_of
from vivamarket.api.documents import describes
from vivamarket.api.routes.account_words import CHANGES, READS, address_of
from vivamarket.api.schemas.privacy import ErasureWish, PrivacyRequestList, PrivacyRequestOut
from vivamarket.api.services import ApiServices
from vivamarket.kernel.seals import SEALED_LENGTH_MAX
from vivamarket.privacy.model import PrivacyRequest

ExportToken = Annotated[
    str, PathParameter(max_length=SEALED_LENGTH_MAX, description="From the link in the mail.")
]


def privacy_routes(services: ApiServices) -> Router:
    """Build the route that the mail's link leads to."""
    return Router("/api/v1", route_handlers=[_get_export(services)], tags=["Account"])


def privacy_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the customer's own handlers."""
    return [
        _list_requests(services),
        _ask_export(services),
        _begin_proof(services),
        _ask_erasure(services),
        _cancel_erasure(services),
    ]


def _list_requests(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/privacy-requests",
        operation_id="listPrivacyRequests",
        summary="Read what became of exports and erasures",
        security=READS,
        responses=describes(401),
    )
    async def list_privacy_requests(request: ApiRequest) -> PrivacyRequestList:
        """Return the customer's newest requests, newest first."""
        return requests_out(await services.account.privacy.state(caller_of(request).customer.id))

    return list_privacy_requests


def _ask_export(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/export",
        operation_id="askExport",
        summary="Ask for a file with all of one's data",
        status_code=202,
        security=CHANGES,
        responses=describes(401, 403),
    )
    async def ask_export(request: ApiRequest) -> PrivacyRequestList:
        """Have the file made; the link to it comes by mail and works for a week."""
        customer_id = caller_of(request).customer.id
        await services.account.privacy.ask_export(customer_id)
        return requests_out(await services.account.privacy.state(customer_id))

    return ask_export


def _begin_proof(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/erasure/code",
        operation_id="beginErasureProof",
        summary="Have a code mailed that confirms the erasure",
        status_code=204,
        security=CHANGES,
        responses=describes(401, 403, 429),
    )
    async def begin_erasure_proof(request: ApiRequest) -> None:
        """Mail a code to the account's address, for customers who do not know their password."""
        caller = caller_of(request)
        await services.account.provider.begin_proof(caller, address=address_of(request))

    return begin_erasure_proof


def _ask_erasure(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/erasure",
        operation_id="askErasure",
        summary="Ask for the end of the account and its data",
        status_code=202,
        security=CHANGES,
        responses=describes(401, 403, 413, 415, 422, 429),
    )
    async def ask_erasure(request: ApiRequest, data: JSONBody[ErasureWish]) -> PrivacyRequestList:
        """Erase everything after the days of grace, and after orders that are under way.

        Orders and invoices stay in the books without the person. Until then it can be called off.
        """
        caller = caller_of(request)
        await services.account.provider.prove(
            caller, password=data.password, code=data.code, address=address_of(request)
        )
        await services.account.privacy.ask_erasure(caller.customer.id)
        return requests_out(await services.account.privacy.state(caller.customer.id))

    return ask_erasure


def _cancel_erasure(services: ApiServices) -> HTTPRouteHandler:
    @delete(
        "/erasure",
        operation_id="cancelErasure",
        summary="Keep the account after all",
        status_code=200,
        security=CHANGES,
        responses=describes(401, 403, 404),
    )
    async def cancel_erasure(request: ApiRequest) -> PrivacyRequestList:
        """Call the erasure off; `nothing_to_cancel` when none waits."""
        customer_id = caller_of(request).customer.id
        await services.account.privacy.cancel_erasure(customer_id)
        return requests_out(await services.account.privacy.state(customer_id))

    return cancel_erasure


def _get_export(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/exports/{token:str}",
        operation_id="getExport",
        summary="Fetch the file of an export",
        responses=describes(404),
        response_headers={"cache-control": "no-store", "x-robots-tag": "noindex"},
        media_type="application/json",
    )
    async def get_export(token: ExportToken) -> Response[bytes]:
        """Return the file, as a download."""
        return Response(
            await services.account.privacy.export_file(token),
            media_type="application/json",
            headers={"content-disposition": 'attachment; filename="my-data.json"'},
        )

    return get_export


def requests_out(requests: Sequence[PrivacyRequest]) -> PrivacyRequestList:
    """Return the requests as they are told."""
    return PrivacyRequestList(
        tuple(
            PrivacyRequestOut(each.kind, each.state, each.asked_at, each.due_at, each.finished_at)
            for each in requests
        )
    )
