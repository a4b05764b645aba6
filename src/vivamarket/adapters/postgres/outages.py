"""Which of the driver's errors mean that the database is away for the moment, a full disk included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from vivamarket.kernel.errors import Unavailable

OUTAGES: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    # No room on the disk, no memory, too many connections: somebody makes room, and it goes on.
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    OSError,
    TimeoutError,
)


@contextmanager
def outages_told() -> Iterator[None]:
    """Raise ``Unavailable`` for an outage inside the block; whether a write happened is then unknown."""
    try:
        yield
    except OUTAGES as error:
        raise Unavailable("The shop's records do not answer; try again shortly.") from error
