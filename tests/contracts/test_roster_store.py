"""What every RosterStore promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from vivamarket.accounts.errors import LastOwner, StaffExists, StaffNotFound
from vivamarket.accounts.model import Staff, StaffRole, StaffSession
from vivamarket.accounts.roster import Invitation, RosterStore, StaffChange
from vivamarket.adapters.memory.roster import MemoryRosterStore
from vivamarket.adapters.postgres.accounts import PostgresStaffStore
from vivamarket.adapters.postgres.roster import PostgresRosterStore
from vivamarket.kernel.ids import StaffId, uuid7

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=30)
ANA = Staff(
    id=StaffId(uuid7(1, 1)),
    email="ana@example.com",
    name="Ana",
    role=StaffRole.OWNER,
    password_hash="hash-1",
    created_at=NOW,
    is_invited=True,
)
KIM = replace(ANA, id=StaffId(uuid7(2, 2)), email="kim@example.com", name="Kim", created_at=LATER)
UNKNOWN = StaffId(uuid7(9, 9))


@pytest.fixture(params=["postgres", "memory"])
def store(request: pytest.FixtureRequest) -> RosterStore:
    if request.param == "memory":
        return MemoryRosterStore()
    pool: asyncpg.Pool = request.getfixturevalue("pool")
    return PostgresRosterStore(pool)


def link(number: int, staff: Staff) -> Invitation:
    return Invitation(id=uuid7(50, number), staff_id=staff.id, digest=bytes([number]) * 32, expires_at=LATER)


async def join(store: RosterStore, staff: Staff, number: int) -> None:
    """Invite somebody who then uses the link."""
    await store.invite(staff, link(number, staff), NOW)
    assert await store.accept(link(number, staff), "hash-2")


async def test_who_is_invited_waits_for_the_link_to_be_used_once(store: RosterStore) -> None:
    await store.invite(ANA, link(1, ANA), NOW)

    assert await store.get(ANA.id) == ANA
    assert await store.invitation(link(1, ANA).id) == link(1, ANA)
    assert await store.of_digest(b"\x01" * 32, LATER) is None
    assert await store.of_digest(b"\x01" * 32, NOW) == link(1, ANA)
    assert await store.accept(link(1, ANA), "hash-2")
    assert await store.get(ANA.id) == replace(ANA, password_hash="hash-2", is_invited=False)
    assert not await store.accept(link(1, ANA), "hash-3")
    assert await store.invitation(link(1, ANA).id) is None


async def test_the_same_account_is_invited_once_and_an_address_has_one(store: RosterStore) -> None:
    await store.invite(ANA, link(1, ANA), NOW)
    await store.invite(replace(ANA, name="Other"), link(2, ANA), NOW)

    assert await store.all(10) == (ANA,)
    assert await store.invitation(link(2, ANA).id) is None
    with pytest.raises(StaffExists):
        await store.invite(replace(KIM, email=ANA.email), link(3, KIM), NOW)


async def test_a_new_link_ends_the_earlier_one(store: RosterStore) -> None:
    await store.invite(ANA, link(1, ANA), NOW)
    await store.renew(link(2, ANA), NOW)

    assert await store.of_digest(b"\x01" * 32, NOW) is None
    assert not await store.accept(link(1, ANA), "hash-2")
    assert await store.accept(link(2, ANA), "hash-2")


async def test_a_change_touches_what_it_names(store: RosterStore) -> None:
    await join(store, ANA, 1)
    await join(store, KIM, 2)

    before, after = await store.change(KIM.id, StaffChange(role=StaffRole.EDITOR), NOW)
    assert (before.role, after) == (StaffRole.OWNER, replace(before, role=StaffRole.EDITOR))
    _, after = await store.change(KIM.id, StaffChange(name="Kim K.", must_have_factor=True), NOW)
    assert (after.name, after.must_have_factor, after.role) == ("Kim K.", True, StaffRole.EDITOR)
    _, after = await store.change(KIM.id, StaffChange(is_disabled=True), NOW)
    _, again = await store.change(KIM.id, StaffChange(is_disabled=True), LATER)
    assert after.disabled_at == again.disabled_at == NOW
    _, after = await store.change(KIM.id, StaffChange(is_disabled=False), LATER)
    assert after.disabled_at is None
    with pytest.raises(StaffNotFound):
        await store.change(UNKNOWN, StaffChange(name="x"), NOW)
    with pytest.raises(StaffNotFound):
        await store.get(StaffId("no id"))


async def test_a_disabled_account_loses_its_link(store: RosterStore) -> None:
    await join(store, ANA, 1)
    await store.invite(KIM, link(2, KIM), NOW)

    await store.change(KIM.id, StaffChange(is_disabled=True), NOW)

    assert await store.invitation(link(2, KIM).id) is None


@pytest.mark.parametrize("change", [StaffChange(is_disabled=True), StaffChange(role=StaffRole.STAFF)])
async def test_the_last_owner_who_can_sign_in_stays(store: RosterStore, change: StaffChange) -> None:
    await join(store, ANA, 1)
    await store.invite(KIM, link(2, KIM), NOW)  # an owner who has not come yet lets nobody in

    with pytest.raises(LastOwner):
        await store.change(ANA.id, change, NOW)

    assert (await store.get(ANA.id)).role is StaffRole.OWNER
    assert (await store.get(ANA.id)).disabled_at is None


async def test_two_owners_cannot_disable_each_other_at_once(store: RosterStore) -> None:
    await join(store, ANA, 1)
    await join(store, KIM, 2)

    done = await asyncio.gather(
        store.change(ANA.id, StaffChange(is_disabled=True), NOW),
        store.change(KIM.id, StaffChange(is_disabled=True), NOW),
        return_exceptions=True,
    )

    assert sum(isinstance(each, LastOwner) for each in done) == 1
    assert sum(each.disabled_at is None for each in await store.all(10)) == 1


async def test_disabling_and_accepting_end_sessions_at_once(pool: asyncpg.Pool) -> None:
    store, staff = PostgresRosterStore(pool), PostgresStaffStore(pool)
    await join(store, ANA, 1)
    await join(store, KIM, 2)
    session = StaffSession(token_hash=b"t" * 32, staff_id=KIM.id, created_at=NOW, expires_at=LATER)
    await staff.add_session(session)
    assert await staff.session(b"t" * 32, NOW) is not None

    await store.change(KIM.id, StaffChange(is_disabled=True), NOW)

    assert await staff.session(b"t" * 32, NOW) is None
    await store.change(KIM.id, StaffChange(is_disabled=False), NOW)
    assert await staff.session(b"t" * 32, NOW) is None
    await staff.add_session(session)
    await store.renew(link(3, KIM), NOW)
    assert await store.accept(link(3, KIM), "hash-9")
    assert await staff.session(b"t" * 32, NOW) is None
