"""The API as one ASGI app: routes, error answers, documentation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import structlog
from litestar import Litestar, Request, Response, Router
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig

from vivamarket.api.asgi import AsgiApp, Scope
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import ApiConfig
from vivamarket.api.customers import CustomerCookies, CustomerGate
from vivamarket.api.docs import docs_routes
from vivamarket.api.door import Door
from vivamarket.api.errors import InternalError, edge_error
from vivamarket.api.gate import Gate
from vivamarket.api.once import refusal_response
from vivamarket.api.openapi import encode_document, openapi_config, openapi_of
from vivamarket.api.policy import policy_guard, require_policies
from vivamarket.api.requests import RequestIds, request_id_of
from vivamarket.api.routes.account import account_routes
from vivamarket.api.routes.alerts import alert_routes
from vivamarket.api.routes.carts import cart_routes
from vivamarket.api.routes.catalog import catalog_routes
from vivamarket.api.routes.health import health_routes
from vivamarket.api.routes.live import live_routes
from vivamarket.api.routes.orders import order_routes
from vivamarket.api.routes.privacy import privacy_routes
from vivamarket.api.routes.search import search_routes
from vivamarket.api.routes.shop import shop_routes
from vivamarket.api.routes.staff import staff_routes
from vivamarket.api.routes.staff_accounts import invitation_routes
from vivamarket.api.routes.staff_session import sign_in_routes
from vivamarket.api.routes.webhooks import webhook_routes
from vivamarket.api.routes.wishlists import wishlist_routes
from vivamarket.api.services import ApiServices
from vivamarket.api.staff.cookie import cookie_name
from vivamarket.api.trail import Trail
from vivamarket.kernel.errors import DomainError, Unavailable
from vivamarket.kernel.rates import TokenBuckets

AnyRequest = Request[Any, Any, Any]

_log = structlog.get_logger("vivamarket.api")


def create_api(
    services: ApiServices,
    config: ApiConfig | None = None,
    *,
    request_ids: RequestIds | None = None,
    door: Door | None = None,
    shared_buckets: TokenBuckets | None = None,
    extra_routes: Sequence[Router] = (),
) -> AsgiApp:
    """Build the API. ``extra_routes`` are further routers, such as those of the staff API.

    ``door`` is the process's, if its connections stand at it too; it names the requests then.
    ``shared_buckets`` limit clients together with the shop's other processes, at ``config.mutations_max``.

    Cost: about a quarter of a second, most of it Litestar reading the handlers' signatures.
    """
    config = config or ApiConfig()
    api = cast(AsgiApp, create_litestar(services, config, extra_routes=extra_routes))
    return Gate(
        Trail(api, services.staff.audit),
        config=config,
        clock=services.clock,
        door=door
        or Door(
            config=config,
            clock=services.clock,
            request_ids=request_ids or RequestIds(services.ids),
            telemetry=services.telemetry,
        ),
        telemetry=services.telemetry,
        shared_buckets=shared_buckets,
    )


def create_litestar(
    services: ApiServices,
    config: ApiConfig,
    *,
    extra_routes: Sequence[Router] = (),
    described: OpenAPIConfig | None = None,
) -> Litestar:
    """Build the bare application, without the gate around it. Raise ``NoPolicy``, see ``api/policies``.

    ``described`` is only for reading its OpenAPI document: a serving process gives the committed form.
    """
    secure = config.public_url.startswith("https://")
    cookies = CustomerCookies(secure=secure, clock=services.clock)
    app = Litestar(
        [
            shop_routes(services, config),
            catalog_routes(services),
            search_routes(services),
            live_routes(services),
            wishlist_routes(services),
            alert_routes(services),
            privacy_routes(services),
            cart_routes(services),
            order_routes(services),
            webhook_routes(services, config),
            sign_in_routes(services.staff, config),
            invitation_routes(services.staff),
            staff_routes(services, config),
            *account_routes(services, cookies),
            health_routes(services),
            *extra_routes,
            *docs_routes(openapi_document),
        ],
        guards=[
            policy_guard(services.staff, cookie_name(secure=secure), CustomerGate(services.account, cookies))
        ],
        request_class=ApiRequest,
        request_max_body_size=config.body_bytes_max,
        exception_handlers={
            DomainError: _refused,
            HTTPException: _refused_by_litestar,
            **dict.fromkeys(services.away, _away),
            Exception: _broken,
        },
        openapi_config=described,
        logging_config=None,
        debug=False,
    )
    # Reading the document brings routes of Litestar's own, which nobody serves.
    return app if described else require_policies(app)


@cache
def openapi_document() -> bytes:
    """Return the document of the whole API as committed. Needs no database and no settings."""
    app = create_litestar(_no_services(), ApiConfig(), described=openapi_config())
    return encode_document(openapi_of(app))


def _no_services() -> ApiServices:
    """Return services that are never called: the document is read from the handlers' signatures alone."""
    absent: Any = None
    return ApiServices(
        shop=absent,
        rules=absent,
        settings=absent,
        catalog=absent,
        shelves=absent,
        search=absent,
        stock=absent,
        carts=absent,
        orders=absent,
        pricing=absent,
        checkout=absent,
        staff=absent,
        office=absent,
        after=absent,
        account=absent,
        keys=absent,
        clock=absent,
        ids=absent,
    )


def _refused(request: AnyRequest, error: DomainError) -> Response[bytes]:
    return refusal_response(error, _id_of(request))


def _refused_by_litestar(request: AnyRequest, error: HTTPException) -> Response[bytes]:
    refusal = edge_error(error)
    if isinstance(refusal, InternalError):
        _log.error("request_failed", exc_info=error)
    return refusal_response(refusal, _id_of(request))


def _away(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Answer while something we depend on is away; how that is repaired is for others to know."""
    _log.warning("dependency_away", error=type(error).__name__)
    refusal = Unavailable("Something we need is away for a moment. Please try again.", retry_after_seconds=2)
    return refusal_response(refusal, _id_of(request))


def _broken(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Answer a programmer's mistake: the log has the trace, the caller has the request id."""
    _log.error("request_failed", exc_info=error)
    refusal = InternalError("Something went wrong on our side. The request id helps us find it.")
    return refusal_response(refusal, _id_of(request))


def _id_of(request: AnyRequest) -> str:
    return request_id_of(cast(Scope, request.scope))
