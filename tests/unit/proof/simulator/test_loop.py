from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any, TypeVar

import pytest

from vivamarket.proof.simulator.loop import LoopSpins, SimulatedLoop
from vivamarket.proof.simulator.tape import RecordedTape

DAY_SECONDS = 24 * 3600
T = TypeVar("T")


@pytest.fixture
def loop() -> SimulatedLoop:
    return SimulatedLoop(RecordedTape(()), lambda context: True)


def finish(loop: SimulatedLoop, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    task = loop.create_task(work)
    loop.run_until(task.done)
    return task


def test_waiting_takes_no_time_but_virtual_time(loop: SimulatedLoop) -> None:
    finish(loop, asyncio.sleep(DAY_SECONDS))

    assert loop.now == DAY_SECONDS


def test_timeouts_and_events_of_asyncio_work(loop: SimulatedLoop) -> None:
    woken = asyncio.Event()

    async def impatient() -> str:
        try:
            async with asyncio.timeout(5):
                await woken.wait()
        except TimeoutError:
            return "too late"
        return "in time"

    assert finish(loop, impatient()).result() == "too late"
    loop.call_later(1, woken.set)
    assert finish(loop, impatient()).result() == "in time"


def test_timers_fire_in_the_order_of_their_times(loop: SimulatedLoop) -> None:
    fired: list[int] = []
    for seconds in (3, 1, 2):
        loop.call_later(seconds, fired.append, seconds)

    loop.run_for(10)

    assert fired == [1, 2, 3]


def test_a_canceled_timer_never_fires(loop: SimulatedLoop) -> None:
    fired: list[int] = []
    loop.call_later(1, fired.append, 1).cancel()

    loop.run_for(10)

    assert fired == []


def test_the_tape_chooses_among_what_is_ready_at_the_same_moment() -> None:
    def order(choices: tuple[int, ...]) -> list[str]:
        loop = SimulatedLoop(RecordedTape(choices), lambda context: True)
        loop.shuffle = True
        ran: list[str] = []
        for name in "abc":
            loop.call_later(1, ran.append, name)
        loop.run_until(lambda: len(ran) == 3)
        return ran

    assert order(()) == ["a", "b", "c"]
    assert order((2, 1)) == ["c", "b", "a"]


def test_what_is_not_admitted_never_runs() -> None:
    owner: ContextVar[str] = ContextVar("owner", default="")
    loop = SimulatedLoop(RecordedTape(()), lambda context: context.get(owner) != "dead")
    ran: list[str] = []
    loop.call_soon(ran.append, "living")
    owner_token = owner.set("dead")
    loop.call_soon(ran.append, "dead")
    owner.reset(owner_token)

    loop.run_for(1)

    assert ran == ["living"]


def test_nothing_left_to_run_is_told(loop: SimulatedLoop) -> None:
    assert loop.run_until(lambda: False) is False


def test_callbacks_without_end_are_noticed(loop: SimulatedLoop) -> None:
    def again() -> None:
        loop.call_soon(again)

    again()

    with pytest.raises(LoopSpins):
        loop.run_for(1)


def test_a_closed_loop_runs_nothing_any_more(loop: SimulatedLoop) -> None:
    ran: list[int] = []
    loop.call_soon(ran.append, 1)
    loop.close()
    loop.call_soon(ran.append, 2)

    loop.run_until(lambda: False)

    assert ran == []
