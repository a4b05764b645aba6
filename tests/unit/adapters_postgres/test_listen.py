import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.postgres.listen import APPLICATION_NAME, CHANNEL, ChangeListener

PATIENCE_SECONDS = 10.0


class Heard:
    """Collects what a listener says and lets a test wait for it."""

    def __init__(self) -> None:
        self.payloads: asyncio.Queue[str] = asyncio.Queue()
        self.gaps: asyncio.Queue[None] = asyncio.Queue()

    async def next_payload(self) -> str:
        return await asyncio.wait_for(self.payloads.get(), PATIENCE_SECONDS)

    async def next_gap(self) -> None:
        await asyncio.wait_for(self.gaps.get(), PATIENCE_SECONDS)


@asynccontextmanager
async def listening(url: str) -> AsyncIterator[Heard]:
    heard = Heard()
    listener = ChangeListener(
        url,
        clock=SystemClock(),
        on_payload=heard.payloads.put_nowait,
        on_gap=lambda: heard.gaps.put_nowait(None),
    )
    task = asyncio.create_task(listener.run())
    try:
        await heard.next_gap()
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_notification_reaches_the_callback(pool: asyncpg.Pool, fresh_database: str) -> None:
    async with listening(fresh_database) as heard:
        await pool.execute("SELECT pg_notify($1, $2)", CHANNEL, "catalog")

        assert await heard.next_payload() == "catalog"


async def test_after_a_lost_connection_it_listens_again_and_tells_of_the_gap(
    pool: asyncpg.Pool, fresh_database: str
) -> None:
    async with listening(fresh_database) as heard:
        await pool.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = $1 AND datname = current_database()",
            APPLICATION_NAME,
        )
        await heard.next_gap()
        await pool.execute("SELECT pg_notify($1, $2)", CHANNEL, "stock:MUG")

        assert await heard.next_payload() == "stock:MUG"
