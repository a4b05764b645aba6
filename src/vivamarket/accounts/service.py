"""Staff accounts' use cases."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from vivamarket.accounts.errors import (
    NotSignedIn,
    SecondFactorKept,
    SecondFactorNeeded,
    SignInRefused,
    StaffNotFound,
    TooManySignIns,
)
from vivamarket.accounts.groups import follow
from vivamarket.accounts.identity.errors import TooManyAttempts
from vivamarket.accounts.identity.limits import STAFF, Attempts
from vivamarket.accounts.model import (
    EMAIL_LENGTH_MAX,
    SESSION_IDLE,
    Staff,
    StaffRole,
    StaffSession,
    check_password,
    clean_email,
    clean_name,
)
from vivamarket.accounts.passwords import PasswordKeeper
from vivamarket.accounts.ports import (
    PasswordHasher,
    PasswordPool,
    RoleGroups,
    SecretBox,
    StaffStore,
    TotpCodes,
)
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import IdSource, StaffId

STAFF_MAX = 1_000
TOKEN_LENGTH_MAX = 200
FORGET_MAX = 1_000
ADDRESS_LENGTH_MAX = 64
_BOX = "staff-totp"


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactors:
    """How second factors are checked, and whether the shop lets anybody in without one."""

    totp: TotpCodes
    box: SecretBox
    are_required: bool = False


@dataclass(frozen=True, slots=True)
class StaffPool:
    """A service outside that keeps the passwords of staff and shows their roles."""

    passwords: PasswordPool
    groups: RoleGroups


class AccountService:
    """Adds staff and lets them in and out."""

    def __init__(
        self,
        store: StaffStore,
        hasher: PasswordHasher,
        clock: Clock,
        ids: IdSource,
        factors: SecondFactors | None = None,
        *,
        attempts: Attempts,
        pool: StaffPool | None = None,
    ) -> None:
        self._attempts = attempts
        self._factors = factors
        self._store = store
        self._keeper = PasswordKeeper(hasher, ids, pool.passwords if pool else None)
        self._groups = pool.groups if pool else None
        self._clock = clock
        self._ids = ids

    async def add_staff(
        self,
        email: str,
        *,
        name: str = "Staff",
        role: StaffRole = StaffRole.STAFF,
        password: str | None = None,
    ) -> str:
        """Add an account and return its password: the given one, or a new one that is told only here.

        Raise ``StaffExists``, ``BadStaff``.
        """
        chosen = check_password(self._ids.token() if password is None else password)
        staff = Staff(
            id=StaffId(self._ids.uuid7()),
            email=clean_email(email),
            name=clean_name(name),
            role=role,
            password_hash=await self._keeper.hash(chosen),
            created_at=self._clock.now(),
        )
        await self._store.add(staff)
        return chosen

    async def ensure_owner(self, email: str, password: str) -> bool:
        """Add the first account when there is none at all; return whether it was added."""
        if await self._store.all(1):
            return False
        await self.add_staff(email, name="Owner", role=StaffRole.OWNER, password=password)
        return True

    async def reset_password(self, email: str) -> str:
        """Give an account a new password, end its sessions, and return the password.

        Raise ``StaffNotFound``.
        """
        staff = await self._known(email)
        password = self._ids.token()
        await self._store.set_password(staff.id, await self._keeper.hash(password))
        return password

    async def new_totp(self, email: str) -> str:
        """Give an account a second factor, end its sessions, and return the secret for its app (base 32).

        Raise ``StaffNotFound``.
        """
        staff = await self._known(email)
        factors = self._second_factors()
        secret = factors.totp.new_secret()
        await self._store.set_totp(staff.id, factors.box.seal(_BOX, secret))
        return secret

    async def remove_totp(self, email: str) -> None:
        """Take the second factor off an account and end its sessions. Raise ``StaffNotFound``."""
        await self._store.set_totp((await self._known(email)).id, None)

    async def staff(self) -> tuple[Staff, ...]:
        """Return all accounts, oldest first."""
        return await self._store.all(STAFF_MAX)

    async def sign_in(self, email: str, password: str, *, address: str, code: str = "") -> str:
        """Return the token of a new session. ``address`` is the caller's network address.

        ``code`` is the second factor's, where there is one; a wrong or used one is refused like a wrong
        password. Raise ``SecondFactorNeeded`` when only that is missing.

        Raise ``SignInRefused`` for a wrong pair, after the same work whether or not the account exists,
        and ``TooManySignIns`` past the limit ``STAFF`` of such failures. A missing code is one of them:
        nothing is forgiven before password and code were right together.
        """
        name = email.strip().lower()[:EMAIL_LENGTH_MAX]
        async with self._trying(name, address):
            staff = await self._store.by_email(name)
            holder_id, kept = (None, "") if staff is None else (staff.id, staff.password_hash)
            right = await self._keeper.is_right(holder_id, kept, password)
            if staff is None or staff.disabled_at is not None or not right:
                raise SignInRefused("The e-mail address or the password is wrong.")
            await self._require_factor(staff, code)
        await self._keeper.settle(staff.id, kept, password, partial(self._store.set_hash, staff.id))
        await follow(self._groups, staff)
        return await self._new_session(staff)

    async def known(self, email: str) -> Staff | None:
        """Return whose that address is; None for nobody's, also for a text that is no address."""
        return await self._store.by_email(email.strip().lower()[:EMAIL_LENGTH_MAX])

    async def verify(self, token: str | None) -> Staff:
        """Return whose session it is and let it live on. Raise ``NotSignedIn``."""
        now = self._clock.now()
        if not token or len(token) > TOKEN_LENGTH_MAX:
            raise NotSignedIn("Sign in first.")
        found = await self._store.session(_hashed(token), now)
        if found is None:
            raise NotSignedIn("Your session has ended. Sign in again.")
        session, staff = found
        touched = session.touched(now)
        if touched is not None:
            await self._store.extend_session(touched.token_hash, touched.expires_at)
        return staff

    def lacks_factor(self, staff: Staff) -> bool:
        """Return whether the account, or the shop, asks for a second factor that is not set up yet.

        There is nothing for such a session but the way to set it up.
        """
        asked = staff.must_have_factor or (self._factors is not None and self._factors.are_required)
        return asked and staff.totp_secret is None

    async def confirm(self, staff: Staff, password: str, *, address: str) -> None:
        """Return if it is the account's password. Raise ``SignInRefused``, ``TooManySignIns``."""
        async with self._trying(staff.email, address):
            if not await self._keeper.is_right(staff.id, staff.password_hash, password):
                raise SignInRefused("The password is wrong.")

    async def set_own_password(self, staff: Staff, password: str) -> str:
        """Replace the password and return the token of a new session; all others end. Raise ``BadStaff``."""
        await self._store.set_password(staff.id, await self._keeper.hash(check_password(password)))
        return await self._new_session(staff)

    def new_secret(self) -> str:
        """Return a secret for an authenticator app; nothing is kept until a code of it was shown."""
        return self._second_factors().totp.new_secret()

    async def set_own_factor(self, staff: Staff, secret: str, code: str) -> str:
        """Keep the second factor and return the token of a new session; all others end.

        Raise ``SignInRefused`` when the code is not of this secret.
        """
        factors = self._second_factors()
        step = factors.totp.step_of(secret, code, self._clock.now())
        if step is None:
            raise SignInRefused("The code is not of this secret. Wait for the next one.")
        await self._store.set_totp(staff.id, factors.box.seal(_BOX, secret))
        await self._store.use_totp_step(staff.id, step)
        return await self._new_session(staff)

    async def remove_own_factor(self, staff: Staff) -> str:
        """Take the second factor off and return the token of a new session; all others end.

        Raise ``SecondFactorKept`` where the account, or the shop, asks for one.
        """
        if staff.must_have_factor or self._second_factors().are_required:
            raise SecondFactorKept("You have to have a second factor here.")
        await self._store.set_totp(staff.id, None)
        return await self._new_session(staff)

    async def reset_factor(self, staff_id: StaffId) -> None:
        """Take the second factor off somebody who has lost it, and end the account's sessions."""
        await self._store.set_totp(staff_id, None)

    async def sign_out(self, token: str | None) -> None:
        """End the session; without one, nothing happens."""
        if token:
            await self._store.end_session(_hashed(token))

    async def forget(self) -> int:
        """Remove ended sessions, a bounded number at a time; return how many went."""
        return await self._store.forget(self._clock.now(), FORGET_MAX)

    async def _known(self, email: str) -> Staff:
        staff = await self._store.by_email(clean_email(email))
        if staff is None:
            raise StaffNotFound("There is no staff account with this e-mail address.", email=email)
        return staff

    def _second_factors(self) -> SecondFactors:
        if self._factors is None:
            raise RuntimeError("this process was built without second factors")
        return self._factors

    async def _require_factor(self, staff: Staff, code: str) -> None:
        """Return if the account has no second factor, or this is its code."""
        if staff.totp_secret is None:
            return
        if not code:
            raise SecondFactorNeeded("Enter the code of your authenticator app as well.")
        factors = self._second_factors()
        secret = factors.box.open(_BOX, staff.totp_secret)
        step = factors.totp.step_of(secret, code, self._clock.now())
        if step is None or not await self._store.use_totp_step(staff.id, step):
            raise SignInRefused("The code is wrong or was used. Wait for the next one.")

    @asynccontextmanager
    async def _trying(self, account: str, address: str) -> AsyncIterator[None]:
        """Count an attempt unless the block ends well. Raise ``TooManySignIns``."""
        try:
            async with self._attempts.trying(STAFF, account, address[:ADDRESS_LENGTH_MAX]):
                yield
        except TooManyAttempts as error:
            raise TooManySignIns(str(error), **error.fields) from error

    async def _new_session(self, staff: Staff) -> str:
        now, token = self._clock.now(), self._ids.token()
        await self._store.add_session(
            StaffSession(
                token_hash=_hashed(token), staff_id=staff.id, created_at=now, expires_at=now + SESSION_IDLE
            )
        )
        return token


def csrf_token(session_token: str) -> str:
    """Return what forms of this session must carry; it tells nothing about the session's token."""
    return hmac.new(session_token.encode(), b"staff form", hashlib.sha256).hexdigest()


def _hashed(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
