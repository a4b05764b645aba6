"""The payment provider's events in PostgreSQL. Their effect marks them done, in ``change_order``."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from vivamarket.adapters.postgres.outbox import DUE, ERROR_LENGTH_MAX, NO_WAIT
from vivamarket.kernel.ids import PaymentId
from vivamarket.payments.model import EventSubject, InboxDeadLetter, InboxEvent, ProviderEvent

_PUT = """
INSERT INTO inbox (event_id, kind, payment_id, provider_ref, about, body, created_at, received_at, due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8) ON CONFLICT DO NOTHING RETURNING event_id
"""
_CLAIM = f"""
UPDATE inbox SET attempts = attempts + 1, due_at = $1::timestamptz + $2::float8 * interval '1 second'
FROM {NO_WAIT} WHERE event_id = ANY (ARRAY(
    SELECT event_id FROM inbox WHERE due_at IS NOT NULL AND {DUE}
    ORDER BY due_at, event_id LIMIT $3 FOR UPDATE SKIP LOCKED
)) RETURNING event_id, kind, payment_id::text, provider_ref, about, attempts, received_at
"""
_DONE = "UPDATE inbox SET done_at = $2, due_at = NULL, error = NULL WHERE event_id = ANY ($1)"
_RETRY = """
UPDATE inbox SET due_at = $2, error = $3 WHERE event_id = $1 AND done_at IS NULL AND died_at IS NULL
"""
_BURY = "UPDATE inbox SET died_at = $2, due_at = NULL, error = $3 WHERE event_id = $1 AND done_at IS NULL"
_DEAD = """
SELECT event_id, kind, payment_id::text, provider_ref, about, attempts, error, received_at, died_at
FROM inbox WHERE died_at IS NOT NULL ORDER BY died_at DESC, event_id DESC LIMIT $1
"""
_REVIVE = """
UPDATE inbox SET died_at = NULL, attempts = 0, due_at = $2 WHERE event_id = $1 AND died_at IS NOT NULL
RETURNING event_id
"""
_FORGET = """
DELETE FROM inbox WHERE event_id = ANY (ARRAY(
    SELECT event_id FROM inbox WHERE done_at IS NOT NULL AND received_at < $1
    ORDER BY received_at, event_id LIMIT $2
))
"""


class PostgresInboxStore:
    """The ``InboxStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def put(self, event: ProviderEvent, received_at: datetime) -> bool:
        """Keep the event durably; return False when it had come before."""
        written = await self._pool.fetchval(
            _PUT,
            event.event_id,
            event.kind,
            event.payment_id,
            event.provider_ref,
            event.about.value,
            event.body,
            event.created_at,
            received_at,
        )
        return written is not None

    async def claim(self, now: datetime, lease_seconds: float, limit: int) -> tuple[InboxEvent, ...]:
        """Return events that wait, oldest first, hidden from other workers until the lease ends."""
        rows = await self._pool.fetch(_CLAIM, now, lease_seconds, limit)
        return tuple(
            _event(row) for row in sorted(rows, key=lambda row: (row["received_at"], row["event_id"]))
        )

    async def done(self, event_ids: Sequence[str], now: datetime) -> None:
        """Mark events that need no effect."""
        await self._pool.execute(_DONE, event_ids, now)

    async def retry(self, event_id: str, due_at: datetime, error: str) -> None:
        """Hand the event out again from that moment on."""
        await self._pool.execute(_RETRY, event_id, due_at, error[:ERROR_LENGTH_MAX])

    async def bury(self, event_id: str, now: datetime, error: str) -> None:
        """Keep the event as a dead letter."""
        await self._pool.execute(_BURY, event_id, now, error[:ERROR_LENGTH_MAX])

    async def dead_letters(self, limit: int) -> tuple[InboxDeadLetter, ...]:
        """Return the newest dead letters."""
        rows = await self._pool.fetch(_DEAD, limit)
        return tuple(
            InboxDeadLetter(_event(row), row["error"] or "", row["received_at"], row["died_at"])
            for row in rows
        )

    async def revive(self, event_id: str, now: datetime) -> bool:
        """Hand a dead letter out again; return whether there was one."""
        return await self._pool.fetchval(_REVIVE, event_id, now) is not None

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` finished events received before that moment."""
        done: str = await self._pool.execute(_FORGET, before, limit)
        return int(done.rsplit(" ", 1)[-1])


def _event(row: asyncpg.Record) -> InboxEvent:
    return InboxEvent(
        event_id=row["event_id"],
        kind=row["kind"],
        payment_id=PaymentId(row["payment_id"]) if row["payment_id"] else None,
        provider_ref=row["provider_ref"],
        attempts=row["attempts"],
        about=EventSubject(row["about"]),
    )
