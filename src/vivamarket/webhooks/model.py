"""Endpoints, deliveries and what becomes of them, as pure values.

Sources: Standard Webhooks 1.0.0 (headers, signature, secrets, answers, the schedule of repeats).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import zlib
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import NewType
from urllib.parse import SplitResult, urlsplit

from vivamarket.webhooks.errors import BadEndpoint
from vivamarket.webhooks.events import EVENT_TYPES, TEST

EndpointId = NewType("EndpointId", str)
#: Also the ``webhook-id`` header: the same for every attempt and every replay.
DeliveryId = NewType("DeliveryId", str)

URL_LENGTH_MAX = 2_048
DESCRIPTION_LENGTH_MAX = 200
#: How many endpoints a shop has; times the lines of each, it bounds all calls under way.
ENDPOINTS_MAX = 16
#: Calls under way to one endpoint.
LINES_MAX = 4
BODY_BYTES_MAX = 20_000
#: How much of an answer is kept for people to read.
ANSWER_KEPT_BYTES = 1_024
ERROR_LENGTH_MAX = 200
#: After a rotation, the old secret signs too for this long.
OLD_SECRET_LIFE = timedelta(hours=24)
SECRET_PREFIX = "whsec_"

#: Waits before the second, third, … attempt; together a little over three days.
WAITS_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
ATTEMPTS_MAX = len(WAITS_SECONDS) + 1
#: A wait is stretched by up to this share, so that what failed together does not come back together.
SPREAD_SHARE = 0.1
RETRY_AFTER_SECONDS_MAX = 86_400
#: One delivery failed so often, within some six minutes: its endpoint is failing, and staff should know.
FAILING_TRIES = 3


class EndpointStatus(StrEnum):
    """``failing``: a delivery failed ``FAILING_TRIES`` times; a success makes it ``enabled`` again."""

    ENABLED = "enabled"
    FAILING = "failing"
    DISABLED = "disabled"


class DeliveryStatus(StrEnum):
    """``pending`` is due now or later; ``dead`` was tried for three days and waits for a person."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One address of a merchant's system and what it wants to hear."""

    id: EndpointId
    url: str
    description: str
    #: Never empty.
    event_types: tuple[str, ...]
    status: EndpointStatus = EndpointStatus.ENABLED
    #: Why it fails or was disabled, in words.
    status_reason: str = ""
    secret: str = field(repr=False)
    old_secret: str | None = field(default=None, repr=False)
    old_secret_until: datetime | None = None
    #: The attempt that created it, and the one that rotated its secret last: repeated, they do nothing.
    request_key: str
    rotation_key: str | None = None
    created_at: datetime
    updated_at: datetime

    def wants(self, event_type: str) -> bool:
        """Return whether this event is for it."""
        return self.status is not EndpointStatus.DISABLED and event_type in self.event_types

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign at that moment, the newest first."""
        if self.old_secret is None or self.old_secret_until is None or now >= self.old_secret_until:
            return (self.secret,)
        return (self.secret, self.old_secret)

    def rotated(self, secret: str, rotation_key: str, now: datetime) -> Endpoint:
        """Return it with a new secret; the present one signs too for ``OLD_SECRET_LIFE``."""
        if rotation_key == self.rotation_key:
            return self
        return replace(
            self,
            secret=secret,
            old_secret=self.secret,
            old_secret_until=now + OLD_SECRET_LIFE,
            rotation_key=rotation_key,
            updated_at=now,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one endpoint, and how far it has come. ``body`` is what is signed and sent."""

    id: DeliveryId
    endpoint_id: EndpointId
    event_id: str
    event_type: str
    body: bytes = field(repr=False)
    status: DeliveryStatus = DeliveryStatus.PENDING
    #: Attempts begun since its start, and since staff last asked for it; the second decides the wait.
    attempts: int = 0
    tries: int = 0
    due_at: datetime
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempt:
    """One line of the log. ``status_code`` is None when there was no answer; ``error`` then says why."""

    number: int
    at: datetime
    milliseconds: int
    status_code: int | None
    error: str
    #: The answer's first ``ANSWER_KEPT_BYTES``.
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLog:
    """A delivery, where it goes, and its newest attempts, the newest first."""

    delivery: Delivery
    url: str
    attempts: tuple[DeliveryAttempt, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a receiver answered. ``status_code`` 0 means that nothing came; ``error`` says why."""

    status_code: int
    body: bytes = b""
    error: str = ""
    retry_after_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an attempt leads to. ``endpoint`` is None when the endpoint stays as it is."""

    status: DeliveryStatus
    due_at: datetime
    endpoint: EndpointStatus | None = None
    reason: str = ""


def judge(delivery: Delivery, answer: Answer, now: datetime) -> Verdict:
    """Decide what becomes of a delivery. ``tries`` counts the attempt that was just made.

    2xx is success. 410 disables the endpoint. Anything else, redirects too, is tried again by
    ``WAITS_SECONDS``, later when ``Retry-After`` asks for it; from the ``FAILING_TRIES``-th on the endpoint
    is failing, and after the last one the delivery is dead.
    """
    if HTTPStatus.OK <= answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
        return Verdict(DeliveryStatus.SUCCEEDED, now, EndpointStatus.ENABLED)
    if answer.status_code == HTTPStatus.GONE:
        return Verdict(
            DeliveryStatus.DEAD, now, EndpointStatus.DISABLED, "It answered 410: it wants no more webhooks."
        )
    reason = f"A delivery failed {delivery.tries} times: {outcome_of(answer)}."
    if delivery.tries >= ATTEMPTS_MAX:
        return Verdict(DeliveryStatus.DEAD, now, EndpointStatus.FAILING, reason)
    due_at = now + timedelta(seconds=wait_seconds(delivery, answer))
    if delivery.tries >= FAILING_TRIES:
        return Verdict(DeliveryStatus.PENDING, due_at, EndpointStatus.FAILING, reason)
    return Verdict(DeliveryStatus.PENDING, due_at)


def wait_seconds(delivery: Delivery, answer: Answer) -> float:
    """Return the wait before the next attempt.

    The spread comes from the delivery's id and attempt, so that the same history always waits the same.
    """
    planned = WAITS_SECONDS[min(delivery.tries, len(WAITS_SECONDS)) - 1]
    spread = zlib.crc32(f"{delivery.id}:{delivery.tries}".encode()) / 0xFFFF_FFFF
    wanted = min(answer.retry_after_seconds or 0, RETRY_AFTER_SECONDS_MAX)
    return max(planned * (1 + spread * SPREAD_SHARE), float(wanted))


def outcome_of(answer: Answer) -> str:
    """Return in words how an attempt ended."""
    return f"it answered {answer.status_code}" if answer.status_code else answer.error


def sign(secrets: Collection[str], delivery_id: DeliveryId, sent_at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers of one attempt, with one signature per secret.

    A signature is the HMAC-SHA256 of ``id.timestamp.body`` under the secret's bytes, as base64.
    """
    timestamp = str(int(sent_at.timestamp()))
    content = f"{delivery_id}.{timestamp}.".encode() + body
    signatures = []
    for secret in secrets:
        code = hmac.digest(base64.b64decode(secret.removeprefix(SECRET_PREFIX)), content, hashlib.sha256)
        signatures.append(f"v1,{base64.b64encode(code).decode()}")
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def new_secret(token: str) -> str:
    """Return a secret as it is shown and kept: ``whsec_`` and the base64 of at least 24 random bytes."""
    return SECRET_PREFIX + base64.b64encode(hashlib.sha256(token.encode()).digest()).decode()


def clean_url(text: str, *, local: bool) -> str:
    """Return the address. Raise ``BadEndpoint`` for anything but a plain https address.

    ``local`` also takes http, for receivers on the developer's own machine.
    """
    url = text.strip()
    if len(url) > URL_LENGTH_MAX or not url.isascii() or not url.isprintable() or " " in url:
        raise BadEndpoint(f"An address has at most {URL_LENGTH_MAX} plain characters.", field="url")
    parts = _parts(url)
    if parts.scheme != "https" and not (local and parts.scheme == "http"):
        raise BadEndpoint("The address begins with https://.", field="url")
    if not parts.hostname or parts.username is not None or parts.password is not None or parts.fragment:
        raise BadEndpoint("The address has a host, no name or password, and no #part.", field="url")
    return url


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # reading it checks it
    except ValueError:
        raise BadEndpoint("This is not a web address.", field="url") from None
    return parts


def clean_description(text: str) -> str:
    """Return the description on one line. Raise ``BadEndpoint`` when it is too long."""
    words = " ".join(text.split())
    if len(words) > DESCRIPTION_LENGTH_MAX or not words.isprintable():
        raise BadEndpoint(
            f"A description has at most {DESCRIPTION_LENGTH_MAX} characters.", field="description"
        )
    return words


def clean_event_types(wanted: Collection[str]) -> tuple[str, ...]:
    """Return the types in the order of the table. Raise ``BadEndpoint`` for none or an unknown one."""
    unknown = sorted(set(wanted) - EVENT_TYPES.keys() - {TEST})
    if unknown:
        raise BadEndpoint(f"There is no event type {unknown[0][:40]!r}.", field="event_types")
    known = tuple(kind for kind in EVENT_TYPES if kind in wanted)
    if not known:
        raise BadEndpoint("Choose at least one event type.", field="event_types")
    return known
