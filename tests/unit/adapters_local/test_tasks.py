"""Background work never fails in silence and ends with its owner."""

from __future__ import annotations

import asyncio

from structlog.testing import capture_logs

from vivamarket.adapters.local.tasks import AsyncioTasks


async def test_a_failure_is_logged_with_the_name_of_the_work() -> None:
    async def fail() -> None:
        raise RuntimeError("the kettle is empty")

    with capture_logs() as logs:
        AsyncioTasks().spawn("boil", fail())
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    assert [(entry["event"], entry["task"]) for entry in logs] == [("task_failed", "boil")]


async def test_closing_cancels_what_still_runs() -> None:
    ended = asyncio.Event()

    async def wait_for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    tasks = AsyncioTasks()
    tasks.spawn("wait", wait_for_ever())
    await asyncio.sleep(0)
    await tasks.close()

    assert ended.is_set()
