"""``CustomerDirectory`` in PostgreSQL."""

from __future__ import annotations

import re

import asyncpg

from vivamarket.accounts.identity.desk import QUERY_LENGTH_MIN, CustomerRow
from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.kernel.ids import BadId, CustomerId, parse_uuid
from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor

_SCOPE = "customers"
_ROW = "id::text, email, name, locale, created_at"
_AFTER_ALL = "ffffffff-ffff-ffff-ffff-ffffffffffff"
#: Ids are by time (UUIDv7), so their order is that of joining.
_NEWEST = f"SELECT {_ROW} FROM customer WHERE id < $1 ORDER BY id DESC LIMIT $2"
#: Who fits is gathered from the three indexes first: a walk from the newest on would read all of a million
#: for words that fit nobody.
_FOUND = f"""
WITH fits AS MATERIALIZED (
    SELECT id FROM customer WHERE email LIKE $3
    UNION SELECT id FROM customer WHERE lower(name) LIKE $3
    UNION SELECT id FROM customer WHERE lower(split_part(name, ' ', -1)) LIKE $3
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
                rows = await self._pool.fetch(_FOUND, below, limit + 1, _begins(words.lower()))
        items = tuple(_row(row) for row in rows[:limit])
        return Page(items, encode_cursor(_SCOPE, (items[-1].id,)) if len(rows) > limit else None)


def _begins(words: str) -> str:
    """Return the pattern of what begins so; nothing in it is special."""
    return re.sub(r"([\\%_])", r"\\\1", words) + "%"


def _position(cursor: str) -> str:
    (position,) = decode_cursor(_SCOPE, cursor, 1)
    try:
        return parse_uuid(str(position))
    except BadId:
        raise BadCursor("The cursor is damaged; start again from the first page.") from None


def _row(row: asyncpg.Record) -> CustomerRow:
    return CustomerRow(
        id=CustomerId(row["id"]),
        email=row["email"],
        name=row["name"],
        locale=row["locale"],
        created_at=row["created_at"],
    )
