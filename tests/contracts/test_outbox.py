"""What every OutboxStore and InboxStore promises."""

import asyncio
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON
from tests.helpers.checkout import Shop
from tests.helpers.stores import Database

from vivamarket.kernel.ids import EventId, OrderId, Sku
from vivamarket.kernel.outbox import DeadLetter, Lane, OutboxStore
from vivamarket.payments.model import ProviderEvent
from vivamarket.payments.ports import InboxStore

LEASE = 60.0


@pytest.fixture
async def placed(shop: Shop) -> list[OrderId]:
    """Five orders: each told the outbox when it was placed."""
    return [await shop.ordered() for _ in range(5)]


@pytest.fixture
def outbox(database: Database, placed: list[OrderId]) -> OutboxStore:
    return database.outbox


@pytest.fixture
def inbox(database: Database) -> InboxStore:
    return database.inbox


def event(name: str) -> ProviderEvent:
    return ProviderEvent(
        event_id=name, kind="paid", payment_id=None, provider_ref="cs_1", created_at=NOON, body=b"{}"
    )


async def test_events_come_oldest_first_and_hide_for_the_lease(
    outbox: OutboxStore, placed: list[OrderId]
) -> None:
    first = await outbox.claim(NOON, LEASE, 3)
    second = await outbox.claim(NOON, LEASE, 3)

    assert [each.payload["order_id"] for each in (*first, *second)] == placed
    assert {(each.kind, each.attempts, each.occurred_at) for each in first} == {("order.placed", 1, NOON)}
    assert await outbox.claim(NOON, LEASE, 3) == ()
    again = await outbox.claim(NOON + timedelta(seconds=LEASE), LEASE, 1)
    assert (again[0].event_id, again[0].attempts) == (first[0].event_id, 2)


async def test_an_event_written_by_a_clock_that_was_ahead_waits_no_longer_than_others(
    shop: Shop, database: Database
) -> None:
    shop.later(minutes=10)
    order_id = await shop.ordered()

    (told,) = await database.outbox.claim(NOON, LEASE, 10)

    assert told.payload["order_id"] == order_id
    await database.outbox.retry(told.event_id, NOON + timedelta(minutes=5), "not yet")
    assert await database.outbox.claim(NOON + timedelta(minutes=4), LEASE, 10) == ()


async def test_an_event_put_off_by_a_clock_that_was_ahead_comes_again_all_the_same(
    outbox: OutboxStore,
) -> None:
    ahead = NOON + timedelta(minutes=10)
    first, *others = await outbox.claim(ahead, LEASE, 10)
    await outbox.retry(first.event_id, ahead + timedelta(seconds=1), "not yet")

    again = await outbox.claim(NOON, LEASE, 10)

    assert [each.event_id for each in again] == [each.event_id for each in (first, *others)]
    assert await outbox.claim(NOON, LEASE, 10) == ()


async def test_what_is_done_never_comes_again(outbox: OutboxStore) -> None:
    events = await outbox.claim(NOON, LEASE, 10)

    await outbox.done([each.event_id for each in events])

    assert await outbox.claim(NOON + timedelta(days=1), LEASE, 10) == ()


async def test_two_workers_never_hold_the_same_event(outbox: OutboxStore) -> None:
    batches = await asyncio.gather(*(outbox.claim(NOON, LEASE, 2) for _ in range(8)))

    held = [each.event_id for batch in batches for each in batch]
    assert len(held) == len(set(held)) == 5


async def test_what_has_been_due_for_longest_comes_first(outbox: OutboxStore) -> None:
    first, *others = await outbox.claim(NOON, LEASE, 10)
    for each in others:
        await outbox.retry(each.event_id, NOON + timedelta(seconds=5), "broken")
    await outbox.retry(first.event_id, NOON + timedelta(seconds=9), "broken")

    claimed = await outbox.claim(NOON + timedelta(seconds=9), LEASE, 4)

    assert [each.event_id for each in claimed] == [each.event_id for each in others]


async def test_stock_events_travel_in_a_lane_of_their_own(shop: Shop, outbox: OutboxStore) -> None:
    await shop.stock.set_on_hand([(Sku("VASE"), 1), (Sku("CUP"), 1)])

    claimed = await outbox.claim(NOON, LEASE, 10, Lane.STOCK)

    assert [(each.key, each.payload["available"]) for each in claimed] == [
        ("MUG", True),
        ("TEA", True),
        ("CUP", True),
        ("VASE", True),
    ]
    assert {each.kind for each in await outbox.claim(NOON, LEASE, 10)} == {"order.placed"}


