"""Customers, their codes, sessions, attempts and keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vivamarket.accounts.identity.events import (
    CODE_REQUESTED,
    EMAIL_CHANGED,
    FACTOR_CHANGED,
    PASSWORD_CHANGED,
)
from vivamarket.accounts.identity.keys import SigningKey
from vivamarket.accounts.identity.model import CodePurpose, Customer, OneTimeCode, Session
from vivamarket.accounts.passwords import MARK
from vivamarket.adapters.memory.outbox import tell
from vivamarket.adapters.memory.tables import Tables
from vivamarket.kernel.ids import CustomerId


class MemoryIdentityStore:
    """The ``IdentityStore``. Its events go to the outbox of the tables it is given."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._customers: dict[CustomerId, Customer] = {}
        self._codes: dict[str, OneTimeCode] = {}
        self._totp_steps: dict[CustomerId, int] = {}

    async def request(self, code: OneTimeCode, now: datetime) -> None:
        """See ``IdentityStore``."""
        self._codes[code.id] = code
        self._tell(CODE_REQUESTED, code.id, now, code_id=code.id)

    async def code(self, code_id: str) -> OneTimeCode | None:
        """See ``IdentityStore``."""
        return self._codes.get(code_id)

    async def code_by_digest(self, digest: bytes, purpose: CodePurpose, now: datetime) -> OneTimeCode | None:
        """See ``IdentityStore``."""
        for code in self._codes.values():
            if code.digest == digest and code.purpose == purpose and code.expires_at > now:
                return code
        return None

    async def spend(self, code_id: str) -> bool:
        """See ``IdentityStore``."""
        return self._codes.pop(code_id, None) is not None

    async def by_id(self, customer_id: CustomerId) -> Customer | None:
        """See ``IdentityStore``."""
        return self._customers.get(customer_id)

    async def by_email(self, email: str) -> Customer | None:
        """See ``IdentityStore``."""
        return next((each for each in self._customers.values() if each.email == email), None)

    async def add(self, customer: Customer, code_id: str) -> bool:
        """See ``IdentityStore``."""
        if code_id not in self._codes or await self.by_email(customer.email) is not None:
            return False
        del self._codes[code_id]
        self._spend_all(customer.email, CodePurpose.SIGN_UP)
        self._customers[customer.id] = customer
        return True

    async def set_password(
        self, customer_id: CustomerId, password_hash: str, now: datetime, code_id: str | None = None
    ) -> Customer | None:
        """See ``IdentityStore``."""
        known = self._customers.get(customer_id)
        if known is None or (code_id is not None and code_id not in self._codes):
            return None
        if code_id is not None:
            del self._codes[code_id]
        self._spend_all(known.email, CodePurpose.RESET)
        self._tell(PASSWORD_CHANGED, customer_id, now, customer_id=customer_id)
        return self._put(replace(known, password_hash=password_hash, epoch=known.epoch + 1))

    async def set_hash(self, customer_id: CustomerId, old_hash: str, new_hash: str) -> str | None:
        """See ``IdentityStore``."""
        known = self._customers.get(customer_id)
        if known is not None and known.password_hash == old_hash:
            known = self._put(replace(known, password_hash=new_hash))
        return None if known is None else known.password_hash

    async def count_hashes(self) -> int:
        """See ``IdentityStore``."""
        return len(self._hashed())

    async def forget_hashes(self, limit: int) -> int:
        """See ``IdentityStore``."""
        found = self._hashed()[:limit]
        for customer in found:
            self._put(replace(customer, password_hash=""))
        return len(found)

    async def set_email(
        self, customer_id: CustomerId, email: str, now: datetime, code_id: str
    ) -> Customer | None:
        """See ``IdentityStore``."""
        known = self._customers.get(customer_id)
        if known is None or code_id not in self._codes or await self.by_email(email) is not None:
            return None
        del self._codes[code_id]
        self._tell(EMAIL_CHANGED, customer_id, now, customer_id=customer_id, old_email=known.email)
        return self._put(replace(known, email=email))

    async def set_totp(self, customer_id: CustomerId, secret: str | None, now: datetime) -> Customer | None:
        """See ``IdentityStore``."""
        known = self.factor_changed(customer_id, "totp", now)
        return None if known is None else self._put(replace(known, totp_secret=secret))

    def factor_changed(self, customer_id: CustomerId, factor: str, now: datetime) -> Customer | None:
        """Raise the epoch and tell that a factor was added or removed; None when the customer is gone."""
        known = self._customers.get(customer_id)
        if known is None:
            return None
        self._tell(FACTOR_CHANGED, customer_id, now, customer_id=customer_id, factor=factor)
        return self._put(replace(known, epoch=known.epoch + 1))

    async def use_totp_step(self, customer_id: CustomerId, step: int) -> bool:
        """See ``IdentityStore``."""
        if customer_id not in self._customers or self._totp_steps.get(customer_id, 0) >= step:
            return False
        self._totp_steps[customer_id] = step
        return True

    async def end_all(self, customer_id: CustomerId) -> None:
        """See ``IdentityStore``."""
        known = self._customers.get(customer_id)
        if known is not None:
            self._put(replace(known, epoch=known.epoch + 1))

    async def forget(self, now: datetime, limit: int) -> int:
        """See ``IdentityStore``."""
        old = sorted((each.expires_at, each.id) for each in self._codes.values() if each.expires_at <= now)
        for _, code_id in old[:limit]:
            del self._codes[code_id]
        return len(old[:limit])

    def _put(self, customer: Customer) -> Customer:
        self._customers[customer.id] = customer
        return customer

    def _hashed(self) -> list[Customer]:
        kept = [each for each in self._customers.values() if each.password_hash]
        return [each for each in kept if not each.password_hash.startswith(MARK)]

    def _spend_all(self, email: str, purpose: CodePurpose) -> None:
        for code in list(self._codes.values()):
            if code.email == email and code.purpose == purpose:
                del self._codes[code.id]

    def _tell(self, kind: str, key: str, now: datetime, **payload: str) -> None:
        with self._tables.transaction():
            tell(self._tables, kind, key, payload, now)


