"""What every connection of the pool promises."""

from __future__ import annotations

import asyncpg
import pytest

from vivamarket.adapters.postgres.pool import create_pool


async def test_sessions_speak_utc_and_carry_their_name(pool: asyncpg.Pool) -> None:
    row = await pool.fetchrow("SELECT current_setting('TimeZone'), current_setting('application_name')")

    assert tuple(row or ()) == ("UTC", "tests")


async def test_a_test_may_write_what_it_likes(pool: asyncpg.Pool) -> None:
    await pool.execute("CREATE TABLE scribbles (id integer)")


async def test_the_next_test_sees_nothing_of_it(pool: asyncpg.Pool) -> None:
    assert await pool.fetchval("SELECT to_regclass('scribbles')") is None


async def test_nobody_waits_for_a_connection_longer_than_for_a_statement(database_url: str) -> None:
    one = await create_pool(database_url, size_max=1, application_name="one", command_timeout_seconds=0.05)
    async with one, one.acquire() as held:
        with pytest.raises(TimeoutError):
            await one.fetchval("SELECT 1")

        assert await held.fetchval("SELECT 2") == 2
