"""Time as a port: the core asks a ``Clock``; only adapters look at the real one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

#: What lies further ahead than this, and yet must have happened, was written by a clock that had jumped:
#: events nobody has tried yet, keys somebody has claimed. It is not waited for.
CLOCK_AHEAD_SECONDS = 5


class Clock(Protocol):
    """Where time comes from. Tests and the simulator bring their own."""

    def now(self) -> datetime:
        """Return the present as an aware UTC datetime."""
        ...

    def monotonic(self) -> float:
        """Return seconds that only ever grow; for measuring spans, never for dates."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return after at least that many seconds of this clock's time."""
        ...


def require_utc(moment: datetime) -> datetime:
    """Return the moment unchanged; raise ``ValueError`` when it is naive or not UTC."""
    if moment.tzinfo is None or moment.utcoffset() != UTC.utcoffset(None):
        raise ValueError("time must be aware and in UTC")
    return moment
