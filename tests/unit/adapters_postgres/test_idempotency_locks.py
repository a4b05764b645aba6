"""What only a real database can show of keys: somebody asks while the answer is being kept."""

import asyncio

import asyncpg
from tests.helpers.catalog import StillClock
from tests.helpers.checkout import named
from tests.helpers.locks import until_somebody_waits

from vivamarket.adapters.postgres.idempotency import PostgresIdempotencyStore
from vivamarket.kernel.idempotency import StoredResponse

KEY = "key-00000001"
ANSWER = StoredResponse(201, b"{}")


async def test_an_answer_is_kept_although_somebody_asks_with_the_same_key_at_that_moment(
    pool: asyncpg.Pool,
) -> None:
    store = PostgresIdempotencyStore(pool, StillClock())
    assert await store.begin(named(KEY)) is None
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", KEY)
        keeping = asyncio.create_task(store.finish(named(KEY), ANSWER))
        async with pool.acquire() as onlooker:
            await until_somebody_waits(onlooker)

    assert await keeping == ANSWER
    assert await store.begin(named(KEY)) == ANSWER
