"""The identity provider that the shop brings itself."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.accounts.identity.embedded_passkeys import EmbeddedPasskeys, PasskeyParts
from vivamarket.accounts.identity.errors import BadCode, SignInFailed
from vivamarket.accounts.identity.limits import CODES, MAILS, Attempts
from vivamarket.accounts.identity.marks import Marks, digest_of
from vivamarket.accounts.identity.model import (
    CHALLENGE_LIFE,
    CODE_LIFE,
    Caller,
    CodePurpose,
    Customer,
    OneTimeCode,
    SecondStep,
    SignedIn,
    customer_email,
    customer_name,
    customer_password,
)
from vivamarket.accounts.identity.passwords import Passwords
from vivamarket.accounts.identity.ports import Entry, IdentityStore
from vivamarket.accounts.identity.sessions import Sessions
from vivamarket.accounts.model import EMAIL_LENGTH_MAX
from vivamarket.accounts.passwords import PasswordKeeper
from vivamarket.accounts.ports import SecretBox, TotpCodes
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import CustomerId, IdSource

TOTP_BOX = "totp"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedParts:
    """What the embedded provider is built from."""

    store: IdentityStore
    sessions: Sessions
    keeper: PasswordKeeper
    attempts: Attempts
    marks: Marks
    totp: TotpCodes
    box: SecretBox
    passkeys: PasskeyParts
    clock: Clock
    ids: IdSource


class EmbeddedProvider:
    """An ``IdentityProvider`` on our own records.

    Same work for every address: a password is always hashed or checked once, a wished mail is always one
    code and one event. Whether there is an account decides what the worker mails, which nobody can time.
    """

    def __init__(self, parts: EmbeddedParts) -> None:
        self._parts = parts
        self._store = parts.store
        self._attempts = parts.attempts
        self._keeper = parts.keeper
        self._passwords = Passwords(parts.store, parts.keeper, parts.attempts)
        self.passkeys = EmbeddedPasskeys(
            parts.passkeys,
            customers=parts.store,
            passwords=self._passwords,
            sessions=parts.sessions,
            attempts=parts.attempts,
            clock=parts.clock,
            ids=parts.ids,
        )

    async def sign_up(self, email: str, password: str, *, name: str, locale: str, address: str) -> None:
        """See ``IdentityProvider``."""
        email, name = customer_email(email), customer_name(name)
        chosen = customer_password(password)
        await self._attempts.count(MAILS, email, address)
        await self._request(
            CodePurpose.SIGN_UP,
            email,
            name=name,
            locale=locale,
            password_hash=await self._keeper.hash(chosen),
        )

    async def confirm(self, email: str, code: str, password: str, *, address: str) -> SignedIn:
        """See ``IdentityProvider``."""
        email = _typed(email)
        async with self._attempts.trying(CODES, email, address):
            wish = await self._wish(CodePurpose.SIGN_UP, code, email)
            right = await self._keeper.is_hash_of(wish.password_hash if wish else "", password)
            if wish is None or not right:
                raise _bad_code()
            customer = Customer(
                id=CustomerId(self._parts.ids.uuid7()),
                email=wish.email,
                name=wish.name,
                locale=wish.locale,
                password_hash=wish.password_hash,
                created_at=self._parts.clock.now(),
            )
            if not await self._store.add(customer, wish.id):
                raise _bad_code()
        return await self._parts.sessions.begin(await self._passwords.settle(customer, password))

    async def sign_in(self, email: str, password: str, *, address: str) -> Entry:
        """See ``IdentityProvider``."""
        email = _typed(email)
        customer = await self._passwords.prove(email, await self._store.by_email(email), password, address)
        if not customer.second_factors:
            return await self._parts.sessions.begin(customer)
        ends = self._parts.clock.now() + CHALLENGE_LIFE
        challenge = self._parts.marks.challenge(customer.id, customer.epoch, ends)
        return SecondStep(challenge=challenge, factors=customer.second_factors)

    async def second_step(self, challenge: str, code: str, *, address: str) -> SignedIn:
        """See ``IdentityProvider``."""
        named = self._parts.marks.read_challenge(challenge)
        if named is None or named.expires_at <= self._parts.clock.now():
            raise SignInFailed("This took too long. Sign in again.")
        async with self._attempts.trying(CODES, named.customer_id, address):
            customer = await self._store.by_id(named.customer_id)
            secret = None if customer is None else customer.totp_secret
            if customer is None or secret is None or customer.epoch != named.epoch:
                raise SignInFailed("Sign in again.")
            if not await self._spends(customer.id, self._parts.box.open(TOTP_BOX, secret), code):
                raise SignInFailed("This code is wrong or was used. Wait for the next one.")
        return await self._parts.sessions.begin(customer)

    async def refresh(self, refresh_token: str) -> SignedIn:
        """See ``IdentityProvider``."""
        return await self._parts.sessions.refresh(refresh_token)

    async def verify(self, access_token: str) -> Caller:
        """See ``IdentityProvider``."""
        return await self._parts.sessions.verify(access_token)

    async def sign_out(self, caller: Caller, *, everywhere: bool) -> None:
        """See ``IdentityProvider``."""
        if everywhere:
            await self._store.end_all(caller.customer.id)
        await self._parts.sessions.end(caller.session_id)

    async def begin_reset(self, email: str, *, address: str) -> None:
        """See ``IdentityProvider``."""
        email = customer_email(email)
        await self._attempts.count(MAILS, email, address)
        await self._request(CodePurpose.RESET, email)

    async def finish_reset(self, email: str, code: str, password: str, *, address: str) -> None:
        """See ``IdentityProvider``."""
        email, chosen = _typed(email), customer_password(password)
        async with self._attempts.trying(CODES, email, address):
            wish = await self._wish(CodePurpose.RESET, code, email)
            customer = await self._store.by_email(email)
            new_hash = await self._keeper.hash(chosen)
            if wish is None or customer is None:
                raise _bad_code()
            now = self._parts.clock.now()
            changed = await self._store.set_password(customer.id, new_hash, now, wish.id)
            if changed is None:
                raise _bad_code()
        await self._passwords.settle(changed, chosen)

    async def change_password(self, caller: Caller, old: str, new: str, *, address: str) -> SignedIn:
        """See ``IdentityProvider``."""
        chosen = customer_password(new)
        known = await self._passwords.prove_own(caller.customer, old, address)
        new_hash = await self._keeper.hash(chosen)
        changed = await self._store.set_password(known.id, new_hash, self._parts.clock.now())
        return await self._renewed(
            caller, None if changed is None else await self._passwords.settle(changed, chosen)
        )

    async def begin_email(self, caller: Caller, email: str, password: str, *, address: str) -> None:
        """See ``IdentityProvider``."""
        wanted = customer_email(email)
        await self._attempts.count(MAILS, caller.customer.email, address)
        known = await self._passwords.prove_own(caller.customer, password, address)
        await self._request(CodePurpose.EMAIL, wanted, customer_id=known.id, locale=known.locale)

    async def finish_email(self, caller: Caller, code: str, *, address: str) -> SignedIn:
        """See ``IdentityProvider``."""
        async with self._attempts.trying(CODES, caller.customer.email, address):
            wish = await self._wish(CodePurpose.EMAIL, code)
            if wish is None or wish.customer_id != caller.customer.id:
                raise _bad_code()
            now = self._parts.clock.now()
            customer = await self._store.set_email(caller.customer.id, wish.email, now, wish.id)
            if customer is None:
                raise _bad_code()
        return await self._renewed(caller, customer)

    async def begin_proof(self, caller: Caller, *, address: str) -> None:
        """See ``IdentityProvider``."""
        owner = caller.customer
        await self._attempts.count(MAILS, owner.email, address)
        await self._request(CodePurpose.PROOF, owner.email, customer_id=owner.id, locale=owner.locale)

    async def prove(self, caller: Caller, *, password: str, code: str, address: str) -> None:
        """See ``IdentityProvider``."""
        if not code:
            await self._passwords.prove_own(caller.customer, password, address)
            return
        async with self._attempts.trying(CODES, caller.customer.email, address):
            wish = await self._wish(CodePurpose.PROOF, code, caller.customer.email)
            if wish is None or wish.customer_id != caller.customer.id or not await self._store.spend(wish.id):
                raise _bad_code()

    async def begin_totp(self, caller: Caller) -> str:
        """See ``IdentityProvider``. Nothing is kept: the secret comes back with its first code."""
        return self._parts.totp.new_secret()

    async def finish_totp(
        self, caller: Caller, secret: str, code: str, password: str, *, address: str
    ) -> SignedIn:
        """See ``IdentityProvider``."""
        known = await self._passwords.prove_own(caller.customer, password, address)
        async with self._attempts.trying(CODES, known.id, address):
            if not await self._spends(known.id, secret, code):
                raise _bad_code()
            sealed = self._parts.box.seal(TOTP_BOX, secret)
            customer = await self._store.set_totp(known.id, sealed, self._parts.clock.now())
        return await self._renewed(caller, customer)

    async def remove_totp(self, caller: Caller, password: str, *, address: str) -> SignedIn:
        """See ``IdentityProvider``."""
        known = await self._passwords.prove_own(caller.customer, password, address)
        return await self._renewed(
            caller, await self._store.set_totp(known.id, None, self._parts.clock.now())
        )

    async def _spends(self, customer_id: CustomerId, secret: str, code: str) -> bool:
        step = self._parts.totp.step_of(secret, code, self._parts.clock.now())
        return step is not None and await self._store.use_totp_step(customer_id, step)

    async def _renewed(self, caller: Caller, customer: Customer | None) -> SignedIn:
        if customer is None:
            raise SignInFailed("This account is gone.")
        return await self._parts.sessions.begin(customer, instead_of=caller.session_id)

    async def _wish(self, purpose: CodePurpose, code: str, email: str | None = None) -> OneTimeCode | None:
        now = self._parts.clock.now()
        found = await self._store.code_by_digest(digest_of(code), purpose, now)
        return None if found is None or (email is not None and found.email != email) else found

    async def _request(
        self,
        purpose: CodePurpose,
        email: str,
        *,
        customer_id: CustomerId | None = None,
        name: str = "",
        locale: str = "",
        password_hash: str = "",
    ) -> None:
        now, code_id = self._parts.clock.now(), self._parts.ids.uuid7()
        wish = OneTimeCode(
            id=code_id,
            purpose=purpose,
            email=email,
            digest=digest_of(self._parts.marks.code(code_id)),
            expires_at=now + CODE_LIFE,
            customer_id=customer_id,
            name=name,
            locale=locale,
            password_hash=password_hash,
        )
        await self._store.request(wish, now)


def _typed(email: str) -> str:
    """Return an address as accounts are compared by; one that cannot be one just matches nothing."""
    return email.strip().lower()[:EMAIL_LENGTH_MAX]


def _bad_code() -> BadCode:
    return BadCode("This code is wrong, was used before, or is older than half an hour. Ask for a new one.")
