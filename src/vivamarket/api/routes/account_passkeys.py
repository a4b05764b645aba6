"""Signing in with passkeys, and the passkeys of an account."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.accounts.identity.passkeys import (
    ALGORITHMS,
    TIMEOUT_SECONDS,
    MadePasskey,
    PasskeyProof,
    PasskeyWish,
)
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.customers import caller_of
from vivamarket.api.documents import describes
from vivamarket.api.routes.account_words import CHANGES, READS, AccountDesk, address_of
from vivamarket.api.schemas.account import PasswordProof, SignInAnswer
from vivamarket.api.schemas.passkeys import (
    NewPasskey,
    PasskeyAnswer,
    PasskeyList,
    PasskeyOut,
    PasskeyQuestionOut,
    PasskeyUser,
    PasskeyWishOut,
    RelyingPartyOut,
)
from vivamarket.api.words import PasskeyIdPath
from vivamarket.kernel.ids import parse_uuid

_REFUSALS = (401, 403, 413, 415, 422, 429)
_TIMEOUT_MS = TIMEOUT_SECONDS * 1_000


def passkey_handlers(desk: AccountDesk) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [_list(desk), _begin(desk), _finish(desk), _remove(desk), _ask(desk), _sign_in(desk)]


def _list(desk: AccountDesk) -> HTTPRouteHandler:
    @get(
        "/passkeys",
        operation_id="listPasskeys",
        summary="List the account's passkeys",
        security=READS,
        responses=describes(401),
    )
    async def list_passkeys(request: ApiRequest) -> PasskeyList:
        """Return the passkeys, oldest first; there are twenty at most."""
        found = await desk.provider.passkeys.all(caller_of(request))
        return PasskeyList(
            tuple(PasskeyOut(each.id, each.name, each.created_at, each.used_at) for each in found)
        )

    return list_passkeys


def _begin(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/passkeys/begin",
        operation_id="beginPasskey",
        summary="Begin a passkey",
        status_code=200,
        security=CHANGES,
        responses=describes(*_REFUSALS),
    )
    async def begin_passkey(request: ApiRequest, data: JSONBody[PasswordProof]) -> PasskeyWishOut:
        """Return what the browser makes a passkey of. The question lives for five minutes."""
        caller = caller_of(request)
        wish = await desk.provider.passkeys.begin(caller, data.password, address=address_of(request))
        return _wish(wish, desk.shop.profile.name)

    return begin_passkey


def _finish(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/passkeys",
        operation_id="finishPasskey",
        summary="Add the passkey",
        status_code=200,
        security=CHANGES,
        responses=describes(*_REFUSALS),
    )
    async def finish_passkey(request: ApiRequest, data: JSONBody[NewPasskey]) -> Response[SignInAnswer]:
        """Keep what the browser made; every other session ends, this one is renewed."""
        made = MadePasskey(
            credential_id=_raw(data.credential_id),
            client_data=_raw(data.client_data),
            attestation=_raw(data.attestation),
        )
        return desk.let_in(
            await desk.provider.passkeys.finish(caller_of(request), data.challenge, made, name=data.name)
        )

    return finish_passkey


def _remove(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/passkeys/{passkey_id:str}/remove",
        operation_id="removePasskey",
        summary="Remove a passkey",
        status_code=200,
        security=CHANGES,
        responses=describes(400, 404, *_REFUSALS),
    )
    async def remove_passkey(
        request: ApiRequest, passkey_id: PasskeyIdPath, data: JSONBody[PasswordProof]
    ) -> Response[SignInAnswer]:
        """Believe it no more; every other session ends, this one is renewed."""
        signed_in = await desk.provider.passkeys.remove(
            caller_of(request), parse_uuid(passkey_id), data.password, address=address_of(request)
        )
        return desk.let_in(signed_in)

    return remove_passkey


def _ask(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/sign-in/passkey",
        operation_id="beginPasskeySignIn",
        summary="Begin signing in with a passkey",
        status_code=200,
        responses=describes(403, 429),
    )
    async def begin_passkey_sign_in(request: ApiRequest) -> PasskeyQuestionOut:
        """Return a question that any passkey of this shop can answer, once and within five minutes."""
        asked = await desk.provider.passkeys.ask(address=address_of(request))
        return PasskeyQuestionOut(asked.challenge, asked.party.id, _TIMEOUT_MS)

    return begin_passkey_sign_in


def _sign_in(desk: AccountDesk) -> HTTPRouteHandler:
    @post(
        "/sign-in/passkey/finish",
        operation_id="finishPasskeySignIn",
        summary="Sign in with a passkey",
        status_code=200,
        responses=describes(*_REFUSALS),
    )
    async def finish_passkey_sign_in(
        request: ApiRequest, data: JSONBody[PasskeyAnswer]
    ) -> Response[SignInAnswer]:
        """Begin a session for the passkey's owner. The device has checked who it is: no code is asked for."""
        proof = PasskeyProof(
            credential_id=_raw(data.credential_id),
            client_data=_raw(data.client_data),
            authenticator_data=_raw(data.authenticator_data),
            signature=_raw(data.signature),
            user_handle=_raw(data.user_handle),
        )
        return desk.let_in(await desk.provider.passkeys.sign_in(data.challenge, proof))

    return finish_passkey_sign_in


def _wish(wish: PasskeyWish, shop_name: str) -> PasskeyWishOut:
    return PasskeyWishOut(
        challenge=wish.challenge,
        rp=RelyingPartyOut(wish.party.id, shop_name),
        user=PasskeyUser(_text(wish.customer_id.encode()), wish.email, wish.customer_name),
        algorithms=ALGORITHMS,
        exclude=tuple(_text(each) for each in wish.known),
        timeout_ms=_TIMEOUT_MS,
    )


def _raw(text: str) -> bytes:
    """Return the bytes; the schema has seen to it that they can be read."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
