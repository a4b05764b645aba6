"""Looking up names on somebody else's word."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from vivamarket.adapters.local.addresses import resolve_by_system


async def test_a_name_is_looked_up_while_all_threads_of_the_loop_are_busy() -> None:
    """And so the other way round: what runs in those never waits for a name nobody answers for."""
    is_over = threading.Event()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(max_workers=1))
    busy = asyncio.create_task(asyncio.to_thread(is_over.wait, 30))
    await asyncio.sleep(0)
    try:
        async with asyncio.timeout(10):
            assert await resolve_by_system("127.0.0.1", 443) == ["127.0.0.1"]
        assert not busy.done()
    finally:
        is_over.set()
        await busy
