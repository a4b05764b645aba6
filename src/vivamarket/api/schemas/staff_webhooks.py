"""Merchant webhooks as staff see and set them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.words import LINE_PATTERN
from vivamarket.webhooks.events import EVENT_TYPES
from vivamarket.webhooks.model import (
    DESCRIPTION_LENGTH_MAX,
    URL_LENGTH_MAX,
    DeliveryStatus,
    EndpointStatus,
)

_TYPES = f"Of: {', '.join(f'`{kind}`' for kind in EVENT_TYPES)}."


class EndpointRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """An endpoint as it shall be."""

    url: Annotated[
        str,
        Meta(
            min_length=1,
            max_length=URL_LENGTH_MAX,
            pattern=LINE_PATTERN,
            description="A public https address.",
        ),
    ]
    event_types: Annotated[tuple[str, ...], Meta(min_length=1, max_length=50, description=_TYPES)]
    description: Annotated[str, Meta(max_length=DESCRIPTION_LENGTH_MAX, pattern=LINE_PATTERN)] = ""
    enabled: bool = True


class EndpointOut(Struct, frozen=True):
    """A merchant's system that is told of events. Its secret is shown when it is made, then never."""

    id: str
    url: str
    description: str
    event_types: tuple[str, ...]
    status: EndpointStatus
    status_reason: str
    old_secret_until: Annotated[
        datetime | None, Meta(description="Until then the secret before the last rotation signs too.")
    ]
    created_at: datetime
    updated_at: datetime


class Endpoints(Struct, frozen=True):
    """All endpoints, oldest first; there are never many."""

    items: tuple[EndpointOut, ...]


class EndpointSecret(Struct, frozen=True):
    """The endpoint with its new secret. Keep it where the receiver runs."""

    endpoint: EndpointOut
    secret: Annotated[str, Meta(description="Standard Webhooks: `whsec_` and base64.")]


class AttemptOut(Struct, frozen=True):
    """One call to the receiver."""

    number: int
    at: datetime
    milliseconds: int
    status_code: Annotated[int | None, Meta(description="Null when no answer came; `error` says why.")]
    error: str
    answer: Annotated[str, Meta(description="The answer's first 1,024 bytes.")]


class DeliveryOut(Struct, frozen=True):
    """One event for one endpoint. Its id is the `webhook-id` of every attempt."""

    id: str
    endpoint_id: str
    url: str
    event_type: str
    status: DeliveryStatus
    attempts: int
    due_at: Annotated[datetime | None, Meta(description="When it is sent next; null when it is over.")]
    created_at: datetime
    log: Annotated[tuple[AttemptOut, ...], Meta(description="Newest first; in lists the newest only.")]


class DeliveryPage(Struct, frozen=True):
    """A page of deliveries, newest first."""

    items: tuple[DeliveryOut, ...]
    next_cursor: str | None


class DeliveryWithBody(Struct, frozen=True):
    """A delivery with what is sent."""

    delivery: DeliveryOut
    body: str


class EventTypeOut(Struct, frozen=True):
    """A type of event an endpoint may ask for."""

    name: str
    meaning: str


class EventTypes(Struct, frozen=True):
    """Every type of event."""

    items: tuple[EventTypeOut, ...]
