"""The machine's own clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """A ``Clock`` that tells the operating system's time."""

    def now(self) -> datetime:
        """Return the present as an aware UTC datetime."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Return after at least that many seconds."""
        await asyncio.sleep(seconds)

    def pause(self, seconds: float) -> None:
        """Block the thread for that many seconds; for the command line only, never inside a server."""
        time.sleep(seconds)
