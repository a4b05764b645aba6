"""How deliveries leave: due ones are claimed, signed, sent, judged and logged."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import structlog

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.tasks import TaskSpawner
from vivamarket.webhooks.model import (
    ANSWER_KEPT_BYTES,
    ERROR_LENGTH_MAX,
    LINES_MAX,
    Answer,
    Delivery,
    DeliveryAttempt,
    DeliveryStatus,
    Endpoint,
    EndpointId,
    judge,
    sign,
)
from vivamarket.webhooks.ports import WebhookSender, WebhookStore

#: Longer than any call may take. A worker that dies loses its lease; the call is then made again.
LEASE_SECONDS = 60.0
#: After so many a line ends; the next round begins another.
DELIVERIES_PER_LINE_MAX = 200

_log = structlog.get_logger("vivamarket.webhooks")


class Deliveries:
    """Sends what is due. Each endpoint has lines of its own, so a dead one holds up nobody else."""

    def __init__(
        self, *, store: WebhookStore, sender: WebhookSender, clock: Clock, tasks: TaskSpawner
    ) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._tasks = tasks
        self._lines: Counter[EndpointId] = Counter()

    async def run_once(self) -> int:
        """Begin lines for what is due; return how many began. They work on after this has returned."""
        begun = 0
        for endpoint_id, waiting in (await self._store.due(self._clock.now(), LINES_MAX)).items():
            for _ in range(min(waiting, LINES_MAX - self._lines[endpoint_id])):
                self._lines[endpoint_id] += 1
                self._tasks.spawn("webhooks", self._line(endpoint_id))
                begun += 1
        return begun

    async def _line(self, endpoint_id: EndpointId) -> None:
        """Send one delivery after the other until nothing is due."""
        try:
            for _ in range(DELIVERIES_PER_LINE_MAX):
                claimed = await self._store.claim(endpoint_id, self._clock.now(), LEASE_SECONDS)
                if claimed is None:
                    return
                delivery, endpoint = claimed
                await self._deliver(delivery, endpoint)
        finally:
            self._lines[endpoint_id] -= 1

    async def _deliver(self, delivery: Delivery, endpoint: Endpoint) -> None:
        sent_at = self._clock.now()
        begun = self._clock.monotonic()
        headers = sign(endpoint.secrets(sent_at), delivery.id, sent_at, delivery.body)
        answer = await self._sender.send(endpoint.url, headers, delivery.body)
        milliseconds = round((self._clock.monotonic() - begun) * 1000)
        verdict = judge(delivery, answer, self._clock.now())
        if verdict.status is DeliveryStatus.DEAD:
            _log.warning(
                "webhook_dead", delivery_id=delivery.id, endpoint_id=endpoint.id, told=verdict.reason
            )
        await self._store.record(delivery, _logged(delivery, answer, sent_at, milliseconds), verdict)


def _logged(delivery: Delivery, answer: Answer, sent_at: datetime, milliseconds: int) -> DeliveryAttempt:
    return DeliveryAttempt(
        number=delivery.attempts,
        at=sent_at,
        milliseconds=milliseconds,
        status_code=answer.status_code or None,
        error=answer.error[:ERROR_LENGTH_MAX],
        answer=_readable(answer.body[:ANSWER_KEPT_BYTES]),
    )


def _readable(raw: bytes) -> str:
    """Return the bytes as text that any database keeps: no NUL, replacements for what is not UTF-8."""
    return raw.decode("utf-8", "replace").replace("\x00", "\ufffd")
