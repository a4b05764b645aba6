"""What runs by itself, and how often: one table, and the loops that run it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.tasks import TaskSpawner
from vivamarket.kernel.telemetry import SILENT, Telemetry

#: After a failure a job waits this long, then twice as long each time it fails again.
FAILED_SECONDS_FIRST = 1.0
FAILED_SECONDS_MAX = 30.0
#: A job that finds work again and again lets the others breathe after this many rounds.
ROUNDS_MAX = 100

#: A woken job begins this much later, so that a crowd of wake-ups becomes one round of work.
PACE_SECONDS = 0.1

#: Does one bounded batch of work and returns how much it found; zero means that nothing is left.
RunOnce = Callable[[], Awaitable[int]]

_log = structlog.get_logger("vivamarket.worker")


@dataclass(frozen=True, slots=True)
class Job:
    """One thing that runs by itself: at least every so often, and at once when woken.

    ``woken_by`` is the first word of a NOTIFY payload on ``viva_changes`` (``outbox``,
    ``catalog``, ``stock``); a wake-up is only a hint, so a lost one costs at most ``every_seconds``.
    A woken job begins ``PACE_SECONDS`` later: nobody waits for a worker, and by then the return page has
    mostly settled what a provider's event tells about.
    """

    name: str
    run_once: RunOnce
    every_seconds: float
    woken_by: tuple[str, ...] = ()


class Schedule:
    """Runs jobs, each in a loop of its own, until their tasks are canceled."""

    def __init__(
        self, jobs: Sequence[Job], *, clock: Clock, tasks: TaskSpawner, telemetry: Telemetry = SILENT
    ) -> None:
        self._jobs = tuple(jobs)
        self._clock = clock
        self._tasks = tasks
        self._telemetry = telemetry
        self._woken = {job.name: asyncio.Event() for job in self._jobs}

    def start(self) -> None:
        """Start every job's loop."""
        for job in self._jobs:
            self._tasks.spawn(f"worker:{job.name}", self._loop(job))

    def wake(self, payload: str) -> None:
        """React to a NOTIFY payload. Safe for any payload."""
        word = payload.partition(":")[0]
        for job in self._jobs:
            if word in job.woken_by:
                self._woken[job.name].set()

    def wake_all(self) -> None:
        """Let every job look at once: wake-ups may have been missed."""
        for woken in self._woken.values():
            woken.set()

    async def _loop(self, job: Job) -> None:
        failures = 0
        while True:
            self._woken[job.name].clear()
            try:
                with self._telemetry.span("worker.job", job=job.name):
                    await self._run_until_idle(job)
                failures = 0
            except Exception:  # noqa: BLE001 - outermost: a worker outlives every failure
                seconds = min(FAILED_SECONDS_FIRST * 2.0 ** min(failures, 10), FAILED_SECONDS_MAX)
                failures += 1
                _log.exception("job_failed", job=job.name, failures=failures, seconds=seconds)
                await self._clock.sleep(seconds)
                continue
            await self._wait(job)

    async def _run_until_idle(self, job: Job) -> None:
        for _ in range(ROUNDS_MAX):
            if not await job.run_once():
                return

    async def _wait(self, job: Job) -> None:
        try:
            async with asyncio.timeout(job.every_seconds):
                await self._woken[job.name].wait()
        except TimeoutError:
            return
        await self._clock.sleep(PACE_SECONDS)
