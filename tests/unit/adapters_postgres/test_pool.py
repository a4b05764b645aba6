"""What every connection of the pool promises."""

from __future__ import annotations

import asyncpg


async def test_sessions_speak_utc_and_carry_their_name(pool: asyncpg.Pool) -> None:
    row = await pool.fetchrow("SELECT current_setting('TimeZone'), current_setting('application_name')")

    assert tuple(row or ()) == ("UTC", "tests")


async def test_a_test_may_write_what_it_likes(pool: asyncpg.Pool) -> None:
    await pool.execute("CREATE TABLE scribbles (id integer)")


async def test_the_next_test_sees_nothing_of_it(pool: asyncpg.Pool) -> None:
    assert await pool.fetchval("SELECT to_regclass('scribbles')") is None
