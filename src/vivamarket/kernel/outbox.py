"""The outbox as the relay sees it: events committed with their cause, handed out until handled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId

#: Reacts to one event. It may be called again with the same event, so its effect must happen once.
Handler = Callable[[Envelope], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event whose handler failed as often as it may; it waits for a person."""

    envelope: Envelope
    error: str
    died_at: datetime


class OutboxStore(Protocol):
    """Hands out events at least once, oldest first among those due. Each method is one transaction."""

    async def claim(self, now: datetime, lease_seconds: float, limit: int) -> tuple[Envelope, ...]:
        """Return due events and hide them from other workers until the lease ends.

        ``attempts`` of an envelope counts this claim too. A worker that dies loses its lease, never
        the event.
        """
        ...

    async def done(self, event_ids: Sequence[EventId]) -> None:
        """Remove events whose handlers have all finished."""
        ...

    async def retry(self, event_id: EventId, due_at: datetime, error: str) -> None:
        """Hand the event out again from that moment on."""
        ...

    async def bury(self, event_id: EventId, now: datetime, error: str) -> None:
        """Take the event out of delivery and keep it as a dead letter."""
        ...

    async def dead_letters(self, limit: int) -> tuple[DeadLetter, ...]:
        """Return the newest dead letters."""
        ...

    async def revive(self, event_id: EventId, now: datetime) -> bool:
        """Deliver a dead letter again from its first attempt; return whether there was one."""
        ...
