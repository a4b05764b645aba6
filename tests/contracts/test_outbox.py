"""What every OutboxStore and InboxStore promises."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from tests.helpers.catalog import NOON

from vivamarket.adapters.postgres.inbox import PostgresInboxStore
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.kernel.outbox import OutboxStore
from vivamarket.payments.model import ProviderEvent
from vivamarket.payments.ports import InboxStore

LEASE = 60.0


@pytest.fixture
async def outbox(pool: asyncpg.Pool) -> OutboxStore:
    await pool.execute(
        """
        INSERT INTO outbox (kind, key, payload, occurred_at, due_at)
        SELECT 'order.paid', 'order-' || n, jsonb_build_object('n', n), $1, $1 FROM generate_series(1, 5) AS n
        """,
        NOON,
    )
    return PostgresOutboxStore(pool)


@pytest.fixture
def inbox(pool: asyncpg.Pool) -> InboxStore:
    return PostgresInboxStore(pool)


def event(name: str) -> ProviderEvent:
    return ProviderEvent(
        event_id=name, kind="paid", payment_id=None, provider_ref="cs_1", created_at=NOON, body=b"{}"
    )


async def test_events_come_oldest_first_and_hide_for_the_lease(outbox: OutboxStore) -> None:
    first = await outbox.claim(NOON, LEASE, 3)
    second = await outbox.claim(NOON, LEASE, 3)

    assert [each.payload["n"] for each in (*first, *second)] == [1, 2, 3, 4, 5]
    assert await outbox.claim(NOON, LEASE, 3) == ()
    again = await outbox.claim(NOON + timedelta(seconds=LEASE), LEASE, 1)
    assert (again[0].event_id, again[0].attempts) == (first[0].event_id, 2)


async def test_what_is_done_never_comes_again(outbox: OutboxStore) -> None:
    events = await outbox.claim(NOON, LEASE, 10)

    await outbox.done([each.event_id for each in events])

    assert await outbox.claim(NOON + timedelta(days=1), LEASE, 10) == ()


async def test_two_workers_never_hold_the_same_event(outbox: OutboxStore) -> None:
    batches = await asyncio.gather(*(outbox.claim(NOON, LEASE, 2) for _ in range(8)))

    held = [each.event_id for batch in batches for each in batch]
    assert len(held) == len(set(held)) == 5


async def test_a_retry_comes_when_it_is_due(outbox: OutboxStore) -> None:
    (first,) = await outbox.claim(NOON, LEASE, 1)
    await outbox.retry(first.event_id, NOON + timedelta(seconds=5), "broken")

    others = await outbox.claim(NOON, LEASE, 10)
    later = await outbox.claim(NOON + timedelta(seconds=5), LEASE, 10)

    assert len(others) == 4
    assert [each.event_id for each in later] == [first.event_id]


async def test_a_dead_letter_is_shown_and_can_be_revived(outbox: OutboxStore) -> None:
    (first,) = await outbox.claim(NOON, LEASE, 1)
    await outbox.bury(first.event_id, NOON, "poison")

    (letter,) = await outbox.dead_letters(10)
    assert (letter.envelope.event_id, letter.error) == (first.event_id, "poison")
    assert await outbox.revive(first.event_id, NOON)
    assert not await outbox.revive(first.event_id, NOON)
    assert (await outbox.claim(NOON, LEASE, 10))[0].attempts == 1


async def test_a_repeated_provider_event_is_kept_once(inbox: InboxStore) -> None:
    assert await inbox.put(event("evt_1"), NOON)
    assert not await inbox.put(event("evt_1"), NOON + timedelta(hours=1))

    assert [each.event_id for each in await inbox.claim(NOON, LEASE, 10)] == ["evt_1"]
    assert await inbox.claim(NOON, LEASE, 10) == ()


async def test_a_provider_event_waits_until_it_is_done(inbox: InboxStore) -> None:
    await inbox.put(event("evt_1"), NOON)
    await inbox.claim(NOON, LEASE, 10)
    await inbox.retry("evt_1", NOON + timedelta(seconds=5), "down")
    (again,) = await inbox.claim(NOON + timedelta(seconds=5), LEASE, 10)
    assert again.attempts == 2

    await inbox.done(["evt_1"], NOON)

    assert await inbox.claim(NOON + timedelta(days=1), LEASE, 10) == ()
    assert await inbox.forget(NOON + timedelta(days=1), 10) == 1


async def test_a_buried_provider_event_waits_for_a_person_and_is_not_forgotten(inbox: InboxStore) -> None:
    await inbox.put(event("evt_1"), NOON)

    await inbox.bury("evt_1", NOON, "poison")

    assert await inbox.claim(NOON + timedelta(days=1), LEASE, 10) == ()
    assert await inbox.forget(NOON + timedelta(days=90), 10) == 0
