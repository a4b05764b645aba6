"""The double forgets in a crash exactly those commits that PostgreSQL does not take to the disk at once."""

import asyncpg
from tests.differential.generator import Generator
from tests.differential.operations import answer_of
from tests.differential.sides import Server

OPERATIONS = 400
_TABLES = (
    "cart",
    "idempotency_key",
    "inbox",
    "outbox",
    "orders",
    "stock_item",
    "payment",
    "refund",
    "dispute",
)
_WATCH = """
CREATE TABLE seen (setting text NOT NULL);
CREATE FUNCTION note_setting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO seen VALUES (current_setting('synchronous_commit'));
    RETURN NULL;
END
$$;
"""
_WATCH_TABLE = """
CREATE CONSTRAINT TRIGGER watch AFTER INSERT OR UPDATE OR DELETE ON {table} DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION note_setting()
"""


async def watch(pool: asyncpg.Pool) -> None:
    """Let every transaction that writes note, at its commit, whether it waits for the disk."""
    name = await pool.fetchval("SELECT current_database()")
    await pool.execute(f'ALTER DATABASE "{name}" SET synchronous_commit = on')
    await pool.execute(_WATCH)
    for table in _TABLES:
        await pool.execute(_WATCH_TABLE.format(table=table))
    await pool.expire_connections()


async def settings(pool: asyncpg.Pool) -> set[str]:
    """Return what was noted since the last time."""
    return {row[0] for row in await pool.fetch("DELETE FROM seen RETURNING setting")}


async def test_each_kind_of_commit_waits_for_the_disk_on_both_or_on_neither(server: Server) -> None:
    waited: dict[str, set[bool]] = {}
    async with server.pair() as pair:
        await watch(pair.pool)
        generator = Generator(1, pair)
        for _ in range(OPERATIONS):
            operation = generator.next()
            at_risk_before = pair.double.tables.commits_at_risk
            await answer_of(operation, pair.postgres)
            await answer_of(operation, pair.memory)
            noted = await settings(pair.pool)
            if not noted:
                continue
            at_risk = pair.double.tables.commits_at_risk
            assert noted == ({"off"} if at_risk > at_risk_before else {"on"}), operation
            assert noted == {"off"} or at_risk == 0, operation
            kind = f"{type(operation).__name__} {getattr(operation, 'method', '')}"
            waited.setdefault(kind, set()).add(noted == {"on"})

    assert {kind for kind, seen in waited.items() if False in seen} == {
        "AskAt claim",
        "Ask begin",
        "Ask done",
    }
    assert {"PutCart ", "PlaceOrders ", "Decide ", "Receive ", "Ask finish", "AskAt bury"} <= set(waited)
