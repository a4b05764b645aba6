"""The outbox in PostgreSQL, seen from the relay. Events are written by the SQL of their causes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from vivamarket.kernel.clock import CLOCK_AHEAD_SECONDS
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId
from vivamarket.kernel.outbox import ATTEMPTS_DOUBLED_MAX, DeadLetter, Lane

ERROR_LENGTH_MAX = 2_000

#: A claim or an end lost in a crash of the database only means one delivery more, which handlers bear; so
#: their commits do not wait for the disk.
NO_WAIT = "(SELECT set_config('synchronous_commit', 'off', true)) AS no_wait"
#: What is due at ``$1`` under leases of ``$2`` seconds; what was written by a clock that was ahead is due as
#: well: a new event, or one put off for longer than ``kernel.outbox`` allows.
DUE = f"""(due_at <= $1 OR
    (attempts > 0 AND due_at > $1::timestamptz
        + ($2::float8 + 2.0 ^ least(attempts, {ATTEMPTS_DOUBLED_MAX}) + {CLOCK_AHEAD_SECONDS})
        * interval '1 second') OR
    (attempts = 0 AND due_at > $1::timestamptz + interval '{CLOCK_AHEAD_SECONDS} seconds'))"""
_CLAIM = f"""
UPDATE outbox SET attempts = attempts + 1, due_at = $1::timestamptz + $2::float8 * interval '1 second'
FROM {NO_WAIT} WHERE id = ANY (ARRAY(
    SELECT id FROM outbox WHERE died_at IS NULL AND lane = $4 AND {DUE}
    ORDER BY due_at, id LIMIT $3
    FOR UPDATE SKIP LOCKED
)) RETURNING id, kind, key, payload::text, occurred_at, attempts
"""
_DONE = f"DELETE FROM outbox USING {NO_WAIT} WHERE id = ANY ($1)"
_RETRY = "UPDATE outbox SET due_at = $2, error = $3 WHERE id = $1"
_BURY = "UPDATE outbox SET died_at = $2, error = $3 WHERE id = $1"
_KEEP_DEAD = """
INSERT INTO outbox (id, kind, key, payload, occurred_at, due_at, attempts, error, died_at)
OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4::jsonb, $5, $5, $6, $7, $8)
ON CONFLICT (id)
DO UPDATE SET attempts = excluded.attempts, error = excluded.error, died_at = excluded.died_at
"""
_DEAD = """
SELECT id, kind, key, payload::text, occurred_at, attempts, error, died_at FROM outbox
WHERE died_at IS NOT NULL ORDER BY died_at DESC, id DESC LIMIT $1
"""
_REVIVE = """
UPDATE outbox SET died_at = NULL, attempts = 0, due_at = $2 WHERE id = $1 AND died_at IS NOT NULL
RETURNING id
"""


class PostgresOutboxStore:
    """The ``OutboxStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def claim(
        self, now: datetime, lease_seconds: float, limit: int, lane: Lane = Lane.ORDINARY
    ) -> tuple[Envelope, ...]:
        """Return due events of the lane, oldest first, and hide them until the lease ends."""
        rows = await self._pool.fetch(_CLAIM, now, lease_seconds, limit, lane.value)
        return tuple(_envelope(row) for row in sorted(rows, key=lambda row: int(row["id"])))

    async def done(self, event_ids: Sequence[EventId]) -> None:
        """Remove events whose handlers have all finished."""
        await self._pool.execute(_DONE, [int(event_id) for event_id in event_ids])

    async def retry(self, event_id: EventId, due_at: datetime, error: str) -> None:
        """Hand the event out again from that moment on."""
        await self._pool.execute(_RETRY, int(event_id), due_at, error[:ERROR_LENGTH_MAX])

    async def bury(self, event_id: EventId, now: datetime, error: str) -> None:
        """Keep the event as a dead letter."""
        await self._pool.execute(_BURY, int(event_id), now, error[:ERROR_LENGTH_MAX])

    async def keep_dead(self, letter: DeadLetter) -> None:
        """Keep an event that failed as often as it may after it had left."""
        event = letter.envelope
        await self._pool.execute(
            _KEEP_DEAD,
            int(event.event_id),
            event.kind,
            event.key,
            json.dumps(event.payload),
            event.occurred_at,
            event.attempts,
            letter.error[:ERROR_LENGTH_MAX],
            letter.died_at,
        )

    async def dead_letters(self, limit: int) -> tuple[DeadLetter, ...]:
        """Return the newest dead letters."""
        rows = await self._pool.fetch(_DEAD, limit)
        return tuple(DeadLetter(_envelope(row), row["error"] or "", row["died_at"]) for row in rows)

    async def revive(self, event_id: EventId, now: datetime) -> bool:
        """Deliver a dead letter again; return whether there was one."""
        return await self._pool.fetchval(_REVIVE, int(event_id), now) is not None


def _envelope(row: asyncpg.Record) -> Envelope:
    return Envelope(
        event_id=EventId(str(row["id"])),
        kind=row["kind"],
        key=row["key"],
        payload=json.loads(row["payload"]),
        occurred_at=row["occurred_at"],
        attempts=row["attempts"],
    )
