"""The promises of the stores behind the embedded identity provider that its own suite does not ask about."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON, StillClock
from tests.helpers.identity import IdentityStores, copied_stores, memory_stores, postgres_stores

from vivamarket.accounts.identity.keys import SigningKey
from vivamarket.accounts.identity.model import CodePurpose, Customer, OneTimeCode, new_session
from vivamarket.kernel.ids import CustomerId, uuid7

MINUTE = timedelta(minutes=1)
CODE = OneTimeCode(
    id=uuid7(1, 1),
    purpose=CodePurpose.SIGN_UP,
    email="jo@example.com",
    digest=b"d" * 32,
    expires_at=NOON + 30 * MINUTE,
    name="Jo",
    locale="en",
    password_hash="hash-1",
)
JO = Customer(
    id=CustomerId(uuid7(2, 2)),
    email=CODE.email,
    name="Jo",
    locale="en",
    password_hash="hash-1",
    created_at=NOON,
)
KEY = SigningKey(kid="k1", public={"kid": "k1", "kty": "EC"}, sealed_private="sealed", created_at=NOON)


@pytest.fixture(params=["postgres", "memory"])
def stores(request: pytest.FixtureRequest, clock: StillClock) -> IdentityStores:
    if request.param == "memory":
        return memory_stores(clock)
    return postgres_stores(request.getfixturevalue("pool"))


@pytest.fixture(params=["postgres", "memory", "postgres behind valkey"])
def quick(request: pytest.FixtureRequest, clock: StillClock) -> IdentityStores:
    """The stores of which some may be kept in a quick memory: sessions and attempts."""
    if request.param == "memory":
        return memory_stores(clock)
    pool = request.getfixturevalue("pool")
    if request.param == "postgres":
        return postgres_stores(pool)
    return copied_stores(pool, request.getfixturevalue("valkey"), clock)


async def joined(stores: IdentityStores) -> None:
    await stores.customers.request(CODE, NOON)
    assert await stores.customers.add(JO, CODE.id)


async def test_a_code_is_kept_with_the_event_that_has_it_mailed(stores: IdentityStores) -> None:
    await stores.customers.request(CODE, NOON)

    assert await stores.customers.code(CODE.id) == CODE
    assert await stores.customers.code_by_digest(CODE.digest, CODE.purpose, NOON) == CODE
    (event,) = await stores.outbox.claim(NOON, 60, 10)
    assert (event.kind, event.payload) == ("identity.code_requested", {"code_id": CODE.id})


async def test_a_code_is_found_until_its_end_and_for_its_purpose(stores: IdentityStores) -> None:
    await stores.customers.request(CODE, NOON)

    assert await stores.customers.code_by_digest(CODE.digest, CODE.purpose, CODE.expires_at) is None
    assert await stores.customers.code_by_digest(CODE.digest, CodePurpose.RESET, NOON) is None
    assert await stores.customers.code_by_digest(b"x" * 32, CODE.purpose, NOON) is None
    assert await stores.customers.code(uuid7(9, 9)) is None


async def test_an_account_spends_every_sign_up_of_its_address(stores: IdentityStores) -> None:
    other = replace(CODE, id=uuid7(3, 3), digest=b"e" * 32)
    await stores.customers.request(CODE, NOON)
    await stores.customers.request(other, NOON)

    assert await stores.customers.add(JO, CODE.id)

    assert await stores.customers.by_email(JO.email) == await stores.customers.by_id(JO.id) == JO
    assert await stores.customers.code(other.id) is None
    assert not await stores.customers.add(replace(JO, id=CustomerId(uuid7(4, 4))), other.id)


async def test_an_address_has_one_account_and_a_refused_one_spends_no_code(stores: IdentityStores) -> None:
    await joined(stores)
    again = replace(CODE, id=uuid7(3, 3), digest=b"e" * 32)
    await stores.customers.request(again, NOON)

    assert not await stores.customers.add(replace(JO, id=CustomerId(uuid7(4, 4))), again.id)

    assert await stores.customers.code(again.id) == again
    assert await stores.customers.by_id(CustomerId(uuid7(4, 4))) is None


async def test_a_stronger_hash_never_undoes_a_new_password(stores: IdentityStores) -> None:
    await joined(stores)
    changed = await stores.customers.set_password(JO.id, "hash-2", NOON)

    assert await stores.customers.set_hash(JO.id, "hash-1", "stronger hash-1") == "hash-2"
    assert await stores.customers.set_hash(CustomerId(uuid7(9, 9)), "hash-1", "hash-3") is None

    assert changed == replace(JO, password_hash="hash-2", epoch=1)
    assert await stores.customers.by_id(JO.id) == changed
    assert await stores.customers.set_hash(JO.id, "hash-2", "stronger hash-2") == "stronger hash-2"


async def test_nothing_is_changed_for_a_code_that_is_spent(stores: IdentityStores) -> None:
    await joined(stores)

    assert await stores.customers.set_password(JO.id, "hash-2", NOON, uuid7(9, 9)) is None
    assert await stores.customers.set_email(JO.id, "new@example.com", NOON, uuid7(9, 9)) is None

    assert await stores.customers.by_id(JO.id) == JO


async def test_a_time_step_is_used_once_and_never_an_older_one(stores: IdentityStores) -> None:
    await joined(stores)

    used = await asyncio.gather(*(stores.customers.use_totp_step(JO.id, 7) for _ in range(4)))

    assert sorted(used) == [False, False, False, True]
    assert not await stores.customers.use_totp_step(JO.id, 6)
    assert await stores.customers.use_totp_step(JO.id, 8)
    assert not await stores.customers.use_totp_step(CustomerId(uuid7(9, 9)), 8)


async def test_of_many_rotations_of_one_generation_one_holds(quick: IdentityStores) -> None:
    await joined(quick)
    session = new_session(uuid7(5, 5), JO, NOON)
    await quick.sessions.add(session)
    after = session.rotated(NOON + MINUTE)

    held = await asyncio.gather(*(quick.sessions.rotate(session, after) for _ in range(4)))

    assert sorted(held) == [False, False, False, True]
    assert await quick.sessions.get(session.id) == await quick.sessions.seen(session.id) == after
    await quick.sessions.end(session.id)
    assert await quick.sessions.get(session.id) is None
    assert await quick.sessions.seen(session.id) is None
    assert not await quick.sessions.rotate(after, after.rotated(NOON))


async def test_attempts_at_once_all_see_each_other_at_last(quick: IdentityStores) -> None:
    counts = await asyncio.gather(
        *(
            quick.attempts.begin(uuid7(n, n), (b"account", b"address"), NOON, NOON - MINUTE)
            for n in range(1, 9)
        )
    )

    assert max(counts) == (8, 8)
    for limit in range(1, 9):
        assert sum(count[0] <= limit for count in counts) <= limit


async def test_a_good_attempt_clears_the_account_but_not_the_address(quick: IdentityStores) -> None:
    keys = (b"account", b"address")
    await quick.attempts.begin(uuid7(1, 1), keys, NOON, NOON - MINUTE)
    await quick.attempts.begin(uuid7(2, 2), keys, NOON, NOON - MINUTE)

    await quick.attempts.forgive(uuid7(2, 2), b"account")
    assert await quick.attempts.count(keys, NOON - MINUTE) == (0, 1)
    assert await quick.attempts.begin(uuid7(3, 3), keys, NOON, NOON - MINUTE) == (1, 2)
    await quick.attempts.strike(uuid7(3, 3))

    assert await quick.attempts.begin(uuid7(4, 4), keys, NOON + MINUTE, NOON + MINUTE) == (1, 1)


async def test_a_key_is_added_to_the_newest_only(stores: IdentityStores) -> None:
    second = replace(KEY, kid="k2", public={"kid": "k2"}, created_at=NOON + MINUTE)

    assert await stores.keys.add(KEY, None)
    assert not await stores.keys.add(second, None)
    added = await asyncio.gather(
        stores.keys.add(second, "k1"), stores.keys.add(replace(second, kid="k3"), "k1")
    )

    assert sorted(added) == [False, True]
    first, newest = await stores.keys.all()
    assert (first, newest.created_at) == (KEY, second.created_at)
    await stores.keys.remove(["k1"])
    assert await stores.keys.all() == (newest,)


async def test_only_what_is_over_is_forgotten(quick: IdentityStores) -> None:
    await joined(quick)
    await quick.customers.request(replace(CODE, id=uuid7(3, 3), digest=b"e" * 32), NOON)
    await quick.customers.request(
        replace(CODE, id=uuid7(4, 4), digest=b"f" * 32, expires_at=NOON + MINUTE), NOON
    )
    session = new_session(uuid7(5, 5), JO, NOON)
    await quick.sessions.add(session)
    await quick.attempts.begin(uuid7(6, 6), (b"a", b"b"), NOON, NOON)

    assert await quick.customers.forget(NOON + MINUTE, 100) == 1
    assert await quick.sessions.forget(session.expires_at - MINUTE, 100) == 0
    assert await quick.sessions.forget(session.expires_at, 100) == 1
    assert await quick.attempts.forget(NOON, 100) == 0
    assert await quick.attempts.forget(NOON + MINUTE, 1) == 1
    assert await quick.attempts.forget(NOON + MINUTE, 100) == 1


async def test_hashes_are_counted_and_forgotten_some_at_a_time_and_marks_stay(stores: IdentityStores) -> None:
    await joined(stores)
    moved, hashed = (CustomerId(uuid7(number, number)) for number in (11, 12))
    for customer_id, kept in ((moved, "pool:x"), (hashed, "hash-2")):
        wish = replace(CODE, id=customer_id, email=f"{kept}@example.com", digest=kept.encode().ljust(32))
        await stores.customers.request(wish, NOON)
        await stores.customers.add(replace(JO, id=customer_id, email=wish.email, password_hash=kept), wish.id)

    assert await stores.customers.count_hashes() == 2
    assert [await stores.customers.forget_hashes(1) for _ in range(3)] == [1, 1, 0]

    assert await stores.customers.count_hashes() == 0
    kept_now = [await stores.customers.by_id(each) for each in (JO.id, moved, hashed)]
    assert [each and each.password_hash for each in kept_now] == ["", "pool:x", ""]
