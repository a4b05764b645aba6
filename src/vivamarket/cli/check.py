"""``viva check``: does every promise hold, order by order, to the cent."""

from __future__ import annotations

import click

from vivamarket.cli.context import print_json, read_settings
from vivamarket.cli.errors import ExitCode


@click.command
@click.option(
    "--settled",
    is_flag=True,
    help="Nothing may be on its way either: for a shop that has run undisturbed for two minutes.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the result for a script.")
def command(*, settled: bool, as_json: bool) -> int:
    """Check every promise of checkout, stock and money, order by order.

    Works beside a running shop, which may go on selling, and on a closed one. With the payment sandbox,
    its own books are compared as well. Reads everything and changes nothing.

    The audit log is verified with it. Exit code 1 when a promise is broken.
    """
    from vivamarket.cli import audit_log, auditing
    from vivamarket.cli.database import open_database

    settings = read_settings()
    with open_database(settings) as url:
        sandbox = settings.sandbox_path if settings.sandbox else None
        report, seconds = auditing.audit(url, sandbox, settled=settled)
        verdict = audit_log.verify_log(url)
    if as_json:
        print_json({**auditing.as_json(report, seconds), "audit_log": audit_log.as_dict(verdict)})
    else:
        auditing.tell(report, seconds)
        audit_log.tell(verdict)
    return ExitCode.DONE if report.holds and verdict.holds else ExitCode.FAILED
