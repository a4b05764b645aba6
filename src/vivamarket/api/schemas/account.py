"""A customer's account: what is sent to get in and to change it, and what is told."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.accounts.model import (
    EMAIL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    PASSWORD_LENGTH_MAX,
    PASSWORD_LENGTH_MIN,
)
from vivamarket.api.words import LINE_PATTERN, TOKEN_LENGTH_MAX, CurrencyCode, LocaleCode
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import Fulfillment

CODE_LENGTH_MAX = 128

Email = Annotated[
    str, Meta(min_length=3, max_length=EMAIL_LENGTH_MAX, pattern=LINE_PATTERN, examples=["jo@example.com"])
]
Password = Annotated[str, Meta(max_length=PASSWORD_LENGTH_MAX, pattern=LINE_PATTERN)]
NewPassword = Annotated[
    str,
    Meta(
        min_length=PASSWORD_LENGTH_MIN,
        max_length=PASSWORD_LENGTH_MAX,
        pattern=LINE_PATTERN,
        description="Any characters you like; length is what counts.",
    ),
]
Code = Annotated[
    str,
    Meta(
        min_length=1, max_length=CODE_LENGTH_MAX, pattern=LINE_PATTERN, description="As the mail brought it."
    ),
]
TotpCode = Annotated[
    str,
    Meta(
        min_length=6, max_length=12, pattern=LINE_PATTERN, description="Six digits of the authenticator app."
    ),
]


class SignUp(Struct, frozen=True, forbid_unknown_fields=True):
    """Who wishes for an account."""

    email: Email
    password: NewPassword
    name: Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH_MAX, pattern=LINE_PATTERN)]
    locale: LocaleCode


class Confirmation(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to the mail: its code, and the password that was chosen."""

    email: Email
    code: Code
    password: Password


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants to come in."""

    email: Email
    password: Password


class SecondStepAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The second factor."""

    challenge: Annotated[str, Meta(max_length=256)]
    code: TotpCode


class SignOut(Struct, frozen=True, forbid_unknown_fields=True):
    """How far to sign out."""

    everywhere: bool = False


class ResetWish(Struct, frozen=True, forbid_unknown_fields=True):
    """Whose password is to be set anew."""

    email: Email


class Reset(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to the mail, and the new password."""

    email: Email
    code: Code
    password: NewPassword


class PasswordChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The old password and the new one."""

    old: Password
    new: NewPassword


class EmailChange(Struct, frozen=True, forbid_unknown_fields=True):
    """The new address, and the password."""

    email: Email
    password: Password


class EmailConfirmation(Struct, frozen=True, forbid_unknown_fields=True):
    """The answer to the mail at the new address."""

    code: Code


class TotpEnrolment(Struct, frozen=True, forbid_unknown_fields=True):
    """The secret that was shown, its first code, and the password."""

    secret: Annotated[str, Meta(min_length=16, max_length=128, pattern=r"^[A-Z2-7]+\Z")]
    code: TotpCode
    password: Password


class PasswordProof(Struct, frozen=True, forbid_unknown_fields=True):
    """The password, for what not everybody at an open browser may do."""

    password: Password


class AccountSessionOut(Struct, frozen=True):
    """Who is signed in. The tokens themselves are cookies that no script can read."""

    name: str
    email: str
    locale: str
    second_factors: tuple[str, ...]
    csrf_token: Annotated[str, Meta(description="Send it as `X-CSRF-Token` with every change.")]


class SecondStepOut(Struct, frozen=True):
    """The password was right; one of the factors is asked for."""

    challenge: str
    factors: tuple[str, ...]


class SignInAnswer(Struct, frozen=True):
    """Either a session, or what is still missing."""

    session: AccountSessionOut | None
    second_step: SecondStepOut | None


class TotpSecret(Struct, frozen=True):
    """A secret for the authenticator app; it counts once its first code is sent back with it."""

    secret: str
    uri: Annotated[str, Meta(description="`otpauth:`, for an app on the same device.")]
    qr_svg: Annotated[str, Meta(description="The `uri` as a picture, for an app on another device.")]


class JsonWebKey(Struct, frozen=True):
    """One public key (RFC 7517)."""

    kid: str
    kty: str
    crv: str
    x: str
    y: str
    alg: str
    use: str


class JsonWebKeySet(Struct, frozen=True):
    """The keys that verify access tokens now."""

    keys: tuple[JsonWebKey, ...]


class AccountCart(Struct, frozen=True, forbid_unknown_fields=True):
    """What the customer's cart is begun with, and the guest's cart that goes into it."""

    currency: CurrencyCode
    locale: LocaleCode
    cart_id: Annotated[str, Meta(max_length=TOKEN_LENGTH_MAX, pattern=r"^[A-Za-z0-9_-]*\Z")] = ""


class AccountOrderRow(Struct, frozen=True):
    """An order in the customer's list."""

    id: str
    number: str
    status: OrderStatus
    total: Money
    refunded_total: Money
    placed_at: datetime
    fulfillment: Fulfillment


class AccountOrderPage(Struct, frozen=True):
    """A page of the customer's orders, newest first."""

    items: tuple[AccountOrderRow, ...]
    next_cursor: str | None
