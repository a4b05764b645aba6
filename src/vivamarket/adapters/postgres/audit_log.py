"""``AuditLogStore`` in PostgreSQL."""

from __future__ import annotations

import asyncpg

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.audit_log.errors import AuditEntryNotFound
from vivamarket.audit_log.model import AuditQuery, Head, Link, Noted, decode_entry, microseconds_of
from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor

_SCOPE = "audit"
_APPEND = "SELECT seq, hash FROM audit_append($1)"
_HEAD = "SELECT seq, hash FROM audit_head"
_LINKS = "SELECT seq, body, hash FROM audit_entry WHERE seq > $1 ORDER BY seq LIMIT $2"
_NOTED = """
SELECT e.seq, e.body, e.hash, o.body AS outcome
FROM audit_entry e LEFT JOIN audit_entry o ON o.intention = e.seq
"""
_GET = f"{_NOTED} WHERE e.seq = $1"
_FIND = f"""
{_NOTED}
WHERE e.phase <> 'outcome' AND e.seq < $1
    AND ($2::text IS NULL OR e.actor_id = $2)
    AND ($3::text IS NULL OR e.operation = $3)
    AND ($4::text IS NULL OR e.resource = $4)
    AND ($5::bigint IS NULL OR e.at_us >= $5)
    AND ($6::bigint IS NULL OR e.at_us < $6)
ORDER BY e.seq DESC LIMIT $7
"""
_SEQ_MAX = 2**63 - 1


class PostgresAuditLogStore:
    """See ``AuditLogStore``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def append(self, text: str) -> Link:
        """See ``AuditLogStore``."""
        with outages_told():
            row = await self._pool.fetchrow(_APPEND, text)
        if row is None:
            raise RuntimeError("audit_append returned nothing")
        return Link(row["seq"], text, row["hash"])

    async def head(self) -> Head:
        """See ``AuditLogStore``."""
        with outages_told():
            row = await self._pool.fetchrow(_HEAD)
        if row is None:
            raise RuntimeError("the audit log has lost its end")
        return Head(row["seq"], row["hash"])

    async def links(self, after_seq: int, limit: int) -> tuple[Link, ...]:
        """See ``AuditLogStore``."""
        with outages_told():
            rows = await self._pool.fetch(_LINKS, after_seq, limit)
        return tuple(Link(row["seq"], row["body"], row["hash"]) for row in rows)

    async def get(self, seq: int) -> Noted:
        """See ``AuditLogStore``."""
        with outages_told():
            row = await self._pool.fetchrow(_GET, seq)
        if row is None:
            raise AuditEntryNotFound("The audit log has no such entry.", seq=seq)
        return _noted(row)

    async def find(self, query: AuditQuery, cursor: str | None, limit: int) -> Page[Noted]:
        """See ``AuditLogStore``."""
        below = _SEQ_MAX if cursor is None else _position(cursor)
        since, before = (None if at is None else microseconds_of(at) for at in (query.since, query.before))
        with outages_told():
            rows = await self._pool.fetch(
                _FIND, below, query.staff_id, query.operation, query.resource, since, before, limit + 1
            )
        items = tuple(_noted(row) for row in rows[:limit])
        more = len(rows) > limit
        return Page(items, encode_cursor(_SCOPE, (items[-1].seq,)) if more else None)


def _position(cursor: str) -> int:
    (seq,) = decode_cursor(_SCOPE, cursor, 1)
    if not isinstance(seq, int):
        raise BadCursor("The cursor belongs to another list; start again from the first page.")
    return min(seq, _SEQ_MAX)


def _noted(row: asyncpg.Record) -> Noted:
    outcome = None if row["outcome"] is None else decode_entry(row["outcome"])
    return Noted(row["seq"], decode_entry(row["body"]), outcome, row["hash"])
