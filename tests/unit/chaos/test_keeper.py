"""What the keeper of a part counts: kills, returns, starts that failed, deaths that nobody ordered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.proof.chaos.model import Tally
from vivamarket.proof.chaos.processes import Keeper

WAIT_SECONDS = 5.0


class Actor:
    """A part that lives until it is told to die, and may refuse to start."""

    name = "web-1"
    role = "web"

    def __init__(self) -> None:
        self.refusals = 0
        self.begun: asyncio.Queue[None] = asyncio.Queue()
        self._death = asyncio.Event()
        self._running = False

    async def start(self) -> None:
        if self.refusals:
            self.refusals -= 1
            raise OSError("not now")
        self._death.clear()
        self._running = True
        self.begun.put_nowait(None)

    async def is_ready(self) -> bool:
        return self._running

    def is_running(self) -> bool:
        return self._running

    def kill(self) -> bool:
        was, self._running = self._running, False
        self._death.set()
        return was

    def pause(self, stopped: bool) -> None:
        assert not stopped

    async def ended(self) -> str:
        await self._death.wait()
        return "SIGKILL"

    async def stop(self) -> None:
        self.kill()


class Scene:
    def __init__(self) -> None:
        self.actor = Actor()
        self.tally = Tally()
        self.keeper = Keeper(self.actor, self.tally, SystemClock())

    async def next_life(self) -> None:
        async with asyncio.timeout(WAIT_SECONDS):
            await self.actor.begun.get()
            await self.keeper.ready.wait()


@pytest_asyncio.fixture
async def scene() -> AsyncIterator[Scene]:
    made = Scene()
    async with asyncio.TaskGroup() as group:
        group.create_task(made.keeper.keep())
        await made.next_life()
        yield made
        await made.keeper.close()


async def test_a_killed_part_comes_back_and_its_return_is_timed(scene: Scene) -> None:
    assert scene.keeper.kill()
    await scene.next_life()

    assert scene.tally.kills == {"web": 1}
    assert len(scene.tally.recoveries["web"]) == 1
    assert not scene.tally.ended_alone


async def test_a_blow_that_meets_nobody_is_not_counted(scene: Scene) -> None:
    scene.actor.refusals = 1
    scene.keeper.kill()

    assert not scene.keeper.kill()
    await scene.next_life()
    assert scene.tally.kills == {"web": 1}
    assert scene.tally.failed_starts == {"web": 1}


async def test_a_part_that_ends_although_nobody_killed_it_is_told_by_name(scene: Scene) -> None:
    scene.actor.kill()
    await scene.next_life()

    assert scene.tally.ended_alone == ["web-1: SIGKILL"]
    assert not scene.tally.kills


async def test_a_part_that_a_fault_gave_a_reason_to_end_is_excused(scene: Scene) -> None:
    scene.keeper.excuses += 1
    scene.actor.kill()
    await scene.next_life()

    assert not scene.tally.ended_alone
