"""Passkeys as pure values (W3C Web Authentication): a key pair per account, kept by a person's device."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from vivamarket.accounts.identity.errors import BadCustomer
from vivamarket.kernel.ids import CustomerId

#: Of one account.
PASSKEYS_MAX = 20
NAME_LENGTH_MAX = 60
#: COSE numbers of the signatures that devices in use make, the best first: EdDSA, ES256, RS256.
ALGORITHMS: Final = (-8, -7, -257)
#: As long as a challenge lives: browsers stop asking then.
TIMEOUT_SECONDS = 300


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """For whom passkeys are made: they work for this host and on pages of this origin, nowhere else."""

    id: str
    origin: str

    @classmethod
    def at(cls, public_url: str) -> RelyingParty:
        """Return the party of a shop at that address.

        Browsers know no passkeys for addresses that are numbers. A shop at this machine's own number is for
        development, and has its passkeys at ``localhost``.
        """
        parts = urlsplit(public_url)
        host = parts.hostname or ""
        if _is_loopback(host):
            port = "" if parts.port is None else f":{parts.port}"
            return cls("localhost", f"{parts.scheme}://localhost{port}")
        return cls(host, f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """One passkey as we keep it: the public half."""

    id: str
    customer_id: CustomerId
    credential_id: bytes
    #: A COSE key.
    public_key: bytes = field(repr=False)
    #: How often the device says it was used; 0 for ever where a key is on several devices.
    sign_count: int
    #: What the customer calls it.
    name: str
    created_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyChallenge:
    """A question that a passkey has not answered yet; only its hash is kept, and it is asked once.

    To add a passkey it belongs to a session; to sign in, to nobody.
    """

    digest: bytes = field(repr=False)
    expires_at: datetime
    customer_id: CustomerId | None = None
    session_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyWish:
    """What a browser is asked to make a passkey of. Its handle tells nothing about the person."""

    challenge: str = field(repr=False)
    party: RelyingParty
    customer_id: CustomerId
    email: str
    customer_name: str
    #: Devices that hold one of these make no second one.
    known: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyQuestion:
    """What a browser is asked to let any passkey of ours answer."""

    challenge: str = field(repr=False)
    party: RelyingParty


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePasskey:
    """What a browser brings of a new passkey; nothing of it is believed yet."""

    credential_id: bytes
    client_data: bytes
    attestation: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyProof:
    """How a browser answers a question with a passkey; nothing of it is believed yet."""

    credential_id: bytes
    client_data: bytes
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicHalf:
    """What is kept of a new passkey that was found good."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def passkey_name(text: str) -> str:
    """Return the name without needless white space. Raise ``BadCustomer``."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_LENGTH_MAX:
        raise BadCustomer(f"A passkey's name has 1 to {NAME_LENGTH_MAX} characters.", field="name")
    return name


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
