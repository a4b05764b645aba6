"""The webhooks' use cases: endpoints and their log for staff, events from the relay."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import IdSource, parse_uuid
from vivamarket.kernel.paging import Page, page_size
from vivamarket.webhooks.errors import EndpointDisabled
from vivamarket.webhooks.events import EVENT_TYPES, TEST
from vivamarket.webhooks.model import (
    BODY_BYTES_MAX,
    ENDPOINTS_MAX,
    Delivery,
    DeliveryId,
    DeliveryLog,
    DeliveryStatus,
    Endpoint,
    EndpointId,
    EndpointStatus,
    clean_description,
    clean_event_types,
    clean_url,
    new_secret,
)
from vivamarket.webhooks.ports import SubjectReader, WebhookSender, WebhookStore

#: How long the relay goes by the endpoints it has read: every order asks for them several times.
ENDPOINTS_FRESH_SECONDS = 1.0
LOG_LIFE = timedelta(days=30)
FORGET_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointWish:
    """How staff want an endpoint to be."""

    url: str
    description: str = ""
    event_types: Sequence[str] = tuple(EVENT_TYPES)


class WebhookService:
    """Use cases of staff, and of the relay that brings events."""

    def __init__(
        self,
        *,
        store: WebhookStore,
        sender: WebhookSender,
        subjects: SubjectReader,
        clock: Clock,
        ids: IdSource,
        local: bool = False,
    ) -> None:
        """``local`` also takes http addresses; the sender decides whether it reaches them."""
        self._store = store
        self._sender = sender
        self._subjects = subjects
        self._clock = clock
        self._ids = ids
        self._local = local
        self._known: tuple[Endpoint, ...] = ()
        self._fresh_until = float("-inf")

    async def create(self, wish: EndpointWish, *, request_key: str) -> Endpoint:
        """Add an endpoint and return it with its secret. The same ``request_key`` is the same endpoint.

        Raise ``BadEndpoint``, ``ReceiverRefused``, ``TooManyEndpoints``.
        """
        now = self._clock.now()
        endpoint = Endpoint(
            id=EndpointId(self._ids.uuid7()),
            url=clean_url(wish.url, local=self._local),
            description=clean_description(wish.description),
            event_types=clean_event_types(wish.event_types),
            secret=new_secret(self._ids.token() + self._ids.token()),
            request_key=request_key,
            created_at=now,
            updated_at=now,
        )
        await self._sender.check(endpoint.url)
        return await self._store.add(endpoint, ENDPOINTS_MAX)

    async def endpoints(self) -> tuple[Endpoint, ...]:
        """Return all endpoints, oldest first."""
        return await self._store.all()

    async def endpoint(self, endpoint_id: str) -> Endpoint:
        """Return the endpoint. Raise ``EndpointNotFound``, ``BadId``."""
        return await self._store.get(_endpoint_id(endpoint_id))

    async def update(self, endpoint_id: str, wish: EndpointWish) -> Endpoint:
        """Change address, description and types. Raise ``BadEndpoint``, ``ReceiverRefused``."""
        url = clean_url(wish.url, local=self._local)
        description = clean_description(wish.description)
        event_types = clean_event_types(wish.event_types)
        await self._sender.check(url)
        now = self._clock.now()
        return await self._store.change(
            _endpoint_id(endpoint_id),
            lambda known: replace(
                known, url=url, description=description, event_types=event_types, updated_at=now
            ),
        )

    async def set_enabled(self, endpoint_id: str, enabled: bool) -> Endpoint:
        """Enable or disable. What waits for a disabled endpoint goes out once it is enabled again."""
        now = self._clock.now()

        def decide(known: Endpoint) -> Endpoint:
            if enabled == (known.status is not EndpointStatus.DISABLED):
                return known
            status = EndpointStatus.ENABLED if enabled else EndpointStatus.DISABLED
            reason = "" if enabled else "Staff disabled it."
            return replace(known, status=status, status_reason=reason, updated_at=now)

        return await self._store.change(_endpoint_id(endpoint_id), decide)

    async def rotate(self, endpoint_id: str, *, request_key: str) -> Endpoint:
        """Give the endpoint a new secret; the old one signs too for a day.

        The same ``request_key`` rotates once.
        """
        secret = new_secret(self._ids.token() + self._ids.token())
        now = self._clock.now()
        return await self._store.change(
            _endpoint_id(endpoint_id), lambda known: known.rotated(secret, request_key, now)
        )

    async def remove(self, endpoint_id: str) -> bool:
        """Remove the endpoint and its log; return whether there was one."""
        return await self._store.remove(_endpoint_id(endpoint_id))

    async def handle(self, envelope: Envelope) -> None:
        """Prepare one delivery of the event for each endpoint that wants it.

        Safe to repeat: there is one delivery per endpoint and event, with the bytes of the first time. An
        endpoint hears of what happens from ``ENDPOINTS_FRESH_SECONDS`` after it was added.
        """
        if envelope.kind not in EVENT_TYPES:
            return
        wanting = [each for each in await self._listening() if each.wants(envelope.kind)]
        if wanting:
            body = payload(envelope.kind, envelope.occurred_at, await self._subjects.data(envelope))
            await self._store.enqueue(
                [self._delivery(each.id, envelope.event_id, envelope.kind, body) for each in wanting]
            )

    async def send_test(self, endpoint_id: str, *, request_key: str) -> None:
        """Prepare a delivery of ``webhook.test``. Raise ``EndpointNotFound``, ``EndpointDisabled``."""
        endpoint = await self.endpoint(endpoint_id)
        if endpoint.status is EndpointStatus.DISABLED:
            raise EndpointDisabled("Nothing is sent to a disabled endpoint. Enable it first.")
        body = payload(TEST, self._clock.now(), {"message": "This is a test."})
        await self._store.enqueue([self._delivery(endpoint.id, f"test:{request_key}", TEST, body)])

    async def deliveries(
        self,
        endpoint_id: str | None = None,
        status: DeliveryStatus | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[DeliveryLog]:
        """Return a page of the log, newest first. Raise ``BadCursor``, ``BadId``."""
        known = None if endpoint_id is None else _endpoint_id(endpoint_id)
        return await self._store.deliveries(known, status, cursor, page_size(limit))

    async def delivery(self, delivery_id: str) -> DeliveryLog:
        """Return one delivery with its attempts. Raise ``DeliveryNotFound``, ``BadId``."""
        return await self._store.delivery(DeliveryId(parse_uuid(delivery_id)))

    async def replay(self, delivery_id: str) -> DeliveryLog:
        """Send a delivery again under its ``webhook-id``, whatever became of it.

        Raise ``DeliveryNotFound``, ``EndpointDisabled``, ``BadId``.
        """
        return await self._store.revive(DeliveryId(parse_uuid(delivery_id)), self._clock.now())

    async def forget(self) -> int:
        """Remove what is older than ``LOG_LIFE``, a bounded number at a time; return how many went."""
        return await self._store.forget(self._clock.now() - LOG_LIFE, FORGET_MAX)

    async def _listening(self) -> tuple[Endpoint, ...]:
        now = self._clock.monotonic()
        if now >= self._fresh_until:
            self._known = await self._store.all()
            self._fresh_until = now + ENDPOINTS_FRESH_SECONDS
        return self._known

    def _delivery(self, endpoint_id: EndpointId, event_id: str, event_type: str, body: bytes) -> Delivery:
        now = self._clock.now()
        return Delivery(
            id=DeliveryId(self._ids.uuid7()),
            endpoint_id=endpoint_id,
            event_id=event_id,
            event_type=event_type,
            body=body,
            due_at=now,
            created_at=now,
        )


def payload(event_type: str, occurred_at: datetime, data: Mapping[str, object]) -> bytes:
    """Return the body of an event: its type, when it happened, and what it tells.

    Should it be larger than ``BODY_BYTES_MAX``, its lists are left out and named in ``omitted``.
    """
    told = {"type": event_type, "timestamp": occurred_at.isoformat().replace("+00:00", "Z")}
    body = _encoded({**told, "data": dict(data)})
    if len(body) <= BODY_BYTES_MAX:
        return body
    kept = {name: value for name, value in data.items() if not isinstance(value, list)}
    return _encoded({**told, "data": {**kept, "omitted": sorted(data.keys() - kept.keys())}})


def _encoded(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _endpoint_id(text: str) -> EndpointId:
    return EndpointId(parse_uuid(text))
