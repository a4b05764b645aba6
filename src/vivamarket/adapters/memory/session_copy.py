"""Copies of sessions."""

from __future__ import annotations

from datetime import datetime, timedelta

from vivamarket.accounts.identity.model import Session
from vivamarket.accounts.identity.ports import SEEN_SECONDS_MAX
from vivamarket.kernel.clock import Clock


class MemorySessionCopy:
    """The ``SessionCopy``."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        #: The session, None once it has ended, and when the copy ends.
        self._kept: dict[str, tuple[Session | None, datetime]] = {}

    async def get(self, session_id: str) -> Session | None:
        """See ``SessionCopy``."""
        session, until = self._kept.get(session_id, (None, self._clock.now()))
        return session if until > self._clock.now() else None

    async def keep(self, session: Session) -> None:
        """See ``SessionCopy``."""
        known, until = self._kept.get(session.id, (None, self._clock.now()))
        if until > self._clock.now() and (known is None or known.generation >= session.generation):
            return
        self._kept[session.id] = (session, self._end())

    async def end(self, session_id: str) -> None:
        """See ``SessionCopy``."""
        self._kept[session_id] = (None, self._end())

    def _end(self) -> datetime:
        return self._clock.now() + timedelta(seconds=SEEN_SECONDS_MAX)
