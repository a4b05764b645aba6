"""The ways of an event from the outbox to its handlers: straight, or through EventBridge and SQS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

import asyncpg
from tests.helpers.catalog import NOON, StillClock
from tests.helpers.cloud import Cloud

from vivamarket.adapters.aws.events import EventBridgeBus, SqsEvents
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.kernel.outbox import BatchHandler, Handler, Lane, OutboxStore
from vivamarket.worker.publishing import DeadQueue, Publisher
from vivamarket.worker.relay import BatchRelay, Relay

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class EventWay(Protocol):
    """One way, with its outbox. ``run`` delivers what is due; ``later`` lets a lease or a pause pass."""

    clock: StillClock
    outbox: OutboxStore

    async def run(self, subscriptions: Mapping[str, Sequence[Handler]]) -> None: ...

    async def run_stock(self, handler: BatchHandler) -> None: ...

    async def later(self) -> None: ...

    async def waiting(self) -> int:
        """Return how many events somebody may still be handed."""
        ...


async def write_events(pool: asyncpg.Pool, kind: str, count: int) -> None:
    """Commit events with the keys 1, 2, …"""
    await pool.execute(
        """
        INSERT INTO outbox (kind, key, payload, occurred_at, due_at)
        SELECT $1, n::text, '{"sum": 12, "words": "für dich"}', $2, $2 FROM generate_series(1, $3) AS n
        """,
        kind,
        NOON,
        count,
    )


class StraightWay:
    """The outbox is the queue."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.clock = StillClock()
        self.outbox: OutboxStore = PostgresOutboxStore(pool)
        self._pool = pool

    async def run(self, subscriptions: Mapping[str, Sequence[Handler]]) -> None:
        await Relay(outbox=self.outbox, subscriptions=subscriptions, clock=self.clock).run_once()

    async def run_stock(self, handler: BatchHandler) -> None:
        await BatchRelay(outbox=self.outbox, lane=Lane.STOCK, handler=handler, clock=self.clock).run_once()

    async def later(self) -> None:
        self.clock.time += timedelta(hours=1)

    async def waiting(self) -> int:
        return int(await self._pool.fetchval("SELECT count(*) FROM outbox WHERE died_at IS NULL"))


class WatchedSqs:
    """SQS that remembers who was handed what, so that a test need not wait until it is free again."""

    def __init__(self, client: SQSClient) -> None:
        self._client = client
        self._out: dict[str, str] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def receive_message(self, **asked: Any) -> Any:
        answer = self._client.receive_message(**asked)
        self._out |= {each["ReceiptHandle"]: asked["QueueUrl"] for each in answer.get("Messages", [])}
        return answer

    def delete_message_batch(self, **asked: Any) -> Any:
        for entry in asked["Entries"]:
            self._out.pop(entry["ReceiptHandle"], None)
        return self._client.delete_message_batch(**asked)

    def free_all(self) -> None:
        """Let every lease and every pause end now."""
        for receipt, url in self._out.items():
            self._client.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)
        self._out.clear()


class CloudWay:
    """The outbox is published to EventBridge, whose rules fill the queues that handlers listen to."""

    def __init__(self, pool: asyncpg.Pool, cloud: Cloud) -> None:
        self.clock = StillClock()
        self.outbox: OutboxStore = PostgresOutboxStore(pool)
        self.road = cloud.event_road()
        self.sqs = WatchedSqs(cloud.sqs)
        self.bus = EventBridgeBus(cloud.events, self.road.bus)
        self.publisher = Publisher(outbox=self.outbox, bus=self.bus, clock=self.clock)
        self._pool = pool

    def source(self, *, dead: bool = False) -> SqsEvents:
        """Return what a new consumer takes events from."""
        client: Any = self.sqs
        queues = self.road.dead if dead else self.road.queues
        return SqsEvents(client, queues, self.outbox, self.clock, wait_seconds=0)

    async def run(self, subscriptions: Mapping[str, Sequence[Handler]]) -> None:
        await self.publisher.run_once()
        await Relay(outbox=self.source(), subscriptions=subscriptions, clock=self.clock).run_once()

    async def run_stock(self, handler: BatchHandler) -> None:
        await self.publisher.run_once()
        await BatchRelay(outbox=self.source(), lane=Lane.STOCK, handler=handler, clock=self.clock).run_once()

    async def bury_the_dead(self) -> int:
        return await DeadQueue(source=self.source(dead=True), clock=self.clock).run_once()

    async def later(self) -> None:
        self.clock.time += timedelta(hours=1)
        self.sqs.free_all()

    async def waiting(self) -> int:
        kept = int(await self._pool.fetchval("SELECT count(*) FROM outbox WHERE died_at IS NULL"))
        return kept + sum(map(self.in_queue, self.road.queue_urls.values()))

    def in_queue(self, url: str) -> int:
        """Return how many messages the queue has, hidden ones too."""
        told = self.sqs.get_queue_attributes(
            QueueUrl=url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )
        return sum(map(int, told["Attributes"].values()))
