"""``viva test``: everything that guards the code, and a short summary."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import click

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.cli.context import CHECKOUT, print_json
from vivamarket.cli.errors import ExitCode
from vivamarket.cli.test_steps import PYTEST_NOTHING_COLLECTED, Counts, Step, steps

STILL_RUNNING_SECONDS = 30.0
LINES_SHOWN_MAX = 400
LOGS = CHECKOUT / ".viva" / "logs"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one step ended."""

    step: Step
    passed: bool
    seconds: float
    counts: Counts | None


@click.command
@click.argument("only", nargs=-1, metavar="[STEP]…")
@click.option("--fast", is_flag=True, help="Leave out the storefront's build and the browser.")
@click.option("-k", "pattern", metavar="NAME", help="Run only the Python tests whose names match.")
@click.option("--verbose", "-v", is_flag=True, help="Show every step's output as it comes.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary for a script.")
def command(*, only: Sequence[str], fast: bool, pattern: str | None, verbose: bool, as_json: bool) -> int:
    """Run everything that guards the code; end with a summary.

    STEP is one of the names in the summary (viva test lint types). Every step runs, also after one
    has failed. The whole output of each is kept in .viva/logs.
    """
    chosen = choose(steps(pattern), only, fast=fast)
    outcomes = []
    for step in chosen:
        outcomes.append(_run(step, verbose=verbose))
        if outcomes[-1].passed is False and not verbose:
            _show_output(step)
    if as_json:
        print_json([_as_json(outcome) for outcome in outcomes])
    else:
        _summarize(outcomes)
    return ExitCode.DONE if all(outcome.passed for outcome in outcomes) else ExitCode.FAILED


def choose(known: Sequence[Step], only: Sequence[str], *, fast: bool) -> list[Step]:
    """Return the wanted steps and those they need, in their order; all but the slow ones when fast."""
    names = {step.name.replace(" ", "-"): step.name for step in known}
    wanted = {names.get(name, name) for name in only}
    strange = wanted - set(names.values())
    if strange:
        raise click.UsageError(f"No such step: {', '.join(sorted(strange))}. Steps: {', '.join(names)}")
    wanted |= {step.needs for step in known if step.name in wanted and step.needs is not None}
    return [step for step in known if (step.name in wanted if wanted else not (fast and step.slow))]


def _log(step: Step) -> Path:
    return LOGS / f"test-{step.name.replace(' ', '-')}.log"


def _run(step: Step, *, verbose: bool) -> Outcome:
    clock = SystemClock()
    began = clock.monotonic()
    LOGS.mkdir(parents=True, exist_ok=True)
    click.echo(f"· {step.name} …", err=True)
    process = _spawn(step)
    ended = threading.Event()
    reader = threading.Thread(target=_copy, args=(process.stdout, _log(step), verbose), daemon=True)
    ticker = threading.Thread(target=_tick, args=(step.name, ended), daemon=True)
    reader.start()
    ticker.start()
    note = ""
    try:
        returncode = process.wait(step.timeout_seconds)
    except subprocess.TimeoutExpired:
        returncode, note = -1, f"\n{step.name} took longer than {step.timeout_seconds} s and was ended.\n"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        ended.set()
        reader.join(STILL_RUNNING_SECONDS)
    with _log(step).open("a", encoding="utf-8") as log:
        log.write(note)
    output = _log(step).read_text(encoding="utf-8", errors="replace")
    passed = returncode == 0 or (returncode == PYTEST_NOTHING_COLLECTED and "-k" in step.command)
    outcome = Outcome(step, passed, clock.monotonic() - began, step.count(output) if step.count else None)
    click.echo(f"{_mark(passed)} {step.name} ({outcome.seconds:.1f} s)", err=True)
    return outcome


def _spawn(step: Step) -> subprocess.Popen[bytes]:
    # The tests decide for themselves what is set; nothing of the caller's shop may reach them.
    environ = {name: value for name, value in os.environ.items() if not name.startswith("VIVA_")}
    environ["PYTHONUNBUFFERED"] = "1"
    if "VIVA_CHROMIUM" in os.environ:
        environ["VIVA_CHROMIUM"] = os.environ["VIVA_CHROMIUM"]
    try:
        return subprocess.Popen(
            step.command,
            cwd=step.cwd,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except FileNotFoundError as error:
        return subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.exit({f'{step.command[0]} is missing: {error}'!r})"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _copy(output: IO[bytes], log_file: Path, verbose: bool) -> None:
    with log_file.open("wb") as log, output:
        for line in output:
            log.write(line)
            if verbose:
                click.echo(line.decode(errors="replace"), nl=False)


def _tick(name: str, ended: threading.Event) -> None:
    waited = 0.0
    while not ended.wait(STILL_RUNNING_SECONDS):
        waited += STILL_RUNNING_SECONDS
        click.echo(f"  … {name} still at it after {waited:.0f} s", err=True)


def _show_output(step: Step) -> None:
    lines = _log(step).read_text(encoding="utf-8", errors="replace").splitlines()
    if len(lines) > LINES_SHOWN_MAX:
        click.echo(f"… (the whole output: {_log(step)})")
    click.echo("\n".join(lines[-LINES_SHOWN_MAX:]))


def _mark(passed: bool) -> str:
    return click.style("✓", fg="green") if passed else click.style("✗", fg="red")


def _totals(outcomes: Sequence[Outcome]) -> tuple[int, int]:
    """Add up tests; a step that only passes or fails, or fails without a count, is one more."""
    passed = sum(outcome.counts.passed for outcome in outcomes if outcome.counts)
    failed = sum(outcome.counts.failed for outcome in outcomes if outcome.counts)
    for outcome in outcomes:
        if outcome.counts is None and outcome.passed:
            passed += 1
        elif not outcome.passed and (outcome.counts is None or outcome.counts.failed == 0):
            failed += 1
    return passed, failed


def _summarize(outcomes: Sequence[Outcome]) -> None:
    width = max(len(outcome.step.name) for outcome in outcomes)
    click.echo("")
    for outcome in outcomes:
        counts = f"  {outcome.counts.line}" if outcome.counts else ""
        name = outcome.step.name.ljust(width)
        click.echo(f"{_mark(outcome.passed)} {name}  {outcome.seconds:7.1f} s{counts}")
    click.echo(f"  {'total'.ljust(width)}  {sum(outcome.seconds for outcome in outcomes):7.1f} s\n")
    for outcome in outcomes:
        if outcome.counts:
            click.echo(f"{outcome.step.name}: {outcome.counts.line}")
    passed, failed = _totals(outcomes)
    click.echo(f"{passed} passed, {failed} failed")


def _as_json(outcome: Outcome) -> dict[str, object]:
    counts = outcome.counts
    return {
        "step": outcome.step.name,
        "passed": outcome.passed,
        "seconds": round(outcome.seconds, 1),
        "tests_passed": counts.passed if counts else None,
        "tests_failed": counts.failed if counts else None,
    }
