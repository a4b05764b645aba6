"""``viva reconcile``: does the payment provider's account say the same as ours."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from vivamarket.cli.context import print_json, read_settings
from vivamarket.cli.errors import CommandFailed, ExitCode

if TYPE_CHECKING:
    from vivamarket.kernel.money import Money
    from vivamarket.payments.statement import ReconciliationReport
    from vivamarket.settings import Settings

SHOWN_MAX = 50


@click.command
@click.option("--last", is_flag=True, help="Show the newest report instead of comparing now.")
@click.option("--json", "as_json", is_flag=True, help="Print the report for a script.")
def command(*, last: bool, as_json: bool) -> int:
    """Compare all payments of the last month with the payment provider, in both directions.

    The shop does the same by itself once a day. What looking at a payment again can settle is settled;
    everything is kept as a report, which staff can read, and the audit log says who asked for it. With the
    payment sandbox the shop must run.

    Exit code 1 when a difference is left.
    """
    from rich.console import Console

    from vivamarket.adapters.local.logging import configure_logging
    from vivamarket.cli.data_folder import DataFolder
    from vivamarket.cli.database import open_database

    # What it has to say is the report; standard output must hold nothing else.
    configure_logging("error", "console", stream=sys.stderr)
    settings = read_settings()
    with open_database(settings) as url:
        running = DataFolder(settings).running()
        if settings.sandbox and running is not None and settings.stripe_api_base is None:
            settings = replace(settings, stripe_api_base=f"{running.local_url}/sandbox")
        with Console(stderr=True).status("Comparing with the payment provider …"):
            report = asyncio.run(_report(settings, url, last=last))
    if as_json:
        print_json(report)
    else:
        _tell(report)
    return ExitCode.DONE if report.complete and not report.open_count else ExitCode.FAILED


async def _report(settings: Settings, url: str, *, last: bool) -> ReconciliationReport:
    from vivamarket.bootstrap.checkout import payments_of
    from vivamarket.bootstrap.shop import open_shop
    from vivamarket.cli.trail import recorded
    from vivamarket.kernel.errors import Unavailable

    async with open_shop(settings, role="reconcile", database_url=url) as shop:
        payments = payments_of(shop)
        try:
            if not last:
                async with recorded(shop.pool, shop.clock, "reconcile"):
                    return await payments.comparison.run()
            newest = await payments.reports.newest(1)
        except Unavailable as unavailable:
            raise CommandFailed(
                unavailable.message, advice="With the payment sandbox the shop must run: ./viva up"
            ) from unavailable
    if not newest:
        raise CommandFailed("There is no report yet.", advice="Compare now: ./viva reconcile")
    return newest[0]


def _tell(report: ReconciliationReport) -> None:
    click.echo(
        f"{report.compared_count} payments since {report.since:%Y-%m-%d}, compared "
        f"{report.begun_at:%Y-%m-%d %H:%M} UTC\n"
    )
    if report.sums:
        click.echo(f"{'':<12} {'taken: here':>16} {'provider':>16} {'given back: here':>18} {'provider':>16}")
    for sums in report.sums:
        amounts = (sums.ours_captured, sums.theirs_captured, sums.ours_refunded, sums.theirs_refunded)
        first, second, third, fourth = (_amount(each) for each in amounts)
        click.echo(f"{amounts[0].currency:<12} {first:>16} {second:>16} {third:>18} {fourth:>16}")
    for each in report.differences[:SHOWN_MAX]:
        state = "settled" if each.settled else "OPEN"
        click.echo(
            f"\n{state:<8} {each.kind}  {each.provider_payment_ref or ''}  order {each.order_id or '–'}"
        )
        click.echo(f"         here:     {each.ours or 'nothing'}")
        click.echo(f"         provider: {each.theirs or 'nothing'}")
    if not report.complete:
        click.echo("\nThere were more payments than one comparison looks at.")
    settled = sum(report.counts.values()) - report.open_count
    left = "1 difference" if report.open_count == 1 else f"{report.open_count} differences"
    click.echo(f"\n{left} left, {settled} settled.")


def _amount(amount: Money) -> str:
    return amount.decimal()
