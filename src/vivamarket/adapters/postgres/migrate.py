"""Numbered SQL files, applied in order, once, by one process at a time. There is no way back down.

``migrations/NNNN_<name>.sql`` runs in one transaction together with the row that records it, so a
crash leaves either both or neither. A file must be safe while the previous release still runs.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from vivamarket.kernel.errors import DomainError

MIGRATIONS_FOLDER = Path(__file__).parent / "migrations"
LOCK_WAIT_SECONDS = 120
POSTGRES_VERSION_MIN = 150_000
#: Any number will do, as long as every release asks for the same one.
_LOCK_KEY = 0x76697661  # "viva"
_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")


class MigrationError(DomainError):
    """The database and this release do not fit together; nothing was changed."""

    code = "migration_error"


class DatabaseTooNew(MigrationError):
    """A newer release has already migrated this database."""

    code = "database_too_new"


class DatabaseTooOld(MigrationError):
    """The server is older than PostgreSQL 15."""

    code = "database_too_old"


class MigrationChanged(MigrationError):
    """A file that was applied before no longer has the same content."""

    code = "migration_changed"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file: its number, its name without number and suffix, and its SQL."""

    number: int
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        """Return the digest that is recorded with the migration."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def label(self) -> str:
        """Return the file name without its suffix."""
        return f"{self.number:04}_{self.name}"


def read_migrations(folder: Path = MIGRATIONS_FOLDER) -> list[Migration]:
    """Read every migration in order; raise ``ValueError`` for a strange name or a number used twice."""
    found: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        match = _FILE_NAME.fullmatch(path.name)
        if match is None:
            raise ValueError(f"{path.name}: a migration is named NNNN_<lower_case_name>.sql")
        migration = Migration(int(match[1]), match[2], path.read_text(encoding="utf-8"))
        if migration.number in found:
            raise ValueError(f"{path.name}: number {match[1]} is taken by {found[migration.number].label}")
        found[migration.number] = migration
    return list(found.values())


async def migrate(connection: asyncpg.Connection, migrations: Sequence[Migration] | None = None) -> list[str]:
    """Apply what is missing and return the labels of what was applied, in order.

    A second process that migrates at the same time waits up to ``LOCK_WAIT_SECONDS``, then finds
    nothing to do. Raises ``DatabaseTooOld``, ``DatabaseTooNew`` or ``MigrationChanged`` before
    anything is written.
    """
    known = read_migrations() if migrations is None else list(migrations)
    await _require_version(connection)
    await connection.execute(f"SET lock_timeout = '{LOCK_WAIT_SECONDS}s'")
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK_KEY)
    try:
        applied = await _applied(connection)
        _require_fit(known, applied)
        missing = [migration for migration in known if migration.number not in applied]
        for migration in missing:
            await _apply(connection, migration)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK_KEY)
        await connection.execute("RESET lock_timeout")
    return [migration.label for migration in missing]


async def _require_version(connection: asyncpg.Connection) -> None:
    number = int(await connection.fetchval("SHOW server_version_num"))
    if number < POSTGRES_VERSION_MIN:
        raise DatabaseTooOld(
            f"PostgreSQL {number // 10_000} is too old; the shop needs 15 or newer.",
            server_version=number // 10_000,
        )


async def _applied(connection: asyncpg.Connection) -> dict[int, tuple[str, str]]:
    await connection.execute(
        """
        CREATE TABLE IF NOT EXISTS schema_migrations (
            number     integer PRIMARY KEY,
            name       text NOT NULL,
            checksum   text NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT now()
        )
        """
    )
    rows = await connection.fetch("SELECT number, name, checksum FROM schema_migrations")
    return {row["number"]: (row["name"], row["checksum"]) for row in rows}


def _require_fit(known: Sequence[Migration], applied: dict[int, tuple[str, str]]) -> None:
    unknown = sorted(applied.keys() - {migration.number for migration in known})
    if unknown:
        labels = ", ".join(f"{number:04}_{applied[number][0]}" for number in unknown)
        raise DatabaseTooNew(
            f"This database was migrated by a newer release (it has {labels}). "
            "Start that release, or restore a backup made by this one.",
            migrations=labels,
        )
    for migration in known:
        if migration.number in applied and applied[migration.number][1] != migration.checksum:
            raise MigrationChanged(
                f"Migration {migration.label} has changed since it was applied. "
                "An applied migration is never edited: write a new one.",
                migration=migration.label,
            )


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    async with connection.transaction():
        await connection.execute(migration.sql, timeout=None)
        await connection.execute(
            "INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)",
            migration.number,
            migration.name,
            migration.checksum,
        )
