"""What every InboxStore promises: kept once, handed out until done, buried when nobody can help."""

from datetime import datetime, timedelta

import pytest
from tests.helpers.catalog import NOON
from tests.helpers.stores import Database

from vivamarket.kernel.ids import PaymentId, uuid7
from vivamarket.payments.model import EventSubject, ProviderEvent
from vivamarket.payments.ports import InboxStore

LEASE = 60.0
LIMIT = 10


@pytest.fixture
def inbox(database: Database) -> InboxStore:
    return database.inbox


def event(name: str, *, about: EventSubject = EventSubject.PAYMENT) -> ProviderEvent:
    return ProviderEvent(
        event_id=name,
        kind="checkout.session.completed",
        payment_id=PaymentId(uuid7(1, 1)),
        provider_ref="cs_1",
        about=about,
        created_at=NOON,
        body=b'{"id": "evt"}',
    )


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


async def test_an_event_is_kept_once_and_handed_out_whole(inbox: InboxStore) -> None:
    assert await inbox.put(event("evt_1", about=EventSubject.DISPUTE), NOON)
    assert not await inbox.put(event("evt_1"), after(1))

    (claimed,) = await inbox.claim(after(2), LEASE, LIMIT)

    assert (claimed.event_id, claimed.kind, claimed.attempts) == ("evt_1", "checkout.session.completed", 1)
    assert (claimed.payment_id, claimed.provider_ref) == (PaymentId(uuid7(1, 1)), "cs_1")
    assert claimed.about is EventSubject.DISPUTE


async def test_a_claimed_event_is_hidden_until_its_lease_ends(inbox: InboxStore) -> None:
    await inbox.put(event("evt_1"), NOON)

    assert len(await inbox.claim(NOON, LEASE, LIMIT)) == 1
    assert await inbox.claim(after(LEASE - 1), LEASE, LIMIT) == ()
    assert [each.attempts for each in await inbox.claim(after(LEASE), LEASE, LIMIT)] == [2]


async def test_an_event_received_by_a_clock_that_was_ahead_waits_no_longer_than_others(
    inbox: InboxStore,
) -> None:
    await inbox.put(event("evt_1"), after(600))

    assert [each.attempts for each in await inbox.claim(NOON, LEASE, LIMIT)] == [1]
    await inbox.retry("evt_1", after(300), "not yet")
    assert await inbox.claim(after(299), LEASE, LIMIT) == ()
    assert [each.attempts for each in await inbox.claim(after(300), LEASE, LIMIT)] == [2]


async def test_an_event_put_off_by_a_clock_that_was_ahead_comes_again_all_the_same(inbox: InboxStore) -> None:
    await inbox.put(event("evt_leased"), NOON)
    await inbox.put(event("evt_failed"), NOON)
    assert len(await inbox.claim(after(600), LEASE, LIMIT)) == 2
    await inbox.retry("evt_failed", after(602), "not yet")

    again = await inbox.claim(after(1), LEASE, LIMIT)

    assert [(each.event_id, each.attempts) for each in again] == [("evt_failed", 2), ("evt_leased", 2)]
    assert await inbox.claim(after(2), LEASE, LIMIT) == ()


async def test_events_come_oldest_first_and_no_more_than_asked_for(inbox: InboxStore) -> None:
    for number in range(4):
        await inbox.put(event(f"evt_{number}"), after(number))

    claimed = await inbox.claim(after(10), LEASE, 3)

    assert [each.event_id for each in claimed] == ["evt_0", "evt_1", "evt_2"]


async def test_what_is_done_never_comes_again(inbox: InboxStore) -> None:
    await inbox.put(event("evt_1"), NOON)

    await inbox.done(["evt_1", "evt_unknown"], NOON)

    assert await inbox.claim(after(1_000), LEASE, LIMIT) == ()
    assert not await inbox.put(event("evt_1"), after(1_000))


async def test_a_failed_event_comes_when_it_is_due(inbox: InboxStore) -> None:
    await inbox.put(event("evt_1"), NOON)
    await inbox.claim(NOON, LEASE, LIMIT)

    await inbox.retry("evt_1", after(300), "no answer")

    assert await inbox.claim(after(299), LEASE, LIMIT) == ()
    assert len(await inbox.claim(after(300), LEASE, LIMIT)) == 1


async def test_a_buried_event_is_listed_and_comes_no_more(inbox: InboxStore) -> None:
    for number in range(3):
        await inbox.put(event(f"evt_{number}"), NOON)
    await inbox.claim(NOON, LEASE, LIMIT)
    for number in range(2):
        await inbox.bury(f"evt_{number}", after(number), f"reason {number}")

    dead = await inbox.dead_letters(LIMIT)

    assert [(each.event.event_id, each.error, each.died_at) for each in dead] == [
        ("evt_1", "reason 1", after(1)),
        ("evt_0", "reason 0", after(0)),
    ]
    assert {each.received_at for each in dead} == {NOON}
    assert [each.event.event_id for each in await inbox.dead_letters(1)] == ["evt_1"]
    assert [each.event_id for each in await inbox.claim(after(1_000), LEASE, LIMIT)] == ["evt_2"]


async def test_a_revived_event_begins_again_at_its_first_attempt(inbox: InboxStore) -> None:
    await inbox.put(event("evt_1"), NOON)
    await inbox.claim(NOON, LEASE, LIMIT)
    await inbox.bury("evt_1", NOON, "poison")

    assert await inbox.revive("evt_1", after(100))

    assert await inbox.dead_letters(LIMIT) == ()
    assert await inbox.claim(after(99), LEASE, LIMIT) == ()
    assert [each.attempts for each in await inbox.claim(after(100), LEASE, LIMIT)] == [1]


async def test_only_dead_letters_are_revived(inbox: InboxStore) -> None:
    await inbox.put(event("evt_1"), NOON)

    assert not await inbox.revive("evt_1", NOON)
    assert not await inbox.revive("evt_unknown", NOON)


async def test_old_events_that_are_done_are_forgotten_a_few_at_a_time(inbox: InboxStore) -> None:
    for number in range(3):
        await inbox.put(event(f"evt_{number}"), after(number))
    await inbox.done(["evt_0", "evt_1"], after(5))

    assert await inbox.forget(after(10), 1) == 1
    assert await inbox.forget(after(10), 10) == 1
    assert await inbox.forget(after(10), 10) == 0
    assert [each.event_id for each in await inbox.claim(after(10), LEASE, LIMIT)] == ["evt_2"]
