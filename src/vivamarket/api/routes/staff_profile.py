"""What everybody of the staff decides about themselves: password and second factor.

Each ends all sessions of the account and begins a new one, whose cookie the answer sets.
"""

from __future__ import annotations

from urllib.parse import quote, urlencode

from litestar import Response, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.accounts.model import Staff
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import ApiConfig
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.routes.staff_words import CHANGES, session_out, staff_of
from vivamarket.api.schemas.staff import StaffSessionOut
from vivamarket.api.schemas.staff_accounts import (
    FactorSecret,
    OwnFactor,
    OwnFactorRemoval,
    OwnPasswordChange,
)
from vivamarket.api.staff.cookie import session_cookie
from vivamarket.api.staff.ports import StaffServices


def profile_handlers(services: StaffServices, config: ApiConfig) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    secure = config.public_url.startswith("https://")
    return [
        _change_password(services, secure=secure),
        _begin_factor(services),
        _set_factor(services, secure=secure),
        _remove_factor(services, secure=secure),
    ]


def _change_password(services: StaffServices, *, secure: bool) -> HTTPRouteHandler:
    @put(
        "/profile/password",
        operation_id="changeOwnPassword",
        summary="Change one's own password",
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def change_own_password(
        request: ApiRequest, data: JSONBody[OwnPasswordChange]
    ) -> Response[StaffSessionOut]:
        """Replace the password. Refusals: `sign_in_refused` (422) when the current one is wrong."""
        staff = await _confirmed(services, request, data.current_password)
        token = await services.accounts.set_own_password(staff, data.password)
        return await _signed_in(services, token, secure=secure)

    return change_own_password


def _begin_factor(services: StaffServices) -> HTTPRouteHandler:
    @post(
        "/profile/totp-secret",
        operation_id="newOwnTotpSecret",
        summary="Get a secret for an authenticator app",
        status_code=200,
        security=CHANGES,
        responses=describes(401, 403),
    )
    async def new_own_totp_secret(request: ApiRequest) -> FactorSecret:
        """Return a secret as text and as a QR code. Send it back with a code of it to have it count."""
        secret = services.accounts.new_secret()
        uri = _otpauth(services.shop.profile.name, staff_of(request).email, secret)
        return FactorSecret(secret, uri, services.draw(uri))

    return new_own_totp_secret


def _set_factor(services: StaffServices, *, secure: bool) -> HTTPRouteHandler:
    @put(
        "/profile/totp",
        operation_id="setOwnTotp",
        summary="Set up one's own second factor",
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def set_own_totp(request: ApiRequest, data: JSONBody[OwnFactor]) -> Response[StaffSessionOut]:
        """From now on signing in asks for the app's code as well. Refusals: `sign_in_refused` (422)."""
        staff = await _confirmed(services, request, data.current_password)
        token = await services.accounts.set_own_factor(staff, data.secret, data.code)
        return await _signed_in(services, token, secure=secure)

    return set_own_totp


def _remove_factor(services: StaffServices, *, secure: bool) -> HTTPRouteHandler:
    @post(
        "/profile/totp-removal",
        operation_id="removeOwnTotp",
        summary="Take one's own second factor off",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def remove_own_totp(
        request: ApiRequest, data: JSONBody[OwnFactorRemoval]
    ) -> Response[StaffSessionOut]:
        """Sign in with the password alone again. Refusals: `second_factor_kept` (422) where one is needed."""
        staff = await _confirmed(services, request, data.current_password)
        return await _signed_in(services, await services.accounts.remove_own_factor(staff), secure=secure)

    return remove_own_totp


async def _confirmed(services: StaffServices, request: ApiRequest, password: str) -> Staff:
    """Return who asks, once they have shown their password again."""
    staff, client = staff_of(request), request.scope["client"]
    await services.accounts.confirm(staff, password, address=client[0] if client else "")
    return staff


async def _signed_in(services: StaffServices, token: str, *, secure: bool) -> Response[StaffSessionOut]:
    answer = session_out(await services.accounts.verify(token), token, services.accounts)
    return Response(answer, headers={"set-cookie": session_cookie(token, secure=secure)})


def _otpauth(issuer: str, email: str, secret: str) -> str:
    """Return the address that authenticator apps read (https://github.com/google/google-authenticator/wiki)."""
    label = quote(f"{issuer}:{email}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"
