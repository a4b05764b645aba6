from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest_asyncio
from tests.helpers.api import ApiShop


@pytest_asyncio.fixture
async def api(pool: asyncpg.Pool, tmp_path: Path) -> AsyncIterator[ApiShop]:
    """A whole web process over a stocked shop."""
    built = ApiShop.build(pool, tmp_path)
    await built.stock_up()
    yield built
    await built.client.aclose()
