"""The loops: at least every so often, at once when woken, outliving every failure."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.telemetry import Notes

from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.telemetry import SILENT, Telemetry
from vivamarket.worker.schedule import PACE_SECONDS, ROUNDS_MAX, Job, Schedule

NEVER = 3_600.0


class Work:
    """Has so much to do, and counts how often it was asked."""

    def __init__(self, *found: int | Exception) -> None:
        self.found = list(found)
        self.asked = 0

    async def run_once(self) -> int:
        self.asked += 1
        await asyncio.sleep(0)
        result = self.found.pop(0) if self.found else 0
        if isinstance(result, Exception):
            raise result
        return result

    async def until_asked(self, times: int) -> None:
        for _ in range(10_000):
            if self.asked >= times:
                return
            await asyncio.sleep(0)
        pytest.fail(f"asked {self.asked} times, not {times}")


async def a_while() -> None:
    """Let everybody do what they can do now."""
    for _ in range(20):
        await asyncio.sleep(0)


Start = Callable[..., Schedule]


@pytest.fixture
async def run() -> AsyncIterator[Start]:
    tasks = AsyncioTasks()

    def start(*jobs: Job, clock: Clock | None = None, telemetry: Telemetry = SILENT) -> Schedule:
        schedule = Schedule(jobs, clock=clock or StillClock(), tasks=tasks, telemetry=telemetry)
        schedule.start()
        return schedule

    yield start
    await tasks.close()


async def test_every_round_of_a_job_is_measured(run: Start) -> None:
    notes, work = Notes(), Work(1)
    run(Job("relay", work.run_once, NEVER), telemetry=notes)

    await work.until_asked(2)

    assert notes.spans == ["worker.job"]


async def test_a_job_works_until_nothing_is_left_and_then_waits(run: Start) -> None:
    work = Work(3, 3, 1)
    run(Job("relay", work.run_once, NEVER))

    await work.until_asked(4)
    await a_while()

    assert work.asked == 4


async def test_a_wake_up_reaches_those_it_concerns(run: Start) -> None:
    relay, search = Work(), Work()
    schedule = run(
        Job("relay", relay.run_once, NEVER, ("outbox",)), Job("search", search.run_once, NEVER, ("catalog",))
    )
    await a_while()

    for payload in ("outbox", "stock:MUG", "nonsense"):
        schedule.wake(payload)
        await a_while()
    assert (relay.asked, search.asked) == (2, 1)
    schedule.wake_all()
    await a_while()

    assert (relay.asked, search.asked) == (3, 2)


async def test_a_crowd_of_wake_ups_is_one_round_per_pace(run: Start) -> None:
    work, clock = Work(), StillClock()
    schedule = run(Job("relay", work.run_once, NEVER, ("outbox",)), clock=clock)
    await work.until_asked(1)
    await a_while()

    for _ in range(3):
        schedule.wake("outbox")
        await a_while()

    assert work.asked == 4
    assert clock.monotonic() == pytest.approx(3 * PACE_SECONDS)


async def test_a_wake_up_while_working_is_not_lost(run: Start) -> None:
    work = Work()
    schedule = run(Job("relay", work.run_once, NEVER, ("outbox",)))
    await work.until_asked(1)

    schedule.wake("outbox")

    await work.until_asked(2)


async def test_without_a_wake_up_it_looks_by_itself(run: Start) -> None:
    work = Work()
    run(Job("relay", work.run_once, 0.0))

    await work.until_asked(3)


async def test_a_failure_ends_neither_the_job_nor_the_others(run: Start) -> None:
    broken, sound = Work(ValueError("once"), ValueError("twice")), Work(1)
    run(Job("broken", broken.run_once, NEVER), Job("sound", sound.run_once, NEVER))

    await sound.until_asked(2)
    await broken.until_asked(3)


async def test_endless_work_lets_go_after_many_rounds(run: Start) -> None:
    work = Work(*[1] * (ROUNDS_MAX + 5))
    schedule = run(Job("relay", work.run_once, NEVER, ("outbox",)))
    await work.until_asked(ROUNDS_MAX)
    await a_while()
    assert work.asked == ROUNDS_MAX

    schedule.wake("outbox")

    await work.until_asked(ROUNDS_MAX + 6)
