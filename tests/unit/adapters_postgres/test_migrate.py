"""Migrations are applied once, in order, by one process, and refuse what does not fit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

from vivamarket.adapters.postgres.migrate import (
    DatabaseTooNew,
    Migration,
    MigrationChanged,
    migrate,
    read_migrations,
)

MUGS = Migration(1, "mugs", "CREATE TABLE mugs (id integer PRIMARY KEY)")
CUPS = Migration(2, "cups", "CREATE TABLE cups (id integer PRIMARY KEY)")
BROKEN = Migration(3, "broken", "CREATE TABLE plates (id integer); SELECT 1 / 0")


@pytest.fixture
def empty_database(postgres_url: str, worker_id: str) -> str:
    name = f"empty_{worker_id}"

    async def create() -> None:
        connection = await asyncpg.connect(postgres_url)
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'CREATE DATABASE "{name}"')
        await connection.close()

    asyncio.run(create())
    return postgres_url.replace("/postgres?", f"/{name}?")


@pytest_asyncio.fixture
async def connection(empty_database: str) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(empty_database)
    yield opened
    await opened.close()


async def test_what_is_missing_is_applied_in_order_and_only_once(connection: asyncpg.Connection) -> None:
    assert await migrate(connection, [MUGS]) == ["0001_mugs"]
    assert await migrate(connection, [MUGS, CUPS]) == ["0002_cups"]
    assert await migrate(connection, [MUGS, CUPS]) == []


async def test_a_failing_file_leaves_nothing_of_itself(connection: asyncpg.Connection) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(connection, [MUGS, BROKEN])

    assert await connection.fetchval("SELECT to_regclass('plates')") is None
    assert await migrate(connection, [MUGS, CUPS]) == ["0002_cups"]


async def test_a_newer_database_is_refused(connection: asyncpg.Connection) -> None:
    await migrate(connection, [MUGS, CUPS])

    with pytest.raises(DatabaseTooNew, match="0002_cups"):
        await migrate(connection, [MUGS])


async def test_an_edited_migration_is_refused(connection: asyncpg.Connection) -> None:
    await migrate(connection, [MUGS])

    with pytest.raises(MigrationChanged, match="0001_mugs"):
        await migrate(connection, [Migration(1, "mugs", "CREATE TABLE mugs (id bigint)")])


async def test_two_processes_at_once_apply_each_file_once(empty_database: str) -> None:
    first, second = await asyncpg.connect(empty_database), await asyncpg.connect(empty_database)

    applied = await asyncio.gather(migrate(first, [MUGS, CUPS]), migrate(second, [MUGS, CUPS]))

    assert sorted(applied) == [[], ["0001_mugs", "0002_cups"]]
    await first.close()
    await second.close()


def test_our_own_migrations_have_proper_names_and_numbers() -> None:
    numbers = [migration.number for migration in read_migrations()]

    assert numbers == sorted(set(numbers))


def test_a_number_used_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "0001_mugs.sql").write_text("SELECT 1")
    (tmp_path / "0001_cups.sql").write_text("SELECT 1")

    with pytest.raises(ValueError, match="taken"):
        read_migrations(tmp_path)
