"""What holds for events on every way from the outbox to their handlers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence

import asyncpg
import pytest
from tests.helpers.event_roads import CloudWay, EventWay, StraightWay, write_events

from vivamarket.kernel.events import Envelope
from vivamarket.worker.relay import ATTEMPTS_MAX


class Crash(BaseException):
    """The worker died here."""


class Listener:
    """Remembers what it was told; may be made to fail at a key."""

    def __init__(self) -> None:
        self.events: list[Envelope] = []
        self.fails: dict[str, BaseException] = {}

    @property
    def keys(self) -> Counter[str]:
        return Counter(event.key for event in self.events)

    async def handle(self, event: Envelope) -> None:
        if event.key in self.fails:
            raise self.fails[event.key]
        self.events.append(event)

    async def handle_all(self, events: Sequence[Envelope]) -> None:
        for event in events:
            if event.key in self.fails:
                raise self.fails[event.key]
        self.events += events


@pytest.fixture(params=["straight", "eventbridge and sqs"])
async def way(request: pytest.FixtureRequest, pool: asyncpg.Pool) -> EventWay:
    await write_events(pool, "order.paid", 3)
    if request.param == "straight":
        return StraightWay(pool)
    return CloudWay(pool, request.getfixturevalue("cloud"))


@pytest.fixture
def listener() -> Listener:
    return Listener()


async def test_every_event_reaches_its_handlers_as_it_was_written_and_is_then_gone(
    way: EventWay, listener: Listener
) -> None:
    also = Listener()

    await way.run({"order.paid": (listener.handle, also.handle)})

    assert listener.keys == also.keys == {"1": 1, "2": 1, "3": 1}
    (first, *_) = listener.events
    assert (first.kind, first.payload, first.attempts) == (
        "order.paid",
        {"sum": 12, "words": "für dich"},
        1,
    )
    assert first.occurred_at == way.clock.now()
    assert await way.waiting() == 0


async def test_an_event_that_concerns_nobody_is_done(way: EventWay) -> None:
    await way.run({})

    assert await way.waiting() == 0


async def test_a_bad_event_comes_again_under_its_id_and_blocks_nobody(
    way: EventWay, listener: Listener
) -> None:
    listener.fails["1"] = ValueError("poison")
    await way.run({"order.paid": (listener.handle,)})
    assert listener.keys == {"2": 1, "3": 1}

    listener.fails.clear()
    await way.later()
    await way.run({"order.paid": (listener.handle,)})

    assert listener.keys == {"1": 1, "2": 1, "3": 1}
    assert len({event.event_id for event in listener.events}) == 3
    assert listener.events[-1].attempts == 2
    assert await way.waiting() == 0


async def test_after_many_attempts_it_is_a_dead_letter_until_somebody_revives_it(
    way: EventWay, listener: Listener
) -> None:
    listener.fails["1"] = ValueError("poison")
    for _ in range(ATTEMPTS_MAX + 1):
        await way.run({"order.paid": (listener.handle,)})
        await way.later()

    (letter,) = await way.outbox.dead_letters(10)
    assert (letter.envelope.attempts, letter.error) == (ATTEMPTS_MAX, "ValueError: poison")
    assert await way.waiting() == 0

    listener.fails.clear()
    assert await way.outbox.revive(letter.envelope.event_id, way.clock.now())
    await way.run({"order.paid": (listener.handle,)})
    assert (listener.events[-1].event_id, listener.events[-1].attempts) == (letter.envelope.event_id, 1)
    assert await way.outbox.dead_letters(10) == ()


async def test_an_event_whose_handler_died_in_the_middle_comes_again(
    way: EventWay, listener: Listener
) -> None:
    listener.fails["2"] = Crash()
    with pytest.raises(Crash):
        await way.run({"order.paid": (listener.handle,)})

    listener.fails.clear()
    await way.later()
    await way.run({"order.paid": (listener.handle,)})

    assert set(listener.keys) == {"1", "2", "3"}
    assert await way.waiting() == 0


async def test_workers_share_the_events(way: EventWay, listener: Listener) -> None:
    await asyncio.gather(*(way.run({"order.paid": (listener.handle,)}) for _ in range(4)))

    assert set(listener.keys) == {"1", "2", "3"}


async def test_a_lane_does_not_wait_for_the_other_and_is_taken_together(
    way: EventWay, listener: Listener, pool: asyncpg.Pool
) -> None:
    await write_events(pool, "stock.availability_changed", 25)
    shelf = Listener()

    await way.run_stock(shelf.handle_all)
    assert (len(shelf.keys), listener.keys) == (25, {})
    await way.run({"order.paid": (listener.handle,)})

    assert {event.kind for event in shelf.events} == {"stock.availability_changed"}
    assert listener.keys == {"1": 1, "2": 1, "3": 1}
    assert await way.waiting() == 0


async def test_of_a_batch_that_failed_only_the_bad_event_comes_again(
    way: EventWay, listener: Listener, pool: asyncpg.Pool
) -> None:
    await write_events(pool, "stock.availability_changed", 5)
    listener.fails["3"] = ValueError("poison")
    await way.run_stock(listener.handle_all)
    assert set(listener.keys) == {"1", "2", "4", "5"}

    listener.fails.clear()
    await way.later()
    await way.run_stock(listener.handle_all)

    assert listener.keys["3"] == 1
