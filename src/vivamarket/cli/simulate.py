"""``viva simulate``: the checkout in virtual time, under every fault, by seed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import click

from vivamarket.cli.context import CHECKOUT, print_json
from vivamarket.cli.errors import CommandFailed, ExitCode

if TYPE_CHECKING:
    from vivamarket.proof.simulator.campaign import Tally
    from vivamarket.proof.simulator.run import Config, Report

SEEDS_DEFAULT = 2_000
VIOLATIONS_TOLD_MAX = 20
MISSING_SHOWN_MAX = 40
_WAYS = ("webhook", "return", "reconciler")


@click.command
@click.option("--seeds", type=click.IntRange(min=1), help=f"How many seeds to play [{SEEDS_DEFAULT:,}].")
@click.option("--minutes", type=click.FloatRange(min=0.01), help="Play for so long instead.")
@click.option("--seed", "first", type=click.IntRange(min=0), default=1, show_default=True, help="First seed.")
@click.option(
    "--paths",
    type=click.Choice(_WAYS),
    multiple=True,
    help="Settle payments by this way only; may be given more than once.",
)
@click.option("--replay", metavar="TAPE", help="Play one run again from the tape that was printed for it.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes.")
@click.option("--mutants", "hunts", is_flag=True, help="Plant known bugs instead; each must be found.")
@click.option("--only", multiple=True, metavar="NAME", help="With --mutants: those whose names hold this.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for a script.")
def command(
    *,
    seeds: int | None,
    minutes: float | None,
    first: int,
    paths: Iterable[str],
    replay: str | None,
    workers: int,
    hunts: bool,
    only: Sequence[str],
    as_json: bool,
) -> int:
    """Run the whole checkout in virtual time and break it in every way, thousands of times.

    Each seed is another small shop with other faults: processes killed at any step, lost answers, a
    crashed database, a slow or dead payment provider, jumping clocks. Afterwards every promise of the
    checkout is checked. The same seed always plays the same; a failing one prints its story.

    Exit code 1 when a promise was broken; with --mutants, when a planted bug was not found.
    """
    if hunts:
        from vivamarket.cli.mutants import kill_mutants

        return kill_mutants(only, workers=workers, as_json=as_json)
    from vivamarket.proof.simulator import Config, Path

    config = Config(paths=frozenset(Path(each) for each in paths) or None)
    if replay is not None:
        return _replay(replay)
    count = seeds if seeds is not None or minutes is not None else SEEDS_DEFAULT
    tally, seconds = _play(first, count, minutes, config, workers)
    failing = tally.failing_seeds
    if as_json:
        print_json(_as_json(tally, seconds))
    else:
        _summarize(tally, seconds)
        if failing:
            _tell_failure(failing[0], config)
    return ExitCode.FAILED if failing else ExitCode.DONE


def _play(
    first: int, seeds: int | None, minutes: float | None, config: Config, workers: int
) -> tuple[Tally, float]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from vivamarket.adapters.local.clock import SystemClock
    from vivamarket.proof.simulator.campaign import Tally, campaign

    clock = SystemClock()
    begun = clock.monotonic()
    limit = minutes * 60 if minutes is not None else None
    tally = Tally()
    bar = Progress(
        TextColumn("seeds"),
        BarColumn(),
        TextColumn("{task.fields[played]:,} · {task.fields[rate]:,.0f} a minute · {task.fields[broken]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )

    def over() -> bool:
        return limit is not None and clock.monotonic() - begun >= limit

    with bar:
        task = bar.add_task("seeds", total=limit or seeds, played=0, rate=0.0, broken="")
        for part in campaign(first, seeds, config, workers=workers, over=over):
            tally.add(part)
            seconds = clock.monotonic() - begun
            bar.update(
                task,
                completed=seconds if limit is not None else tally.seeds,
                played=tally.seeds,
                rate=tally.seeds / seconds * 60,
                broken=_broken(tally),
            )
    return tally, clock.monotonic() - begun


def _broken(tally: Tally) -> str:
    failing = tally.failing_seeds
    return f"{len(failing)} broke a promise" if failing else "no promise broken"


def _summarize(tally: Tally, seconds: float) -> None:
    from rich.console import Console
    from rich.table import Table

    from vivamarket.proof.simulator.coverage import all_points, hit_after_all, missing, spared

    points = all_points()
    facts = Table(show_header=False, box=None)
    facts.add_row("Seeds", f"{tally.seeds:,} in {seconds:.0f} s ({tally.seeds / seconds * 60:,.0f} a minute)")
    facts.add_row("Virtual time", f"{tally.virtual_seconds / 3600:,.1f} hours")
    facts.add_row("Orders", ", ".join(f"{name} {count:,}" for name, count in tally.outcomes.most_common()))
    facts.add_row(
        "Await points", f"{len(tally.coverage.awaits & points.awaits)} of {len(points.awaits)} hit by a crash"
    )
    facts.add_row(
        "Commit points", f"{len(tally.coverage.commits & points.commits)} of {len(points.commits)} hit"
    )
    facts.add_row("Promises", _broken(tally))
    faults = Table("fault", "times", title=f"{tally.faults.total():,} faults", title_justify="left")
    faults.columns[1].justify = "right"
    for name, count in sorted(tally.faults.items()):
        faults.add_row(name, f"{count:,}")
    console = Console()
    console.print(faults)
    never = missing(tally.coverage)
    for line in never[:MISSING_SHOWN_MAX]:
        console.print(f"  never hit: {line}", highlight=False)
    if len(never) > MISSING_SHOWN_MAX:
        console.print(f"  … and {len(never) - MISSING_SHOWN_MAX} more")
    for why, lines in spared().items():
        console.print(f"  cannot be hit: {', '.join(lines)}: {why}", highlight=False)
    for line in hit_after_all(tally.coverage):
        console.print(f"  was hit although it is said to be impossible: {line}", highlight=False)
    console.print(facts)
    for seed, each in tally.violations[:VIOLATIONS_TOLD_MAX]:
        console.print(f"seed {seed}: {each.invariant} {each.subject}: {each.detail}", highlight=False)


def _tell_failure(seed: int, config: Config) -> None:
    from vivamarket.proof.simulator.run import run_seed
    from vivamarket.proof.simulator.shrink import shrink

    click.echo(f"\nMaking seed {seed} small …", err=True)
    smallest = shrink(run_seed(seed, config), config)
    click.echo(f"\nSeed {seed}, commit {_commit()}. The smallest run that breaks the same promise:\n")
    _tell_story(smallest, config)


def _replay(text: str) -> int:
    from vivamarket.proof.simulator.run import run_tape
    from vivamarket.proof.simulator.story import read_written

    try:
        choices, config = read_written(text)
    except ValueError as error:
        raise CommandFailed("This is not a tape.", advice="Copy it whole, as it was printed.") from error
    report = run_tape(choices, config)
    _tell_story(report, config)
    return ExitCode.FAILED if report.violations else ExitCode.DONE


def _tell_story(report: Report, config: Config) -> None:
    from vivamarket.proof.simulator.story import story, written

    for line in story(report):
        click.echo(line)
    click.echo(f"\nPlay it again: viva simulate --replay {written(report, config)}")


def _commit() -> str:
    told = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or "unknown"


def _as_json(tally: Tally, seconds: float) -> dict[str, Any]:
    from vivamarket.proof.simulator.coverage import all_points, hit_after_all, missing, spared

    points = all_points()
    return {
        "seeds": tally.seeds,
        "seconds": round(seconds, 1),
        "commit": _commit(),
        "violations": [
            {"seed": seed, "invariant": each.invariant, "subject": each.subject, "detail": each.detail}
            for seed, each in tally.violations
        ],
        "faults": dict(sorted(tally.faults.items())),
        "orders": dict(tally.outcomes),
        "await_points": {"hit": len(tally.coverage.awaits & points.awaits), "all": len(points.awaits)},
        "commit_points": {"hit": len(tally.coverage.commits & points.commits), "all": len(points.commits)},
        "never_hit": missing(tally.coverage),
        "cannot_be_hit": spared(),
        "hit_after_all": hit_after_all(tally.coverage),
    }
