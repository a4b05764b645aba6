"""Passkeys of the identity provider that the shop brings itself."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.accounts.identity.errors import (
    BadPasskey,
    PasskeyNotFound,
    PasskeyRefused,
    SignInFailed,
    TooManyPasskeys,
)
from vivamarket.accounts.identity.limits import PASSKEYS, Attempts
from vivamarket.accounts.identity.marks import digest_of
from vivamarket.accounts.identity.model import CHALLENGE_LIFE, Caller, SignedIn
from vivamarket.accounts.identity.passkey_ports import PasskeyReader, PasskeyStore
from vivamarket.accounts.identity.passkeys import (
    PASSKEYS_MAX,
    MadePasskey,
    Passkey,
    PasskeyChallenge,
    PasskeyProof,
    PasskeyQuestion,
    PasskeyWish,
    RelyingParty,
    passkey_name,
)
from vivamarket.accounts.identity.passwords import Passwords
from vivamarket.accounts.identity.ports import IdentityStore
from vivamarket.accounts.identity.sessions import Sessions
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import CustomerId, IdSource


@dataclass(frozen=True, slots=True)
class PasskeyParts:
    """What passkeys need beyond what every way in needs."""

    store: PasskeyStore
    reader: PasskeyReader
    party: RelyingParty


class EmbeddedPasskeys:
    """``Passkeys`` on our own records."""

    def __init__(
        self,
        parts: PasskeyParts,
        *,
        customers: IdentityStore,
        passwords: Passwords,
        sessions: Sessions,
        attempts: Attempts,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._store = parts.store
        self._reader = parts.reader
        self._party = parts.party
        self._customers = customers
        self._passwords = passwords
        self._sessions = sessions
        self._attempts = attempts
        self._clock = clock
        self._ids = ids

    async def begin(self, caller: Caller, password: str, *, address: str) -> PasskeyWish:
        """See ``Passkeys``."""
        customer = await self._passwords.prove_own(caller.customer, password, address)
        known = await self._store.of(customer.id)
        if len(known) >= PASSKEYS_MAX:
            raise TooManyPasskeys(f"An account has at most {PASSKEYS_MAX} passkeys. Remove one first.")
        return PasskeyWish(
            challenge=await self._asked(customer.id, caller.session_id),
            party=self._party,
            customer_id=customer.id,
            email=customer.email,
            customer_name=customer.name,
            known=tuple(passkey.credential_id for passkey in known),
        )

    async def finish(self, caller: Caller, challenge: str, made: MadePasskey, *, name: str) -> SignedIn:
        """See ``Passkeys``."""
        wanted = passkey_name(name)
        asked = await self._store.spend(digest_of(challenge), self._clock.now())
        if asked is None or asked.session_id != caller.session_id:
            raise _bad_passkey()
        try:
            half = self._reader.read_made(challenge, self._party, made)
        except PasskeyRefused:
            raise _bad_passkey() from None
        customer = await self._store.add(
            Passkey(
                id=self._ids.uuid7(),
                customer_id=caller.customer.id,
                credential_id=half.credential_id,
                public_key=half.public_key,
                sign_count=half.sign_count,
                name=wanted,
                created_at=self._clock.now(),
            )
        )
        if customer is None:
            raise _bad_passkey()
        return await self._sessions.begin(customer, instead_of=caller.session_id)

    async def all(self, caller: Caller) -> tuple[Passkey, ...]:
        """See ``Passkeys``."""
        return await self._store.of(caller.customer.id)

    async def remove(self, caller: Caller, passkey_id: str, password: str, *, address: str) -> SignedIn:
        """See ``Passkeys``."""
        known = await self._passwords.prove_own(caller.customer, password, address)
        customer = await self._store.remove(known.id, passkey_id, self._clock.now())
        if customer is None:
            raise PasskeyNotFound("Your account has no such passkey.")
        return await self._sessions.begin(customer, instead_of=caller.session_id)

    async def ask(self, *, address: str) -> PasskeyQuestion:
        """See ``Passkeys``."""
        await self._attempts.count(PASSKEYS, address, address)
        return PasskeyQuestion(challenge=await self._asked(), party=self._party)

    async def sign_in(self, challenge: str, proof: PasskeyProof) -> SignedIn:
        """See ``Passkeys``."""
        now = self._clock.now()
        asked = await self._store.spend(digest_of(challenge), now)
        passkey = await self._store.by_credential(proof.credential_id)
        if asked is None or asked.session_id is not None or passkey is None:
            raise _failed()
        customer = await self._customers.by_id(passkey.customer_id)
        if customer is None or proof.user_handle != customer.id.encode():
            raise _failed()
        try:
            sign_count = self._reader.read_proof(challenge, self._party, passkey, proof)
        except PasskeyRefused:
            raise _failed() from None
        if not await self._store.use(passkey, sign_count, now):
            raise _failed()
        return await self._sessions.begin(customer)

    async def _asked(self, customer_id: CustomerId | None = None, session_id: str | None = None) -> str:
        challenge = self._ids.token()
        await self._store.open(
            PasskeyChallenge(
                digest=digest_of(challenge),
                expires_at=self._clock.now() + CHALLENGE_LIFE,
                customer_id=customer_id,
                session_id=session_id,
            )
        )
        return challenge


def _bad_passkey() -> BadPasskey:
    return BadPasskey("This passkey could not be added. Begin again, on the device that is to keep it.")


def _failed() -> SignInFailed:
    return SignInFailed("This passkey is not known here. Sign in with your password instead.")
