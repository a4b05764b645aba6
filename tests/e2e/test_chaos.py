"""The short form of ``viva chaos``: 20 seconds of faults on real processes, and every promise kept."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from vivamarket.checkout.invariants import describe
from vivamarket.proof.chaos.model import Fault, Plan
from vivamarket.proof.chaos.run import Run

SECONDS = 20.0
CLIENTS = 16
KILLED = {"web", "worker", "sandbox", "postgres", "postgres backend"}


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="viva-chaos-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_twenty_seconds_of_chaos_break_no_promise(folder: Path) -> None:
    plan = Plan(
        seconds=SECONDS,
        clients=CLIENTS,
        seed=7,
        faults=frozenset(Fault),
        hurry=True,
        folder=folder,
    )
    told: list[str] = []
    run = Run(plan, os.environ, told.append)

    # In a thread of its own: the browser's loop may be running in this one.
    with ThreadPoolExecutor(1) as elsewhere:
        verdict = elsewhere.submit(lambda: asyncio.run(run.run())).result()

    assert not verdict.violations, describe(verdict.violations)
    assert set(run.tally.kills) == KILLED
    assert run.tally.faults
    assert run.tally.outcomes["placed"] > 0
    assert verdict.replayed >= run.tally.outcomes["placed"]
    assert told[-1] == "checking every promise"
