"""What a signed-in customer changes about the account itself. Each asks for the password or a mailed code."""

from __future__ import annotations

from litestar import Response, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.customers import caller_of
from vivamarket.api.documents import describes
from vivamarket.api.routes.account_words import CHANGES, AccountDesk, address_of
from vivamarket.api.schemas.account import (
    EmailChange,
    EmailConfirmation,
    PasswordChange,
    PasswordProof,
    SignInAnswer,
    TotpEnrolment,
    TotpSecret,
)

_REFUSALS = (401, 403, 413, 415, 422, 429)


def change_handlers(desk: AccountDesk) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _change_password(desk),
        _begin_email(desk),
        _finish_email(desk),
        _begin_totp(desk),
        _finish_totp(desk),
        _remove_totp(desk),
    ]


def _change_password(desk: AccountDesk) -> HTTPRouteHandler:
    @put(
        "/password",
        operation_id="changePassword",
        summary="Change the password",
        security=CHANGES,
        responses=describes(*_REFUSALS),
    )
    async def change_password(request: ApiRequest, data: JSONBody[PasswordChange]) -> Response[SignInAnswer]:
        """Set a new password; every other session ends, this one is renewed."""
        signed_in = await desk.provider.change_password(
            caller_of(request), data.old, data.new, address=address_of(request)
        )
        return desk.let_in(signed_in)

    return change_password


def _begin_email(desk: AccountDesk) -> HTTPRouteHandler:
    @put(
        "/email",
        operation_id="beginEmailChange",
        summary="Ask for another address",
        status_code=204,
        security=CHANGES,
        responses=describes(*_REFUSALS),
    )
    async def begin_email(request: ApiRequest, data: JSONBody[EmailChange]) -> None:
        """Mail a code to the new address; until it comes back, the old one stays."""
        await desk.provider.begin_email(
            caller_of(request), data.email, data.password, address=address_of(request)
        )

    return begin_email


def _finish_email(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/email/confirm",
        operation_id="finishEmailChange",
        summary="Confirm the new address",
        status_code=200,
        security=CHANGES,
        responses=describes(*_REFUSALS),
    )
    async def finish_email(request: ApiRequest, data: JSONBody[EmailConfirmation]) -> Response[SignInAnswer]:
        """Move the account to the new address; the old one is told."""
        return desk.let_in(
            await desk.provider.finish_email(caller_of(request), data.code, address=address_of(request))
        )

    return finish_email


def _begin_totp(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/totp",
        operation_id="beginTotp",
        summary="Begin a second factor",
        status_code=200,
        security=CHANGES,
        responses=describes(401, 403),
    )
    async def begin_totp(request: ApiRequest) -> TotpSecret:
        """Return a secret for an authenticator app. It counts once `finishTotp` has seen its first code."""
        caller = caller_of(request)
        secret = await desk.provider.begin_totp(caller)
        uri = desk.totp_uri(secret, caller.customer.email)
        return TotpSecret(secret, uri, desk.account.draw(uri))

    return begin_totp


def _finish_totp(desk: AccountDesk) -> HTTPRouteHandler:
    @put(
        "/totp",
        operation_id="finishTotp",
        summary="Make it the second factor",
        security=CHANGES,
        responses=describes(*_REFUSALS),
    )
    async def finish_totp(request: ApiRequest, data: JSONBody[TotpEnrolment]) -> Response[SignInAnswer]:
        """Ask for a code of this app at every sign-in from now on; every other session ends."""
        signed_in = await desk.provider.finish_totp(
            caller_of(request), data.secret, data.code, data.password, address=address_of(request)
        )
        return desk.let_in(signed_in)

    return finish_totp


def _remove_totp(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/totp/remove",
        operation_id="removeTotp",
        summary="Do without a second factor",
        status_code=200,
        security=CHANGES,
        responses=describes(*_REFUSALS),
    )
    async def remove_totp(request: ApiRequest, data: JSONBody[PasswordProof]) -> Response[SignInAnswer]:
        """Ask for the password alone from now on; every other session ends."""
        return desk.let_in(
            await desk.provider.remove_totp(caller_of(request), data.password, address=address_of(request))
        )

    return remove_totp
