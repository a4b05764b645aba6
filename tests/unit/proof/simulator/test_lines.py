"""What can happen to one call: the wrapper around every port, on a world that is built by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import pytest

from vivamarket.kernel.errors import Unavailable
from vivamarket.proof.simulator.coverage import Coverage
from vivamarket.proof.simulator.faults import Fault
from vivamarket.proof.simulator.lines import FATES, FAULTS, Line, NotReached, WriteFailed
from vivamarket.proof.simulator.process import Process
from vivamarket.proof.simulator.swarm import draw_swarm
from vivamarket.proof.simulator.tape import RecordedTape
from vivamarket.proof.simulator.world import World, threshold

CALM = draw_swarm(RecordedTape(()))
ALWAYS = threshold(1000)


class Drawer:
    """A port with one record; counts what was really done."""

    def __init__(self) -> None:
        self.puts = 0

    async def put(self) -> str:
        self.puts += 1
        return "done"

    def name(self) -> str:
        return "drawer"


def world_with(fault: Fault | None) -> World:
    """Return a world in which every call meets that fault."""
    choices = [0] if fault is None else [FATES - 1, FAULTS.index(fault)] * 20
    world = World(RecordedTape(choices), CALM, Coverage())
    if fault is not None:
        world.rates.database = ALWAYS
    return world


def call(world: World, process: Process, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
    """Run a call of the process for a minute."""
    task = world.loop.create_task(work, context=process.context)
    world.loop.run_for(60)
    return task


def test_a_calm_call_is_answered() -> None:
    world, drawer = world_with(None), Drawer()
    process = Process(world, "web-1")

    assert call(world, process, Line(process, "drawer", drawer).put()).result() == "done"
    assert Line(process, "drawer", drawer).name() == "drawer"


def test_a_cut_call_has_no_effect() -> None:
    world, drawer = world_with(Fault.CUT), Drawer()
    process = Process(world, "web-1")

    with pytest.raises(NotReached):
        call(world, process, Line(process, "drawer", drawer).put()).result()
    assert drawer.puts == 0


def test_a_lost_answer_leaves_the_effect() -> None:
    world, drawer = world_with(Fault.LOST), Drawer()
    process = Process(world, "web-1")

    with pytest.raises(NotReached):
        call(world, process, Line(process, "drawer", drawer).put()).result()
    assert drawer.puts == 1


def test_a_refused_write_has_no_effect() -> None:
    world, drawer = world_with(Fault.FAILED), Drawer()
    process = Process(world, "web-1")

    with pytest.raises(WriteFailed):
        call(world, process, Line(process, "drawer", drawer).put()).result()
    assert drawer.puts == 0


@pytest.mark.parametrize(("fault", "effects"), [(Fault.BEFORE, 0), (Fault.AFTER, 1)])
def test_a_process_that_dies_in_a_call_never_goes_on(fault: Fault, effects: int) -> None:
    world, drawer = world_with(fault), Drawer()
    process = Process(world, "web-1")
    went_on: list[str] = []

    async def work() -> None:
        try:
            await Line(process, "drawer", drawer).put()
        finally:
            went_on.append("after")

    task = call(world, process, work())

    assert not process.alive
    assert not task.done()
    assert (drawer.puts, went_on) == (effects, [])
    process.tasks[task] = None
    world.end()


def test_an_outage_is_told_as_the_postgres_adapter_tells_it() -> None:
    world, drawer = world_with(None), Drawer()
    world.database_up = False
    process = Process(world, "web-1")

    class Keys:
        begin = drawer.put

    with pytest.raises(Unavailable):
        call(world, process, Line(process, "keys", Keys()).begin()).result()
    assert drawer.puts == 0


def test_a_crash_of_the_database_cuts_off_who_waits_for_an_answer() -> None:
    slow_answer = 1 << 3 | 7 << 4
    world, drawer = World(RecordedTape([slow_answer]), replace(CALM), Coverage()), Drawer()
    process = Process(world, "web-1")
    task = world.loop.create_task(Line(process, "drawer", drawer).put(), context=process.context)
    world.loop.run_until(lambda: drawer.puts == 1)

    world.crash_database()
    world.loop.run_for(60)

    assert isinstance(task.exception(), NotReached)


def test_a_killed_process_cuts_off_who_waits_for_it() -> None:
    world = world_with(None)
    process = Process(world, "web-1")
    answered = world.loop.create_future()
    process.answers[answered] = None

    world.kill(process, "by the test")

    assert isinstance(answered.exception(), ConnectionResetError)
    assert world.faults["kill -9"] == 1
