"""Background work as asyncio tasks: the only place that starts one."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

CLOSE_TIMEOUT_SECONDS = 10.0

_log = structlog.get_logger(__name__)


class AsyncioTasks:
    """A ``TaskSpawner`` that keeps its tasks from being collected and logs how each one failed."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start ``work``; an exception out of it is logged with ``name``."""
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    async def close(self, timeout_seconds: float = CLOSE_TIMEOUT_SECONDS) -> None:
        """Cancel what still runs and wait for it; what does not end in time is logged and left behind."""
        running = [task for task in self._tasks if not task.done()]
        for task in running:
            task.cancel()
        if not running:
            return
        _, stuck = await asyncio.wait(running, timeout=timeout_seconds)
        for task in stuck:
            _log.error("task_stuck", task=task.get_name(), waited_seconds=timeout_seconds)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            _log.error("task_failed", task=task.get_name(), exc_info=error)
