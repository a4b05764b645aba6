"""Webhook endpoints, deliveries and their log."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from vivamarket.adapters.memory.tables import Tables
from vivamarket.kernel.ids import parse_uuid
from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor
from vivamarket.webhooks.errors import (
    DeliveryNotFound,
    EndpointDisabled,
    EndpointNotFound,
    TooManyEndpoints,
)
from vivamarket.webhooks.model import (
    ENDPOINTS_MAX,
    Delivery,
    DeliveryAttempt,
    DeliveryId,
    DeliveryLog,
    DeliveryStatus,
    Endpoint,
    EndpointId,
    EndpointStatus,
    Verdict,
)
from vivamarket.webhooks.ports import ATTEMPTS_SHOWN_MAX

_SCOPE = "webhook-deliveries"


class MemoryWebhookStore:
    """The ``WebhookStore`` over the tables. Looking for what is due costs a walk over all deliveries."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, endpoint: Endpoint, endpoints_max: int) -> Endpoint:
        """Keep the endpoint, or return the one that the same ``request_key`` made. See the port."""
        endpoints = self._tables.webhook_endpoints
        known = next((each for each in endpoints.values() if each.request_key == endpoint.request_key), None)
        if known is not None:
            return known
        if len(endpoints) >= endpoints_max:
            raise TooManyEndpoints(
                f"The shop has {endpoints_max} webhook endpoints already. Remove one first.",
                endpoints_max=endpoints_max,
            )
        with self._tables.transaction():
            self._tables.put(endpoints, endpoint.id, endpoint)
        return endpoint

    async def get(self, endpoint_id: EndpointId) -> Endpoint:
        """Return the endpoint. Raise ``EndpointNotFound``."""
        found = self._tables.webhook_endpoints.get(endpoint_id)
        if found is None:
            raise EndpointNotFound("There is no such webhook endpoint (any more).")
        return found

    async def all(self) -> tuple[Endpoint, ...]:
        """Return all endpoints, oldest first."""
        endpoints = sorted(self._tables.webhook_endpoints.values(), key=lambda each: each.id)
        return tuple(endpoints[:ENDPOINTS_MAX])

    async def change(self, endpoint_id: EndpointId, decide: Callable[[Endpoint], Endpoint]) -> Endpoint:
        """Decide about the endpoint and keep what was decided. See the port."""
        wanted = decide(await self.get(endpoint_id))
        with self._tables.transaction():
            self._tables.put(self._tables.webhook_endpoints, endpoint_id, wanted)
        return wanted

    async def remove(self, endpoint_id: EndpointId) -> bool:
        """Remove the endpoint with its deliveries; return whether there was one."""
        if endpoint_id not in self._tables.webhook_endpoints:
            return False
        with self._tables.transaction():
            self._tables.drop(self._tables.webhook_endpoints, endpoint_id)
            for delivery in [each for each in self._deliveries if each.endpoint_id == endpoint_id]:
                self._forget(delivery)
        return True

    async def enqueue(self, deliveries: Sequence[Delivery]) -> int:
        """Keep deliveries, once per endpoint and event; return how many are new."""
        tables = self._tables
        new = 0
        with tables.transaction():
            for each in deliveries:
                name = (each.endpoint_id, each.event_id)
                if each.endpoint_id in tables.webhook_endpoints and name not in tables.delivery_of_event:
                    tables.put(tables.webhook_deliveries, each.id, each)
                    tables.put(tables.delivery_of_event, name, each.id)
                    new += 1
        return new

    async def due(self, now: datetime, limit: int) -> Mapping[EndpointId, int]:
        """Return how many deliveries wait for each endpoint, counted to ``limit``."""
        waiting: dict[EndpointId, int] = {}
        for endpoint in await self.all():
            count = len(self._due(endpoint, now))
            if count:
                waiting[endpoint.id] = min(count, limit)
        return waiting

    async def claim(
        self, endpoint_id: EndpointId, now: datetime, lease_seconds: float
    ) -> tuple[Delivery, Endpoint] | None:
        """Return the delivery that is due longest, hidden until the lease ends. See the port."""
        endpoint = self._tables.webhook_endpoints.get(endpoint_id)
        due = self._due(endpoint, now) if endpoint is not None else []
        if endpoint is None or not due:
            return None
        first = min(due, key=lambda each: (each.due_at, each.id))
        claimed = replace(
            first,
            attempts=first.attempts + 1,
            tries=first.tries + 1,
            due_at=now + timedelta(seconds=lease_seconds),
        )
        with self._tables.transaction(waits_for_disk=False):
            self._tables.put(self._tables.webhook_deliveries, first.id, claimed)
        return claimed, endpoint

    async def record(self, delivery: Delivery, attempt: DeliveryAttempt, verdict: Verdict) -> None:
        """Write the attempt, and what it leads to. See the port."""
        tables = self._tables
        known = tables.webhook_deliveries.get(delivery.id)
        logged = tables.webhook_attempts.get(delivery.id, ())
        if known is None or any(each.number == attempt.number for each in logged):
            return
        with tables.transaction():
            newest_first = sorted((attempt, *logged), key=lambda each: -each.number)
            tables.put(tables.webhook_attempts, delivery.id, tuple(newest_first))
            is_newest = (known.attempts, known.tries) == (delivery.attempts, delivery.tries)
            is_open = known.status is DeliveryStatus.PENDING and is_newest
            if is_open or verdict.status is DeliveryStatus.SUCCEEDED:
                judged = replace(known, status=verdict.status, due_at=verdict.due_at)
                tables.put(tables.webhook_deliveries, delivery.id, judged)
                self._judge_endpoint(delivery.endpoint_id, verdict, attempt.at)

    async def deliveries(
        self, endpoint_id: EndpointId | None, status: DeliveryStatus | None, cursor: str | None, limit: int
    ) -> Page[DeliveryLog]:
        """Return a keyset page, newest first, each with its newest attempt only."""
        after = _after(cursor)
        found = sorted(
            (
                each
                for each in self._deliveries
                if endpoint_id in {None, each.endpoint_id}
                and status in {None, each.status}
                and (after is None or each.id < after)
            ),
            key=lambda each: each.id,
            reverse=True,
        )
        items = tuple(self._log(each, 1) for each in found[:limit])
        return Page(items, encode_cursor(_SCOPE, [items[-1].delivery.id]) if len(found) > limit else None)

    async def delivery(self, delivery_id: DeliveryId) -> DeliveryLog:
        """Return the delivery with its newest attempts. Raise ``DeliveryNotFound``."""
        found = self._tables.webhook_deliveries.get(delivery_id)
        if found is None:
            raise DeliveryNotFound("There is no such delivery (any more).")
        return self._log(found, ATTEMPTS_SHOWN_MAX)

    async def revive(self, delivery_id: DeliveryId, now: datetime) -> DeliveryLog:
        """Make the delivery due now with all its tries. See the port."""
        known = (await self.delivery(delivery_id)).delivery
        if (await self.get(known.endpoint_id)).status is EndpointStatus.DISABLED:
            raise EndpointDisabled("Nothing is sent to a disabled endpoint. Enable it first.")
        revived = replace(known, status=DeliveryStatus.PENDING, tries=0, due_at=now)
        with self._tables.transaction():
            self._tables.put(self._tables.webhook_deliveries, delivery_id, revived)
        return await self.delivery(delivery_id)

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` deliveries created before that moment."""
        old = sorted((each.created_at, each.id) for each in self._deliveries if each.created_at < before)
        with self._tables.transaction():
            for _, delivery_id in old[:limit]:
                self._forget(self._tables.webhook_deliveries[delivery_id])
        return min(len(old), limit)

    @property
    def _deliveries(self) -> list[Delivery]:
        return list(self._tables.webhook_deliveries.values())

    def _due(self, endpoint: Endpoint, now: datetime) -> list[Delivery]:
        if endpoint.status is EndpointStatus.DISABLED:
            return []
        return [
            each
            for each in self._deliveries
            if each.endpoint_id == endpoint.id
            and each.status is DeliveryStatus.PENDING
            and each.due_at <= now
        ]

    def _judge_endpoint(self, endpoint_id: EndpointId, verdict: Verdict, at: datetime) -> None:
        known = self._tables.webhook_endpoints[endpoint_id]
        if verdict.endpoint is None or known.status in {EndpointStatus.DISABLED, verdict.endpoint}:
            return
        judged = replace(known, status=verdict.endpoint, status_reason=verdict.reason, updated_at=at)
        self._tables.put(self._tables.webhook_endpoints, endpoint_id, judged)

    def _log(self, delivery: Delivery, attempts_max: int) -> DeliveryLog:
        return DeliveryLog(
            delivery=delivery,
            url=self._tables.webhook_endpoints[delivery.endpoint_id].url,
            attempts=self._tables.webhook_attempts.get(delivery.id, ())[:attempts_max],
        )

    def _forget(self, delivery: Delivery) -> None:
        self._tables.drop(self._tables.webhook_deliveries, delivery.id)
        self._tables.drop(self._tables.webhook_attempts, delivery.id)
        self._tables.drop(self._tables.delivery_of_event, (delivery.endpoint_id, delivery.event_id))


def _after(cursor: str | None) -> str | None:
    if not cursor:
        return None
    (key,) = decode_cursor(_SCOPE, cursor, 1)
    if not isinstance(key, str):
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return parse_uuid(key)
