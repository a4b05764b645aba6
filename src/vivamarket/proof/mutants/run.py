"""Plants each mutant in a copy of the shop's source and lets its target look for it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import vivamarket
from vivamarket.proof.mutants.patch import Mutant, PatchDoesNotApply

#: A mutant that is not found by then counts as a survivor.
TIMEOUT_SECONDS: Final = 120
WORKERS_MAX: Final = 8
_PACKAGE: Final = Path(vivamarket.__file__).parent
_CHECKOUT: Final = _PACKAGE.parents[1]
_PYTEST_FAILED: Final = 1
_DETAIL_LENGTH_MAX: Final = 160


class Fate(StrEnum):
    """What became of a mutant. Only ``killed`` is good."""

    KILLED = "killed"
    SURVIVED = "survived"
    #: The patch no longer fits the source.
    DOES_NOT_APPLY = "does not apply"
    #: The planted code does not even run, so nothing was proven about whoever looks for it.
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant, what found it (an invariant or a test), with which seed, and how soon."""

    mutant: Mutant
    fate: Fate
    by: str = ""
    seed: int | None = None
    detail: str = ""
    seconds: float = 0.0


def run_all(
    chosen: Sequence[Mutant],
    *,
    workers: int = 2,
    stopwatch: Callable[[], float],
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> Iterator[Outcome]:
    """Yield the outcomes as they come. Each mutant has its own copy and process; two share no file."""
    with ThreadPoolExecutor(min(workers, WORKERS_MAX)) as pool:
        running = [pool.submit(run, each, stopwatch, timeout_seconds) for each in chosen]
        for done in as_completed(running):
            yield done.result()


def run(mutant: Mutant, stopwatch: Callable[[], float], timeout_seconds: float = TIMEOUT_SECONDS) -> Outcome:
    """Plant one mutant in a copy of the shop and look for it, for as long as its target takes."""
    with tempfile.TemporaryDirectory(prefix="viva-mutant-") as folder:
        package = Path(folder, _PACKAGE.name)
        # With their compiled twins, which stay valid, so that only what is planted compiles anew.
        shutil.copytree(_PACKAGE, package, ignore=shutil.ignore_patterns("patches"))
        try:
            mutant.plant(package)
        except PatchDoesNotApply as misfit:
            return Outcome(mutant, Fate.DOES_NOT_APPLY, detail=str(misfit))
        begun = stopwatch()
        outcome = _looked_for(mutant, Path(folder), timeout_seconds)
        return Outcome(mutant, *outcome, seconds=stopwatch() - begun)


def _looked_for(mutant: Mutant, path: Path, timeout_seconds: float) -> tuple[Fate, str, int | None, str]:
    environment = {**_environment(), "PYTHONPATH": str(path)}
    try:
        done = subprocess.run(
            _command(mutant),
            cwd=_CHECKOUT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_seconds,
        )
    except subprocess.TimeoutExpired:
        return Fate.SURVIVED, "", None, f"not found within {timeout_seconds:.0f} s"
    if mutant.target[0] == "pytest":
        return _judged_by_tests(done)
    return _judged_by_report(done)


def _command(mutant: Mutant) -> list[str]:
    word, *arguments = mutant.target
    if word == "pytest":
        options = ["-x", "--no-header", "--tb=no", "-rf", "-p", "no:cacheprovider"]
        return [sys.executable, "-m", "pytest", *options, *arguments]
    module = {"simulate": "vivamarket.proof.simulator", "explore": "vivamarket.proof.explorer"}[word]
    return [sys.executable, "-m", module, "--json", "--stop-first", *arguments]


def _judged_by_report(done: subprocess.CompletedProcess[str]) -> tuple[Fate, str, int | None, str]:
    try:
        found = json.loads(done.stdout)["violations"]
    except (ValueError, KeyError):
        return Fate.BROKEN, "", None, _last_line(done.stderr)
    if not found:
        return Fate.SURVIVED, "", None, "every promise seemed kept"
    first = found[0]
    return Fate.KILLED, first["invariant"], first.get("seed"), first["detail"][:_DETAIL_LENGTH_MAX]


def _judged_by_tests(done: subprocess.CompletedProcess[str]) -> tuple[Fate, str, int | None, str]:
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    if done.returncode == _PYTEST_FAILED and failed:
        node, _, why = failed[0].removeprefix("FAILED ").partition(" - ")
        return Fate.KILLED, node.rpartition("::")[2], None, why[:_DETAIL_LENGTH_MAX]
    if done.returncode == 0:
        return Fate.SURVIVED, "", None, "the tests pass"
    return Fate.BROKEN, "", None, _last_line(done.stdout + done.stderr)


def _last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1][:_DETAIL_LENGTH_MAX] if lines else "it said nothing"


def _environment() -> dict[str, str]:
    # A developer's own settings must not reach the copy.
    return {name: value for name, value in os.environ.items() if not name.startswith("VIVA_")}
