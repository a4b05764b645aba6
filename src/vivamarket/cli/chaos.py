"""``viva chaos``: breaks a real shop on purpose and checks what it promised."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vivamarket.cli.context import print_json
from vivamarket.cli.errors import CommandFailed, ExitCode

if TYPE_CHECKING:
    from vivamarket.proof.chaos.model import Plan, Tally, Verdict

FAULTS = ("kill", "db", "pause", "disk", "network", "webhook", "clock")
VIOLATIONS_SHOWN_MAX = 20
SHOW_EVERY_SECONDS = 0.5
MINUTES_MIN, MINUTES_MAX = 0.1, 720.0


def _chosen(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[str, ...]:
    chosen = tuple(part.strip() for part in text.split(",") if part.strip())
    for name in chosen:
        if name not in FAULTS:
            raise click.BadParameter(f"there is no fault {name!r}; there are {', '.join(FAULTS)}")
    return chosen


@click.command
@click.option(
    "--minutes",
    type=click.FloatRange(MINUTES_MIN, MINUTES_MAX),
    default=2.0,
    show_default=True,
    help="How long the faults go on.",
)
@click.option(
    "--clients", type=click.IntRange(1, 64), default=24, show_default=True, help="Shoppers at the same time."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Draws the faults.")
@click.option(
    "--faults",
    callback=_chosen,
    default=",".join(FAULTS),
    show_default=True,
    metavar="LIST",
    help="Which faults there are.",
)
@click.option("--hurry", is_flag=True, help="Afterwards, make what waits due at once instead of waiting.")
@click.option(
    "--careless",
    is_flag=True,
    help="Let the database confirm what is not on its disk; a good checker then finds lost orders.",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Add the run to this JSON file and show the sums of all runs in it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result for a script.")
def command(
    *,
    minutes: float,
    clients: int,
    seed: int,
    faults: tuple[str, ...],
    hurry: bool,
    careless: bool,
    report: Path | None,
    as_json: bool,
) -> int:
    """Break a real shop on purpose, then check that it kept every promise.

    Opens a shop of its own in a temporary folder: two web processes, two workers, the payment sandbox and
    PostgreSQL. Shoppers buy over HTTP while processes are killed and paused, the database crashes, the
    disk is full, the network is cut, webhooks get lost and clocks jump. Then everything heals, and each
    acknowledged order, payment, answer and mail is looked for. docs/develop/chaos.md explains the result.

    Exit code 1 when a promise was broken; the folder with data, history and logs is kept then.
    """
    from vivamarket.adapters.local.logging import configure_logging
    from vivamarket.proof.chaos import report as reporting
    from vivamarket.proof.chaos.model import Fault, Plan
    from vivamarket.proof.chaos.run import Run

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    plan = Plan(
        seconds=minutes * 60,
        clients=clients,
        seed=seed,
        faults=frozenset(Fault(name) for name in faults),
        hurry=hurry,
        careless=careless,
        folder=Path(tempfile.mkdtemp(prefix="viva-chaos-")),
    )
    progress = _Progress(plan)
    run = Run(plan, os.environ, progress.tell)
    try:
        with (plan.folder / "rig.log").open("a") as log:
            configure_logging("warning", "json", stream=log)
            verdict = asyncio.run(progress.around(run))
    except KeyboardInterrupt:
        shutil.rmtree(plan.folder, ignore_errors=True)
        raise
    except (OSError, TimeoutError, ExceptionGroup) as error:
        raise CommandFailed(
            f"The run broke off: {_first(error)!r}", advice=f"What it left: {plan.folder}"
        ) from error
    summary = reporting.summary(plan, run.tally, verdict)
    runs = [summary] if report is None else reporting.append(report, summary)
    if as_json:
        print_json(summary)
    else:
        _show(reporting.add_up(runs), verdict)
    if not verdict.violations:
        shutil.rmtree(plan.folder, ignore_errors=True)
        return ExitCode.DONE
    click.echo(f"Seed {seed}. Data, history and logs: {plan.folder}", err=True)
    return ExitCode.FAILED


class _Progress:
    """Shows on standard error what the run does now."""

    def __init__(self, plan: Plan) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[detail]}"))
        self._bar = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))
        self._row = self._bar.add_task("", total=plan.seconds, detail="")
        self._now = ""

    def tell(self, what: str) -> None:
        """Take what the run does now."""
        self._now = what
        self._bar.update(self._row, description=what.capitalize())

    async def around(self, run: Any) -> Verdict:
        """Run it, and keep the line true meanwhile."""
        with self._bar:
            async with asyncio.TaskGroup() as group:
                showing = group.create_task(self._keep_true(run.tally))
                try:
                    return await run.run()  # type: ignore[no-any-return]  # a Run, imported late
                finally:
                    showing.cancel()

    async def _keep_true(self, tally: Tally) -> None:
        while True:
            kills, placed = sum(tally.kills.values()), tally.outcomes["placed"]
            self._bar.update(self._row, detail=f"{kills:,} kills, {placed:,} orders")
            if self._now == "chaos":
                self._bar.advance(self._row, SHOW_EVERY_SECONDS)
            await asyncio.sleep(SHOW_EVERY_SECONDS)


def _first(error: BaseException) -> BaseException:
    """Return the first real error of a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _show(totals: dict[str, Any], verdict: Verdict) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(f"{totals['runs']} run(s), {totals['minutes']} minutes of faults")
    faults = Table("Fault", "Times", "Ready again: median", "worst", title_justify="left")
    for kind, count in totals["kills"].items():
        back = totals["recovery_seconds"].get(kind)
        seconds = (f"{back['median']:.2f} s", f"{back['worst']:.2f} s") if back else ("", "")
        faults.add_row(f"kill -9 {kind}", f"{count:,}", *seconds)
    for kind, count in totals["other_faults"].items():
        faults.add_row(kind, f"{count:,}", "", "")
    console.print(faults)
    found = Table("What became of it", "Count")
    for name in ("outcomes", "orders"):
        for kind, count in totals[name].items():
            found.add_row(kind if name == "outcomes" else f"order {kind}", f"{count:,}")
    for title, name in (
        ("requests sent again", "sent_again"),
        ("answers asked for again, byte by byte", "answers_replayed"),
        ("mails", "mails"),
        ("acknowledged orders lost", "acknowledged_orders_lost"),
        ("promises broken", "violations"),
    ):
        found.add_row(title, f"{totals[name]:,}")
    found.add_row("settled after the last fault, worst", f"{totals['settled_seconds_worst']:.1f} s")
    console.print(found)
    for told in totals["unchecked"]:
        console.print(f"[yellow]Not run or not checked:[/] {told}")
    for each in verdict.violations[:VIOLATIONS_SHOWN_MAX]:
        console.print(f"[red]{each.invariant}[/] {each.subject}: {each.detail}", markup=True)
    if not verdict.violations:
        console.print("[green]Every promise was kept.[/]")
