"""Staff sign in and out. A session's token is a cookie that no script can read."""

from __future__ import annotations

from litestar import Response, Router, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import ApiConfig
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.routes.staff_words import CHANGES, TOKEN, session_out
from vivamarket.api.schemas.staff import Done, StaffSessionOut, StaffSignIn
from vivamarket.api.staff.cookie import session_cookie
from vivamarket.api.staff.ports import StaffServices
from vivamarket.api.staff.trail import Credentials, sign_in


def sign_in_routes(services: StaffServices, config: ApiConfig) -> Router:
    """Build the one staff route that answers somebody who is not signed in."""
    secure = config.public_url.startswith("https://")

    @post(
        "/",
        operation_id="signInStaff",
        summary="Sign in",
        status_code=200,
        security=[{}],
        responses=describes_change(403),
    )
    async def sign_in_staff(request: ApiRequest, data: JSONBody[StaffSignIn]) -> Response[StaffSessionOut]:
        """Begin a session: its cookie is set, its `csrf_token` returned. Takes no key: repeating it begins
        another session.

        Refusals: `sign_in_refused` (422) for a wrong pair or code, `second_factor_needed` (422) when only the
        code is missing, `too_many_sign_ins` (429) after many of them.
        """
        client = request.scope["client"]
        token = await sign_in(
            services,
            Credentials(
                email=data.email,
                password=data.password,
                code=data.code,
                address=client[0] if client else "",
                user_agent=request.headers.get("user-agent", ""),
                request_id=request.request_id,
            ),
        )
        staff = await services.accounts.verify(token)
        answer = session_out(staff, token, services.accounts)
        return Response(answer, headers={"set-cookie": session_cookie(token, secure=secure)})

    return Router("/api/v1/staff/sign-in", route_handlers=[sign_in_staff], tags=["Staff"])


def sign_out_handler(services: StaffServices, config: ApiConfig) -> HTTPRouteHandler:
    """Build the way out, for whoever is in."""
    secure = config.public_url.startswith("https://")

    @post(
        "/sign-out",
        operation_id="signOutStaff",
        summary="Sign out",
        status_code=200,
        security=CHANGES,
        responses=describes(401, 403),
    )
    async def sign_out_staff(request: ApiRequest) -> Response[Done]:
        """End this session and take its cookie away. Takes no key: a session ends only once."""
        await services.accounts.sign_out(request.state[TOKEN])
        return Response(Done(), headers={"set-cookie": session_cookie("", secure=secure)})

    return sign_out_staff
