"""``CustomerDirectory`` in PostgreSQL."""

from __future__ import annotations

import re

import asyncpg

from vivamarket.accounts.identity.desk import QUERY_LENGTH_MIN, CustomerRow
from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.kernel.ids import BadId, CustomerId, parse_uuid
from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor

_SCOPE = "customers"
#: The id as text has another name: ``ORDER BY id`` would mean the text, which no index knows.
_ROW = "id::text AS customer_id, email, name, locale, created_at"
#: After all that begins with a word.
_END = chr(0x10FFFF)
_AFTER_ALL = "ffffffff-ffff-ffff-ffff-ffffffffffff"
#: Ids are by time (UUIDv7), so their order is that of joining.
_NEWEST = f"SELECT {_ROW} FROM customer WHERE id < $1 ORDER BY id DESC LIMIT $2"
#: Who fits is gathered from the three indexes first: a walk from the newest on would read all of a million
#: for words that fit nobody. Ranges, not patterns: a plan for any pattern could not use the indexes.
_FOUND = f"""
WITH fits AS MATERIALIZED (
    SELECT id FROM customer WHERE email ~>=~ $3 AND email ~<~ $4
    UNION SELECT id FROM customer WHERE lower(name) ~>=~ $3 AND lower(name) ~<~ $4
    UNION SELECT id FROM customer
     WHERE lower(split_part(name, ' ', -1)) ~>=~ $3 AND lower(split_part(name, ' ', -1)) ~<~ $4
)
SELECT {_ROW} FROM customer
WHERE id IN (SELECT id FROM fits WHERE id < $1 ORDER BY id DESC LIMIT $2) ORDER BY id DESC
"""
_BY_NUMBER = f"""
SELECT {_ROW} FROM customer WHERE id < $1 AND id IN (
    SELECT own.customer_id FROM orders o JOIN customer_order own ON own.order_id = o.id WHERE o.number = $3
    UNION SELECT c.id FROM orders o JOIN customer c ON c.email = lower(o.email) WHERE o.number = $3
) ORDER BY id DESC LIMIT $2
"""
_NUMBER = re.compile(r"[A-Z]{2}-[A-Z0-9]{4,12}")


class PostgresCustomerDirectory:
    """See ``CustomerDirectory``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def find(self, words: str, cursor: str | None, limit: int) -> Page[CustomerRow]:
        """See ``CustomerDirectory``."""
        below = _AFTER_ALL if cursor is None else _position(cursor)
        if words and len(words) < QUERY_LENGTH_MIN:
            return Page(())
        with outages_told():
            if not words:
                rows = await self._pool.fetch(_NEWEST, below, limit + 1)
            elif _NUMBER.fullmatch(words.upper()):
                rows = await self._pool.fetch(_BY_NUMBER, below, limit + 1, words.upper())
            else:
                begin = words.lower()
                rows = await self._pool.fetch(_FOUND, below, limit + 1, begin, begin + _END)
        items = tuple(_row(row) for row in rows[:limit])
        return Page(items, encode_cursor(_SCOPE, (items[-1].id,)) if len(rows) > limit else None)


def _position(cursor: str) -> str:
    (position,) = decode_cursor(_SCOPE, cursor, 1)
    try:
        return parse_uuid(str(position))
    except BadId:
        raise BadCursor("The cursor is damaged; start again from the first page.") from None


def _row(row: asyncpg.Record) -> CustomerRow:
    return CustomerRow(
        id=CustomerId(row["customer_id"]),
        email=row["email"],
        name=row["name"],
        locale=row["locale"],
        created_at=row["created_at"],
    )
