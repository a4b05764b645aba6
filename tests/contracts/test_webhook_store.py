"""What every WebhookStore promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.helpers.catalog import NOON
from tests.helpers.stores import Database

from vivamarket.kernel.ids import BadId, uuid7
from vivamarket.kernel.paging import BadCursor
from vivamarket.webhooks.errors import (
    DeliveryNotFound,
    EndpointDisabled,
    EndpointNotFound,
    TooManyEndpoints,
)
from vivamarket.webhooks.model import (
    Delivery,
    DeliveryAttempt,
    DeliveryId,
    DeliveryStatus,
    Endpoint,
    EndpointId,
    EndpointStatus,
    Verdict,
)
from vivamarket.webhooks.ports import ATTEMPTS_SHOWN_MAX, WebhookStore

LEASE = 60.0
LATER = NOON + timedelta(seconds=LEASE)
UNKNOWN = uuid7(9_999, 9_999)


@pytest.fixture
def store(database: Database) -> WebhookStore:
    return database.webhooks


def endpoint(number: int = 1) -> Endpoint:
    return Endpoint(
        id=EndpointId(uuid7(number, number)),
        url=f"https://shop{number}.example/hook",
        description=f"System {number}",
        event_types=("order.paid", "order.refunded"),
        secret=f"whsec_{number}",
        request_key=f"request-{number}",
        created_at=NOON,
        updated_at=NOON,
    )


def delivery(number: int, of: int = 1, *, event: str = "", due_at: datetime = NOON) -> Delivery:
    return Delivery(
        id=DeliveryId(uuid7(1_000 + number, number)),
        endpoint_id=EndpointId(uuid7(of, of)),
        event_id=event or f"event-{number}",
        event_type="order.paid",
        body=b'{"n":%d}' % number,
        due_at=due_at,
        created_at=NOON,
    )


def attempt(number: int = 1, status_code: int | None = 500) -> DeliveryAttempt:
    return DeliveryAttempt(
        number=number, at=NOON, milliseconds=12, status_code=status_code, error="", answer="oh"
    )


SUCCESS = Verdict(DeliveryStatus.SUCCEEDED, NOON, EndpointStatus.ENABLED)
AGAIN = Verdict(DeliveryStatus.PENDING, LATER)
DEAD = Verdict(DeliveryStatus.DEAD, NOON, EndpointStatus.FAILING, "It failed.")


async def claimed(store: WebhookStore, now: datetime = NOON) -> Delivery:
    found = await store.claim(endpoint().id, now, LEASE)
    assert found is not None
    return found[0]


async def test_an_endpoint_is_kept_as_it_was_given(store: WebhookStore) -> None:
    wanted = replace(
        endpoint(), old_secret="whsec_old", old_secret_until=LATER, rotation_key="r-1", status_reason="so"
    )

    added = await store.add(wanted, 5)

    assert added == await store.get(wanted.id) == wanted
    assert await store.all() == (wanted,)


async def test_the_same_request_adds_one_endpoint(store: WebhookStore) -> None:
    await store.add(endpoint(), 1)

    again = await store.add(replace(endpoint(2), request_key="request-1"), 1)

    assert again == endpoint()
    assert len(await store.all()) == 1


async def test_however_many_ask_at_once_there_are_never_too_many(store: WebhookStore) -> None:
    answers = await asyncio.gather(
        *(store.add(endpoint(number), 2) for number in range(1, 9)), return_exceptions=True
    )

    assert sum(isinstance(each, TooManyEndpoints) for each in answers) == 6
    assert len(await store.all()) == 2


async def test_endpoints_come_oldest_first(store: WebhookStore) -> None:
    for number in (2, 1, 3):
        await store.add(endpoint(number), 5)

    assert [each.url for each in await store.all()] == [endpoint(number).url for number in (1, 2, 3)]


async def test_a_change_is_decided_on_what_is_there(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)

    def rotate(known: Endpoint) -> Endpoint:
        return known.rotated("whsec_new", "r-1", NOON)

    changed = await asyncio.gather(*(store.change(endpoint().id, rotate) for _ in range(8)))

    assert {each.old_secret for each in changed} == {"whsec_1"}
    assert (await store.get(endpoint().id)).secret == "whsec_new"


async def test_a_decision_that_refuses_changes_nothing(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)

    def refuse(known: Endpoint) -> Endpoint:
        raise EndpointDisabled("No.")

    with pytest.raises(EndpointDisabled):
        await store.change(endpoint().id, refuse)
    assert await store.get(endpoint().id) == endpoint()


async def test_what_is_not_there_is_refused_by_name(store: WebhookStore) -> None:
    with pytest.raises(EndpointNotFound):
        await store.get(EndpointId(UNKNOWN))
    with pytest.raises(EndpointNotFound):
        await store.change(EndpointId(UNKNOWN), lambda known: known)
    with pytest.raises(DeliveryNotFound):
        await store.delivery(DeliveryId(UNKNOWN))
    with pytest.raises(DeliveryNotFound):
        await store.revive(DeliveryId(UNKNOWN), NOON)
    assert await store.remove(EndpointId(UNKNOWN)) is False
    assert await store.claim(EndpointId(UNKNOWN), NOON, LEASE) is None


async def test_an_event_is_delivered_once_per_endpoint_however_often_it_comes(store: WebhookStore) -> None:
    await store.add(endpoint(1), 5)
    await store.add(endpoint(2), 5)
    first = [delivery(1, 1, event="e"), delivery(2, 2, event="e")]
    again = [delivery(3, 1, event="e"), delivery(4, 2, event="e")]

    written = [await store.enqueue(first), await store.enqueue(again), await store.enqueue([])]

    assert written == [2, 0, 0]
    assert [log.delivery.id for log in (await store.deliveries(None, None, None, 10)).items] == [
        first[1].id,
        first[0].id,
    ]


async def test_two_workers_with_one_event_write_one_delivery(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)

    written = await asyncio.gather(*(store.enqueue([delivery(number, event="e")]) for number in range(1, 9)))

    assert sorted(written) == [0] * 7 + [1]


async def test_a_delivery_to_an_endpoint_that_is_gone_is_left_out(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1)])

    assert await store.remove(endpoint().id) is True

    assert await store.enqueue([delivery(2)]) == 0
    assert (await store.deliveries(None, None, None, 10)).items == ()


async def test_what_is_due_longest_comes_first_and_hides_for_the_lease(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1), delivery(2, due_at=NOON - timedelta(seconds=1))])

    first, second = await claimed(store), await claimed(store)

    assert [first.event_id, second.event_id] == ["event-2", "event-1"]
    assert (first.attempts, first.tries) == (1, 1)
    assert await store.claim(endpoint().id, NOON, LEASE) is None
    again = await claimed(store, LATER)
    assert (again.attempts, again.body) == (2, again.body)


async def test_two_workers_never_hold_the_same_delivery(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(number) for number in range(1, 5)])

    found = await asyncio.gather(*(store.claim(endpoint().id, NOON, LEASE) for _ in range(8)))

    ids = [each[0].id for each in found if each is not None]
    assert len(ids) == len(set(ids)) == 4


async def test_what_waits_is_counted_by_endpoint_to_the_limit(store: WebhookStore) -> None:
    for number in (1, 2, 3):
        await store.add(endpoint(number), 5)
    await store.enqueue([delivery(number) for number in range(1, 5)])
    await store.enqueue([delivery(5, 2), delivery(6, 2, due_at=LATER), delivery(7, 3, due_at=LATER)])

    assert dict(await store.due(NOON, 3)) == {endpoint(1).id: 3, endpoint(2).id: 1}


async def test_nothing_goes_to_a_disabled_endpoint_until_it_is_enabled(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1)])
    await store.change(endpoint().id, lambda known: replace(known, status=EndpointStatus.DISABLED))

    assert dict(await store.due(NOON, 3)) == {}
    assert await store.claim(endpoint().id, NOON, LEASE) is None
    with pytest.raises(EndpointDisabled):
        await store.revive(delivery(1).id, NOON)

    await store.change(endpoint().id, lambda known: replace(known, status=EndpointStatus.ENABLED))
    assert (await claimed(store)).id == delivery(1).id


async def test_an_attempt_is_logged_and_the_delivery_comes_again(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1)])
    held = await claimed(store)

    await store.record(held, attempt(), AGAIN)

    log = await store.delivery(held.id)
    assert (log.delivery.status, log.delivery.due_at, log.url) == (
        DeliveryStatus.PENDING,
        LATER,
        endpoint().url,
    )
    assert log.attempts == (attempt(),)
    assert (await claimed(store, LATER)).attempts == 2


async def test_what_succeeded_stays_so(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1)])
    held = await claimed(store)
    late = await claimed(store, LATER)

    await store.record(late, attempt(2, 200), SUCCESS)
    await store.record(held, attempt(1, None), AGAIN)

    log = await store.delivery(held.id)
    assert log.delivery.status is DeliveryStatus.SUCCEEDED
    assert [each.number for each in log.attempts] == [2, 1]
    assert await store.claim(endpoint().id, LATER + timedelta(days=1), LEASE) is None


async def test_a_dead_delivery_marks_the_endpoint_and_a_success_clears_it(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1), delivery(2)])
    first, second = await claimed(store), await claimed(store)

    await store.record(first, attempt(), DEAD)
    failing = await store.get(endpoint().id)
    await store.record(second, attempt(1, 200), SUCCESS)
    healthy = await store.get(endpoint().id)

    assert (failing.status, failing.status_reason) == (EndpointStatus.FAILING, "It failed.")
    assert (healthy.status, healthy.status_reason) == (EndpointStatus.ENABLED, "")


async def test_a_late_success_does_not_enable_what_staff_have_disabled(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1)])
    held = await claimed(store)
    await store.change(endpoint().id, lambda known: replace(known, status=EndpointStatus.DISABLED))

    await store.record(held, attempt(1, 200), SUCCESS)

    assert (await store.get(endpoint().id)).status is EndpointStatus.DISABLED
    assert (await store.delivery(held.id)).delivery.status is DeliveryStatus.SUCCEEDED


async def test_an_attempt_of_a_delivery_that_is_gone_is_nothing(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1)])
    held = await claimed(store)
    await store.remove(endpoint().id)

    await store.record(held, attempt(), DEAD)

    with pytest.raises(DeliveryNotFound):
        await store.delivery(held.id)


async def test_an_endpoint_removed_in_the_middle_of_everything_takes_everything_along(
    store: WebhookStore,
) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(number) for number in range(1, 9)])
    held = [await claimed(store) for _ in range(8)]

    answers = await asyncio.gather(
        *(store.record(each, attempt(), DEAD) for each in held[:4]),
        *(store.record(each, attempt(1, 200), SUCCESS) for each in held[4:]),
        *(store.revive(each.id, NOON) for each in held[:4]),
        store.remove(endpoint().id),
        store.enqueue([delivery(20), delivery(21)]),
        return_exceptions=True,
    )

    broken = [each for each in answers if isinstance(each, BaseException)]
    assert all(isinstance(each, DeliveryNotFound) for each in broken), broken
    assert await store.all() == ()
    assert (await store.deliveries(None, None, None, 20)).items == ()


@pytest.mark.parametrize("verdict", [DEAD, SUCCESS])
async def test_a_replay_has_all_its_tries_and_the_same_id(store: WebhookStore, verdict: Verdict) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1)])
    held = await claimed(store)
    await store.record(held, attempt(), verdict)

    revived = (await store.revive(held.id, LATER)).delivery

    assert (revived.status, revived.tries, revived.due_at) == (DeliveryStatus.PENDING, 0, LATER)
    again = await claimed(store, LATER)
    assert (again.id, again.body, again.attempts, again.tries) == (held.id, held.body, 2, 1)


async def test_an_attempt_that_ends_after_a_replay_was_asked_for_does_not_end_the_replay(
    store: WebhookStore,
) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1)])
    held = await claimed(store)
    await store.revive(held.id, LATER)

    await store.record(held, attempt(), DEAD)

    assert (await store.delivery(held.id)).delivery.status is DeliveryStatus.PENDING
    assert (await store.get(endpoint().id)).status is EndpointStatus.ENABLED
    again = await claimed(store, LATER)
    await store.record(again, attempt(2, 200), SUCCESS)
    log = await store.delivery(held.id)
    assert (log.delivery.status, len(log.attempts)) == (DeliveryStatus.SUCCEEDED, 2)


async def test_an_attempt_that_failed_slowly_does_not_end_the_one_that_was_begun_after_its_lease(
    store: WebhookStore,
) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1)])
    slow = await claimed(store)
    newer = await claimed(store, LATER)

    await store.record(slow, attempt(), DEAD)
    await store.record(newer, attempt(2, 200), SUCCESS)

    assert (await store.delivery(slow.id)).delivery.status is DeliveryStatus.SUCCEEDED


async def test_the_log_is_read_in_pages_by_endpoint_and_status(store: WebhookStore) -> None:
    await store.add(endpoint(1), 5)
    await store.add(endpoint(2), 5)
    await store.enqueue([delivery(number, 1 + number % 2) for number in range(1, 6)])
    held = await claimed(store)
    await store.record(held, attempt(), DEAD)

    first = await store.deliveries(None, None, None, 3)
    rest = await store.deliveries(None, None, first.next_cursor, 3)
    dead = await store.deliveries(endpoint().id, DeliveryStatus.DEAD, None, 3)

    events = [log.delivery.event_id for log in (*first.items, *rest.items)]
    assert events == [f"event-{number}" for number in (5, 4, 3, 2, 1)]
    assert rest.next_cursor is None
    assert [(log.delivery.id, log.attempts) for log in dead.items] == [(held.id, (attempt(),))]
    assert (await store.deliveries(endpoint(2).id, DeliveryStatus.DEAD, None, 3)).items == ()


@pytest.mark.parametrize("cursor", ["x", "WyJvcmRlcnMiLCJhIl0", "WyJ3ZWJob29rLWRlbGl2ZXJpZXMiLDFd"])
async def test_a_strange_cursor_is_refused(store: WebhookStore, cursor: str) -> None:
    with pytest.raises((BadCursor, BadId)):
        await store.deliveries(None, None, cursor, 3)


async def test_a_long_log_shows_its_newest_attempts(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    await store.enqueue([delivery(1)])
    held = await claimed(store)
    for number in range(1, ATTEMPTS_SHOWN_MAX + 3):
        await store.record(held, attempt(number), AGAIN)

    numbers = [each.number for each in (await store.delivery(held.id)).attempts]

    assert numbers == list(range(ATTEMPTS_SHOWN_MAX + 2, 2, -1))


async def test_old_deliveries_are_forgotten_a_bounded_number_at_a_time(store: WebhookStore) -> None:
    await store.add(endpoint(), 5)
    old = [replace(delivery(number), created_at=NOON - timedelta(days=1)) for number in (1, 2, 3)]
    await store.enqueue([*old, delivery(4)])

    gone = [await store.forget(NOON, 2), await store.forget(NOON, 2), await store.forget(NOON, 2)]

    assert gone == [2, 1, 0]
    assert [log.delivery.event_id for log in (await store.deliveries(None, None, None, 9)).items] == [
        "event-4"
    ]
