"""A database for one command: the running shop's, the one that was set, or our own for the moment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import asyncpg

from vivamarket.adapters.local.postgres_server import EmbeddedPostgres, PostgresFailed
from vivamarket.adapters.postgres.migrate import migrate
from vivamarket.cli.data_folder import DataFolder
from vivamarket.cli.errors import CommandFailed, EnvironmentFailed
from vivamarket.settings import Settings

DATABASE = "viva"
CONNECT_TIMEOUT_SECONDS = 10.0


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """Lend the address of the shop's migrated database, also while no shop is running.

    A server that had to be started for this ends with the block, and until then no shop can start
    on the same folder. Raises ``EnvironmentFailed``, and ``CommandFailed`` for a folder without a shop.
    """
    folder = DataFolder(settings)
    running = folder.running()
    url = settings.database_url or (running.database_url if running else None)
    if url is not None:
        asyncio.run(migrate_database(url))
        yield url
        return
    if not settings.postgres_dir.exists():
        raise CommandFailed(
            f"There is no shop in {settings.data_dir} yet.",
            advice="Open one with ./viva up, or name the folder of yours: VIVA_DATA_DIR=FOLDER",
        )
    folder.claim()
    server = embedded_server(settings)
    try:
        url = start_server(server)
        asyncio.run(migrate_database(url))
        yield url
    finally:
        server.stop()
        folder.release()


def embedded_server(settings: Settings) -> EmbeddedPostgres:
    """Return the data folder's own server, not yet started."""
    return EmbeddedPostgres(settings.postgres_dir, log_file=settings.logs_dir / "postgres.log")


def start_server(server: EmbeddedPostgres) -> str:
    """Start it and return the address of the shop's database; raise ``EnvironmentFailed``."""
    try:
        server.start()
        server.create_database(DATABASE)
    except (PostgresFailed, OSError) as error:
        raise EnvironmentFailed(f"The embedded PostgreSQL cannot run. {error}") from error
    return server.url(DATABASE)


async def migrate_database(url: str) -> list[str]:
    """Bring the database up to this release; raise ``EnvironmentFailed`` when it does not answer."""
    try:
        connection = await asyncpg.connect(url, timeout=CONNECT_TIMEOUT_SECONDS)
    except (OSError, TimeoutError, asyncpg.PostgresError, ValueError) as error:
        reason = str(error) or type(error).__name__
        raise EnvironmentFailed(
            f"The database at {_without_password(url)} does not answer: {reason}",
            advice="Check VIVA_DATABASE_URL, or leave it out to use the embedded PostgreSQL.",
        ) from error
    try:
        return await migrate(connection)
    finally:
        await connection.close()


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.hostname or 'localhost'}:{parts.port or 5432}{parts.path}"
