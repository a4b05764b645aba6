"""What every IdempotencyStore promises, and the two ways to use it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.stores import Database

from vivamarket.kernel.errors import Refused, Unavailable
from vivamarket.kernel.idempotency import (
    CLAIM_SECONDS,
    Attempt,
    IdempotencyKeyReused,
    IdempotencyStore,
    RequestInFlight,
    StoredResponse,
    answer_once,
    attempt,
    keep_refusals,
)

FIRST = StoredResponse(200, b"first")
SECOND = StoredResponse(200, b"second")


def named(key: str = "key-00001", body: bytes = b"{}") -> Attempt:
    return attempt(key, route="POST /things", caller="a", body=body)


def returns(response: StoredResponse) -> Callable[[], Awaitable[StoredResponse]]:
    async def work() -> StoredResponse:
        return response

    return work


def raises(error: BaseException) -> Callable[[], Awaitable[StoredResponse]]:
    async def work() -> StoredResponse:
        raise error

    return work


def refused(error: Exception) -> StoredResponse:
    return StoredResponse(422, str(error).encode())


@pytest.fixture
def store(database: Database) -> IdempotencyStore:
    return database.keys


async def test_the_first_answer_is_the_answer_for_good(store: IdempotencyStore) -> None:
    assert await store.finish(named(), FIRST) == FIRST
    assert await store.finish(named(), SECOND) == FIRST
    assert await store.begin(named()) == FIRST


async def test_another_request_may_not_use_the_key(store: IdempotencyStore) -> None:
    await store.finish(named(), FIRST)

    with pytest.raises(IdempotencyKeyReused):
        await store.begin(named(body=b"other"))
    with pytest.raises(IdempotencyKeyReused):
        await store.finish(named(body=b"other"), SECOND)


async def test_a_claim_from_the_future_is_taken_over(store: IdempotencyStore, clock: StillClock) -> None:
    clock.time += timedelta(minutes=10)
    await store.begin(named())
    clock.time -= timedelta(minutes=10)

    assert await store.begin(named()) is None
    with pytest.raises(RequestInFlight):
        await store.begin(named())


async def test_while_the_first_works_the_second_must_wait(store: IdempotencyStore) -> None:
    await store.begin(named())

    with pytest.raises(RequestInFlight) as refusal:
        await store.begin(named())

    assert refusal.value.fields["retry_after_seconds"] == 1


async def test_a_claim_of_a_dead_process_is_taken_over_and_its_late_answer_loses(
    store: IdempotencyStore, clock: StillClock
) -> None:
    await store.begin(named())
    clock.time += timedelta(seconds=CLAIM_SECONDS)

    assert await store.begin(named()) is None

    assert await store.finish(named(), SECOND) == SECOND
    assert await store.finish(named(), FIRST) == SECOND


async def test_an_abandoned_claim_is_free_at_once(store: IdempotencyStore) -> None:
    await store.begin(named())
    await store.abandon(named())

    assert await store.begin(named()) is None


async def test_an_answer_cannot_be_abandoned(store: IdempotencyStore) -> None:
    await store.finish(named(), FIRST)
    await store.abandon(named())

    assert await store.begin(named()) == FIRST


async def test_one_of_many_at_once_may_begin(store: IdempotencyStore) -> None:
    results = await asyncio.gather(*(store.begin(named()) for _ in range(64)), return_exceptions=True)

    assert results.count(None) == 1
    assert all(isinstance(each, RequestInFlight) for each in results if each is not None)


async def test_old_answers_are_forgotten_in_batches(store: IdempotencyStore, clock: StillClock) -> None:
    for number in range(5):
        await store.finish(named(f"key-0000{number}"), FIRST)
    clock.time += timedelta(hours=1)
    await store.finish(named("key-newer"), FIRST)

    assert [await store.forget(clock.now(), 3) for _ in range(3)] == [3, 2, 0]
    assert await store.begin(named("key-newer")) == FIRST


async def test_work_of_several_steps_is_done_once(store: IdempotencyStore) -> None:
    first = await answer_once(store, named(), returns(FIRST), refused)

    assert first == await answer_once(store, named(), returns(SECOND), refused) == FIRST


async def test_a_refusal_is_kept_like_an_answer(store: IdempotencyStore) -> None:
    for use in (answer_once, keep_refusals):
        key = named(f"key-{use.__name__}")
        first = await use(store, key, raises(Refused("no")), refused)

        assert first == StoredResponse(422, b"no")
        assert await use(store, key, raises(Refused("still no")), refused) == first


async def test_what_may_succeed_later_is_not_kept(store: IdempotencyStore) -> None:
    for use in (answer_once, keep_refusals):
        key = named(f"key-{use.__name__}")
        with pytest.raises(Unavailable):
            await use(store, key, raises(Unavailable("later")), refused)

        assert await use(store, key, returns(FIRST), refused) == FIRST


async def test_work_that_breaks_or_is_broken_off_frees_its_key_at_once(store: IdempotencyStore) -> None:
    for error in (KeyError("a mistake of ours"), asyncio.CancelledError()):
        with pytest.raises(type(error)):
            await answer_once(store, named(), raises(error), refused)

    assert await answer_once(store, named(), returns(FIRST), refused) == FIRST
