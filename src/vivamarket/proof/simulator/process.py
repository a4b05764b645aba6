"""Simulated processes: who runs a callback, what time they believe it is, and dying without a word."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextvars import Context, ContextVar
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from vivamarket.kernel.ids import OrderNumber, uuid7

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_START_MILLISECONDS = int(START.timestamp() * 1000)
_ORDER_NUMBERS_REPEATED = 20
#: A lit fuse burns for so many steps of the process at most.
FUSE_STEPS_MAX = 4

#: Which process the running callback belongs to; None is the outside world (shoppers, staff, provider).
PROCESS: ContextVar[Process | None] = ContextVar("simulated_process", default=None)


def admit(context: Context) -> bool:
    """Return whether a callback may run: its process lives, and its fuse has not burnt down with it."""
    process = context.get(PROCESS)
    if process is None:
        return True
    if process.alive and process.fuse:
        process.fuse -= 1
        if not process.fuse:
            process.world.kill(process, "between two steps")
    return process.alive


class Process:
    """One process from its start to its death. A restart is another ``Process`` of the same name.

    After ``alive`` has become false none of its callbacks runs again, ``finally`` blocks included; its
    memory is gone. ``fuse`` counts steps until a kill -9 (0: none is planned),
    ``work_fuse`` calls that do some work until the fuse is lit.
    """

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.alive = True
        self.fuse = 0
        self.work_fuse = 0
        self.skew_seconds = 0.0
        self.tasks: dict[asyncio.Task[Any], None] = {}
        #: Requests that wait for an answer of this process.
        self.answers: dict[asyncio.Future[Any], None] = {}
        self.context = world.outside.copy()
        self.context.run(PROCESS.set, self)
        world.processes.append(self)

    def burn(self, draw: Callable[[int], int]) -> None:
        """Count a call that does some work; the last one that was planned lights the fuse."""
        self.work_fuse -= 1
        if not self.work_fuse and not self.fuse:
            self.fuse = 1 + draw(FUSE_STEPS_MAX)

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start background work (``TaskSpawner``); what it raises is noted as a mistake of the shop's."""
        task = self.world.loop.create_task(work, name=name, context=self.context)
        self.tasks[task] = None
        task.add_done_callback(self._ended, context=self.context)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self.tasks.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self.world.mistake(self.name, error)


class ProcessClock:
    """The time that one process believes in: virtual time plus its skew. One per process."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._loop = process.world.loop

    def now(self) -> datetime:
        """See ``Clock``."""
        return START + timedelta(seconds=self._loop.now + self._process.skew_seconds)

    def monotonic(self) -> float:
        """See ``Clock``. A jump of the calendar does not move it."""
        return self._loop.now

    async def sleep(self, seconds: float) -> None:
        """See ``Clock``."""
        await asyncio.sleep(seconds)


class WorldClock:
    """True virtual time, as the provider and the checker see it."""

    def __init__(self, world: World) -> None:
        self._loop = world.loop

    def now(self) -> datetime:
        """See ``Clock``."""
        return START + timedelta(seconds=self._loop.now)

    def monotonic(self) -> float:
        """See ``Clock``."""
        return self._loop.now

    async def sleep(self, seconds: float) -> None:
        """See ``Clock``."""
        await asyncio.sleep(seconds)


class CountedIds:
    """Ids that count up over the whole world; an order number is now and then one that is taken."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._count = 0
        self._orders = 0

    def uuid7(self) -> str:
        """See ``IdSource``."""
        self._count += 1
        return uuid7(_START_MILLISECONDS + int(self._world.loop.now * 1000), self._count)

    def token(self) -> str:
        """See ``IdSource``."""
        self._count += 1
        return f"token{self._count:027}"

    def order_number(self) -> OrderNumber:
        """See ``IdSource``."""
        repeated = self._orders and self._world.tape.draw(_ORDER_NUMBERS_REPEATED) == 1
        if not repeated:
            self._orders += 1
        return OrderNumber(f"VM-{self._orders:06}")


class WorldTasks:
    """Tasks of the outside world: the provider's deliveries, shoppers, staff. Nobody kills them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.tasks: dict[asyncio.Task[Any], None] = {}

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """See ``TaskSpawner``."""
        task = self._world.loop.create_task(work, name=name, context=self._world.outside)
        self.tasks[task] = None
        task.add_done_callback(self._ended, context=self._world.outside)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self.tasks.pop(task, None)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._world.broken(error)
