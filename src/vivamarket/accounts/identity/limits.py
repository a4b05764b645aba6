"""How often something may be tried: per account and per network address, in a window that slides."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from vivamarket.accounts.identity.errors import TooManyAttempts
from vivamarket.accounts.identity.ports import AttemptStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import IdSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many within the window; more are refused, and a refused one does not count."""

    name: str
    per_account_max: int
    per_address_max: int
    window: timedelta


#: Passwords tried, of sign-in and of every change that asks for one.
PASSWORDS = Limit(name="password", per_account_max=10, per_address_max=30, window=timedelta(minutes=15))
#: One-time codes and second factors tried.
CODES = Limit(name="code", per_account_max=10, per_address_max=30, window=timedelta(minutes=15))
#: Mails asked for: a reset, a sign-up, a change of address.
MAILS = Limit(name="mail", per_account_max=5, per_address_max=20, window=timedelta(hours=1))
#: Questions for passkeys. Nobody is named yet, so the address is the account too.
PASSKEYS = Limit(name="passkey", per_account_max=60, per_address_max=60, window=timedelta(minutes=15))
#: Sign-ins of staff, and changes of theirs that ask for the password.
STAFF = Limit(name="staff", per_account_max=10, per_address_max=30, window=timedelta(minutes=15))
WINDOW_MAX = max(limit.window for limit in (PASSWORDS, CODES, MAILS, PASSKEYS, STAFF))


class Attempts:
    """Counts attempts. Keys are hashed: the table of attempts names no address that was merely typed."""

    def __init__(self, store: AttemptStore, clock: Clock, ids: IdSource) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids

    async def count(self, limit: Limit, account: str, address: str) -> None:
        """Count one, whatever becomes of it. Raise ``TooManyAttempts``."""
        await self._begin(limit, account, address)

    @asynccontextmanager
    async def trying(self, limit: Limit, account: str, address: str) -> AsyncIterator[None]:
        """Count one unless the block ends well, which forgives the account's earlier ones too.

        One that got no answer (``Unavailable``) does not count: an outage locks nobody out.
        Raise ``TooManyAttempts``.
        """
        attempt_id = await self._begin(limit, account, address)
        try:
            yield
        except Unavailable:
            await self._store.strike(attempt_id)
            raise
        await self._store.forgive(attempt_id, _key(limit, "account", account))

    async def are_used_up(self, limit: Limit, account: str) -> bool:
        """Return whether the account is refused another try for now."""
        since = self._clock.now() - limit.window
        (tried,) = await self._store.count([_key(limit, "account", account)], since)
        return tried >= limit.per_account_max

    async def forgive(self, limit: Limit, account: str) -> None:
        """Forgive the account all that was tried; the addresses it was tried from keep theirs."""
        await self._store.forgive(self._ids.uuid7(), _key(limit, "account", account))

    async def forget(self, limit: int) -> int:
        """Remove at most so many attempts that no window holds any more; return how many went."""
        return await self._store.forget(self._clock.now() - WINDOW_MAX, limit)

    async def _begin(self, limit: Limit, account: str, address: str) -> str:
        now, attempt_id = self._clock.now(), self._ids.uuid7()
        keys = (_key(limit, "account", account), _key(limit, "address", address))
        by_account, by_address = await self._store.begin(attempt_id, keys, now, now - limit.window)
        if by_account > limit.per_account_max or by_address > limit.per_address_max:
            # A refused attempt does not count, or whoever keeps trying could lock an account for ever.
            await self._store.strike(attempt_id)
            seconds = int(limit.window.total_seconds())
            raise TooManyAttempts(
                f"Too many attempts. Wait {seconds // 60} minutes, then try again.",
                retry_after_seconds=seconds,
            )
        return attempt_id


def _key(limit: Limit, kind: str, name: str) -> bytes:
    return hashlib.sha256(f"{limit.name}:{kind}:{name}".encode()).digest()
