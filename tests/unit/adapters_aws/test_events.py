"""What only EventBridge and SQS do: their limits, what they refuse, and what they give up by themselves."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from botocore.exceptions import EndpointConnectionError
from tests.helpers.catalog import NOON, StillClock
from tests.helpers.cloud import Cloud
from tests.helpers.event_roads import CloudWay, WatchedSqs, write_events

from vivamarket.adapters.aws.events import ENTRIES_BYTES_MAX, PUT_OFF_SECONDS_MAX, EventBridgeBus, SqsEvents
from vivamarket.adapters.aws.queues import RECEIVES_MAX
from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.adapters.memory.outbox import tell
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import EventId
from vivamarket.kernel.outbox import Lane
from vivamarket.worker.publishing import LEASE_SECONDS, NEVER_ENDED, PAUSE_SECONDS_MAX, Publisher
from vivamarket.worker.relay import ATTEMPTS_MAX


class FakeBridge:
    """EventBridge that refuses the events of some keys for now, or does not answer at all."""

    def __init__(self) -> None:
        self.calls: list[list[dict[str, Any]]] = []
        self.refuses: set[str] = set()
        self.is_away = False

    @property
    def keys(self) -> list[str]:
        return [json.loads(each["Detail"])["key"] for call in self.calls for each in call]

    def put_events(self, *, Entries: list[dict[str, Any]]) -> dict[str, Any]:
        if self.is_away:
            raise EndpointConnectionError(endpoint_url="events")
        self.calls.append(Entries)
        return {"Entries": [self._answer(entry) for entry in Entries]}

    def _answer(self, entry: dict[str, Any]) -> dict[str, str]:
        if json.loads(entry["Detail"])["key"] in self.refuses:
            return {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
        return {"EventId": "taken"}


class Rig:
    def __init__(self) -> None:
        self.clock = StillClock()
        self.database = MemoryDatabase(self.clock)
        self.bridge = FakeBridge()
        client: Any = self.bridge
        self.bus = EventBridgeBus(client, "events")
        self.publisher = Publisher(outbox=self.database.outbox, bus=self.bus, clock=self.clock)

    def write(self, *keys: str, words: str = "") -> None:
        with self.database.tables.transaction():
            for key in keys:
                tell(self.database.tables, "order.paid", key, {"words": words}, NOON)


@pytest.fixture
def rig() -> Rig:
    return Rig()


def event(number: int, words: str = "") -> Envelope:
    return Envelope(EventId(str(number)), "order.paid", f"order-{number}", {"words": words}, NOON)


async def test_events_are_put_in_as_few_calls_as_the_limits_allow(rig: Rig) -> None:
    many = [event(number) for number in range(25)]
    large = [event(number, "é" * (ENTRIES_BYTES_MAX // 5)) for number in range(25, 29)]

    untaken = await rig.bus.publish([*many, *large])

    assert (untaken.for_now, untaken.for_ever) == ({}, {})
    assert [len(call) for call in rig.bridge.calls] == [10, 10, 7, 2]
    assert all(
        sum(len(entry["Detail"].encode()) for entry in call) <= ENTRIES_BYTES_MAX for call in rig.bridge.calls
    )
    assert rig.bridge.keys == [f"order-{number}" for number in range(29)]


async def test_of_a_call_that_was_taken_in_part_the_rest_is_put_again_and_never_given_up(rig: Rig) -> None:
    rig.write("1", "2", "3")
    rig.bridge.refuses = {"2"}
    for _ in range(ATTEMPTS_MAX * 2):
        await rig.publisher.run_once()
        await rig.clock.sleep(PAUSE_SECONDS_MAX)
    assert rig.bridge.keys == ["1", "2", "3", *["2"] * (ATTEMPTS_MAX * 2 - 1)]

    rig.bridge.refuses.clear()
    await rig.publisher.run_once()

    assert rig.database.tables.outbox == {}


async def test_while_the_bus_is_away_every_event_waits(rig: Rig) -> None:
    rig.write("1", "2")
    rig.bridge.is_away = True
    for _ in range(ATTEMPTS_MAX * 2):
        await rig.publisher.run_once()
        await rig.clock.sleep(LEASE_SECONDS)
    assert await rig.database.outbox.dead_letters(10) == ()

    rig.bridge.is_away = False
    await rig.publisher.run_once()

    assert rig.bridge.keys == ["1", "2"]


async def test_an_event_that_is_too_large_is_a_dead_letter_that_says_so(rig: Rig) -> None:
    rig.write("large", words="x" * ENTRIES_BYTES_MAX)
    rig.write("small")

    await rig.publisher.run_once()

    (letter,) = await rig.database.outbox.dead_letters(10)
    assert letter.envelope.key == "large"
    assert letter.error.endswith(f"the bus takes {ENTRIES_BYTES_MAX}")
    assert rig.bridge.keys == ["small"]


async def test_a_bus_that_is_away_is_told_as_an_outage(rig: Rig) -> None:
    rig.bridge.is_away = True

    with pytest.raises(Unavailable):
        await rig.bus.publish([event(1)])


@pytest.fixture
async def way(pool: asyncpg.Pool, cloud: Cloud) -> CloudWay:
    await write_events(pool, "order.paid", 1)
    return CloudWay(pool, cloud)


async def test_an_event_that_kills_its_handler_each_time_is_shown_to_staff_at_last(way: CloudWay) -> None:
    await way.publisher.run_once()
    for _ in range(RECEIVES_MAX + 1):
        await way.source().claim(NOON, LEASE_SECONDS, 10)
        await way.later()

    assert await way.bury_the_dead() == 1

    (letter,) = await way.outbox.dead_letters(10)
    assert (letter.envelope.key, letter.error) == ("1", NEVER_ENDED)
    assert sum(map(way.in_queue, [*way.road.queue_urls.values(), *way.road.dead_urls.values()])) == 0


async def test_a_message_that_is_none_of_ours_stops_nobody_and_is_put_aside(way: CloudWay) -> None:
    url, dead_url = way.road.queue_urls[Lane.ORDINARY], way.road.dead_urls[Lane.ORDINARY]
    for body in ("no JSON", '{"detail": {"event_id": "x"}}'):
        way.sqs.send_message(QueueUrl=url, MessageBody=body)
    await way.publisher.run_once()

    (found,) = await way.source().claim(NOON, LEASE_SECONDS, 10)
    assert found.key == "1"
    for _ in range(RECEIVES_MAX + 1):
        await way.later()
        await way.source().claim(NOON, LEASE_SECONDS, 10)

    assert way.in_queue(dead_url) == 3
    assert await way.bury_the_dead() == 1
    assert way.in_queue(dead_url) == 2


class WaitingSqs(WatchedSqs):
    """Remembers how long messages were to be hidden."""

    def __init__(self, client: Any) -> None:
        super().__init__(client)
        self.seconds: list[int] = []

    def receive_message(self, **asked: Any) -> Any:
        self.seconds.append(asked["VisibilityTimeout"])
        return super().receive_message(**asked)

    def change_message_visibility(self, **asked: Any) -> Any:
        self.seconds.append(asked["VisibilityTimeout"])
        return self._client.change_message_visibility(**asked)


@pytest.mark.parametrize(("wanted", "asked"), [(90.5, 90), (-5, 0), (1e6, PUT_OFF_SECONDS_MAX)])
async def test_a_message_is_hidden_for_the_lease_and_then_put_off_as_long_as_wanted(
    way: CloudWay, cloud: Cloud, wanted: float, asked: int
) -> None:
    sqs: Any = WaitingSqs(cloud.sqs)
    source = SqsEvents(sqs, way.road.queues, way.outbox, way.clock, wait_seconds=0)
    await way.publisher.run_once()

    (found,) = await source.claim(NOON, 45.0, 1)
    await source.retry(found.event_id, NOON + timedelta(seconds=wanted), "busy")

    assert sqs.seconds == [45, asked]


def test_sqs_gives_up_later_than_our_own_consumers_do() -> None:
    assert RECEIVES_MAX > ATTEMPTS_MAX
