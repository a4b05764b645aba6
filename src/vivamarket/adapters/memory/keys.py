"""Answers kept by idempotency key."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from vivamarket.adapters.memory.tables import KeyRecord, Tables
from vivamarket.kernel.clock import CLOCK_AHEAD_SECONDS, Clock
from vivamarket.kernel.idempotency import (
    CLAIM_SECONDS,
    Attempt,
    IdempotencyKeyReused,
    RequestInFlight,
    StoredResponse,
)

_CLAIM = timedelta(seconds=CLAIM_SECONDS)
_AHEAD = timedelta(seconds=CLOCK_AHEAD_SECONDS)


class MemoryIdempotencyStore:
    """The ``IdempotencyStore`` over the tables."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    async def begin(self, attempt: Attempt) -> StoredResponse | None:
        """Claim the key; return the stored answer when there already is one. See the port."""
        now = self._clock.now()
        with self._tables.transaction(waits_for_disk=False):
            known = _known(self._tables, attempt)
            if known is None:
                claim = KeyRecord(fingerprint=attempt.fingerprint, claimed_at=now)
            elif known.status is not None:
                return _answer(known)
            elif not now - _CLAIM < known.claimed_at <= now + _AHEAD:
                claim = replace(known, claimed_at=now)
            else:
                raise RequestInFlight(
                    "The first request with this Idempotency-Key is still running.", retry_after_seconds=1
                )
            self._tables.put(self._tables.keys, attempt.key, claim)
            return None

    async def finish(self, attempt: Attempt, response: StoredResponse) -> StoredResponse:
        """Keep the answer and return the one to give. See the port."""
        with self._tables.transaction():
            return keep_answer(self._tables, attempt, response, self._clock.now()) or response

    async def abandon(self, attempt: Attempt) -> None:
        """Give up an unanswered claim."""
        with self._tables.transaction():
            known = self._tables.keys.get(attempt.key)
            if known is not None and known.fingerprint == attempt.fingerprint and known.status is None:
                self._tables.drop(self._tables.keys, attempt.key)

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` keys claimed before that moment; return how many went."""
        keys = self._tables.keys
        old = sorted((known.claimed_at, key) for key, known in keys.items() if known.claimed_at < before)
        with self._tables.transaction():
            for _, key in old[:limit]:
                self._tables.drop(keys, key)
        return len(old[:limit])


def keep_answer(
    tables: Tables, attempt: Attempt, response: StoredResponse, at: datetime
) -> StoredResponse | None:
    """Keep an answer in the caller's transaction; return the stored one when there already is one.

    Raise ``IdempotencyKeyReused``.
    """
    known = _known(tables, attempt)
    if known is not None and known.status is not None:
        return _answer(known)
    kept = KeyRecord(
        fingerprint=attempt.fingerprint,
        claimed_at=at if known is None else known.claimed_at,
        status=response.status,
        body=response.body,
    )
    tables.put(tables.keys, attempt.key, kept)
    return None


def _known(tables: Tables, attempt: Attempt) -> KeyRecord | None:
    known = tables.keys.get(attempt.key)
    if known is not None and known.fingerprint != attempt.fingerprint:
        raise IdempotencyKeyReused("This Idempotency-Key was used for another request; take a new one.")
    return known


def _answer(known: KeyRecord) -> StoredResponse:
    assert known.status is not None
    assert known.body is not None
    return StoredResponse(known.status, known.body)
