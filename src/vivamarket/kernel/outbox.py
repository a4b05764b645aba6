"""The outbox as its relay sees it: events committed with their cause, handed out until somebody is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId

#: From then on ``longest_wait_seconds`` grows no further; far more attempts than anybody makes.
ATTEMPTS_DOUBLED_MAX = 16


class Lane(StrEnum):
    """Events travel in lanes, so that a flood in one never holds up the other."""

    ORDINARY = "ordinary"
    #: ``stock.*``: many at once, taken together.
    STOCK = "stock"


def lane_of(kind: str) -> Lane:
    """Return the lane that events of that kind travel in; the database says the same."""
    return Lane.STOCK if kind.startswith("stock.") else Lane.ORDINARY


#: Reacts to one event. It may be called again with the same event, so its effect must happen once.
Handler = Callable[[Envelope], Awaitable[None]]
#: Reacts to several events of one lane together; the same holds.
BatchHandler = Callable[[Sequence[Envelope]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event whose handler failed as often as it may; it waits for a person."""

    envelope: Envelope
    error: str
    died_at: datetime


def longest_wait_seconds(attempts: int, lease_seconds: float) -> float:
    """Return how far ahead an event that was tried so often may be put off, by a lease or a failure.

    What is due later than that was put off by a clock that had jumped, and is not waited for. A bound on
    pauses, not a rule for them: they double with each attempt at most.
    """
    return lease_seconds + 2.0 ** min(attempts, ATTEMPTS_DOUBLED_MAX)


class EventSource(Protocol):
    """Hands out events at least once until each is done: the outbox, or a queue that it was published to."""

    async def claim(
        self, now: datetime, lease_seconds: float, limit: int, lane: Lane = Lane.ORDINARY
    ) -> tuple[Envelope, ...]:
        """Return due events of the lane and hide them from other workers until the lease ends.

        An event is due whatever the clock of its writer, or of who put it off, said: a new one at once,
        others after ``longest_wait_seconds`` at most (both but for ``clock.CLOCK_AHEAD_SECONDS``).
        ``attempts`` of an envelope counts this claim too. Of more than ``limit`` those that have been due
        for longest, ties oldest first; returned oldest first. A worker that dies loses its lease, never
        the event; a crash of the database may forget the claim.
        """
        ...

    async def done(self, event_ids: Sequence[EventId]) -> None:
        """Remove events whose handlers have all finished; in a crash one may come back once more."""
        ...

    async def retry(self, event_id: EventId, due_at: datetime, error: str) -> None:
        """Hand the event out again from that moment on, see ``claim``; a dead letter stays one."""
        ...

    async def bury(self, event_id: EventId, now: datetime, error: str) -> None:
        """Take the event out of delivery and keep it as a dead letter of the outbox."""
        ...


class OutboxStore(EventSource, Protocol):
    """The shop's own record of events, oldest first among those due. Each method is one transaction."""

    async def keep_dead(self, letter: DeadLetter) -> None:
        """Keep an event, under its id, that failed as often as it may after it had left the outbox."""
        ...

    async def dead_letters(self, limit: int) -> tuple[DeadLetter, ...]:
        """Return the newest dead letters."""
        ...

    async def revive(self, event_id: EventId, now: datetime) -> bool:
        """Deliver a dead letter again from its first attempt; return whether there was one."""
        ...


@dataclass(frozen=True, slots=True)
class Untaken:
    """Events that a bus did not take, each with the reason: some later perhaps, some never."""

    for_now: Mapping[EventId, str]
    for_ever: Mapping[EventId, str]


class EventBus(Protocol):
    """Carries events to the queues of those who react, in no promised order."""

    async def publish(self, events: Sequence[Envelope]) -> Untaken:
        """Hand events over durably: whatever is not among ``Untaken`` reaches its queue at least once.

        Raise ``Unavailable`` when the bus is away; any of the events may then have been taken.
        """
        ...
