"""Events: facts in the past tense, written with the change that caused them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from vivamarket.kernel.ids import EventId


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events. ``kind`` names the fact on the wire and never changes once published."""

    kind: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event as the outbox holds it: delivered at least once, in no promised order.

    ``payload`` is the event's fields as plain JSON values; ``key`` names the record it is about.
    """

    event_id: EventId
    kind: str
    key: str
    payload: dict[str, object]
    occurred_at: datetime
    attempts: int = 0
