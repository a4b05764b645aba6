"""Answers kept by idempotency key, in PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

import asyncpg

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.idempotency import (
    CLAIM_SECONDS,
    Attempt,
    IdempotencyKeyReused,
    RequestInFlight,
    StoredResponse,
)

_CLAIM = "SELECT outcome, status, body FROM claim_key($1, $2, $3, $4)"
_KEEP = "SELECT outcome, status, body FROM finish_answer($1, $2, $3, $4, $5)"
_ABANDON = "DELETE FROM idempotency_key WHERE key = $1 AND fingerprint = $2 AND status IS NULL"
#: Asked again outside: a key that is claimed anew while we wait for it stays.
_FORGET = """
DELETE FROM idempotency_key WHERE key = ANY (ARRAY(
    SELECT key FROM idempotency_key WHERE claimed_at < $1 ORDER BY claimed_at, key LIMIT $2
)) AND claimed_at < $1
"""


class PostgresIdempotencyStore:
    """The ``IdempotencyStore`` on a pool. SQL that keeps an answer with its effect calls ``keep_answer``."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def begin(self, attempt: Attempt) -> StoredResponse | None:
        """Claim the key; return the stored answer when there already is one. See the port."""
        now = self._clock.now()
        stale_before = now - timedelta(seconds=CLAIM_SECONDS)
        with outages_told():
            row = await self._pool.fetchrow(_CLAIM, attempt.key, attempt.fingerprint, now, stale_before)
        return answered(row)

    async def finish(self, attempt: Attempt, response: StoredResponse) -> StoredResponse:
        """Keep the answer and return the one to give. See the port."""
        now = self._clock.now()
        with outages_told():
            row = await self._pool.fetchrow(
                _KEEP, attempt.key, attempt.fingerprint, response.status, response.body, now
            )
        return answered(row) or response

    async def abandon(self, attempt: Attempt) -> None:
        """Give up an unanswered claim."""
        await self._pool.execute(_ABANDON, attempt.key, attempt.fingerprint)

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` keys claimed before that moment; return how many went."""
        done: str = await self._pool.execute(_FORGET, before, limit)
        return int(done.rsplit(" ", 1)[-1])


def answered(row: asyncpg.Record | None) -> StoredResponse | None:
    """Return the stored answer of a row (outcome, status, body), None when the caller may go on.

    Raise ``IdempotencyKeyReused``, ``RequestInFlight``.
    """
    assert row is not None  # the functions always answer
    outcome, status, body = row
    if outcome == "answered":
        return StoredResponse(status, body)
    if outcome == "reused":
        raise IdempotencyKeyReused("This Idempotency-Key was used for another request; take a new one.")
    if outcome == "in_flight":
        raise RequestInFlight(
            "The first request with this Idempotency-Key is still running.", retry_after_seconds=1
        )
    return None
