"""``viva simulate --mutants``: plants known bugs one by one and demands that each is found."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.cli.context import print_json
from vivamarket.cli.errors import ExitCode

if TYPE_CHECKING:
    from vivamarket.proof.mutants import Mutant, Outcome


def kill_mutants(only: Sequence[str], *, workers: int, as_json: bool) -> int:
    """Run the mutants whose names contain one of ``only``, all without; return 1 unless all are killed."""
    from vivamarket.proof.mutants import mutants, run_all

    known = mutants()
    chosen = [each for each in known if not only or any(part in each.slug for part in only)]
    if not chosen:
        raise click.UsageError(f"No mutant is named so. There are: {', '.join(each.slug for each in known)}")
    outcomes = _watched(
        run_all(chosen, workers=workers, stopwatch=SystemClock().monotonic), len(chosen), quiet=as_json
    )
    outcomes.sort(key=lambda each: each.mutant.slug)
    if as_json:
        print_json([_as_json(each) for each in outcomes])
    else:
        _print(outcomes)
    return ExitCode.DONE if all(_is_killed(each) for each in outcomes) else ExitCode.FAILED


def _watched(running: Iterable[Outcome], count: int, *, quiet: bool) -> list[Outcome]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    progress = Progress(
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
        disable=quiet,
    )
    outcomes = []
    with progress:
        task = progress.add_task("planting", total=count)
        for outcome in running:
            outcomes.append(outcome)
            progress.update(task, advance=1, description=f"{outcome.mutant.slug}: {outcome.fate}")
    return outcomes


def _print(outcomes: Sequence[Outcome]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("Mutant", "Class", "Fate", "Found by", "Seed", "Seconds", box=None)
    for each in outcomes:
        style = "green" if _is_killed(each) else "red"
        table.add_row(
            each.mutant.slug,
            each.mutant.kind,
            f"[{style}]{each.fate}[/]",
            each.by,
            "" if each.seed is None else str(each.seed),
            f"{each.seconds:.1f}",
        )
    Console().print(table)
    for each in outcomes:
        if not _is_killed(each):
            click.echo(click.style(f"{each.mutant.slug}: {each.fate}. {each.detail}", fg="red"))
            click.echo(f"  {_aim(each.mutant)}")
    killed = sum(map(_is_killed, outcomes))
    seconds = [each.seconds for each in outcomes]
    click.echo(
        f"{killed} of {len(outcomes)} killed; median {statistics.median(seconds):.1f} s, "
        f"worst {max(seconds):.1f} s."
    )


def _aim(mutant: Mutant) -> str:
    return f"{mutant.title}; looked for by: {' '.join(mutant.target)}"


def _is_killed(outcome: Outcome) -> bool:
    from vivamarket.proof.mutants.run import Fate

    return outcome.fate is Fate.KILLED


def _as_json(outcome: Outcome) -> dict[str, object]:
    mutant = outcome.mutant
    return {
        "mutant": mutant.slug,
        "title": mutant.title,
        "class": mutant.kind,
        "peer": mutant.peer or None,
        "expected": mutant.expect,
        "target": " ".join(mutant.target),
        "fate": outcome.fate,
        "found_by": outcome.by or None,
        "seed": outcome.seed,
        "detail": outcome.detail or None,
        "seconds": round(outcome.seconds, 1),
    }
