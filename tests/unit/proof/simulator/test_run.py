"""The short form of the simulator: fixed seeds, each way of settling alone, identical replay, shrinking."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime

import pytest

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.checkout.model import OrderState
from vivamarket.checkout.ports import Decide
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import OrderId
from vivamarket.orders.model import OrderStatus
from vivamarket.proof.simulator import Config, Path, Report, run_seed, run_tape
from vivamarket.proof.simulator.campaign import campaign, play
from vivamarket.proof.simulator.shrink import shrink
from vivamarket.proof.simulator.story import read_written, story, written
from vivamarket.proof.simulator.tape import trimmed

SEEDS = range(1, 51)
SEEDS_PER_PATH = range(1_000, 1_015)
_TELL = """
import hashlib
from vivamarket.proof.simulator import run_seed
for seed in (3, 17):
    report = run_seed(seed)
    print(len(report.log), hashlib.sha256(repr((report.log, report.tape)).encode()).hexdigest())
"""


class ForgetfulStore:
    """Answers as if an order's payment were written, and does not write it."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._inner = database.checkout

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    async def change(
        self, order_id: OrderId, decide: Decide, at: datetime, *, inbox_event_id: str | None = None
    ) -> OrderState:
        wanted = decide(await self._inner.state(order_id)).state
        if wanted.status is OrderStatus.PAID:
            return wanted
        return await self._inner.change(order_id, decide, at, inbox_event_id=inbox_event_id)


class ForgetfulDatabase(MemoryDatabase):
    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.checkout = ForgetfulStore(self)  # type: ignore[assignment]  # the planted bug


FORGETFUL = Config(database=ForgetfulDatabase)


def told(reports: list[Report]) -> list[str]:
    return [f"{each.seed}: {found}" for each in reports for found in each.violations]


def test_no_promise_breaks_in_any_of_the_fixed_seeds() -> None:
    reports = [run_seed(seed) for seed in SEEDS]

    assert told(reports) == []
    assert sum(report.outcomes["paid"] for report in reports) > len(SEEDS) / 2
    assert sum(report.faults["kill -9"] for report in reports) > len(SEEDS)


@pytest.mark.parametrize("path", list(Path))
def test_each_way_of_settling_is_enough_alone(path: Path) -> None:
    config = Config(paths=frozenset({path}))
    reports = [run_seed(seed, config) for seed in SEEDS_PER_PATH]

    assert told(reports) == []
    assert sum(report.outcomes["paid"] for report in reports) > 0


def test_a_seed_plays_the_same_in_every_process() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", _TELL],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(outputs) == 1
    assert all(int(line.split()[0]) > 0 for line in outputs.pop().splitlines())


def test_a_tape_plays_what_its_seed_played() -> None:
    report = run_seed(17)

    again = run_tape(report.tape)

    assert again.log == report.log
    assert again.tape == report.tape


def test_a_harmless_tape_has_nothing_to_tell_but_orders() -> None:
    report = run_tape(())

    assert report.violations == []
    assert not report.faults
    assert report.outcomes["paid"] == report.orders > 0


def test_a_planted_bug_is_found_made_small_and_told() -> None:
    report = next(each for each in (run_seed(seed, FORGETFUL) for seed in SEEDS) if each.violations)

    smallest = shrink(report, FORGETFUL, tries_max=30)

    assert smallest.violations[0].invariant == report.violations[0].invariant
    assert len(trimmed(smallest.tape)) < len(trimmed(report.tape)) / 2
    lines = list(story(smallest))
    assert any("pays with" in line for line in lines)
    assert any(smallest.violations[0].detail in line for line in lines)
    choices, _ = read_written(written(smallest, FORGETFUL))
    assert run_tape(choices, FORGETFUL).log == smallest.log


def test_a_campaign_adds_up_what_its_seeds_found() -> None:
    parts = list(campaign(1, 4, FORGETFUL, workers=1))

    alone = play(range(1, 5), FORGETFUL)
    assert sum(part.seeds for part in parts) == 4
    assert sorted(seed for part in parts for seed in part.failing_seeds) == alone.failing_seeds != []


def test_a_campaign_can_end_at_the_first_violation() -> None:
    parts = list(campaign(1, 1_000, FORGETFUL, workers=1, stop_first=True))

    assert len(parts[-1].failing_seeds) == 1
    assert sum(part.seeds for part in parts) < 1_000
