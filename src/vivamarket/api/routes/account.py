"""A customer's account: asked for, confirmed, signed in to, left. What changes it is in ``account_changes``.

None of these takes an ``Idempotency-Key``. Their answers set cookies, and a session's token must not lie
among the kept answers. Done twice, none of them does harm: a second mail, a second session, a spent code.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, Router, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.accounts.identity.keys import JWKS_MAX_AGE_SECONDS
from vivamarket.accounts.identity.model import SignedIn
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.customers import (
    CustomerCookies,
    caller_of,
)
from vivamarket.api.documents import describes
from vivamarket.api.errors import Unauthenticated
from vivamarket.api.routes.account_addresses import address_handlers
from vivamarket.api.routes.account_changes import change_handlers
from vivamarket.api.routes.account_passkeys import passkey_handlers
from vivamarket.api.routes.account_shopping import shopping_handlers
from vivamarket.api.routes.account_words import CHANGES, READS, AccountDesk, address_of
from vivamarket.api.routes.alerts import alert_handlers
from vivamarket.api.routes.preferences import preference_handlers
from vivamarket.api.routes.privacy import privacy_handlers
from vivamarket.api.routes.wishlists import wishlist_handlers
from vivamarket.api.schemas.account import (
    AccountSessionOut,
    Confirmation,
    JsonWebKey,
    JsonWebKeySet,
    Reset,
    ResetWish,
    SecondStepAnswer,
    SignIn,
    SignInAnswer,
    SignOut,
    SignUp,
)
from vivamarket.api.services import ApiServices


def account_routes(services: ApiServices, cookies: CustomerCookies) -> list[Router]:
    """Build the account routes and the public keys."""
    desk = AccountDesk(services.account, cookies, services.rules)
    handlers = [
        _sign_up(desk),
        _confirm(desk),
        _sign_in(desk),
        _second_step(desk),
        _refresh(desk),
        _begin_reset(desk),
        _finish_reset(desk),
        _get_session(desk),
        _sign_out(desk),
        *change_handlers(desk),
        *passkey_handlers(desk),
        *address_handlers(desk),
        *shopping_handlers(services),
        *preference_handlers(services),
        *wishlist_handlers(services),
        *alert_handlers(services),
        *privacy_handlers(services),
    ]
    return [
        Router("/api/v1/account", route_handlers=handlers, tags=["Account"]),
        Router("/api/v1", route_handlers=[_get_keys(services)], tags=["Account"]),
    ]


def _sign_up(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/sign-up",
        operation_id="signUp",
        summary="Ask for an account",
        status_code=204,
        responses=describes(403, 413, 415, 422, 429),
    )
    async def sign_up(request: ApiRequest, data: JSONBody[SignUp]) -> None:
        """Mail a code to the address, or say there that it has an account; the answer is the same."""
        locale = desk.shop.profile.check_locale(data.locale)
        await desk.provider.sign_up(
            data.email, data.password, name=data.name, locale=locale, address=address_of(request)
        )

    return sign_up


def _confirm(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/confirm",
        operation_id="confirmAccount",
        summary="Confirm the address and sign in",
        status_code=200,
        responses=describes(403, 413, 415, 422, 429),
    )
    async def confirm(request: ApiRequest, data: JSONBody[Confirmation]) -> Response[SignInAnswer]:
        """Make the account that was asked for. The password is asked again: only who chose it gets in."""
        return desk.let_in(
            await desk.provider.confirm(data.email, data.code, data.password, address=address_of(request))
        )

    return confirm


def _sign_in(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/sign-in",
        operation_id="signIn",
        summary="Sign in",
        status_code=200,
        responses=describes(401, 403, 413, 415, 422, 429),
    )
    async def sign_in(request: ApiRequest, data: JSONBody[SignIn]) -> Response[SignInAnswer]:
        """Begin a session in two cookies, or ask for the second factor."""
        entry = await desk.provider.sign_in(data.email, data.password, address=address_of(request))
        return desk.let_in(entry) if isinstance(entry, SignedIn) else desk.ask_more(entry)

    return sign_in


def _second_step(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/sign-in/second-step",
        operation_id="signInSecondStep",
        summary="Sign in with the second factor",
        status_code=200,
        responses=describes(401, 403, 413, 415, 422, 429),
    )
    async def second_step(request: ApiRequest, data: JSONBody[SecondStepAnswer]) -> Response[SignInAnswer]:
        """Begin the session that `signIn` asked the second factor for."""
        return desk.let_in(
            await desk.provider.second_step(data.challenge, data.code, address=address_of(request))
        )

    return second_step


def _refresh(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/refresh",
        operation_id="refreshSession",
        summary="Get new tokens",
        status_code=200,
        responses=describes(401, 403),
    )
    async def refresh(request: ApiRequest) -> Response[SignInAnswer]:
        """Exchange the refresh cookie for new ones. A cookie that was exchanged before ends the session."""
        token = request.cookies.get(desk.cookies.refresh)
        if not token:
            raise Unauthenticated("Sign in first.")
        return desk.let_in(await desk.provider.refresh(token))

    return refresh


def _begin_reset(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/reset",
        operation_id="beginPasswordReset",
        summary="Ask for a new password",
        status_code=204,
        responses=describes(403, 413, 415, 422, 429),
    )
    async def begin_reset(request: ApiRequest, data: JSONBody[ResetWish]) -> None:
        """Mail a code to the address if it has an account; the answer and its time are the same."""
        await desk.provider.begin_reset(data.email, address=address_of(request))

    return begin_reset


def _finish_reset(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/reset/finish",
        operation_id="finishPasswordReset",
        summary="Set the new password",
        status_code=204,
        responses=describes(403, 413, 415, 422, 429),
    )
    async def finish_reset(request: ApiRequest, data: JSONBody[Reset]) -> None:
        """Set the password and end all sessions of the account; then sign in with it."""
        await desk.provider.finish_reset(data.email, data.code, data.password, address=address_of(request))

    return finish_reset


def _get_session(desk: AccountDesk) -> HTTPRouteHandler:
    @get(
        "/session",
        operation_id="getAccountSession",
        summary="Read who is signed in",
        security=READS,
        responses=describes(401),
    )
    async def get_account_session(request: ApiRequest) -> AccountSessionOut:
        """Return the customer, and the token that every change must carry."""
        caller = caller_of(request)
        return desk.session(caller.customer, caller.session_id)

    return get_account_session


def _sign_out(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/sign-out",
        operation_id="signOut",
        summary="Sign out, here or everywhere",
        status_code=204,
        security=CHANGES,
        responses=describes(401, 403, 413, 415, 422),
    )
    async def sign_out(request: ApiRequest, data: JSONBody[SignOut]) -> Response[None]:
        """End this session or all of the account, at once."""
        await desk.provider.sign_out(caller_of(request), everywhere=data.everywhere)
        return Response(None, status_code=204, cookies=desk.cookies.taken())

    return sign_out


def _get_keys(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/.well-known/jwks.json",
        operation_id="getSigningKeys",
        summary="Read the keys of access tokens",
        responses=describes(),
    )
    async def get_signing_keys() -> Response[JsonWebKeySet]:
        """Return the public keys (RFC 7517) that verify access tokens; a new one is here an hour early."""
        keys: list[dict[str, Any]] = [dict(key) for key in await services.account.tokens.public_keys()]
        headers = {"cache-control": f"public, max-age={JWKS_MAX_AGE_SECONDS}"}
        return Response(JsonWebKeySet(tuple(JsonWebKey(**key) for key in keys)), headers=headers)

    return get_signing_keys
