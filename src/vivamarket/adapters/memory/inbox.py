"""The payment provider's events. Their effect marks them done, in the checkout's store."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vivamarket.adapters.memory.outbox import ERROR_LENGTH_MAX, is_due
from vivamarket.adapters.memory.tables import InboxRecord, Tables
from vivamarket.payments.model import InboxDeadLetter, InboxEvent, ProviderEvent


class MemoryInboxStore:
    """The ``InboxStore`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def put(self, event: ProviderEvent, received_at: datetime) -> bool:
        """Keep the event durably; return False when it had come before."""
        if event.event_id in self._tables.inbox:
            return False
        with self._tables.transaction():
            _keep(self._tables, InboxRecord(event=event, received_at=received_at, due_at=received_at))
        return True

    async def claim(self, now: datetime, lease_seconds: float, limit: int) -> tuple[InboxEvent, ...]:
        """Return events that wait, oldest first, hidden from other workers until the lease ends."""
        tables = self._tables
        waiting = (
            (due_at, event_id)
            for event_id, due_at in tables.inbox_due.items()
            if is_due(due_at, tables.inbox[event_id].attempts, now, lease_seconds)
        )
        taken = [tables.inbox[event_id] for _, event_id in heapq.nsmallest(limit, waiting)]
        taken.sort(key=lambda each: (each.received_at, each.event.event_id))
        lease_end = now + timedelta(seconds=lease_seconds)
        with tables.transaction(waits_for_disk=False):
            for each in taken:
                _keep(tables, replace(each, attempts=each.attempts + 1, due_at=lease_end))
        return tuple(_handed_out(each, each.attempts + 1) for each in taken)

    async def done(self, event_ids: Sequence[str], now: datetime) -> None:
        """Mark events that need no effect."""
        with self._tables.transaction():
            for event_id in event_ids:
                mark_done(self._tables, event_id, now)

    async def retry(self, event_id: str, due_at: datetime, error: str) -> None:
        """Hand the event out again from that moment on."""
        record = self._tables.inbox.get(event_id)
        if record is not None and record.done_at is None and record.died_at is None:
            with self._tables.transaction():
                _keep(self._tables, replace(record, due_at=due_at, error=error[:ERROR_LENGTH_MAX]))

    async def bury(self, event_id: str, now: datetime, error: str) -> None:
        """Keep the event as a dead letter."""
        record = self._tables.inbox.get(event_id)
        if record is not None and record.done_at is None:
            with self._tables.transaction():
                _keep(
                    self._tables,
                    replace(record, died_at=now, due_at=None, error=error[:ERROR_LENGTH_MAX]),
                )

    async def dead_letters(self, limit: int) -> tuple[InboxDeadLetter, ...]:
        """Return the newest dead letters."""
        dead = [
            (each.died_at, each.event.event_id, each)
            for each in self._tables.inbox.values()
            if each.died_at is not None
        ]
        return tuple(
            InboxDeadLetter(_handed_out(each, each.attempts), each.error or "", each.received_at, died_at)
            for died_at, _, each in heapq.nlargest(limit, dead, key=lambda found: found[:2])
        )

    async def revive(self, event_id: str, now: datetime) -> bool:
        """Hand a dead letter out again; return whether there was one."""
        record = self._tables.inbox.get(event_id)
        if record is None or record.died_at is None:
            return False
        with self._tables.transaction():
            _keep(self._tables, replace(record, died_at=None, attempts=0, due_at=now))
        return True

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` finished events received before that moment."""
        old = sorted(
            (each.received_at, each.event.event_id)
            for each in self._tables.inbox.values()
            if each.done_at is not None and each.received_at < before
        )
        with self._tables.transaction():
            for _, event_id in old[:limit]:
                self._tables.drop(self._tables.inbox, event_id)
        return len(old[:limit])


def _handed_out(record: InboxRecord, attempts: int) -> InboxEvent:
    event = record.event
    return InboxEvent(
        event_id=event.event_id,
        kind=event.kind,
        payment_id=event.payment_id,
        provider_ref=event.provider_ref,
        attempts=attempts,
        about=event.about,
    )


def is_done(tables: Tables, event_id: str) -> bool:
    """Return whether the event had its effect."""
    record = tables.inbox.get(event_id)
    return record is not None and record.done_at is not None


def mark_done(tables: Tables, event_id: str, now: datetime) -> None:
    """Mark the event in the caller's transaction; an unknown one is left alone."""
    record = tables.inbox.get(event_id)
    if record is not None:
        _keep(tables, replace(record, done_at=now, due_at=None, error=None))


def _keep(tables: Tables, record: InboxRecord) -> None:
    event_id = record.event.event_id
    tables.put(tables.inbox, event_id, record)
    tables.put_or_drop(tables.inbox_due, event_id, record.due_at)
