"""Checks a shop's promises from the command line: shared by ``viva check`` and ``viva restore``."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from datetime import datetime

    import asyncpg

    from vivamarket.checkout.audit import AuditReport
    from vivamarket.invoices.checking import Finding

#: One statement may read a whole table of a large shop.
STATEMENT_TIMEOUT_SECONDS = 600.0
LINES_SHOWN_MAX = 20

PROMISES = {
    "I1": "nothing is sold that is not there",
    "I2": "no unit of stock appears or disappears",
    "I3": "goods are held for whoever may still pay, and free again after",
    "I4": "nobody pays twice",
    "I5": "every payment ends in a paid or a refunded order",
    "I6": "the provider's money and ours agree to the cent",
    "I7": "the books balance",
    "I8": "no refund is made twice",
    "I9": "everybody pays what they saw",
    "I10": "one cart becomes one order",
    "I15": "an order only ever takes the listed steps",
    "I16": "nothing waits for ever",
    "I20": "nothing is sent that is not owed",
    "I21": "every sale has one invoice that tells it to the cent, and no number is missing",
}


def audit(
    url: str, sandbox: Path | None, *, settled: bool = False, at_rest: bool = False
) -> tuple[AuditReport, float]:
    """Check every invariant of the shop in that database; return what was found, and the seconds it took.

    ``sandbox`` is the file of the payment sandbox, None when payments are real. With ``settled``
    nothing may still be on its way; ``at_rest`` is for a copy whose worker has not run yet. Progress is
    shown on standard error.
    """
    return asyncio.run(_audit(url, sandbox, settled=settled, at_rest=at_rest))


async def _audit(
    url: str, sandbox: Path | None, *, settled: bool, at_rest: bool
) -> tuple[AuditReport, float]:
    from contextlib import nullcontext

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from vivamarket.adapters.local.clock import SystemClock
    from vivamarket.adapters.postgres.evidence_stream import PostgresEvidenceStream
    from vivamarket.adapters.postgres.pool import create_pool
    from vivamarket.bootstrap.books import sandbox_books
    from vivamarket.checkout.audit import Audit
    from vivamarket.checkout.invariants import Violation

    clock = SystemClock()
    began = clock.monotonic()
    bar = Progress(
        TextColumn("Checking orders"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    async with await create_pool(
        url, size_max=2, application_name="viva check", command_timeout_seconds=STATEMENT_TIMEOUT_SECONDS
    ) as pool:
        with bar, sandbox_books(sandbox) if sandbox else nullcontext() as books:
            task = bar.add_task("", total=await pool.fetchval("SELECT count(*) FROM orders"))
            report = await Audit(
                evidence=PostgresEvidenceStream(pool),
                books=books,
                clock=clock,
                settled_at=clock.now() if settled else None,
                progress=lambda orders: bar.advance(task, orders),
            ).run()
        for found in await _wrong_invoices(pool, None if at_rest else clock.now()):
            report.add(Violation("I21", found.subject, found.detail))
    return report, clock.monotonic() - began


async def _wrong_invoices(pool: asyncpg.Pool, now: datetime | None) -> list[Finding]:
    from vivamarket.adapters.postgres.invoices import PostgresInvoiceEvidence
    from vivamarket.invoices.checking import findings

    async with PostgresInvoiceEvidence(pool).snapshot() as evidence:
        return await findings(evidence, now)


def tell(report: AuditReport, seconds: float) -> None:
    """Say in plain words what was found."""
    click.echo(f"{report.orders:,} orders and {report.stock_items:,} stock items checked in {seconds:.1f} s.")
    if report.books_compared:
        click.echo("Every payment was compared with the payment sandbox's own books.")
    if report.waiting:
        click.echo(
            f"{len(report.waiting):,} of the orders are on their way: the provider knows more of them than "
            "the shop does yet. A running shop settles them by itself, mostly within a minute."
        )
    if report.violations:
        _tell_broken(report)
    tell_unknown(report)
    if report.holds:
        click.secho("Every invariant holds.", fg="green")


def _tell_broken(report: AuditReport) -> None:
    """Say which promises are broken, order by order and item by item."""
    times = "Once" if _found(report) == 1 else f"{_found(report):,} times"
    click.secho(f"{times} a promise is broken:", fg="red", err=True)
    shown = report.violations[:LINES_SHOWN_MAX]
    for subject in dict.fromkeys(each.subject for each in shown):
        click.secho(f"  {subject}", bold=True, err=True)
        for each in shown:
            if each.subject == subject:
                promise = PROMISES.get(each.invariant, "")
                click.echo(f"    {each.detail} ({each.invariant}: {promise})", err=True)
    if _found(report) > LINES_SHOWN_MAX:
        click.echo("  … and more; --json lists them.", err=True)
    click.echo("What each means and what to do: docs/operate/troubleshooting.md", err=True)


def tell_unknown(report: AuditReport) -> None:
    """Say which orders only the provider knows."""
    if report.unknown:
        shown = ", ".join(report.unknown[:LINES_SHOWN_MAX])
        count = "one order" if len(report.unknown) == 1 else f"{len(report.unknown):,} orders"
        click.secho(
            f"The provider took money for {count} that this shop does not have: {shown}. "
            "See docs/operate/backup.md.",
            fg="red",
            err=True,
        )


def as_json(report: AuditReport, seconds: float) -> dict[str, Any]:
    """Return the report for a script."""
    return {
        "holds": report.holds,
        "orders": report.orders,
        "stock_items": report.stock_items,
        "provider_books_compared": report.books_compared,
        "waiting": report.waiting,
        "violations": report.violations,
        "unknown_orders": report.unknown,
        "untold": report.untold,
        "seconds": round(seconds, 3),
    }


def _found(report: AuditReport) -> int:
    return len(report.violations) + report.untold
