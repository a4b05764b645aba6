"""``viva screenshots``: hands over to the photographer of the docs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import click

from vivamarket.cli.context import CHECKOUT
from vivamarket.cli.errors import CommandFailed


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(*, arguments: Sequence[str]) -> None:
    """Take the pictures in docs/screenshots anew, in a real browser.

    Opens a demo shop of its own for that, unless one is named: --url ADDRESS --data FOLDER.
    """
    command_line = [sys.executable, "-m", "tests.e2e.screenshots", *arguments]
    if subprocess.run(command_line, cwd=CHECKOUT, check=False).returncode != 0:
        raise CommandFailed("Not all pictures were taken.")
