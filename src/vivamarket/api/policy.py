"""The one guard of the API: it reads the operation's line of ``POLICIES`` before the handler runs.

No handler checks by itself who asks. A route without a line is refused here, and already fails the build.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from typing import cast

from litestar import Litestar
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.types import Guard, HTTPScope

from vivamarket.accounts.errors import NotSignedIn
from vivamarket.accounts.roles import Level, Permission, may
from vivamarket.accounts.service import csrf_token
from vivamarket.api.customers import CSRF_HEADER, AnyConnection, CustomerGate, refuse_foreign
from vivamarket.api.errors import Forbidden, Unauthenticated
from vivamarket.api.gate import MUTATING_METHODS
from vivamarket.api.origin import is_foreign
from vivamarket.api.policies import POLICIES, Who
from vivamarket.api.routes.staff_words import TOKEN
from vivamarket.api.staff.ports import StaffServices
from vivamarket.api.trail import begin_deed, note_refusal


class NoPolicy(RuntimeError):
    """A route has no line in ``POLICIES``."""


def name_of(handler: BaseRouteHandler) -> str:
    """Return the name under which the handler stands in the table."""
    if isinstance(handler, HTTPRouteHandler) and isinstance(handler.operation_id, str):
        return handler.operation_id
    return f"{handler.fn.__module__.rpartition('.')[2]}.{handler.handler_name}"


def require_policies(app: Litestar) -> Litestar:
    """Return the app. Raise ``NoPolicy`` when a route of it has no line in the table."""
    missing = sorted({name_of(each) for each in _handlers(app) if name_of(each) not in POLICIES})
    if missing:
        raise NoPolicy(f"{', '.join(missing)}: say in api/policies who may call it")
    return app


def policy_guard(staff: StaffServices, staff_cookie: str, customers: CustomerGate) -> Guard:
    """Return the one guard of the API."""

    async def guard(connection: AnyConnection, handler: BaseRouteHandler) -> None:
        policy = POLICIES.get(name_of(handler))
        if policy is None:
            raise Forbidden("Nobody may call this.")
        match policy.who:
            case Who.VISITOR:
                refuse_foreign(connection.headers)
            case Who.CUSTOMER:
                await customers.admit(connection)
            case Who.STAFF:
                await _admit_staff(connection, name_of(handler), staff, staff_cookie, policy.permission)

    return cast(Guard, guard)


def _only_looks(permission: Permission | None) -> bool:
    """Return whether the operation keeps nothing, though a method of changes carries its question.

    Who may only look may ask for it, such as for a preview: it is no deed.
    """
    return permission is not None and permission.level is Level.READ


async def _admit_staff(
    connection: AnyConnection,
    operation: str,
    services: StaffServices,
    cookie: str,
    permission: Permission | None,
) -> None:
    """Refuse whoever has no living session or no permission; let changes come from our own pages only.

    Whatever changes something is in the audit log before its handler runs, and so is every refusal of
    somebody who is known.
    """
    token = connection.cookies.get(cookie)
    try:
        staff = await services.accounts.verify(token)
    except NotSignedIn as refusal:
        raise Unauthenticated(f"{refusal.message} Staff sign in at /admin/.") from None
    changes = cast(HTTPScope, connection.scope)["method"] in MUTATING_METHODS
    try:
        if changes:
            _require_mark(connection, token or "")
        if permission is not None and not may(staff.role, permission):
            raise Forbidden(f"Your role does not include {permission}.", permission=str(permission))
        if permission is not None and services.accounts.lacks_factor(staff):
            raise Forbidden("Set up your second factor first, in your profile.", second_factor="missing")
    except Forbidden as refusal:
        await note_refusal(connection, services, staff, operation, refusal)
        raise
    if changes and not _only_looks(permission):
        await begin_deed(connection, services, staff, operation)
    connection.state.staff = staff
    connection.state[TOKEN] = token


def _require_mark(connection: AnyConnection, token: str) -> None:
    """Raise ``Forbidden`` for a change that may be another site's.

    A session is a cookie, which a browser also sends along with requests of other sites: so a change
    must come from the same origin and carry the token that only a page of ours can have read.
    """
    sent = connection.headers.get(CSRF_HEADER, "").encode()
    if is_foreign(connection.headers) or not hmac.compare_digest(sent, csrf_token(token).encode()):
        raise Forbidden("Send the session's csrf_token as X-CSRF-Token, from the shop's own pages.")


def _handlers(app: Litestar) -> Iterable[BaseRouteHandler]:
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            yield from (
                each
                for each in route.route_handlers
                if "OPTIONS" not in each.http_methods or each.operation_id
            )
