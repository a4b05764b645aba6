"""``viva restore``: a backup in place of what is there."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vivamarket.cli.context import print_json, read_settings
from vivamarket.cli.errors import CommandFailed, ExitCode
from vivamarket.settings import Settings

if TYPE_CHECKING:
    from tarfile import TarFile

    from vivamarket.checkout.audit import AuditReport
    from vivamarket.cli.archive import Manifest
    from vivamarket.cli.data_folder import DataFolder


@click.command
@click.argument("backup", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--check/--no-check", "check", default=True, help="Check every promise in the copy.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for a script.")
def command(*, backup: Path, yes: bool, check: bool, as_json: bool) -> int:
    """Put a backup in place of the data folder, and check every promise in the copy.

    The shop must not be running. The folder as it was stays beside the new one; erase it when you
    are content. Only a database of your own (VIVA_DATABASE_URL) is overwritten in place.

    Exit code 1 when a promise is broken in the copy; it is in its place all the same.
    """
    from vivamarket.cli.archive import open_archive
    from vivamarket.cli.data_folder import DataFolder

    settings = read_settings()
    folder = DataFolder(settings)
    if folder.is_held():
        raise CommandFailed(f"The shop on {settings.data_dir} is running.", advice="End it first.")
    with open_archive(backup) as (archive, manifest):
        click.echo(f"A backup of {manifest.created_at} by release {manifest.release}.", err=as_json)
        if not yes:
            click.confirm(f"Put it in place of {settings.data_dir}?", abort=True)
        before, found = _put_in_place(settings, folder, archive, manifest, check=check)
    _tell(settings.data_dir, before, found, as_json=as_json)
    return ExitCode.FAILED if found is not None and found[0].violations else ExitCode.DONE


def _put_in_place(
    settings: Settings, folder: DataFolder, archive: TarFile, manifest: Manifest, *, check: bool
) -> tuple[Path | None, tuple[AuditReport, float] | None]:
    """Build the new folder beside the old one and swap them; return the old one, if it held anything.

    When it cannot be done, nothing of it stays.
    """
    from vivamarket.cli.archive import unpack

    fresh = settings.data_dir.with_name(settings.data_dir.name + ".restoring")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        fresh.mkdir(parents=True)
        unpack(archive, manifest, fresh)
        was_empty = not settings.data_dir.exists() or not any(settings.data_dir.iterdir())
        folder.claim()
        try:
            found = _fill(settings, fresh, Path(str(archive.name)).name, check=check)
            before = _swap(settings.data_dir, fresh)
        finally:
            folder.release()
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    if was_empty:
        shutil.rmtree(before)  # nothing is in it but our own lock
        return None, found
    return before, found


def _fill(settings: Settings, fresh: Path, backup: str, *, check: bool) -> tuple[AuditReport, float] | None:
    """Load the database, into our own new server or the one that was set; return what a check found."""
    from vivamarket.cli.archive import DATABASE_DUMP, load_database
    from vivamarket.cli.auditing import audit
    from vivamarket.cli.data_folder import DATA_VERSION

    dump = fresh / DATABASE_DUMP
    restored = dataclasses.replace(settings, data_dir=fresh)
    found = None
    with _database(restored) as url:
        load_database(url, dump)
        asyncio.run(_prepare(url, backup))
        if check:
            found = audit(url, restored.sandbox_path if settings.sandbox else None, at_rest=True)
    dump.unlink()
    (fresh / "VERSION").write_text(f"{DATA_VERSION}\n")
    return found


async def _prepare(url: str, backup: str) -> None:
    """Bring the copy up to this release, and let the shop compare itself with the provider at its start.

    Money moved at the provider after the backup; the comparison takes it in before a day has gone by. The
    audit log of the copy says who restored it.
    """
    from vivamarket.adapters.local.clock import SystemClock
    from vivamarket.adapters.postgres.payments import PostgresReportStore
    from vivamarket.adapters.postgres.pool import create_pool
    from vivamarket.cli.database import migrate_database
    from vivamarket.cli.trail import recorded

    await migrate_database(url)
    clock = SystemClock()
    async with (
        await create_pool(url, size_max=1, application_name="viva restore") as pool,
        recorded(pool, clock, "restore", backup),
    ):
        await PostgresReportStore(pool).ask(clock.now())


@contextmanager
def _database(settings: Settings) -> Iterator[str]:
    from vivamarket.cli.database import embedded_server, start_server

    if settings.database_url is not None:
        yield settings.database_url
        return
    server = embedded_server(settings)
    try:
        yield start_server(server)
    finally:
        server.stop()


def _swap(current: Path, fresh: Path) -> Path:
    """Move the old folder aside and the new one into its place."""
    from vivamarket.adapters.local.clock import SystemClock

    before = current.with_name(f"{current.name}.before-{SystemClock().now():%Y%m%d-%H%M%S}")
    current.rename(before)
    fresh.rename(current)
    return before


def _tell(
    current: Path, before: Path | None, found: tuple[AuditReport, float] | None, *, as_json: bool
) -> None:
    from vivamarket.cli import auditing

    if as_json:
        told: dict[str, Any] = {"data_dir": str(current), "before": str(before) if before else None}
        print_json(told | {"check": auditing.as_json(*found) if found else None})
        return
    if found is not None:
        auditing.tell(*found)
    click.echo(f"Restored into {current}.")
    if before is not None:
        click.echo(f"What was there before is in {before}; erase it when you are content.")
