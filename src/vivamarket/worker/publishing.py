"""Outbox to an event bus, for a shop whose handlers listen to queues; and what those queues gave up."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import EventId
from vivamarket.kernel.outbox import EventBus, EventSource, Lane, Untaken
from vivamarket.worker.relay import backoff_seconds

BATCH_MAX = 100
LEASE_SECONDS = 60.0
PUBLISH_TIMEOUT_SECONDS = 40.0
#: The bus is a service that comes back: what it did not take is never given up, and waits no longer than so.
PAUSE_SECONDS_MAX = 60.0
BURIED_AT_ONCE_MAX = 50
#: What staff read beside an event that its consumer never came to an end with.
NEVER_ENDED = "its handler died each time"

_log = structlog.get_logger("vivamarket.worker")


class Publisher:
    """Publishes the events of both lanes; each leaves the outbox once the bus has taken it."""

    def __init__(self, *, outbox: EventSource, bus: EventBus, clock: Clock) -> None:
        self._outbox = outbox
        self._bus = bus
        self._clock = clock

    async def run_once(self) -> int:
        """Publish one batch of each lane; return how many events they held.

        While the bus is away the events stay leased, and come again after ``LEASE_SECONDS``. A crash
        publishes them again: consumers know an event by its id.
        """
        return sum([await self._publish(lane) for lane in Lane])

    async def _publish(self, lane: Lane) -> int:
        events = await self._outbox.claim(self._clock.now(), LEASE_SECONDS, BATCH_MAX, lane)
        if not events:
            return 0
        try:
            async with asyncio.timeout(PUBLISH_TIMEOUT_SECONDS):
                untaken = await self._bus.publish(events)
        except (Unavailable, TimeoutError) as error:
            _log.warning("bus_away", lane=lane.value, events=len(events), error=str(error))
            return len(events)
        attempts = {event.event_id: event.attempts for event in events}
        left = {*untaken.for_now, *untaken.for_ever}
        await self._outbox.done([event_id for event_id in attempts if event_id not in left])
        await self._keep(untaken, attempts)
        return len(events)

    async def _keep(self, untaken: Untaken, attempts: dict[EventId, int]) -> None:
        now = self._clock.now()
        for event_id, reason in untaken.for_now.items():
            seconds = min(backoff_seconds(event_id, attempts[event_id]), PAUSE_SECONDS_MAX)
            _log.warning("event_not_taken", event_id=event_id, error=reason, seconds=seconds)
            await self._outbox.retry(event_id, now + timedelta(seconds=seconds), reason)
        for event_id, reason in untaken.for_ever.items():
            _log.error("event_dead", event_id=event_id, error=reason)
            await self._outbox.bury(event_id, now, reason)


class DeadQueue:
    """Gives what a queue's own limit has put aside back to the outbox, as dead letters that staff see."""

    def __init__(self, *, source: EventSource, clock: Clock) -> None:
        self._source = source
        self._clock = clock

    async def run_once(self) -> int:
        """Bury one batch of each lane; return how many events they held."""
        buried = 0
        for lane in Lane:
            now = self._clock.now()
            events = await self._source.claim(now, LEASE_SECONDS, BURIED_AT_ONCE_MAX, lane)
            for event in events:
                _log.error("event_dead", event_id=event.event_id, event_kind=event.kind, error=NEVER_ENDED)
                await self._source.bury(event.event_id, now, NEVER_ENDED)
            buried += len(events)
        return buried
