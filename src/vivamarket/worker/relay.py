"""Outbox to handlers: at least once, oldest first, one bad event never stops the others."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId
from vivamarket.kernel.outbox import Handler, OutboxStore
from vivamarket.worker.limits import within

BATCH_MAX = 50
LEASE_SECONDS = 60.0
HANDLER_TIMEOUT_SECONDS = 10.0
ATTEMPTS_MAX = 12
BACKOFF_SECONDS_FIRST = 1.0
BACKOFF_SECONDS_MAX = 600.0

_log = structlog.get_logger("vivamarket.worker")


class Relay:
    """Hands events to whoever subscribed to their kind, and removes them once all handlers are done."""

    def __init__(
        self, *, outbox: OutboxStore, subscriptions: Mapping[str, Sequence[Handler]], clock: Clock
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
            await self._failed(event, error)
            return False
        return True

    async def _failed(self, event: Envelope, error: Exception) -> None:
        told = f"{type(error).__name__}: {error}"
        if event.attempts >= ATTEMPTS_MAX:
            _log.error("event_dead", event_id=event.event_id, event_kind=event.kind, error=told)
            await self._outbox.bury(event.event_id, self._clock.now(), told)
            return
        seconds = backoff_seconds(event.event_id, event.attempts)
        level = _log.info if isinstance(error, Unavailable) else _log.warning
        level("event_postponed", event_id=event.event_id, event_kind=event.kind, error=told, seconds=seconds)
        await self._outbox.retry(event.event_id, self._clock.now() + timedelta(seconds=seconds), told)


def backoff_seconds(event_id: str, attempts: int) -> float:
    """Return the wait before the next attempt, spread by a factor of 0.5 to 1.

    The spread comes from the event's id and attempt, so that events which failed together do not come
    back together, and yet the same history always waits the same.
    """
    longest = min(BACKOFF_SECONDS_FIRST * 2.0 ** (attempts - 1), BACKOFF_SECONDS_MAX)
    spread = zlib.crc32(f"{event_id}:{attempts}".encode()) / 0xFFFF_FFFF
    return longest * (0.5 + spread / 2)