class MemorySessionStore:
    """The ``SessionStore``."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    async def add(self, session: Session) -> None:
        """See ``SessionStore``."""
        self._sessions[session.id] = session

    async def get(self, session_id: str) -> Session | None:
        """See ``SessionStore``."""
        return self._sessions.get(session_id)

    async def seen(self, session_id: str) -> Session | None:
        """See ``SessionStore``."""
        return await self.get(session_id)

    async def rotate(self, before: Session, after: Session) -> bool:
        """See ``SessionStore``."""
        known = self._sessions.get(before.id)
        if known is None or known.generation != before.generation:
            return False
        self._sessions[after.id] = after
        return True

    async def end(self, session_id: str) -> None:
        """See ``SessionStore``."""
        self._sessions.pop(session_id, None)

    async def forget(self, now: datetime, limit: int) -> int:
        """See ``SessionStore``."""
        old = sorted((each.expires_at, each.id) for each in self._sessions.values() if each.expires_at <= now)
        for _, session_id in old[:limit]:
            del self._sessions[session_id]
        return len(old[:limit])


class MemoryAttemptStore:
    """The ``AttemptStore``."""

    def __init__(self) -> None:
        #: Attempt, key, moment.
        self._noted: list[tuple[str, bytes, datetime]] = []

    async def begin(
        self, attempt_id: str, keys: Sequence[bytes], at: datetime, since: datetime
    ) -> tuple[int, ...]:
        """See ``AttemptStore``."""
        self._noted += [(attempt_id, key, at) for key in keys]
        return await self.count(keys, since)

    async def count(self, keys: Sequence[bytes], since: datetime) -> tuple[int, ...]:
        """See ``AttemptStore``."""
        return tuple(
            sum(noted == key and moment >= since for _, noted, moment in self._noted) for key in keys
        )

    async def forgive(self, attempt_id: str, key: bytes) -> None:
        """See ``AttemptStore``."""
        self._noted = [each for each in self._noted if each[0] != attempt_id and each[1] != key]

    async def strike(self, attempt_id: str) -> None:
        """See ``AttemptStore``."""
        self._noted = [each for each in self._noted if each[0] != attempt_id]

    async def forget(self, before: datetime, limit: int) -> int:
        """See ``AttemptStore``."""
        old = sorted((each for each in self._noted if each[2] < before), key=lambda each: each[2])[:limit]
        self._noted = [each for each in self._noted if each not in old]
        return len(old)


class MemorySigningKeyStore:
    """The ``SigningKeyStore``."""

    def __init__(self) -> None:
        self._keys: tuple[SigningKey, ...] = ()

    async def all(self) -> tuple[SigningKey, ...]:
        """See ``SigningKeyStore``."""
        return self._keys

    async def add(self, key: SigningKey, newest: str | None) -> bool:
        """See ``SigningKeyStore``."""
        if (self._keys[-1].kid if self._keys else None) != newest:
            return False
        self._keys = (*self._keys, key)
        return True

    async def remove(self, kids: Sequence[str]) -> None:
        """See ``SigningKeyStore``."""
        self._keys = tuple(key for key in self._keys if key.kid not in kids)
