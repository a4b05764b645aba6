"""Staff whose passwords a pool keeps: they move by signing in, and their roles are shown there."""

from __future__ import annotations

import asyncpg
import pytest
from tests.helpers.accounts import QuickHasher
from tests.helpers.payment import CountingIds, ManualClock

from vivamarket.accounts import AccountService, SignInRefused, StaffRole
from vivamarket.accounts.identity.limits import Attempts
from vivamarket.accounts.model import Staff
from vivamarket.accounts.roster import Roster, RosterParts, StaffChange
from vivamarket.accounts.service import StaffPool
from vivamarket.adapters.memory.password_pool import MemoryPasswordPool, MemoryRoleGroups
from vivamarket.adapters.postgres.accounts import PostgresStaffStore
from vivamarket.adapters.postgres.roster import PostgresRosterStore
from vivamarket.adapters.postgres.sessions import PostgresAttemptStore
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import StaffId
from vivamarket.kernel.seals import Seals

OWNER, EMAIL, HERE = "owner@example.com", "jo@example.com", "10.0.0.1"
PASSWORD, NEW_PASSWORD = "correct horse battery", "another long password"


class LameGroups(MemoryRoleGroups):
    """Groups that are away while they are told to be."""

    is_away = False

    async def show(self, staff_id: StaffId, role: StaffRole | None) -> None:
        if self.is_away:
            raise Unavailable("away")
        await super().show(staff_id, role)


class Rig:
    """Accounts and their owner's decisions over one pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        clock, ids = ManualClock(), CountingIds()
        self.store, hasher = PostgresStaffStore(pool), QuickHasher()
        self.passwords = MemoryPasswordPool()
        self.groups = LameGroups(self.passwords)
        attempts = Attempts(PostgresAttemptStore(pool), clock, ids)
        outside = StaffPool(self.passwords, self.groups)
        self.accounts = AccountService(self.store, hasher, clock, ids, attempts=attempts, pool=outside)
        self.roster = Roster(
            RosterParts(
                store=PostgresRosterStore(pool),
                hasher=hasher,
                seals=Seals("a key", "staff"),
                clock=clock,
                ids=ids,
                groups=self.groups,
            )
        )

    async def jo(self) -> Staff:
        found = await self.store.by_email(EMAIL)
        assert found is not None
        return found

    async def sign_in(self, password: str = PASSWORD) -> None:
        await self.accounts.sign_in(EMAIL, password, address=HERE)


@pytest.fixture
async def rig(pool: asyncpg.Pool) -> Rig:
    rig = Rig(pool)
    await rig.accounts.add_staff(OWNER, role=StaffRole.OWNER, password=PASSWORD)
    await rig.accounts.add_staff(EMAIL, role=StaffRole.EDITOR, password=PASSWORD)
    return rig


async def test_the_first_sign_in_moves_the_password_and_shows_the_role(rig: Rig) -> None:
    await rig.sign_in()

    jo = await rig.jo()
    assert jo.password_hash.startswith("pool:")
    assert await rig.passwords.matches(jo.id, PASSWORD)
    assert rig.groups.of(jo.id) == {"editor"}
    await rig.sign_in()
    with pytest.raises(SignInRefused):
        await rig.sign_in(NEW_PASSWORD)


async def test_a_password_in_the_pool_confirms_what_needs_it_again(rig: Rig) -> None:
    await rig.sign_in()
    jo = await rig.jo()

    await rig.accounts.confirm(jo, PASSWORD, address=HERE)
    with pytest.raises(SignInRefused):
        await rig.accounts.confirm(jo, NEW_PASSWORD, address=HERE)


async def test_a_new_password_ends_the_one_in_the_pool(rig: Rig) -> None:
    await rig.sign_in()

    await rig.accounts.set_own_password(await rig.jo(), NEW_PASSWORD)

    with pytest.raises(SignInRefused):
        await rig.sign_in()
    await rig.sign_in(NEW_PASSWORD)
    assert (await rig.jo()).password_hash.startswith("pool:")


async def test_a_new_role_and_the_end_of_an_account_are_shown_at_once(rig: Rig) -> None:
    await rig.sign_in()
    jo = await rig.jo()

    await rig.roster.change(jo.id, StaffChange(role=StaffRole.SUPPORT))
    assert rig.groups.of(jo.id) == {"support"}
    await rig.roster.change(jo.id, StaffChange(is_disabled=True))

    assert rig.groups.of(jo.id) == set()
    with pytest.raises(SignInRefused):
        await rig.sign_in()


async def test_groups_that_are_away_keep_nobody_out_and_catch_up(rig: Rig) -> None:
    rig.groups.is_away = True
    await rig.sign_in()
    jo = await rig.jo()
    await rig.roster.change(jo.id, StaffChange(role=StaffRole.SUPPORT))
    assert rig.groups.of(jo.id) == set()

    rig.groups.is_away = False
    await rig.sign_in()

    assert rig.groups.of(jo.id) == {"support"}
