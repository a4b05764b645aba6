"""``viva bench``: hands over to the benchmarks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import click

from vivamarket.cli.context import CHECKOUT
from vivamarket.cli.errors import CommandFailed

PREFIX = "bench_"


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--list", "list_them", is_flag=True, help="Name the benchmarks and end.")
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(*, list_them: bool, name: str | None, arguments: Sequence[str]) -> None:
    """Measure, each figure beside its reference in the same run.

    Without a NAME every benchmark runs; what follows a NAME is for that benchmark
    (viva bench search --help). Results go to benchmarks/RESULTS.md.
    """
    known = sorted(path.stem.removeprefix(PREFIX) for path in (CHECKOUT / "benchmarks").glob(f"{PREFIX}*.py"))
    if list_them:
        click.echo("\n".join(known))
        return
    if name is not None and name not in known:
        raise click.UsageError(f"There is no benchmark {name!r}. There are: {', '.join(known)}")
    failed = [each for each in ([name] if name else known) if not _measure(each, arguments)]
    if failed:
        raise CommandFailed(f"Not measured: {', '.join(failed)}")


def _measure(name: str, arguments: Sequence[str]) -> bool:
    click.echo(click.style(f"── {name}", bold=True), err=True)
    command_line = [sys.executable, "-m", f"benchmarks.{PREFIX}{name}", *arguments]
    return subprocess.run(command_line, cwd=CHECKOUT, check=False).returncode == 0
