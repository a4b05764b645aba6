"""How a customer's browser is known: two cookies, and a mark that changes must carry.

The access token and the refresh token are cookies that no script can read and no other site can have sent
along: ``__Host-`` (https only, this host only), ``HttpOnly``, ``SameSite=Strict``. Under plain http, which is
for development, the names have no prefix, since browsers refuse it there. A change must also come from our
own pages (``Sec-Fetch-Site`` or ``Origin``) and carry the session's ``csrf_token``. Programs send the access
token as ``Authorization: Bearer`` instead; no browser does that by itself, so they need no mark.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.types import HTTPScope

from vivamarket.accounts.identity.access import AccessTokens
from vivamarket.accounts.identity.errors import NotAccepted
from vivamarket.accounts.identity.marks import Marks
from vivamarket.accounts.identity.model import Caller, SignedIn
from vivamarket.accounts.identity.ports import IdentityProvider
from vivamarket.addresses.service import AddressBooks
from vivamarket.alerts.service import AlertService
from vivamarket.api.errors import Forbidden, Unauthenticated
from vivamarket.api.gate import MUTATING_METHODS
from vivamarket.api.origin import is_foreign
from vivamarket.cart.customers import CustomerCarts
from vivamarket.kernel.clock import Clock
from vivamarket.orders.customers import CustomerOrders
from vivamarket.preferences.service import PreferenceService
from vivamarket.privacy.service import PrivacyService

ACCESS_COOKIE = "viva_access"
REFRESH_COOKIE = "viva_refresh"
CSRF_HEADER = "x-csrf-token"
_BEARER = "bearer"
_CALLER = "customer"

AnyConnection = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True, slots=True)
class AccountServices:
    """What the account routes call."""

    provider: IdentityProvider
    tokens: AccessTokens
    marks: Marks
    carts: CustomerCarts
    orders: CustomerOrders
    preferences: PreferenceService
    alerts: AlertService
    addresses: AddressBooks
    #: Draws a text as a QR code (SVG).
    draw: Callable[[str], str]
    privacy: PrivacyService


class CustomerCookies:
    """The cookies of one shop; ``secure`` is for shops whose public address is https."""

    def __init__(self, *, secure: bool, clock: Clock) -> None:
        prefix = "__Host-" if secure else ""
        self.access = prefix + ACCESS_COOKIE
        self.refresh = prefix + REFRESH_COOKIE
        self._secure = secure
        self._clock = clock

    def given(self, signed_in: SignedIn) -> list[Cookie]:
        """Return the cookies of a session that has begun or was refreshed."""
        now = self._clock.now()
        return [
            self._cookie(name, token, int((ends - now).total_seconds()))
            for name, token, ends in (
                (self.access, signed_in.access_token, signed_in.access_expires_at),
                (self.refresh, signed_in.refresh_token, signed_in.refresh_expires_at),
            )
        ]

    def taken(self) -> list[Cookie]:
        """Return what makes a browser forget them."""
        return [self._cookie(name, "", 0) for name in (self.access, self.refresh)]

    def _cookie(self, name: str, value: str, seconds: int) -> Cookie:
        return Cookie(
            key=name,
            value=value,
            path="/",
            max_age=seconds,
            secure=self._secure,
            httponly=True,
            samesite="strict",
        )


class CustomerGate:
    """Lets in who is signed in."""

    def __init__(self, account: AccountServices, cookies: CustomerCookies) -> None:
        self._account = account
        self._cookies = cookies

    async def admit(self, connection: AnyConnection) -> None:
        """Note who asks. Raise ``Unauthenticated``, and ``Forbidden`` for a change from elsewhere."""
        bearer = bearer_of(connection.headers)
        token = bearer or connection.cookies.get(self._cookies.access)
        if not token:
            raise Unauthenticated("Sign in first.")
        try:
            caller = await self._account.provider.verify(token)
        except NotAccepted as refusal:
            raise Unauthenticated(refusal.message) from None
        if cast(HTTPScope, connection.scope)["method"] in MUTATING_METHODS and not bearer:
            refuse_foreign(connection.headers)
            sent = connection.headers.get(CSRF_HEADER, "")
            if not hmac.compare_digest(sent.encode(), self._account.marks.csrf(caller.session_id).encode()):
                raise Forbidden("Send the session's csrf_token as X-CSRF-Token.")
        connection.state[_CALLER] = caller


def caller_of(connection: AnyConnection) -> Caller:
    """Return who asks; ``CustomerGate`` has made sure that somebody does."""
    caller: Caller = connection.state[_CALLER]
    return caller


def refuse_foreign(headers: Mapping[str, str]) -> None:
    """Raise ``Forbidden`` when another site had the browser send this."""
    if is_foreign(headers):
        raise Forbidden("This came from another site. Use the shop's own pages.")


def bearer_of(headers: Mapping[str, str]) -> str:
    """Return the token of the ``Authorization`` header, empty without one."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == _BEARER else ""
