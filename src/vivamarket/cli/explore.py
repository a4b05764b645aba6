"""``viva explore``: visits every state of a small checkout and tells how many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from vivamarket.cli.context import print_json
from vivamarket.cli.errors import ExitCode

if TYPE_CHECKING:
    from rich.progress import Progress

    from vivamarket.proof.explorer import Exploration
    from vivamarket.proof.explorer.report import Told


@click.command
@click.option("--short", is_flag=True, help="Look at the smaller worlds that the tests look at.")
@click.option("--json", "for_script", is_flag=True, help="Print the result for a script.")
def command(*, short: bool, for_script: bool) -> int:
    """Visit every state of two shoppers, one unit, repeated webhooks and crashes at any point.

    The decisions are the shop's own code; the world around them is a model small enough to be searched
    to its end. Ends with exit code 1 and the shortest story when a promise can be broken, or when an order
    can come to where no repair leads to a settled end. Minutes; --short takes seconds.
    """
    from vivamarket.proof.explorer import FULL, SHORT, explore

    progress, told = _progress()
    with progress:
        exploration = explore(SHORT if short else FULL, told)
    if for_script:
        print_json(as_json(exploration))
    else:
        show(exploration)
    return ExitCode.FAILED if exploration.flaws else ExitCode.DONE


def _progress() -> tuple[Progress, Told]:
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    progress = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[known]:,} states, {task.fields[waiting]:,} waiting"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    task = progress.add_task("", total=None, known=0, waiting=0)

    def told(doing: str, known: int, waiting: int) -> None:
        progress.update(task, description=doing, known=known, waiting=waiting)

    return progress, told


def show(exploration: Exploration) -> None:
    """Print the account for people, with the story of every flaw."""
    from rich.console import Console
    from rich.table import Table

    table = Table("Scope", "Corners", "Pairs", "Moves", "Depth", "Orders", "At rest", box=None)
    for scope in exploration.scopes:
        moves = scope.moves + (scope.pairs.moves if scope.pairs else 0)
        table.add_row(
            scope.name,
            f"{scope.corners:,}",
            f"{scope.pairs.states:,}" if scope.pairs else "–",
            f"{moves:,}",
            str(max(scope.depth, scope.pairs.depth if scope.pairs else 0)),
            f"{scope.orders:,}",
            f"{sum(scope.settled.values()):,}",
        )
    Console().print(table)
    visited, missed = exploration.rows_visited, exploration.rows_missed
    click.echo(f"\n{exploration.states:,} states. Rows of the table taken: {len(visited)}.")
    if missed:
        named = ", ".join(f"{row.machine} {row.source or '–'} by {row.event}" for row in missed)
        click.echo(f"Not taken: {named}.")
    for flaw in exploration.flaws:
        click.echo(click.style(f"\n{flaw.invariant}: {flaw.detail}", fg="red", bold=True))
        for number, line in enumerate(flaw.story, start=1):
            click.echo(f"  {number:2}. {line}")
    if not exploration.flaws:
        click.echo(click.style("Every state keeps every promise, and leads to a settled end.", fg="green"))


def as_json(exploration: Exploration) -> dict[str, object]:
    """Return the account for a script."""
    return {
        "states": exploration.states,
        "scopes": [
            {
                "name": scope.name,
                "corners": scope.corners,
                "moves": scope.moves,
                "depth": scope.depth,
                "orders": scope.orders,
                "settled": scope.settled,
                "pairs": {
                    "states": scope.pairs.states,
                    "moves": scope.pairs.moves,
                    "depth": scope.pairs.depth,
                }
                if scope.pairs
                else None,
            }
            for scope in exploration.scopes
        ],
        "rows_visited": len(exploration.rows_visited),
        "rows_missed": [
            {"machine": row.machine, "source": row.source, "event": row.event}
            for row in exploration.rows_missed
        ],
        "flaws": [
            {"invariant": flaw.invariant, "detail": flaw.detail, "story": flaw.story}
            for flaw in exploration.flaws
        ],
    }
