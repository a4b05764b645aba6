"""Two processes of the shop, and how many rounds are run (``pytest tests/races --rounds 100``)."""

from __future__ import annotations

from collections.abc import AsyncIterator

import asyncpg
import pytest
import pytest_asyncio
from tests.helpers.checkout import Shop
from tests.helpers.race import ROUNDS_SHORT, Race

from vivamarket.adapters.postgres.pool import create_pool

POOL_SIZE_MAX = 8


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> range:
    """The rounds of every race."""
    chosen: int | None = request.config.getoption("--rounds")
    return range(chosen or ROUNDS_SHORT)


@pytest_asyncio.fixture
async def race(pool: asyncpg.Pool, database_url: str) -> AsyncIterator[Race]:
    """Two processes, each with a pool of its own."""
    other = await create_pool(database_url, size_max=POOL_SIZE_MAX, application_name="tests of races")
    first = Shop(pool)
    yield Race(first, Shop(other, twin=first))
    other.terminate()
