"""A database that is set back between tests is as good as a new one, or says that it is not."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from tests.helpers.set_back import Pristine

_TABLES = (
    "select oid::regclass::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
)
_SEQUENCES = "select seqrelid::regclass::text, pg_sequence_last_value(seqrelid) from pg_sequence order by 1"


async def content(connection: asyncpg.Connection) -> dict[str, Any]:
    """Return every row of every table and how far every sequence is."""
    found: dict[str, Any] = {"sequences": [tuple(row) for row in await connection.fetch(_SEQUENCES)]}
    for (table,) in await connection.fetch(_TABLES):
        found[table] = sorted(str(tuple(row)) for row in await connection.fetch(f"select * from {table}"))
    return found


async def test_what_a_test_wrote_is_gone_and_what_the_migrations_wrote_is_back(
    fresh_database: str, pristine: Pristine
) -> None:
    writer = await asyncpg.connect(fresh_database)
    before = await content(writer)
    await writer.execute("select nextval(seqrelid) from pg_sequence")
    await writer.execute("delete from companion_progress")
    await writer.execute("update catalog_feed set head = 5")
    await writer.execute("insert into stock_low values ('default', 'MUG', 1)")
    await writer.execute(  # nothing may be taken out of this one but by setting back
        "insert into order_step (order_id, position, at, machine, subject_id, event, target, driver)"
        " values (gen_random_uuid(), 1, now(), 'order', gen_random_uuid(), 'place', 'placed', 'shopper')"
    )
    assert await content(writer) != before
    await writer.close()
    open_still = await asyncpg.connect(fresh_database)
    await open_still.execute("begin; lock table companion_progress")
    connection = await asyncpg.connect(fresh_database)

    assert await pristine.set_back(connection)

    assert await content(connection) == before
    others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> $1"
    assert await connection.fetchval(others, connection.get_server_pid()) == 0
    await connection.close()
    open_still.terminate()


@pytest.mark.parametrize(
    "change",
    [
        "create table one_more (id int)",
        "alter table cart add column one_more int",
        "create index one_more on cart (id)",
        "alter table audit_entry disable trigger all",
        "create function one_more() returns int language sql as 'select 1'",
        "alter database {name} set work_mem = '1MB'",
    ],
)
async def test_a_database_that_was_changed_in_itself_has_to_be_made_anew(
    fresh_database: str, pristine: Pristine, change: str
) -> None:
    connection = await asyncpg.connect(fresh_database)
    name = await connection.fetchval("select current_database()")
    await connection.execute(change.format(name=name))

    assert not await pristine.set_back(connection)
    await connection.close()
