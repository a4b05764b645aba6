"""Passkeys and the questions that none has answered yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from vivamarket.accounts.identity.model import Customer
from vivamarket.accounts.identity.passkeys import PASSKEYS_MAX, Passkey, PasskeyChallenge
from vivamarket.adapters.memory.identity import MemoryIdentityStore
from vivamarket.kernel.ids import CustomerId


class MemoryPasskeyStore:
    """The ``PasskeyStore`` beside the store of the customers."""

    def __init__(self, customers: MemoryIdentityStore) -> None:
        self._customers = customers
        self._passkeys: dict[str, Passkey] = {}
        self._challenges: dict[bytes, PasskeyChallenge] = {}

    async def open(self, challenge: PasskeyChallenge) -> None:
        """See ``PasskeyStore``."""
        self._challenges[challenge.digest] = challenge

    async def spend(self, digest: bytes, now: datetime) -> PasskeyChallenge | None:
        """See ``PasskeyStore``."""
        found = self._challenges.pop(digest, None)
        return None if found is None or found.expires_at <= now else found

    async def add(self, passkey: Passkey) -> Customer | None:
        """See ``PasskeyStore``."""
        known = any(each.credential_id == passkey.credential_id for each in self._passkeys.values())
        if known or len(self._of(passkey.customer_id)) >= PASSKEYS_MAX:
            return None
        customer = self._customers.factor_changed(passkey.customer_id, "passkey", passkey.created_at)
        if customer is not None:
            self._passkeys[passkey.id] = passkey
        return customer

    async def of(self, customer_id: CustomerId) -> tuple[Passkey, ...]:
        """See ``PasskeyStore``."""
        return self._of(customer_id)

    async def by_credential(self, credential_id: bytes) -> Passkey | None:
        """See ``PasskeyStore``."""
        return next((each for each in self._passkeys.values() if each.credential_id == credential_id), None)

    async def use(self, passkey: Passkey, sign_count: int, now: datetime) -> bool:
        """See ``PasskeyStore``."""
        known = self._passkeys.get(passkey.id)
        if known is None or known.sign_count != passkey.sign_count:
            return False
        self._passkeys[known.id] = replace(known, sign_count=sign_count, used_at=now)
        return True

    async def remove(self, customer_id: CustomerId, passkey_id: str, now: datetime) -> Customer | None:
        """See ``PasskeyStore``."""
        known = self._passkeys.get(passkey_id)
        if known is None or known.customer_id != customer_id:
            return None
        del self._passkeys[passkey_id]
        return self._customers.factor_changed(customer_id, "passkey", now)

    async def forget(self, now: datetime, limit: int) -> int:
        """See ``PasskeyStore``."""
        old = sorted(
            (each.expires_at, each.digest) for each in self._challenges.values() if each.expires_at <= now
        )
        for _, digest in old[:limit]:
            del self._challenges[digest]
        return len(old[:limit])

    def _of(self, customer_id: CustomerId) -> tuple[Passkey, ...]:
        mine = (each for each in self._passkeys.values() if each.customer_id == customer_id)
        return tuple(sorted(mine, key=lambda each: each.id))
