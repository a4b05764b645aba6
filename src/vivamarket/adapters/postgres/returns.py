"""Returns in PostgreSQL. The order's row is locked while its returns change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.adapters.postgres.pool import Connection
from vivamarket.kernel.ids import OrderId, OrderNumber
from vivamarket.kernel.paging import Page
from vivamarket.returns.errors import ReturnNotFound
from vivamarket.returns.events import EVENTS
from vivamarket.returns.model import (
    OrderReturns,
    Return,
    ReturnId,
    ReturnReason,
    ReturnRow,
    ReturnStatus,
)
from vivamarket.returns.paging import newest_after, newest_cursor
from vivamarket.returns.ports import Decide

_LOCK = "SELECT FROM orders WHERE id = $1 FOR NO KEY UPDATE"
_OF_ORDER = "SELECT order_returns($1)::text"
_GET = "SELECT to_jsonb(q)::text FROM return_request AS q WHERE q.id = $1"
_KEEP = """
INSERT INTO return_request (
    id, order_id, status, reason, note, answer, refusal_code, lines, history, request_key
) VALUES ($1::uuid, $2::uuid, $3, $4, $5, $6, $7, $8::text::jsonb, $9::text::jsonb, $10)
ON CONFLICT (id) DO UPDATE SET status = excluded.status, answer = excluded.answer,
    refusal_code = excluded.refusal_code, lines = excluded.lines, history = excluded.history
"""
_TELL = """
INSERT INTO outbox (kind, key, payload, occurred_at, due_at) VALUES ($1, $2, $3::text::jsonb, $4, $4)
"""
#: After the commit, not in it: a NOTIFY inside lets no two transactions commit at the same time.
_WAKE = "NOTIFY viva_changes, 'outbox'"
_ROWS = """
SELECT q.id::text, q.order_id::text, o.number, q.status, q.reason,
    (SELECT sum((l ->> 'quantity')::integer) FROM jsonb_array_elements(q.lines) AS l) AS units,
    (q.history #>> '{0,at}')::timestamptz AS requested_at
FROM return_request AS q JOIN orders AS o ON o.id = q.order_id
"""
_NEWEST = f"{_ROWS} WHERE $1::uuid IS NULL OR q.id < $1 ORDER BY q.id DESC LIMIT $2"
_NEWEST_IN = f"{_ROWS} WHERE q.status = $3 AND ($1::uuid IS NULL OR q.id < $1) ORDER BY q.id DESC LIMIT $2"
_ERASE = """
UPDATE return_request SET note = '', answer = ''
WHERE order_id = ANY ($1::uuid[]) AND (note <> '' OR answer <> '')
"""

_encode = msgspec.json.Encoder().encode
_decode_order = msgspec.json.Decoder(OrderReturns).decode
_decode = msgspec.json.Decoder(Return).decode


class PostgresReturnStore:
    """The ``ReturnStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def change(self, order_id: OrderId, decide: Decide, at: datetime) -> Return:
        """Lock, read, decide, keep, tell. See the port."""
        with outages_told():
            async with self._pool.acquire() as connection:
                async with connection.transaction():
                    await connection.execute(_LOCK, order_id)
                    order = await _read(connection, order_id)
                    decided = decide(order)
                    is_told = decided != order.get(decided.id) and await _keep(connection, decided, at)
                if is_told:
                    await connection.execute(_WAKE)
        return decided

    async def of_order(self, order_id: OrderId) -> OrderReturns:
        """Return the order's returns. Raise ``ReturnNotFound`` for an unknown order."""
        with outages_told():
            async with self._pool.acquire() as connection:
                return await _read(connection, order_id)

    async def get(self, return_id: ReturnId) -> Return:
        """Return the return. Raise ``ReturnNotFound``."""
        with outages_told():
            text = await self._pool.fetchval(_GET, return_id)
        if text is None:
            raise ReturnNotFound("There is no such return.", return_id=return_id)
        return _decode(text)

    async def newest(self, status: ReturnStatus | None, cursor: str | None, limit: int) -> Page[ReturnRow]:
        """Return a keyset page, newest first: ids are UUIDv7, so they order by time."""
        after = newest_after(cursor)
        with outages_told():
            if status is None:
                rows = await self._pool.fetch(_NEWEST, after, limit + 1)
            else:
                rows = await self._pool.fetch(_NEWEST_IN, after, limit + 1, status.value)
        items = tuple(_row(row) for row in rows[:limit])
        return Page(items, newest_cursor(items[-1]) if len(rows) > limit else None)

    async def erase(self, order_ids: Sequence[OrderId]) -> int:
        """Forget what was written on these orders' returns; return on how many."""
        with outages_told():
            done: str = await self._pool.execute(_ERASE, list(order_ids))
        return int(done.rpartition(" ")[2])


async def _read(connection: Connection, order_id: OrderId) -> OrderReturns:
    text = await connection.fetchval(_OF_ORDER, order_id)
    if text is None:
        raise ReturnNotFound("There is no such order.", order_id=order_id)
    return _decode_order(text)


async def _keep(connection: Connection, decided: Return, at: datetime) -> bool:
    """Write the return and tell of its last step; return whether anybody is told."""
    await connection.execute(
        _KEEP,
        decided.id,
        decided.order_id,
        decided.status.value,
        decided.reason.value,
        decided.note,
        decided.answer,
        decided.refusal_code,
        _encode(decided.lines).decode(),
        _encode(decided.history).decode(),
        decided.request_key,
    )
    event = EVENTS.get(decided.history[-1].event)
    if event is None:
        return False
    told = event(order_id=decided.order_id, return_id=decided.id)
    await connection.execute(_TELL, event.kind, decided.order_id, _encode(told).decode(), at)
    return True


def _row(row: asyncpg.Record) -> ReturnRow:
    return ReturnRow(
        id=ReturnId(row["id"]),
        order_id=OrderId(row["order_id"]),
        number=OrderNumber(row["number"]),
        status=ReturnStatus(row["status"]),
        reason=ReturnReason(row["reason"]),
        units=row["units"],
        requested_at=row["requested_at"],
    )