async def test_a_retry_of_a_dead_letter_leaves_it_dead(outbox: OutboxStore) -> None:
    (first,) = await outbox.claim(NOON, LEASE, 1)
    await outbox.bury(first.event_id, NOON, "poison")
    await outbox.retry(first.event_id, NOON, "late")

    assert first.event_id not in {each.event_id for each in await outbox.claim(NOON, LEASE, 10)}
    assert [each.error for each in await outbox.dead_letters(10)] == ["late"]


async def test_an_event_that_is_gone_is_nobodys_concern(outbox: OutboxStore) -> None:
    gone = EventId("987654321")
    await outbox.retry(gone, NOON, "")
    await outbox.bury(gone, NOON, "")
    await outbox.done([gone])

    assert not await outbox.revive(gone, NOON)
    assert len(await outbox.claim(NOON, LEASE, 10)) == 5


async def test_the_newest_dead_letter_is_shown_first(outbox: OutboxStore) -> None:
    events = await outbox.claim(NOON, LEASE, 3)
    for minutes, each in zip((1, 3, 3), events, strict=True):
        await outbox.bury(each.event_id, NOON + timedelta(minutes=minutes), "poison")

    letters = await outbox.dead_letters(2)

    assert [each.envelope.event_id for each in letters] == [events[2].event_id, events[1].event_id]


async def test_a_retry_comes_when_it_is_due(outbox: OutboxStore) -> None:
    (first,) = await outbox.claim(NOON, LEASE, 1)
    await outbox.retry(first.event_id, NOON + timedelta(seconds=5), "broken")

    others = await outbox.claim(NOON, LEASE, 10)
    later = await outbox.claim(NOON + timedelta(seconds=5), LEASE, 10)

    assert len(others) == 4
    assert [each.event_id for each in later] == [first.event_id]


async def test_an_event_that_died_elsewhere_is_a_dead_letter_under_its_id(outbox: OutboxStore) -> None:
    (event, *_) = await outbox.claim(NOON, LEASE, 1)
    await outbox.done([event.event_id])

    await outbox.keep_dead(DeadLetter(event, "poison", NOON))
    await outbox.keep_dead(DeadLetter(event, "poison again", NOON))

    (letter,) = await outbox.dead_letters(10)
    assert letter == DeadLetter(event, "poison again", NOON)
    assert await outbox.revive(event.event_id, NOON)
    assert event.event_id in {each.event_id for each in await outbox.claim(NOON, LEASE, 10)}


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


async def test_a_late_worker_cannot_bring_a_buried_or_finished_event_back(inbox: InboxStore) -> None:
    for name in ("evt_dead", "evt_done"):
        await inbox.put(event(name), NOON)
    await inbox.bury("evt_dead", NOON, "poison")
    await inbox.done(["evt_done", "evt_none"], NOON)

    for name in ("evt_dead", "evt_done", "evt_none"):
        await inbox.retry(name, NOON, "late")
    await inbox.bury("evt_done", NOON, "late")

    assert await inbox.claim(NOON + timedelta(days=1), LEASE, 10) == ()
    assert await inbox.forget(NOON + timedelta(days=1), 10) == 1


async def test_provider_events_come_in_the_order_they_were_received(inbox: InboxStore) -> None:
    for minute, name in ((2, "evt_a"), (1, "evt_c"), (1, "evt_b"), (3, "evt_d")):
        await inbox.put(event(name), NOON + timedelta(minutes=minute))
    now = NOON + timedelta(hours=1)

    assert [each.event_id for each in await inbox.claim(now, LEASE, 3)] == ["evt_b", "evt_c", "evt_a"]
    assert [each.event_id for each in await inbox.claim(now, LEASE, 3)] == ["evt_d"]


async def test_finished_provider_events_are_forgotten_oldest_first(inbox: InboxStore) -> None:
    for minute, name in ((2, "evt_a"), (1, "evt_b"), (3, "evt_c")):
        await inbox.put(event(name), NOON + timedelta(minutes=minute))
    await inbox.done(["evt_a", "evt_b", "evt_c"], NOON)

    assert await inbox.forget(NOON + timedelta(minutes=3), 1) == 1
    assert await inbox.put(event("evt_b"), NOON)
    assert not await inbox.put(event("evt_a"), NOON)
    assert await inbox.forget(NOON + timedelta(minutes=3), 10) == 1
