"""The two databases under comparison, and everything that is written in them, in one form."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from tests.conftest import TEMPLATE
from tests.differential.operations import World
from tests.helpers.catalog import StillClock
from tests.helpers.stores import PostgresDatabase

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.adapters.memory.tables import OutboxRecord, Tables
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.checkout.invariants import Evidence

CONNECTIONS_MAX = 16

Row = tuple[Any, ...]
Dump = Mapping[str, object]

_CARTS = "SELECT id, version, order_id::text, updated_at FROM cart ORDER BY id"
_KEYS = "SELECT key, fingerprint, claimed_at, status, body FROM idempotency_key ORDER BY key"
_INBOX = """
SELECT event_id, kind, payment_id::text, provider_ref, received_at, due_at, attempts, error, done_at, died_at
FROM inbox ORDER BY event_id
"""
_OUTBOX = """
SELECT id, kind, key, payload::text, lane, occurred_at, due_at, attempts, error, died_at
FROM outbox ORDER BY id
"""
_DUE = """
SELECT id::text, expire_at, check_at FROM orders WHERE num_nonnulls(expire_at, check_at) > 0 ORDER BY id
"""
_MOVES = (
    "SELECT position, location_id, sku, quantity, reason, reference, at FROM stock_move ORDER BY position"
)
_QUERIES = {
    "carts": _CARTS,
    "keys": _KEYS,
    "inbox": _INBOX,
    "outbox": _OUTBOX,
    "due": _DUE,
    "moves": _MOVES,
}


@dataclass(frozen=True, slots=True)
class Pair:
    """The same shop twice: on PostgreSQL and in memory. Both are empty at first."""

    postgres: World
    memory: World
    pool: asyncpg.Pool

    @property
    def double(self) -> MemoryDatabase:
        database = self.memory.database
        assert isinstance(database, MemoryDatabase)
        return database


@dataclass(frozen=True, slots=True)
class Server:
    """Where new databases come from."""

    url: str
    name: str

    @asynccontextmanager
    async def pair(self) -> AsyncIterator[Pair]:
        """Open a fresh pair; an older one of this server is gone then."""
        await self._create()
        pool = await create_pool(
            urlunsplit(urlsplit(self.url)._replace(path=f"/{self.name}")),
            size_max=CONNECTIONS_MAX,
            application_name="differential",
        )
        try:
            clocks = StillClock(), StillClock()
            yield Pair(
                World(PostgresDatabase(pool, clocks[0]), clocks[0]),
                World(MemoryDatabase(clocks[1]), clocks[1]),
                pool,
            )
        finally:
            pool.terminate()

    async def _create(self) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{self.name}" TEMPLATE {TEMPLATE}')
        finally:
            await connection.close()


async def postgres_dump(pool: asyncpg.Pool, world: World) -> dict[str, object]:
    """Return everything that PostgreSQL holds."""
    dump: dict[str, object] = {}
    for table, query in _QUERIES.items():
        dump[table] = [tuple(row) for row in await pool.fetch(query)]
    dump["outbox"] = [
        (*row[:3], tuple(sorted(json.loads(row[3]).items())), *row[4:]) for row in _rows(dump["outbox"])
    ]
    return {**dump, **await _read(world, [row[0] for row in _rows(dump["carts"])])}


async def memory_dump(world: World, tables: Tables) -> dict[str, object]:
    """Return everything that the double holds, in the form of ``postgres_dump``."""
    due = tables.expire_at.keys() | tables.check_at.keys()
    dump: dict[str, object] = {
        "carts": [
            (each.id, each.version, each.order_id, each.updated_at)
            for each in sorted(tables.carts.values(), key=lambda cart: cart.id)
        ],
        "keys": [
            (key, each.fingerprint, each.claimed_at, each.status, each.body)
            for key, each in sorted(tables.keys.items())
        ],
        "inbox": [
            (
                name,
                each.event.kind,
                each.event.payment_id,
                each.event.provider_ref,
                each.received_at,
                each.due_at,
                each.attempts,
                each.error,
                each.done_at,
                each.died_at,
            )
            for name, each in sorted(tables.inbox.items())
        ],
        "outbox": [outbox_row(each) for _, each in sorted(tables.outbox.items())],
        "due": [(each, tables.expire_at.get(each), tables.check_at.get(each)) for each in sorted(due)],
        "moves": sorted(
            (
                each.position,
                each.location_id,
                each.sku,
                each.quantity,
                each.reason.value,
                each.reference,
                each.at,
            )
            for lines in tables.moves.values()
            for each in lines
        ),
    }
    return {**dump, **await _read(world, sorted(tables.carts))}


async def _read(world: World, cart_ids: list[Any]) -> dict[str, object]:
    """Return what the ports' own readers say of everything."""
    database = world.database
    evidence = await database.evidence.read()
    orders = [each.state.id for each in evidence.orders]
    return {
        "evidence": evidence,
        "orders": [await database.orders.get(each) for each in orders],
        "books": [await database.ledger.of_order(each) for each in orders],
        "whole carts": [await database.carts.get(each) for each in cart_ids],
    }


def outbox_row(record: OutboxRecord) -> Row:
    """Return the record in the form of the table's rows."""
    return (
        record.id,
        record.kind,
        record.key,
        tuple(sorted(json.loads(json.dumps(record.payload)).items())),
        record.lane.value,
        record.occurred_at,
        record.due_at,
        record.attempts,
        record.error,
        record.died_at,
    )


def _rows(table: object) -> list[Row]:
    assert isinstance(table, list)
    return table


def differences(postgres: Dump, memory: Dump) -> list[str]:
    """Return what differs, one readable piece per table."""
    found = []
    for table in postgres:
        theirs, ours = _items(postgres[table]), _items(memory[table])
        if theirs == ours:
            continue
        only_theirs = [each for each in theirs if each not in ours]
        only_ours = [each for each in ours if each not in theirs]
        found.append(f"{table}:\n  PostgreSQL {only_theirs}\n  memory     {only_ours}")
    return found


def _items(table: object) -> list[object]:
    """Return the rows of a table, or the parts of the evidence, to compare and to show one by one."""
    if isinstance(table, Evidence):
        return [*table.orders, *table.stock, *sorted(table.moved.items()), *table.unbalanced]
    assert isinstance(table, list)
    return table
