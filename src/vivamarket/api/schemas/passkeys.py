"""Passkeys: what a browser is asked, what it answers, and what an account has. Bytes travel as base64url."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.accounts.identity.passkeys import NAME_LENGTH_MAX
from vivamarket.api.words import LINE_PATTERN

_BYTES_PATTERN = r"^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?\Z"

Challenge = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=128,
        pattern=LINE_PATTERN,
        description="As it was told. The authenticator is given its characters as bytes.",
    ),
]
#: At most 1023 bytes (Web Authentication, level 3).
CredentialId = Annotated[str, Meta(min_length=1, max_length=1_364, pattern=_BYTES_PATTERN)]
ClientData = Annotated[
    str, Meta(min_length=1, max_length=8_192, pattern=_BYTES_PATTERN, description="`clientDataJSON`.")
]
SmallBytes = Annotated[str, Meta(min_length=1, max_length=4_096, pattern=_BYTES_PATTERN)]
PasskeyName = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=NAME_LENGTH_MAX,
        pattern=LINE_PATTERN,
        description="What the customer calls it.",
        examples=["My telephone"],
    ),
]


class RelyingPartyOut(Struct, frozen=True):
    """For whom the passkey is: it works for this host, on pages of this shop."""

    id: str
    name: str


class PasskeyUser(Struct, frozen=True):
    """Whose passkey it is, as the device shows it."""

    handle: Annotated[str, Meta(description="The id as base64url; it tells nothing else.")]
    name: str
    display_name: str


class PasskeyWishOut(Struct, frozen=True):
    """What `navigator.credentials.create` is called with; resident key and user verification are required."""

    challenge: str
    rp: RelyingPartyOut
    user: PasskeyUser
    algorithms: Annotated[tuple[int, ...], Meta(description="COSE numbers, the best first.")]
    exclude: Annotated[tuple[str, ...], Meta(description="Credentials that the account has already.")]
    timeout_ms: int


class PasskeyQuestionOut(Struct, frozen=True):
    """What `navigator.credentials.get` is called with. User verification is required."""

    challenge: str
    rp_id: str
    timeout_ms: int


class NewPasskey(Struct, frozen=True, forbid_unknown_fields=True):
    """What the browser made."""

    challenge: Challenge
    name: PasskeyName
    credential_id: CredentialId
    client_data: ClientData
    attestation: Annotated[str, Meta(min_length=1, max_length=32_768, pattern=_BYTES_PATTERN)]


class PasskeyAnswer(Struct, frozen=True, forbid_unknown_fields=True):
    """How the browser answered."""

    challenge: Challenge
    credential_id: CredentialId
    client_data: ClientData
    authenticator_data: SmallBytes
    signature: SmallBytes
    user_handle: SmallBytes


class PasskeyOut(Struct, frozen=True):
    """A passkey of the account."""

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


class PasskeyList(Struct, frozen=True):
    """The account's passkeys, oldest first."""

    items: tuple[PasskeyOut, ...]
