"""The quick memory in front of the shop's records, which do without it when it is away (decision 0025)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TypeVar

from vivamarket.accounts.identity.model import Session
from vivamarket.accounts.identity.ports import AttemptStore, SessionCopy, SessionStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable

T = TypeVar("T")


class CopiedSessionStore:
    """A ``SessionStore`` whose records are elsewhere, and whose ``seen`` asks a copy of them first."""

    def __init__(self, records: SessionStore, copy: SessionCopy, clock: Clock) -> None:
        self._records = records
        self._copy = copy
        self._clock = clock

    async def add(self, session: Session) -> None:
        """See ``SessionStore``."""
        await self._records.add(session)

    async def get(self, session_id: str) -> Session | None:
        """See ``SessionStore``."""
        return await self._records.get(session_id)

    async def seen(self, session_id: str) -> Session | None:
        """See ``SessionStore``. A copy whose time has come is not believed: it may have been prolonged."""
        try:
            copied = await self._copy.get(session_id)
        except Unavailable:
            return await self._records.get(session_id)
        if copied is not None and copied.expires_at > self._clock.now():
            return copied
        session = await self._records.get(session_id)
        if session is not None:
            await _tried(self._copy.keep(session))
        return session

    async def rotate(self, before: Session, after: Session) -> bool:
        """See ``SessionStore``."""
        held = await self._records.rotate(before, after)
        if held:
            await _tried(self._copy.keep(after))
        return held

    async def end(self, session_id: str) -> None:
        """See ``SessionStore``. The copy first: who reads it in between finds the records still agree."""
        await _tried(self._copy.end(session_id))
        await self._records.end(session_id)

    async def forget(self, now: datetime, limit: int) -> int:
        """See ``SessionStore``. Copies end by themselves."""
        return await self._records.forget(now, limit)


class SpareAttemptStore:
    """An ``AttemptStore`` that counts in the first, and in the second while the first is away.

    Each holds to the limits by what it counted itself, so whoever guesses around an outage has two limits'
    tries in a window at most. What the one forgave the other may still hold: stricter, until the window ends.
    """

    def __init__(self, first: AttemptStore, second: AttemptStore) -> None:
        self._first = first
        self._second = second

    async def begin(
        self, attempt_id: str, keys: Sequence[bytes], at: datetime, since: datetime
    ) -> tuple[int, ...]:
        """See ``AttemptStore``."""
        return await self._in_one(lambda store: store.begin(attempt_id, keys, at, since))

    async def count(self, keys: Sequence[bytes], since: datetime) -> tuple[int, ...]:
        """See ``AttemptStore``."""
        return await self._in_one(lambda store: store.count(keys, since))

    async def forgive(self, attempt_id: str, key: bytes) -> None:
        """See ``AttemptStore``."""
        await self._in_one(lambda store: store.forgive(attempt_id, key))

    async def strike(self, attempt_id: str) -> None:
        """See ``AttemptStore``."""
        await self._in_one(lambda store: store.strike(attempt_id))

    async def forget(self, before: datetime, limit: int) -> int:
        """See ``AttemptStore``. Both forget, one after the other."""
        try:
            gone = await self._first.forget(before, limit)
        except Unavailable:
            gone = 0
        return gone + await self._second.forget(before, limit - gone)

    async def _in_one(self, ask: Callable[[AttemptStore], Awaitable[T]]) -> T:
        try:
            return await ask(self._first)
        except Unavailable:
            return await ask(self._second)


async def _tried(work: Awaitable[None]) -> None:
    """Wait for what makes things quicker and may be left undone."""
    try:
        await work
    except Unavailable:
        return
