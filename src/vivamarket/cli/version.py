"""``viva version``: what runs here."""

from __future__ import annotations

import platform
from importlib.metadata import version

import click

from vivamarket.cli.context import print_json


@click.command
@click.option("--json", "as_json", is_flag=True, help="Print for a script.")
def command(as_json: bool) -> None:
    """Print the versions of shop, Python and PostgreSQL."""
    from vivamarket.adapters.local.postgres_server import POSTGRES_MAJOR

    versions = {
        "vivamarket": version("vivamarket"),
        "python": platform.python_version(),
        "postgresql": POSTGRES_MAJOR,
        "platform": platform.platform(terse=True),
    }
    if as_json:
        print_json(versions)
        return
    for name, value in versions.items():
        click.echo(f"{name:<12}{value}")
