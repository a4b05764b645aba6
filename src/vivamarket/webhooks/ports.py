"""What webhooks need from outside: records, a way out, and what events tell about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from vivamarket.kernel.events import Envelope
from vivamarket.kernel.paging import Page
from vivamarket.webhooks.model import (
    Answer,
    Delivery,
    DeliveryAttempt,
    DeliveryId,
    DeliveryLog,
    DeliveryStatus,
    Endpoint,
    EndpointId,
    Verdict,
)

#: Attempts shown of one delivery.
ATTEMPTS_SHOWN_MAX = 50
#: Deliveries written by one call.
DELIVERIES_MAX = 1_000


class WebhookStore(Protocol):
    """Keeps endpoints, deliveries and the log. Each method is one transaction."""

    async def add(self, endpoint: Endpoint, endpoints_max: int) -> Endpoint:
        """Keep the endpoint and return it, or the one that the same ``request_key`` made before.

        Raise ``TooManyEndpoints`` when there are ``endpoints_max`` already, however many ask at once.
        """
        ...

    async def get(self, endpoint_id: EndpointId) -> Endpoint:
        """Return the endpoint. Raise ``EndpointNotFound``."""
        ...

    async def all(self) -> tuple[Endpoint, ...]:
        """Return all endpoints, oldest first."""
        ...

    async def change(self, endpoint_id: EndpointId, decide: Callable[[Endpoint], Endpoint]) -> Endpoint:
        """Lock the endpoint, let ``decide`` say how it is from now on, return that.

        ``decide`` is pure; what it raises passes through and nothing is written. Raise
        ``EndpointNotFound``.
        """
        ...

    async def remove(self, endpoint_id: EndpointId) -> bool:
        """Remove the endpoint with its deliveries; return whether there was one."""
        ...

    async def enqueue(self, deliveries: Sequence[Delivery]) -> int:
        """Keep deliveries, at most ``DELIVERIES_MAX``; return how many are new.

        There is one per endpoint and event for as long as the log is kept: a repeated one is the first,
        unchanged. One whose endpoint is gone is left out.
        """
        ...

    async def due(self, now: datetime, limit: int) -> Mapping[EndpointId, int]:
        """Return how many deliveries wait for each endpoint that is not disabled, counted to ``limit``."""
        ...

    async def claim(
        self, endpoint_id: EndpointId, now: datetime, lease_seconds: float
    ) -> tuple[Delivery, Endpoint] | None:
        """Return the endpoint's delivery that is due longest and hide it until the lease ends.

        ``attempts`` and ``tries`` count this one. None when nothing is due or the endpoint is disabled.
        """
        ...

    async def record(self, delivery: Delivery, attempt: DeliveryAttempt, verdict: Verdict) -> None:
        """Write the attempt into the log, and what it leads to for delivery and endpoint.

        A delivery that succeeded stays so, and a success counts whenever it is heard of. Another verdict is
        only logged when a newer attempt has begun or staff have asked for the delivery again meanwhile. An
        endpoint that staff have disabled stays disabled. A success enables a failing endpoint again. When
        the delivery is gone, nothing happens.
        """
        ...

    async def deliveries(
        self,
        endpoint_id: EndpointId | None,
        status: DeliveryStatus | None,
        cursor: str | None,
        limit: int,
    ) -> Page[DeliveryLog]:
        """Return a keyset page, newest first, each with its newest attempt only. Raise ``BadCursor``."""
        ...

    async def delivery(self, delivery_id: DeliveryId) -> DeliveryLog:
        """Return the delivery with its ``ATTEMPTS_SHOWN_MAX`` newest attempts. Raise ``DeliveryNotFound``."""
        ...

    async def revive(self, delivery_id: DeliveryId, now: datetime) -> DeliveryLog:
        """Make the delivery due now with all its tries, whatever became of it; return it.

        Raise ``DeliveryNotFound``, ``EndpointDisabled``.
        """
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` deliveries created before that moment; return how many went."""
        ...


class WebhookSender(Protocol):
    """Calls receivers. It never reaches an address that is not public, and follows no redirect."""

    async def check(self, url: str) -> None:
        """Raise ``ReceiverRefused`` when nothing could be sent there as things are now."""
        ...

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """POST the body and return the answer, cut after ``ANSWER_KEPT_BYTES``; never raise.

        No answer within the time, no connection and a forbidden address are answers with an ``error``.
        """
        ...


class SubjectReader(Protocol):
    """Says what an event is about."""

    async def data(self, envelope: Envelope) -> Mapping[str, object]:
        """Return the event's ``data`` as plain JSON values, without personal data."""
        ...
