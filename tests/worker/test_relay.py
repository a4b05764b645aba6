"""The relay: at least once, in order, backing off, burying, never blocked by one bad event."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import asyncpg
import pytest
from tests.helpers.catalog import NOON, StillClock

from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.outbox import Lane
from vivamarket.worker.relay import ATTEMPTS_MAX, BACKOFF_SECONDS_MAX, BatchRelay, Relay, backoff_seconds


class Crash(BaseException):
    """The worker died here."""


class Mailer:
    """Remembers what it was told; may be made to fail."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.fails: dict[str, BaseException] = {}

    async def handle(self, event: Envelope) -> None:
        if event.key in self.fails:
            raise self.fails[event.key]
        self.told.append(event.key)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
async def outbox(pool: asyncpg.Pool) -> PostgresOutboxStore:
    await pool.execute(
        """
        INSERT INTO outbox (kind, key, payload, occurred_at, due_at)
        SELECT 'order.paid', n::text, '{}', $1, $1 FROM generate_series(1, 3) AS n
        """,
        NOON,
    )
    return PostgresOutboxStore(pool)


async def left(pool: asyncpg.Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM outbox"))


async def test_every_event_is_handled_and_then_gone(
    outbox: PostgresOutboxStore, pool: asyncpg.Pool, clock: StillClock
) -> None:
    mailer = Mailer()
    relay = Relay(outbox=outbox, subscriptions={"order.paid": (mailer.handle,)}, clock=clock)

    assert await relay.run_once() == 3

    assert mailer.told == ["1", "2", "3"]
    assert await relay.run_once() == await left(pool) == 0


async def test_an_event_that_concerns_nobody_is_done(
    outbox: PostgresOutboxStore, pool: asyncpg.Pool, clock: StillClock
) -> None:
    await Relay(outbox=outbox, subscriptions={}, clock=clock).run_once()

    assert await left(pool) == 0


async def test_a_bad_event_comes_again_and_blocks_nobody(
    outbox: PostgresOutboxStore, pool: asyncpg.Pool, clock: StillClock
) -> None:
    mailer = Mailer()
    mailer.fails["1"] = ValueError("poison")
    relay = Relay(outbox=outbox, subscriptions={"order.paid": (mailer.handle,)}, clock=clock)

    await relay.run_once()
    assert mailer.told == ["2", "3"]
    assert await relay.run_once() == 0
    mailer.fails.clear()
    clock.time += timedelta(seconds=2)
    await relay.run_once()

    assert mailer.told == ["2", "3", "1"]
    assert await left(pool) == 0


async def test_after_many_attempts_it_is_a_dead_letter_until_somebody_revives_it(
    outbox: PostgresOutboxStore, clock: StillClock
) -> None:
    mailer = Mailer()
    mailer.fails["1"] = ValueError("poison")
    relay = Relay(outbox=outbox, subscriptions={"order.paid": (mailer.handle,)}, clock=clock)

    for _ in range(ATTEMPTS_MAX + 3):
        await relay.run_once()
        clock.time += timedelta(seconds=BACKOFF_SECONDS_MAX)

    (letter,) = await outbox.dead_letters(10)
    assert (letter.envelope.attempts, letter.error) == (ATTEMPTS_MAX, "ValueError: poison")
    mailer.fails.clear()
    await outbox.revive(letter.envelope.event_id, clock.now())
    await relay.run_once()
    assert "1" in mailer.told


async def test_an_event_is_not_gone_before_its_handler_finished(
    outbox: PostgresOutboxStore, pool: asyncpg.Pool, clock: StillClock
) -> None:
    mailer = Mailer()
    mailer.fails["2"] = Crash()
    relay = Relay(outbox=outbox, subscriptions={"order.paid": (mailer.handle,)}, clock=clock)

    with pytest.raises(Crash):
        await relay.run_once()
    assert await left(pool) == 3
    mailer.fails.clear()
    clock.time += timedelta(minutes=2)
    await relay.run_once()

    assert Counter(mailer.told) == {"1": 2, "2": 1, "3": 1}


async def test_two_workers_share_the_work(outbox: PostgresOutboxStore, clock: StillClock) -> None:
    mailer = Mailer()
    relays = [
        Relay(outbox=outbox, subscriptions={"order.paid": (mailer.handle,)}, clock=clock) for _ in range(4)
    ]

    await asyncio.gather(*(relay.run_once() for relay in relays))

    assert sorted(mailer.told) == ["1", "2", "3"]


def test_waits_grow_are_bounded_and_spread() -> None:
    waits = [backoff_seconds("7", attempts) for attempts in range(1, ATTEMPTS_MAX + 1)]

    assert 0.5 <= waits[0] <= 1
    assert max(waits) <= BACKOFF_SECONDS_MAX
    assert len({backoff_seconds(str(number), 5) for number in range(50)}) > 40


@pytest.fixture
async def stock_events(pool: asyncpg.Pool) -> PostgresOutboxStore:
    await pool.execute(
        """
        INSERT INTO outbox (kind, key, payload, occurred_at, due_at)
        SELECT 'stock.availability_changed', n::text, '{}', $1, $1 FROM generate_series(1, 5) AS n
        """,
        NOON,
    )
    return PostgresOutboxStore(pool)


class Shelf:
    """Remembers the batches it was given; refuses those that hold a poisoned key."""

    def __init__(self, poison: str = "") -> None:
        self.batches: list[list[str]] = []
        self._poison = poison

    async def handle(self, events: Sequence[Envelope]) -> None:
        keys = [event.key for event in events]
        if self._poison in keys:
            raise ValueError("poison")
        self.batches.append(keys)


async def test_a_flood_of_stock_events_does_not_hold_up_the_others(
    stock_events: PostgresOutboxStore, outbox: PostgresOutboxStore, clock: StillClock
) -> None:
    mailer = Mailer()
    relay = Relay(outbox=outbox, subscriptions={"order.paid": (mailer.handle,)}, clock=clock)

    assert await relay.run_once() == 3

    assert mailer.told == ["1", "2", "3"]


async def test_a_lane_takes_its_events_together(
    stock_events: PostgresOutboxStore, pool: asyncpg.Pool, clock: StillClock
) -> None:
    shelf = Shelf()
    relay = BatchRelay(outbox=stock_events, lane=Lane.STOCK, handler=shelf.handle, clock=clock)

    assert await relay.run_once() == 5

    assert shelf.batches == [["1", "2", "3", "4", "5"]]
    assert await relay.run_once() == await left(pool) == 0


async def test_of_a_failed_batch_only_the_bad_event_comes_again(
    stock_events: PostgresOutboxStore, pool: asyncpg.Pool, clock: StillClock
) -> None:
    shelf = Shelf(poison="3")
    relay = BatchRelay(outbox=stock_events, lane=Lane.STOCK, handler=shelf.handle, clock=clock)

    await relay.run_once()

    assert shelf.batches == [["1"], ["2"], ["4"], ["5"]]
    assert await pool.fetchval("SELECT array_agg(key) FROM outbox") == ["3"]
    await clock.sleep(timedelta(days=1).total_seconds())
    await relay.run_once()
    assert await left(pool) == 1
