"""The staff's API: one router, one guard. Nothing below it answers anybody who is not signed in."""

from __future__ import annotations

import hmac
from typing import Any, cast

from litestar import Router, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.types import Guard, HTTPScope

from vivamarket.accounts.errors import NotSignedIn
from vivamarket.accounts.model import Staff
from vivamarket.accounts.service import csrf_token
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import ApiConfig
from vivamarket.api.documents import describes
from vivamarket.api.errors import Forbidden, Unauthenticated
from vivamarket.api.gate import MUTATING_METHODS
from vivamarket.api.routes.staff_letters import letter_handlers
from vivamarket.api.routes.staff_orders import staff_order_handlers
from vivamarket.api.routes.staff_reports import report_handlers
from vivamarket.api.routes.staff_webhooks import webhook_handlers
from vivamarket.api.routes.staff_words import READS, staff_of
from vivamarket.api.schemas.staff import StaffSessionOut
from vivamarket.api.services import ApiServices
from vivamarket.api.staff.app import cookie_name
from vivamarket.api.staff.desk import Desk
from vivamarket.api.staff.ports import StaffServices
from vivamarket.api.staff.web import is_foreign

CSRF_HEADER = "x-csrf-token"
_TOKEN = "staff_token"

AnyConnection = ASGIConnection[Any, Any, Any, Any]


def staff_routes(services: ApiServices, config: ApiConfig) -> Router:
    """Build the staff routes."""
    cookie = cookie_name(secure=config.public_url.startswith("https://"))
    desk = Desk(services.staff)
    return Router(
        "/api/v1/staff",
        guards=[_guard(services.staff, cookie)],
        route_handlers=[
            _get_session(),
            *staff_order_handlers(services, desk),
            *letter_handlers(services, desk),
            *webhook_handlers(services),
            *report_handlers(services, desk),
        ],
        tags=["Staff"],
    )


def _guard(services: StaffServices, cookie: str) -> Guard:
    async def only_staff(connection: AnyConnection, _: BaseRouteHandler) -> None:
        """Refuse whoever has no living session; let changes come from our own pages only.

        A session is a cookie, which a browser also sends along with requests of other sites: so a change
        must come from the same origin and carry the token that only a page of ours can have read.
        """
        token = connection.cookies.get(cookie)
        try:
            staff = await services.accounts.verify(token)
        except NotSignedIn as refusal:
            raise Unauthenticated(f"{refusal.message} Staff sign in at /staff/sign-in.") from None
        if cast(HTTPScope, connection.scope)["method"] in MUTATING_METHODS:
            sent = connection.headers.get(CSRF_HEADER, "")
            if is_foreign(connection.headers) or not hmac.compare_digest(
                sent.encode(), csrf_token(token or "").encode()
            ):
                raise Forbidden("Send the session's csrf_token as X-CSRF-Token, from the shop's own pages.")
        connection.state.staff = staff
        connection.state[_TOKEN] = token

    return cast(Guard, only_staff)


def _get_session() -> HTTPRouteHandler:
    @get(
        "/session",
        operation_id="getStaffSession",
        summary="Read who is signed in",
        security=READS,
        responses=describes(401),
    )
    async def get_staff_session(request: ApiRequest) -> StaffSessionOut:
        """Return the signed-in person, and the token that every change must carry."""
        staff: Staff = staff_of(request)
        return StaffSessionOut(staff.name, staff.email, staff.role.value, csrf_token(request.state[_TOKEN]))

    return get_staff_session
