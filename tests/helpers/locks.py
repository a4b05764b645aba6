"""Seeing who waits for a lock of the database."""

from __future__ import annotations

import pytest

from vivamarket.adapters.postgres.pool import Connection

LOOKS_MAX = 10_000


async def until_somebody_waits(connection: Connection) -> None:
    """Return when any session waits for a lock; fail the test when none ever does."""
    for _ in range(LOOKS_MAX):
        if await connection.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted"):
            return
    pytest.fail("nobody waits for a lock")
