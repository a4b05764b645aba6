"""Signing in with passkeys: the part of the identity port for it, and what the embedded provider needs."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from vivamarket.accounts.identity.model import Caller, Customer, SignedIn
from vivamarket.accounts.identity.passkeys import (
    MadePasskey,
    Passkey,
    PasskeyChallenge,
    PasskeyProof,
    PasskeyQuestion,
    PasskeyWish,
    PublicHalf,
    RelyingParty,
)
from vivamarket.kernel.ids import CustomerId


class Passkeys(Protocol):
    """Lets customers prove who they are by a device of theirs, without typing anything.

    The device checks its owner (a finger, a face, a number), so a passkey is both factors at once.
    Questions live for ``CHALLENGE_LIFE`` at most and are answered once. A device that was copied is
    refused as soon as its count of uses falls behind.
    """

    async def begin(self, caller: Caller, password: str, *, address: str) -> PasskeyWish:
        """Return what the browser makes a new passkey of.

        Raise ``SignInFailed``, ``TooManyAttempts``, and ``TooManyPasskeys`` beyond ``PASSKEYS_MAX``.
        """
        ...

    async def finish(self, caller: Caller, challenge: str, made: MadePasskey, *, name: str) -> SignedIn:
        """Keep the passkey, end all sessions and begin a new one here.

        Raise ``BadPasskey`` unless it answers the session's own question as its device should, and
        ``BadCustomer`` for a name that cannot be one.
        """
        ...

    async def all(self, caller: Caller) -> tuple[Passkey, ...]:
        """Return the account's passkeys, oldest first."""
        ...

    async def remove(self, caller: Caller, passkey_id: str, password: str, *, address: str) -> SignedIn:
        """Believe the passkey no more, end all sessions and begin a new one here.

        Raise ``SignInFailed``, ``TooManyAttempts``, ``PasskeyNotFound``.
        """
        ...

    async def ask(self, *, address: str) -> PasskeyQuestion:
        """Return a question for whoever comes. Raise ``TooManyAttempts``."""
        ...

    async def sign_in(self, challenge: str, proof: PasskeyProof) -> SignedIn:
        """Sign in whoever's passkey answers the question; no second factor is asked for.

        Raise ``SignInFailed``.
        """
        ...


class PasskeyStore(Protocol):
    """Keeps passkeys and open questions. Each method is one transaction, events for mails included."""

    async def open(self, challenge: PasskeyChallenge) -> None:
        """Keep a question."""
        ...

    async def spend(self, digest: bytes, now: datetime) -> PasskeyChallenge | None:
        """Remove the question and return it; None when it was asked for before or has ended."""
        ...

    async def add(self, passkey: Passkey) -> Customer | None:
        """Keep a passkey and raise the epoch; return the customer.

        Return None, with nothing written, when somebody has that credential, the account has
        ``PASSKEYS_MAX`` already, or is gone. Of several at once, no more than that many are kept.
        """
        ...

    async def of(self, customer_id: CustomerId) -> tuple[Passkey, ...]:
        """Return the customer's passkeys, oldest first."""
        ...

    async def by_credential(self, credential_id: bytes) -> Passkey | None:
        """Return the passkey of that credential."""
        ...

    async def use(self, passkey: Passkey, sign_count: int, now: datetime) -> bool:
        """Note a use, if the count is still that of ``passkey``; return whether it was."""
        ...

    async def remove(self, customer_id: CustomerId, passkey_id: str, now: datetime) -> Customer | None:
        """Remove one of the customer's passkeys and raise the epoch; return the customer.

        Return None, with nothing written, when the customer has none of that id.
        """
        ...

    async def forget(self, now: datetime, limit: int) -> int:
        """Remove at most ``limit`` questions that ended before that moment; return how many went."""
        ...


class PasskeyReader(Protocol):
    """Judges what browsers bring, by the rules of Web Authentication.

    Raise ``PasskeyRefused`` for anything that is not an answer to that very challenge, made on a page of
    the party's origin, for its host, by a device that checked its owner.
    """

    def read_made(self, challenge: str, party: RelyingParty, made: MadePasskey) -> PublicHalf:
        """Return the public half of a new passkey. What made it is not asked for: any device will do."""
        ...

    def read_proof(self, challenge: str, party: RelyingParty, passkey: Passkey, proof: PasskeyProof) -> int:
        """Return the device's new count of uses; one that has not grown is refused, unless it is always 0."""
        ...
