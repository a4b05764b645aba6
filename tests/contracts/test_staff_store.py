"""The promises of ``StaffStore``, kept by every adapter. An adapter joins by a line in ``store``."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from vivamarket.accounts.errors import StaffExists
from vivamarket.accounts.model import Staff, StaffRole, StaffSession
from vivamarket.accounts.ports import StaffStore
from vivamarket.adapters.postgres.accounts import PostgresStaffStore
from vivamarket.kernel.ids import StaffId, uuid7

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
JO = Staff(
    id=StaffId(uuid7(1, 1)),
    email="jo@example.com",
    name="Jo",
    role=StaffRole.OWNER,
    password_hash="hash-1",
    created_at=NOW,
)
SESSION = StaffSession(
    token_hash=b"t" * 32, staff_id=JO.id, created_at=NOW, expires_at=NOW + timedelta(hours=12)
)
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["postgres"])
def store(request: pytest.FixtureRequest, pool: asyncpg.Pool) -> StaffStore:
    return {"postgres": lambda: PostgresStaffStore(pool)}[request.param]()


async def test_an_account_is_found_by_its_address(store: StaffStore) -> None:
    await store.add(JO)

    assert await store.by_email(JO.email) == JO
    assert await store.by_email("nobody@example.com") is None


async def test_an_address_has_one_account(store: StaffStore) -> None:
    await store.add(JO)

    with pytest.raises(StaffExists):
        await store.add(replace(JO, id=StaffId(uuid7(2, 2))))

    assert await store.all(10) == (JO,)


async def test_a_session_is_found_until_its_end(store: StaffStore) -> None:
    await store.add(JO)
    await store.add_session(SESSION)

    assert await store.session(SESSION.token_hash, SESSION.expires_at - MINUTE) == (SESSION, JO)
    assert await store.session(SESSION.token_hash, SESSION.expires_at) is None
    assert await store.session(b"x" * 32, NOW) is None


async def test_a_session_is_extended_and_ended(store: StaffStore) -> None:
    await store.add(JO)
    await store.add_session(SESSION)
    later = SESSION.expires_at + MINUTE

    await store.extend_session(SESSION.token_hash, later)
    assert await store.session(SESSION.token_hash, NOW) == (replace(SESSION, expires_at=later), JO)
    await store.end_session(SESSION.token_hash)
    await store.extend_session(SESSION.token_hash, later)

    assert await store.session(SESSION.token_hash, NOW) is None


async def test_a_new_password_ends_all_sessions(store: StaffStore) -> None:
    await store.add(JO)
    await store.add_session(SESSION)

    await store.set_password(JO.id, "hash-2")

    assert await store.session(SESSION.token_hash, NOW) is None
    assert await store.by_email(JO.email) == replace(JO, password_hash="hash-2")


async def test_a_stronger_hash_never_undoes_a_new_password(store: StaffStore) -> None:
    await store.add(JO)
    await store.set_password(JO.id, "hash-2")

    assert await store.set_hash(JO.id, "hash-1", "stronger hash-1") == "hash-2"
    assert await store.set_hash(StaffId(uuid7(9, 9)), "hash-1", "stronger hash-1") is None

    assert await store.by_email(JO.email) == replace(JO, password_hash="hash-2")
    assert await store.set_hash(JO.id, "hash-2", "stronger hash-2") == "stronger hash-2"


async def test_only_what_is_over_is_forgotten(store: StaffStore) -> None:
    await store.add(JO)
    await store.add_session(SESSION)
    await store.add_session(replace(SESSION, token_hash=b"o" * 32, expires_at=NOW))

    assert await store.forget(NOW, 100) == 1
    assert await store.session(SESSION.token_hash, NOW) is not None
    assert await store.forget(NOW, 100) == 0


async def test_a_second_factor_is_kept_and_ends_all_sessions(store: StaffStore) -> None:
    await store.add(JO)
    await store.add_session(SESSION)

    await store.set_totp(JO.id, "sealed")

    assert await store.session(SESSION.token_hash, NOW) is None
    assert await store.by_email(JO.email) == replace(JO, totp_secret="sealed")


async def test_a_time_step_is_used_once_and_never_an_older_one(store: StaffStore) -> None:
    await store.add(JO)

    used = await asyncio.gather(*(store.use_totp_step(JO.id, 7) for _ in range(4)))

    assert sorted(used) == [False, False, False, True]
    assert not await store.use_totp_step(JO.id, 6)
    assert await store.use_totp_step(JO.id, 8)
