"""``EventBus`` over EventBridge, and ``EventSource`` over the queues that its rules fill."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import msgspec
import structlog

from vivamarket.adapters.aws.clients import Threads
from vivamarket.adapters.aws.outages import outages_told
from vivamarket.adapters.aws.queues import SOURCE
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId
from vivamarket.kernel.outbox import DeadLetter, Lane, Untaken, lane_of

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import DeleteMessageBatchRequestEntryTypeDef, MessageTypeDef

T = TypeVar("T")

#: Limits of one ``PutEvents``; an entry counts its texts in UTF-8 and 14 bytes for its time.
ENTRIES_MAX = 10
ENTRIES_BYTES_MAX = 256 * 1024
TIME_BYTES = 14
#: Limits of SQS: messages in one call, and how far ahead a message may be put off.
MESSAGES_MAX = 10
PUT_OFF_SECONDS_MAX = 12 * 3_600
#: So long an empty queue is listened to before the answer that it is empty.
WAIT_SECONDS = 5
_NAME = "The shop's event bus"

_log = structlog.get_logger("vivamarket.events")


class _Detail(msgspec.Struct, forbid_unknown_fields=False):
    """An event on its way."""

    event_id: str
    kind: str
    key: str
    lane: str
    payload: dict[str, Any]
    occurred_at: datetime


class _Delivered(msgspec.Struct):
    """What EventBridge puts into a queue, as far as we read it."""

    detail: _Detail


class DeadLetterKeeper(Protocol):
    """Keeps dead letters where staff see them: see ``OutboxStore.keep_dead``."""

    async def keep_dead(self, letter: DeadLetter) -> None:
        """Keep it."""
        ...


class EventBridgeBus:
    """The ``EventBus``."""

    def __init__(self, client: EventBridgeClient, bus: str) -> None:
        self._client = client
        self._bus = bus
        self._threads = Threads("events")

    async def publish(self, events: Sequence[Envelope]) -> Untaken:
        """See ``EventBus``. An event that is too large for the bus is never taken."""
        sized = [_sized(event, self._entry(event)) for event in events]
        never = {
            each.event.event_id: f"the event has {each.size_bytes} bytes, the bus takes {ENTRIES_BYTES_MAX}"
            for each in sized
            if each.size_bytes > ENTRIES_BYTES_MAX
        }
        later: dict[EventId, str] = {}
        for batch in _batches([each for each in sized if each.event.event_id not in never]):
            entries = [each.entry for each in batch]
            with outages_told(_NAME):
                answer = await self._threads.run(functools.partial(self._client.put_events, Entries=entries))
            for each, told in zip(batch, answer["Entries"], strict=True):
                if told.get("ErrorCode"):
                    later[each.event.event_id] = f"{told['ErrorCode']}: {told.get('ErrorMessage', '')}"
        return Untaken(later, never)

    def close(self) -> None:
        """Wait for running calls and end the threads."""
        self._threads.close()

    def _entry(self, event: Envelope) -> PutEventsRequestEntryTypeDef:
        detail = _Detail(
            event.event_id, event.kind, event.key, lane_of(event.kind).value, event.payload, event.occurred_at
        )
        return {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": event.kind,
            "Detail": msgspec.json.encode(detail).decode(),
            "Time": event.occurred_at,
        }


@dataclass(frozen=True, slots=True)
class _Sized:
    """An event, its entry, and how much room that takes."""

    event: Envelope
    entry: PutEventsRequestEntryTypeDef
    size_bytes: int


@dataclass(frozen=True, slots=True)
class _Held:
    """A message that was handed out, and how SQS knows it."""

    event: Envelope
    queue_url: str
    receipt: str


class SqsEvents:
    """The ``EventSource`` over one queue (by name) for each lane, for one consumer at a time in each lane.

    SQS counts attempts and measures leases by its own clock. What cannot be read stays hidden until it has
    been tried ``queues.RECEIVES_MAX`` times, and then waits in the dead-letter queue. A dead letter of ours
    is given back to the shop's own record, for staff see those and can revive them.
    """

    def __init__(
        self,
        client: SQSClient,
        queues: Mapping[Lane, str],
        dead: DeadLetterKeeper,
        clock: Clock,
        *,
        wait_seconds: int = WAIT_SECONDS,
    ) -> None:
        self._client = client
        self._queues = queues
        self._urls: dict[str, str] = {}
        self._dead = dead
        self._clock = clock
        self._wait_seconds = wait_seconds
        self._held: dict[Lane, dict[EventId, _Held]] = {}
        self._threads = Threads("sqs")

    async def claim(
        self, now: datetime, lease_seconds: float, limit: int, lane: Lane = Lane.ORDINARY
    ) -> tuple[Envelope, ...]:
        """See ``EventSource``. What is still held from an earlier claim of the lane is let go."""
        url = await self._url(self._queues[lane])
        held = self._held[lane] = {}
        for turn in range(-(-limit // MESSAGES_MAX)):
            answer = await self._run(
                functools.partial(
                    self._client.receive_message,
                    QueueUrl=url,
                    MaxNumberOfMessages=min(MESSAGES_MAX, limit - len(held)),
                    VisibilityTimeout=int(lease_seconds),
                    WaitTimeSeconds=self._wait_seconds if turn == 0 else 0,
                    MessageSystemAttributeNames=["ApproximateReceiveCount"],
                )
            )
            messages = answer.get("Messages", [])
            for message in messages:
                event = _event(message)
                if event is not None:
                    held[event.event_id] = _Held(event, url, message["ReceiptHandle"])
            if not messages:
                break
        return tuple(sorted((each.event for each in held.values()), key=lambda event: int(event.event_id)))

    async def done(self, event_ids: Sequence[EventId]) -> None:
        """See ``EventSource``."""
        by_queue: dict[str, list[str]] = {}
        for held in filter(None, map(self._let_go, event_ids)):
            by_queue.setdefault(held.queue_url, []).append(held.receipt)
        for url, receipts in by_queue.items():
            for start in range(0, len(receipts), MESSAGES_MAX):
                entries: list[DeleteMessageBatchRequestEntryTypeDef] = [
                    {"Id": str(number), "ReceiptHandle": receipt}
                    for number, receipt in enumerate(receipts[start : start + MESSAGES_MAX])
                ]
                await self._run(
                    functools.partial(self._client.delete_message_batch, QueueUrl=url, Entries=entries)
                )

    async def retry(self, event_id: EventId, due_at: datetime, error: str) -> None:
        """See ``EventSource``. The reason stands in the log only."""
        held = self._let_go(event_id)
        if held is not None:
            seconds = (due_at - self._clock.now()).total_seconds()
            await self._run(
                functools.partial(
                    self._client.change_message_visibility,
                    QueueUrl=held.queue_url,
                    ReceiptHandle=held.receipt,
                    VisibilityTimeout=int(min(max(seconds, 0), PUT_OFF_SECONDS_MAX)),
                )
            )

    async def bury(self, event_id: EventId, now: datetime, error: str) -> None:
        """See ``EventSource``. Kept before it leaves the queue: a crash in between keeps it again."""
        held = next((each[event_id] for each in self._held.values() if event_id in each), None)
        if held is not None:
            await self._dead.keep_dead(DeadLetter(held.event, error, now))
            await self.done([event_id])

    def close(self) -> None:
        """Wait for running calls and end the threads."""
        self._threads.close()

    async def _url(self, queue: str) -> str:
        if queue not in self._urls:
            answer = await self._run(lambda: self._client.get_queue_url(QueueName=queue))
            self._urls[queue] = answer["QueueUrl"]
        return self._urls[queue]

    def _let_go(self, event_id: EventId) -> _Held | None:
        found = (each.pop(event_id, None) for each in self._held.values())
        return next(filter(None, found), None)

    async def _run(self, call: Callable[[], T]) -> T:
        with outages_told(_NAME):
            return await self._threads.run(call)


def _event(message: MessageTypeDef) -> Envelope | None:
    """Return the event of a message; None, with a line in the log, for what is none of ours."""
    try:
        detail = msgspec.json.decode(message["Body"], type=_Delivered).detail
        int(detail.event_id)
    except ValueError as error:  # msgspec's errors are such
        _log.error("message_unreadable", message_id=message["MessageId"], error=str(error))
        return None
    return Envelope(
        event_id=EventId(detail.event_id),
        kind=detail.kind,
        key=detail.key,
        payload=detail.payload,
        occurred_at=detail.occurred_at,
        attempts=int(message["Attributes"]["ApproximateReceiveCount"]),
    )


def _sized(event: Envelope, entry: PutEventsRequestEntryTypeDef) -> _Sized:
    texts = (entry.get("Source", ""), entry.get("DetailType", ""), entry.get("Detail", ""))
    return _Sized(event, entry, TIME_BYTES + sum(len(text.encode()) for text in texts))


def _batches(sized: Sequence[_Sized]) -> Iterator[list[_Sized]]:
    """Cut what is to be put into as few calls as their limits allow, in order."""
    batch: list[_Sized] = []
    batch_bytes = 0
    for each in sized:
        if batch and (len(batch) == ENTRIES_MAX or batch_bytes + each.size_bytes > ENTRIES_BYTES_MAX):
            yield batch
            batch, batch_bytes = [], 0
        batch.append(each)
        batch_bytes += each.size_bytes
    if batch:
        yield batch
