"""Events to their handlers: at least once, oldest first, one bad event never stops the others.

They come from the outbox, or from the queues it is published to (``publishing``)."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId
from vivamarket.kernel.outbox import BatchHandler, EventSource, Handler, Lane
from vivamarket.worker.limits import within

BATCH_MAX = 50
LEASE_SECONDS = 60.0
LANE_BATCH_MAX = 1_000
#: A worker that was killed in the middle of a batch holds its events for so long, and no longer: all that
#: one may do with them, a batch and its events one by one, ends before.
BATCH_LEASE_SECONDS = 60.0
BATCH_TIMEOUT_SECONDS = 20.0
HANDLER_TIMEOUT_SECONDS = 10.0
ATTEMPTS_MAX = 12
BACKOFF_SECONDS_FIRST = 1.0
BACKOFF_SECONDS_MAX = 600.0

_log = structlog.get_logger("vivamarket.worker")


class Relay:
    """Hands ordinary events to whoever subscribed to their kind, and removes them once all are done."""

    def __init__(
        self, *, outbox: EventSource, subscriptions: Mapping[str, Sequence[Handler]], clock: Clock
    ) -> None:
        self._outbox = outbox
        self._subscriptions = subscriptions
        self._clock = clock

    async def run_once(self) -> int:
        """Deliver one batch; return how many events it held.

        A handler that fails is called again later, together with the other handlers of that event: in
        ``BACKOFF_SECONDS_FIRST``, then twice as long each time, jittered. After ``ATTEMPTS_MAX`` the
        event becomes a dead letter. What the lease leaves no time for is handed out again.
        """
        begun = self._clock.monotonic()
        events = await self._outbox.claim(self._clock.now(), LEASE_SECONDS, BATCH_MAX)
        done: list[EventId] = []
        for event in events:
            if self._clock.monotonic() - begun > LEASE_SECONDS / 2:
                break
            if await self._deliver(event):
                done.append(event.event_id)
        if done:
            await self._outbox.done(done)
        return len(events)

    async def _deliver(self, event: Envelope) -> bool:
        try:
            for handler in self._subscriptions.get(event.kind, ()):
                await within(HANDLER_TIMEOUT_SECONDS, handler(event))
        except Exception as error:  # noqa: BLE001 - outermost: one event never stops the others
            await postpone_or_bury(self._outbox, event, error, self._clock.now())
            return False
        return True


class BatchRelay:
    """Hands the events of one lane to its one handler, many at a time."""

    def __init__(self, *, outbox: EventSource, lane: Lane, handler: BatchHandler, clock: Clock) -> None:
        self._outbox = outbox
        self._lane = lane
        self._handler = handler
        self._clock = clock

    async def run_once(self) -> int:
        """Deliver one batch; return how many events it held.

        When a batch fails, its events are tried one by one, and only those that fail alone come again
        or become dead letters, as in ``Relay``.
        """
        now = self._clock.now()
        events = await self._outbox.claim(now, BATCH_LEASE_SECONDS, LANE_BATCH_MAX, self._lane)
        if not events:
            return 0
        try:
            await within(BATCH_TIMEOUT_SECONDS, self._handler(events))
        except Exception as error:  # noqa: BLE001 - outermost: one event never stops the others
            _log.warning("batch_failed", lane=self._lane.value, events=len(events), error=str(error))
            await self._one_by_one(events)
            return len(events)
        await self._outbox.done([event.event_id for event in events])
        return len(events)

    async def _one_by_one(self, events: Sequence[Envelope]) -> None:
        begun = self._clock.monotonic()
        for event in events:
            if self._clock.monotonic() - begun > BATCH_LEASE_SECONDS / 4:
                return  # the lease ends before long; the rest is handed out again
            try:
                await within(HANDLER_TIMEOUT_SECONDS, self._handler([event]))
            except Exception as error:  # noqa: BLE001 - outermost: one event never stops the others
                await postpone_or_bury(self._outbox, event, error, self._clock.now())
            else:
                await self._outbox.done([event.event_id])


async def postpone_or_bury(outbox: EventSource, event: Envelope, error: Exception, now: datetime) -> None:
    """Let the event come again after its backoff, or keep it as a dead letter after ``ATTEMPTS_MAX``."""
    told = f"{type(error).__name__}: {error}"
    if event.attempts >= ATTEMPTS_MAX:
        _log.error("event_dead", event_id=event.event_id, event_kind=event.kind, error=told)
        await outbox.bury(event.event_id, now, told)
        return
    seconds = backoff_seconds(event.event_id, event.attempts)
    level = _log.info if isinstance(error, Unavailable) else _log.warning
    level("event_postponed", event_id=event.event_id, event_kind=event.kind, error=told, seconds=seconds)
    await outbox.retry(event.event_id, now + timedelta(seconds=seconds), told)


def backoff_seconds(event_id: str, attempts: int) -> float:
    """Return the wait before the next attempt, spread by a factor of 0.5 to 1.

    The spread comes from the event's id and attempt, so that events which failed together do not come
    back together, and yet the same history always waits the same.
    """
    longest = min(BACKOFF_SECONDS_FIRST * 2.0 ** (attempts - 1), BACKOFF_SECONDS_MAX)
    spread = zlib.crc32(f"{event_id}:{attempts}".encode()) / 0xFFFF_FFFF
    return longest * (0.5 + spread / 2)
