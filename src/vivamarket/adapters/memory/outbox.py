"""The outbox: events committed with their cause, handed out until handled."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from vivamarket.adapters.memory.tables import OutboxRecord, Tables
from vivamarket.kernel.clock import CLOCK_AHEAD_SECONDS
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId
from vivamarket.kernel.outbox import DeadLetter, Lane, lane_of, longest_wait_seconds

ERROR_LENGTH_MAX = 2_000


_AHEAD = timedelta(seconds=CLOCK_AHEAD_SECONDS)


def is_due(due_at: datetime, attempts: int, now: datetime, lease_seconds: float) -> bool:
    """Tell whether an event is due; one that was written or put off by a clock that was ahead is."""
    if due_at <= now:
        return True
    longest = timedelta(seconds=longest_wait_seconds(attempts, lease_seconds)) if attempts else timedelta()
    return due_at > now + longest + _AHEAD


class MemoryOutboxStore:
    """The ``OutboxStore`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def claim(
        self, now: datetime, lease_seconds: float, limit: int, lane: Lane = Lane.ORDINARY
    ) -> tuple[Envelope, ...]:
        """Return due events of the lane, oldest first, and hide them until the lease ends."""
        tables = self._tables
        due = (
            (each.due_at, each.id)
            for each in tables.outbox.values()
            if each.died_at is None
            and each.lane is lane
            and is_due(each.due_at, each.attempts, now, lease_seconds)
        )
        taken = sorted(number for _, number in heapq.nsmallest(limit, due))
        lease_end = now + timedelta(seconds=lease_seconds)
        with tables.transaction(waits_for_disk=False):
            for number in taken:
                record = tables.outbox[number]
                tables.put(
                    tables.outbox, number, replace(record, attempts=record.attempts + 1, due_at=lease_end)
                )
        return tuple(_envelope(tables.outbox[number]) for number in taken)

    async def done(self, event_ids: Sequence[EventId]) -> None:
        """Remove events whose handlers have all finished."""
        with self._tables.transaction(waits_for_disk=False):
            for event_id in event_ids:
                self._tables.drop(self._tables.outbox, int(event_id))

    async def retry(self, event_id: EventId, due_at: datetime, error: str) -> None:
        """Hand the event out again from that moment on."""
        record = self._tables.outbox.get(int(event_id))
        if record is not None:
            self._keep(replace(record, due_at=due_at, error=error[:ERROR_LENGTH_MAX]))

    async def bury(self, event_id: EventId, now: datetime, error: str) -> None:
        """Keep the event as a dead letter."""
        record = self._tables.outbox.get(int(event_id))
        if record is not None:
            self._keep(replace(record, died_at=now, error=error[:ERROR_LENGTH_MAX]))

    async def keep_dead(self, letter: DeadLetter) -> None:
        """Keep an event that failed as often as it may after it had left."""
        event = letter.envelope
        record = OutboxRecord(
            id=int(event.event_id),
            kind=event.kind,
            key=event.key,
            payload=event.payload,
            lane=lane_of(event.kind),
            occurred_at=event.occurred_at,
            due_at=event.occurred_at,
            attempts=event.attempts,
            error=letter.error[:ERROR_LENGTH_MAX],
            died_at=letter.died_at,
        )
        self._keep(record)

    async def dead_letters(self, limit: int) -> tuple[DeadLetter, ...]:
        """Return the newest dead letters."""
        dead = [(each.died_at, each.id) for each in self._tables.outbox.values() if each.died_at is not None]
        return tuple(
            DeadLetter(
                _envelope(self._tables.outbox[number]), self._tables.outbox[number].error or "", died_at
            )
            for died_at, number in heapq.nlargest(limit, dead)
        )

    async def revive(self, event_id: EventId, now: datetime) -> bool:
        """Deliver a dead letter again; return whether there was one."""
        record = self._tables.outbox.get(int(event_id))
        if record is None or record.died_at is None:
            return False
        self._keep(replace(record, died_at=None, attempts=0, due_at=now))
        return True

    def _keep(self, record: OutboxRecord) -> None:
        with self._tables.transaction():
            self._tables.put(self._tables.outbox, record.id, record)


def tell(tables: Tables, kind: str, key: str, payload: Mapping[str, object], at: datetime) -> None:
    """Write an event in the caller's transaction; its payload is kept as JSON gives it back."""
    tables.last_event += 1
    record = OutboxRecord(
        id=tables.last_event,
        kind=kind,
        key=key,
        payload=msgspec.json.decode(msgspec.json.encode(payload)),
        lane=lane_of(kind),
        occurred_at=at,
        due_at=at,
    )
    tables.put(tables.outbox, record.id, record)


def _envelope(record: OutboxRecord) -> Envelope:
    return Envelope(
        event_id=EventId(str(record.id)),
        kind=record.kind,
        key=record.key,
        payload=dict(record.payload),
        occurred_at=record.occurred_at,
        attempts=record.attempts,
    )
