"""What the provider needs from outside: durable records, and a way to call webhook endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeVar

from vivamarket.sandbox.model import Record

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered under an idempotency key."""

    key: str
    fingerprint: bytes
    status: int
    body: bytes
    request_id: str
    created: int


@dataclass(frozen=True, slots=True)
class Duty:
    """Something to do at or after a time; at most one per kind and id."""

    kind: str
    id: str


class RecordStore(Protocol):
    """Keeps the provider's records. Calls are synchronous and short (tens of microseconds)."""

    def transaction(self) -> AbstractContextManager[None]:
        """Make all writes inside durable together when the block ends, none when it raises."""
        ...

    def get(self, kind: type[R], record_id: str) -> R | None:
        """Return the record, None when there is no such one of that kind."""
        ...

    def put(self, record: Record) -> None:
        """Write the record over an older value of the same id, or add it as the newest."""
        ...

    def page(
        self,
        kind: type[R],
        *,
        limit: int,
        parent: str | None = None,
        starting_after: str | None = None,
        ending_before: str | None = None,
        created_from: int | None = None,
        created_to: int | None = None,
    ) -> tuple[list[R], bool]:
        """Return at most ``limit`` records, newest first, and whether more follow in that direction.

        ``created_from`` leaves out records created before it, ``created_to`` those created after it.
        """
        ...

    def schedule(self, duty: Duty, at: float) -> None:
        """Note a duty, replacing one of the same kind and id."""
        ...

    def unschedule(self, duty: Duty) -> None:
        """Strike a duty; an unknown one is fine."""
        ...

    def due(self, kinds: Sequence[str], now: float, limit: int, *, latest: float | None = None) -> list[Duty]:
        """Return at most ``limit`` duties of these kinds whose time has come, oldest first.

        One after ``latest`` was noted by a clock that was ahead, and is due as well.
        """
        ...

    def next_due(self, kinds: Sequence[str]) -> float | None:
        """Return the earliest time among the duties of these kinds."""
        ...

    def answer(self, key: str) -> StoredAnswer | None:
        """Return what was answered under the key."""
        ...

    def keep_answer(self, answer: StoredAnswer) -> None:
        """Keep an answer in the current transaction, replacing an expired one."""
        ...

    def forget(self, *, answers_before: int, events_before: int) -> None:
        """Drop answers, and events with their deliveries, created before these times."""
        ...


class WebhookSender(Protocol):
    """Calls webhook endpoints."""

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """POST the body; return the status code.

        Raise ``WebhookUnreachable`` when no answer comes within the sender's timeout.
        """
        ...


class WebhookUnreachable(Exception):
    """The endpoint did not answer."""
