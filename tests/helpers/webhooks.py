"""Webhooks over fakes: a receiver that answers what it is told, and a shop that tells about orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncpg
from tests.helpers.catalog import NOON, CountedIds, StillClock
from tests.helpers.payment import CollectedTasks

from vivamarket.adapters.postgres.webhooks import PostgresWebhookStore
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId
from vivamarket.webhooks.delivering import Deliveries
from vivamarket.webhooks.errors import ReceiverRefused
from vivamarket.webhooks.model import Answer, Endpoint
from vivamarket.webhooks.service import EndpointWish, WebhookService

URL = "https://erp.example/hook"


@dataclass(frozen=True, slots=True)
class Call:
    """One call that a receiver got."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receivers:
    """A ``WebhookSender`` to receivers who answer 204 unless told otherwise."""

    answers: dict[str, Answer] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)

    async def check(self, url: str) -> None:
        if url in self.refused:
            raise ReceiverRefused("No webhook can be sent there.", reason="its address is not public")

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        self.calls.append(Call(url, dict(headers), body))
        return self.answers.get(url, Answer(204))


class Numbers:
    """A ``SubjectReader`` that knows the order's number only, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def data(self, envelope: Envelope) -> Mapping[str, object]:
        self.asked += 1
        return {"number": "VM-7K3QX9", "asked": self.asked}


class WebhookRig:
    """The use cases, the sending and short words for both."""

    def __init__(self, pool: asyncpg.Pool, *, local: bool = False) -> None:
        self.clock = StillClock()
        self.receivers = Receivers()
        self.tasks = CollectedTasks()
        self.store = PostgresWebhookStore(pool)
        self.service = WebhookService(
            store=self.store,
            sender=self.receivers,
            subjects=Numbers(),
            clock=self.clock,
            ids=CountedIds(),
            local=local,
        )
        self.deliveries = Deliveries(
            store=self.store, sender=self.receivers, clock=self.clock, tasks=self.tasks
        )

    async def endpoint(self, url: str = URL, key: str = "request-1") -> Endpoint:
        """Create an endpoint for paid and refunded orders."""
        wish = EndpointWish(url=url, event_types=("order.paid", "order.refunded"))
        return await self.service.create(wish, request_key=key)

    async def send(self) -> int:
        """Send what is due, until nothing is; return how many calls that made."""
        before = len(self.receivers.calls)
        while await self.deliveries.run_once():
            await self.tasks.run_all()
        return len(self.receivers.calls) - before


def told(number: int = 1, kind: str = "order.paid") -> Envelope:
    """An event as the relay hands it out."""
    return Envelope(EventId(str(number)), kind, "order-1", {"order_id": "order-1"}, NOON)
