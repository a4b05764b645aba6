"""Webhooks out: signed, at least once, tried again for three days with growing pauses."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import zlib
from dataclasses import dataclass
from datetime import datetime

import msgspec
import structlog

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.tasks import TaskSpawner
from vivamarket.sandbox.book import DELIVERY
from vivamarket.sandbox.faults import FaultPlan
from vivamarket.sandbox.model import Delivery, Endpoint, ProviderEvent
from vivamarket.sandbox.ports import Duty, WebhookSender, WebhookUnreachable
from vivamarket.sandbox.provider import Provider
from vivamarket.sandbox.wire import wire

#: Pauses after the first, second, … failed attempt; together a little under three days.
RETRY_DELAYS_SECONDS = (2, 10, 30, 120, 600, 3_600, 4 * 3_600, 12 * 3_600, 24 * 3_600, 24 * 3_600)
JITTER_PERCENT = 20
IN_FLIGHT_MAX = 16
#: A delivery whose process died is tried again after this long.
LEASE_SECONDS = 30.0
#: The loop looks at its duties at least this often.
IDLE_SECONDS_MAX = 1.0
SHORTEST_PAUSE_SECONDS = 0.001

_log = structlog.get_logger(__name__)


def sign(body: bytes, secret: str, now: datetime) -> str:
    """Return the ``Stripe-Signature`` header: HMAC-SHA256 over ``<unix seconds>.<body>``."""
    moment = str(int(now.timestamp()))
    mac = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return f"t={moment},v1={mac.hexdigest()}"


def retry_delay_seconds(delivery_id: str, attempts: int) -> float | None:
    """Return the pause after so many failed attempts, None when it is time to give up.

    The jitter comes from the delivery's own id: spread over deliveries, the same on every replay.
    """
    if attempts > len(RETRY_DELAYS_SECONDS):
        return None
    spread = zlib.crc32(f"{delivery_id}:{attempts}".encode()) % (2 * JITTER_PERCENT + 1) - JITTER_PERCENT
    return RETRY_DELAYS_SECONDS[attempts - 1] * (100 + spread) / 100


@dataclass(frozen=True, slots=True)
class _Job:
    delivery: Delivery
    endpoint: Endpoint
    event: ProviderEvent
    body: bytes


class Deliverer:
    """Carries out the provider's duties in the background: deliveries and what is due by time."""

    def __init__(
        self,
        provider: Provider,
        sender: WebhookSender,
        clock: Clock,
        tasks: TaskSpawner,
        faults: FaultPlan | None = None,
    ) -> None:
        self._provider = provider
        self._sender = sender
        self._clock = clock
        self._tasks = tasks
        self._faults = faults or FaultPlan()
        self._in_flight: set[str] = set()
        self._held_back: _Job | None = None
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Look at the duties now; call it after every change."""
        self._wake.set()

    async def run(self) -> None:
        """Work until canceled; what fails is logged and tried again."""
        while True:
            self._wake.clear()
            pause = IDLE_SECONDS_MAX
            try:
                self._provider.tick()
                self.start_due()
                pause = self._pause_seconds()
            except Exception:  # noqa: BLE001 - outermost: a full disk must not end all webhooks
                _log.exception("sandbox_duties_failed")
            try:
                async with asyncio.timeout(max(pause, SHORTEST_PAUSE_SECONDS)):
                    await self._wake.wait()
            except TimeoutError:
                continue

    def _pause_seconds(self) -> float:
        """Return how long nothing needs to be done, unless somebody wakes the loop."""
        wait = self._provider.seconds_to_next_duty()
        if wait is None or len(self._in_flight) >= IN_FLIGHT_MAX:
            return IDLE_SECONDS_MAX
        return min(wait, IDLE_SECONDS_MAX)

    def start_due(self) -> int:
        """Start the deliveries that are due, as many as may be in flight; return how many."""
        room = IN_FLIGHT_MAX - len(self._in_flight)
        if room <= 0:
            return 0
        now = self._clock.now().timestamp()
        duties = self._provider.store.due((DELIVERY,), now, room)
        for duty in duties:
            with self._provider.store.transaction():
                self._provider.store.schedule(duty, now + LEASE_SECONDS)
            self._in_flight.add(duty.id)
            self._tasks.spawn(f"webhook {duty.id}", self._deliver(duty.id))
        return len(duties)

    async def _deliver(self, delivery_id: str) -> None:
        try:
            job = self._read(delivery_id)
            if job is not None:
                await self._with_faults(job)
        finally:
            self._in_flight.discard(delivery_id)
            self.wake()

    def _read(self, delivery_id: str) -> _Job | None:
        """Return the delivery with what it tells; None, and the duty struck, when something is gone."""
        store = self._provider.store
        delivery = store.get(Delivery, delivery_id)
        endpoint = store.get(Endpoint, delivery.endpoint) if delivery is not None else None
        event = store.get(ProviderEvent, delivery.event) if delivery is not None else None
        if delivery is None or endpoint is None or event is None or endpoint.status == "disabled":
            with store.transaction():
                store.unschedule(Duty(DELIVERY, delivery_id))
            return None
        body = msgspec.json.encode(wire(event, page_url=self._provider.page_url))
        return _Job(delivery, endpoint, event, body)

    async def _with_faults(self, job: _Job) -> None:
        rule = self._faults.for_webhook(job.event.type)
        match rule.fault if rule is not None else None:
            case "drop":
                self._finish(job.delivery, 200)
                return
            case "delay" if rule is not None:
                await self._clock.sleep(rule.seconds)
            case "duplicate" if rule is not None:
                for _ in range(rule.copies):
                    await self._send(job)
            case "reorder" if self._held_back is None:
                self._held_back = job
                return
        await self._attempt(job)
        held, self._held_back = self._held_back, None
        if held is not None:
            await self._attempt(held)

    async def _attempt(self, job: _Job) -> None:
        self._finish(job.delivery, await self._send(job))

    async def _send(self, job: _Job) -> int | None:
        headers = {
            "content-type": "application/json; charset=utf-8",
            "user-agent": "Stripe/1.0 (VivaMarket payment sandbox)",
            "stripe-signature": sign(job.body, job.endpoint.secret, self._clock.now()),
        }
        try:
            return await self._sender.send(job.endpoint.url, headers, job.body)
        except WebhookUnreachable:
            return None

    def _finish(self, delivery: Delivery, status: int | None) -> None:
        attempts = delivery.attempts + 1
        delay = retry_delay_seconds(delivery.id, attempts)
        store, duty = self._provider.store, Duty(DELIVERY, delivery.id)
        with store.transaction():
            if status is not None and 200 <= status < 300:
                store.unschedule(duty)
                outcome = "delivered"
            elif delay is None:
                store.unschedule(duty)
                outcome = "given_up"
            else:
                store.schedule(duty, self._clock.now().timestamp() + delay)
                outcome = "waiting"
            store.put(
                msgspec.structs.replace(delivery, attempts=attempts, status=outcome, last_status=status)
            )
