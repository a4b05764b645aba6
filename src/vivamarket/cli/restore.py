"""``viva restore``: a backup in place of what is there."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import click

from vivamarket.cli.context import read_settings
from vivamarket.cli.errors import CommandFailed
from vivamarket.settings import Settings


@click.command
@click.argument("backup", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(*, backup: Path, yes: bool) -> None:
    """Put a backup in place of the data folder.

    The shop must not be running. The folder as it was stays beside the new one; erase it when you
    are content. Only a database of your own (VIVA_DATABASE_URL) is overwritten in place.
    """
    from vivamarket.cli.archive import open_archive, unpack
    from vivamarket.cli.data_folder import DataFolder

    settings = read_settings()
    folder = DataFolder(settings)
    if folder.is_held():
        raise CommandFailed(f"The shop on {settings.data_dir} is running.", advice="End it first.")
    with open_archive(backup) as (archive, manifest):
        click.echo(f"A backup of {manifest.created_at} by release {manifest.release}.")
        if not yes:
            click.confirm(f"Put it in place of {settings.data_dir}?", abort=True)
        fresh = settings.data_dir.with_name(settings.data_dir.name + ".restoring")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        unpack(archive, fresh)
    was_empty = not settings.data_dir.exists() or not any(settings.data_dir.iterdir())
    folder.claim()
    try:
        _fill(settings, fresh)
        before = _swap(settings.data_dir, fresh)
    finally:
        folder.release()
    click.echo(f"Restored into {settings.data_dir}.")
    if was_empty:
        shutil.rmtree(before)  # nothing is in it but our own lock
    else:
        click.echo(f"What was there before is in {before}; erase it when you are content.")


def _fill(settings: Settings, fresh: Path) -> None:
    """Load the database: into our own new server, or into the one that was set."""
    from vivamarket.cli.archive import DATABASE_DUMP, load_database
    from vivamarket.cli.data_folder import DATA_VERSION
    from vivamarket.cli.database import embedded_server, start_server

    dump = fresh / DATABASE_DUMP
    if settings.database_url is not None:
        load_database(settings.database_url, dump)
    else:
        server = embedded_server(dataclasses.replace(settings, data_dir=fresh))
        try:
            load_database(start_server(server), dump)
        finally:
            server.stop()
    dump.unlink()
    (fresh / "VERSION").write_text(f"{DATA_VERSION}\n")


def _swap(current: Path, fresh: Path) -> Path:
    """Move the old folder aside and the new one into its place."""
    from vivamarket.adapters.local.clock import SystemClock

    before = current.with_name(f"{current.name}.before-{SystemClock().now():%Y%m%d-%H%M%S}")
    current.rename(before)
    fresh.rename(current)
    return before
