"""What every account route repeats: who asks and from where, and the answer that sets the cookies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from litestar import Response

from vivamarket.accounts.identity.model import Customer, SecondStep, SignedIn
from vivamarket.accounts.identity.ports import IdentityProvider
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.customers import AccountServices, CustomerCookies
from vivamarket.api.schemas.account import AccountSessionOut, SecondStepOut, SignInAnswer
from vivamarket.shop.ports import CurrentShop

READS: list[dict[str, list[str]]] = [{"customerSession": []}, {"customerToken": []}]
CHANGES: list[dict[str, list[str]]] = [{"customerSession": [], "csrfToken": []}, {"customerToken": []}]


@dataclass(frozen=True, slots=True)
class AccountDesk:
    """What the handlers share."""

    account: AccountServices
    cookies: CustomerCookies
    shop: CurrentShop

    @property
    def provider(self) -> IdentityProvider:
        """Return the identity provider."""
        return self.account.provider

    def session(self, customer: Customer, session_id: str) -> AccountSessionOut:
        """Return who is signed in."""
        return AccountSessionOut(
            name=customer.name,
            email=customer.email,
            locale=customer.locale,
            second_factors=customer.second_factors,
            csrf_token=self.account.marks.csrf(session_id),
        )

    def let_in(self, signed_in: SignedIn) -> Response[Any]:
        """Answer a session that has begun."""
        session = self.session(signed_in.customer, signed_in.session_id)
        return Response(SignInAnswer(session, None), cookies=self.cookies.given(signed_in))

    def ask_more(self, step: SecondStep) -> Response[Any]:
        """Answer that a second factor is missing."""
        return Response(SignInAnswer(None, SecondStepOut(step.challenge, step.factors)))

    def totp_uri(self, secret: str, email: str) -> str:
        """Return the secret as authenticator apps read it from a QR code."""
        label = quote(f"{self.shop.profile.name}:{email}")
        return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': self.shop.profile.name})}"


def address_of(request: ApiRequest) -> str:
    """Return the caller's network address, as the server in front of us told it."""
    return request.client.host if request.client else ""
