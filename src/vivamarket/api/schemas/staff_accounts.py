"""Staff accounts as their owner, and each for themselves, reads and changes them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.accounts.model import EMAIL_LENGTH_MAX, NAME_LENGTH_MAX, PASSWORD_LENGTH_MAX, StaffRole
from vivamarket.api.words import TOKEN_LENGTH_MAX

Password = Annotated[str, Meta(max_length=PASSWORD_LENGTH_MAX)]
Code = Annotated[str, Meta(max_length=12, description="Of the authenticator app.")]
Secret = Annotated[str, Meta(max_length=64, pattern=r"^[A-Z2-7]+\Z", description="Base 32.")]


class StaffAccountOut(Struct, frozen=True):
    """One person who runs the shop."""

    id: str
    email: str
    name: str
    role: StaffRole
    created_at: datetime
    is_invited: Annotated[bool, Meta(description="The mailed link was not used yet.")]
    is_disabled: bool
    has_second_factor: bool
    must_have_factor: Annotated[
        bool, Meta(description="Without a second factor there is nothing but the way to set it up.")
    ]


class StaffAccounts(Struct, frozen=True):
    """All accounts, oldest first."""

    items: tuple[StaffAccountOut, ...]


class StaffInvitation(Struct, frozen=True, forbid_unknown_fields=True):
    """Whom to invite."""

    email: Annotated[str, Meta(max_length=EMAIL_LENGTH_MAX)]
    name: Annotated[str, Meta(max_length=NAME_LENGTH_MAX)]
    role: StaffRole


class StaffAccountChange(Struct, frozen=True, forbid_unknown_fields=True):
    """What changes; what is left out stays."""

    name: Annotated[str, Meta(max_length=NAME_LENGTH_MAX)] | None = None
    role: StaffRole | None = None
    is_disabled: Annotated[
        bool | None, Meta(description="Disabling ends every session of the account at once.")
    ] = None
    must_have_factor: bool | None = None


class InvitationAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """The code of a mailed link, and the password chosen."""

    code: Annotated[str, Meta(max_length=TOKEN_LENGTH_MAX)]
    password: Password


class OwnPasswordChange(Struct, frozen=True, forbid_unknown_fields=True):
    """One's own password, before and after."""

    current_password: Password
    password: Password


class OwnFactor(Struct, frozen=True, forbid_unknown_fields=True):
    """A second factor, proved by a code of it."""

    current_password: Password
    secret: Secret
    code: Code


class OwnFactorRemoval(Struct, frozen=True, forbid_unknown_fields=True):
    """One's own password."""

    current_password: Password


class FactorSecret(Struct, frozen=True):
    """A secret for an authenticator app. Nothing keeps it until a code of it is sent back."""

    secret: str
    uri: Annotated[str, Meta(description="As authenticator apps read it from a QR code (`otpauth:`).")]
    qr_svg: Annotated[str, Meta(description="The same as a picture.")]
