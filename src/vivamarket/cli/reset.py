"""``viva reset``: back to an empty shop."""

from __future__ import annotations

import shutil

import click

from vivamarket.cli.context import read_settings
from vivamarket.cli.errors import CommandFailed


@click.command
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(*, yes: bool) -> None:
    """Erase the data folder; the next start begins afresh.

    Products, orders, pictures, mails and accounts are gone then. A database of your own
    (VIVA_DATABASE_URL) is left alone.
    """
    from vivamarket.cli.data_folder import DataFolder

    settings = read_settings()
    path = settings.data_dir
    if not path.exists():
        click.echo(f"There is nothing at {path}.")
        return
    if not (path / "VERSION").exists():
        raise CommandFailed(
            f"{path} does not look like a data folder of this shop.",
            advice="If it really is one, erase it by hand.",
        )
    folder = DataFolder(settings)
    if folder.is_held():
        raise CommandFailed(f"The shop on {path} is running.", advice="End it first.")
    if not yes:
        click.confirm(f"Erase {path} with every product and order in it?", abort=True)
    folder.claim()  # also ends what a killed shop may have left running
    folder.release()
    shutil.rmtree(path)
    click.echo(f"Erased {path}.")
