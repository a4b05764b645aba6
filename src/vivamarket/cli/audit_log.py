"""``viva audit``: is the log of what staff did whole, and where does it end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

from vivamarket.cli.context import print_json, read_settings
from vivamarket.cli.errors import ExitCode

if TYPE_CHECKING:
    from vivamarket.audit_log import AuditLog, Head
    from vivamarket.audit_log.verify import Verdict

LINES_SHOWN_MAX = 20


@click.group
def command() -> None:
    """Verify the audit log: who of the staff did what."""


@command.command("verify")
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    help="An end of the log that was kept elsewhere (see `viva audit anchor`).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result for a script.")
def verify(*, anchors: tuple[str, ...], as_json: bool) -> int:
    """Compute every hash anew and tell what was changed, removed, put in or moved.

    Whoever owns the database could cut the log's end off, or write all of it anew, without contradiction;
    only an anchor that was kept out of their reach shows that. Exit code 1 when something is wrong.
    """
    from vivamarket.audit_log.model import parse_anchor
    from vivamarket.cli.database import open_database

    known = tuple(map(parse_anchor, anchors))
    with open_database(read_settings()) as url:
        verdict = verify_log(url, known)
    if as_json:
        print_json(as_dict(verdict))
    else:
        tell(verdict)
    return ExitCode.DONE if verdict.holds else ExitCode.FAILED


@command.command("anchor")
def anchor() -> None:
    """Print the log's end as it is now. Keep it where nobody who runs the shop can change it."""
    from vivamarket.cli.database import open_database

    with open_database(read_settings()) as url:
        click.echo(audit_anchor(url))


def audit_anchor(url: str) -> str:
    """Return where the audit log in that database ends, as ``--anchor`` takes it."""

    async def run() -> Head:
        async with open_log(url) as log:
            return await log.head()

    return str(asyncio.run(run()))


def verify_log(url: str, anchors: Sequence[Head] = ()) -> Verdict:
    """Verify the audit log in that database."""

    async def run() -> Verdict:
        async with open_log(url) as log:
            return await log.verify(anchors)

    return asyncio.run(run())


@asynccontextmanager
async def open_log(url: str) -> AsyncIterator[AuditLog]:
    """Lend the audit log of that database."""
    from vivamarket.adapters.local.clock import SystemClock
    from vivamarket.adapters.postgres.audit_log import PostgresAuditLogStore
    from vivamarket.adapters.postgres.pool import create_pool
    from vivamarket.audit_log import AuditLog

    async with await create_pool(url, size_max=2, application_name="viva audit") as pool:
        yield AuditLog(PostgresAuditLogStore(pool), SystemClock())


def tell(verdict: Verdict) -> None:
    """Say in plain words what was found."""
    click.echo(f"{verdict.checked:,} entries of the audit log checked; it ends at {verdict.head}.")
    if verdict.holds:
        click.secho("The log is whole.", fg="green")
        return
    click.secho("The audit log is not as it was written:", fg="red", err=True)
    for each in verdict.findings[:LINES_SHOWN_MAX]:
        click.echo(f"  entry {each.seq}: {each.detail} ({each.kind})", err=True)
    if len(verdict.findings) + verdict.untold > LINES_SHOWN_MAX:
        click.echo("  … and more; --json lists them.", err=True)
    click.echo("What to do: docs/operate/audit.md", err=True)


def as_dict(verdict: Verdict) -> dict[str, object]:
    """Return the result for a script."""
    return {
        "holds": verdict.holds,
        "checked": verdict.checked,
        "head": str(verdict.head),
        "findings": verdict.findings,
        "untold": verdict.untold,
    }
