"""How passwords move into a pool: at the first sign-in, without a moment in which none or two are right."""

from __future__ import annotations

import pytest
from tests.helpers.accounts import QuickHasher
from tests.helpers.catalog import CountedIds

from vivamarket.accounts.passwords import PasswordKeeper
from vivamarket.adapters.memory.password_pool import MemoryPasswordPool
from vivamarket.kernel.errors import Unavailable

JO, PASSWORD, NEW_PASSWORD = "jo", "correct horse battery", "another long password"


class AwayPool(MemoryPasswordPool):
    """A pool that answers questions, and fails at every change while it is told to."""

    is_away = False

    async def keep(self, holder_id: str, password: str) -> bool:
        if self.is_away:
            raise Unavailable("away")
        return await super().keep(holder_id, password)


class Record:
    """What one record keeps of a password."""

    def __init__(self, kept: str = f"v1:{PASSWORD}") -> None:
        self.kept = kept

    async def swap(self, before: str, after: str) -> str:
        if self.kept == before:
            self.kept = after
        return self.kept


class Rig:
    """A keeper over a pool, with one holder."""

    def __init__(self) -> None:
        self.pool, self.hasher, self.record = AwayPool(), QuickHasher(), Record()
        self.keeper = PasswordKeeper(self.hasher, CountedIds(), self.pool)

    async def signs_in(self, password: str) -> bool:
        right = await self.keeper.is_right(JO, self.record.kept, password)
        if right:
            await self.keeper.settle(JO, self.record.kept, password, self.record.swap)
        return right


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def test_the_first_right_password_moves_into_the_pool_and_its_hash_is_forgotten(rig: Rig) -> None:
    assert not await rig.signs_in(NEW_PASSWORD)
    assert rig.record.kept == f"v1:{PASSWORD}"

    assert await rig.signs_in(PASSWORD)

    assert rig.record.kept.startswith("pool:")
    assert PASSWORD not in rig.record.kept
    assert await rig.pool.matches(JO, PASSWORD)
    assert await rig.signs_in(PASSWORD)
    assert not await rig.signs_in(NEW_PASSWORD)


async def test_a_hash_counts_and_not_what_the_pool_kept_before(rig: Rig) -> None:
    await rig.signs_in(PASSWORD)

    rig.record.kept = f"v1:{NEW_PASSWORD}"

    assert not await rig.signs_in(PASSWORD)
    assert await rig.signs_in(NEW_PASSWORD)
    assert not await rig.pool.matches(JO, PASSWORD)


async def test_while_the_pool_fails_the_hash_stays(rig: Rig) -> None:
    rig.pool.is_away = True
    assert await rig.signs_in(PASSWORD)
    assert rig.record.kept == f"v1:{PASSWORD}"

    rig.pool.is_away = False
    assert await rig.signs_in(PASSWORD)

    assert rig.record.kept.startswith("pool:")


async def test_a_password_that_the_pool_does_not_take_stays_hashed(rig: Rig) -> None:
    odd = f"{PASSWORD} "
    rig.record.kept = f"v1:{odd}"

    assert await rig.signs_in(odd)

    assert rig.record.kept == f"v1:{odd}"
    assert await rig.signs_in(odd)


async def test_two_sign_ins_at_once_move_it_once(rig: Rig) -> None:
    before = rig.record.kept

    for _ in range(2):
        await rig.keeper.settle(JO, before, PASSWORD, rig.record.swap)

    assert await rig.signs_in(PASSWORD)


async def test_an_old_password_that_arrives_late_opens_nothing(rig: Rig) -> None:
    before = rig.record.kept
    rig.record.kept = f"v1:{NEW_PASSWORD}"
    await rig.signs_in(NEW_PASSWORD)

    await rig.keeper.settle(JO, before, PASSWORD, rig.record.swap)

    assert not await rig.signs_in(PASSWORD)


@pytest.mark.parametrize("kept", ["", f"v1:{PASSWORD}", "pool:x"])
async def test_everybody_costs_one_hash_and_one_question(rig: Rig, kept: str) -> None:
    for holder in (JO, None):
        checks, questions = rig.hasher.checks, rig.pool.questions

        await rig.keeper.is_right(holder, kept if holder else "", NEW_PASSWORD)

        assert (rig.hasher.checks - checks, rig.pool.questions - questions) == (1, 1)


@pytest.mark.parametrize("kept", ["", "pool:", "pool:abc"])
async def test_without_the_pool_only_a_hash_lets_in(kept: str) -> None:
    keeper = PasswordKeeper(QuickHasher(), CountedIds())

    assert not await keeper.is_right(JO, kept, PASSWORD)
    assert not await keeper.is_hash_of(kept, PASSWORD)
    assert await keeper.is_right(JO, f"v1:{PASSWORD}", PASSWORD)


async def test_a_hash_of_weaker_settings_is_replaced_where_there_is_no_pool() -> None:
    record, keeper = Record(f"v0:{PASSWORD}"), PasswordKeeper(QuickHasher(), CountedIds())

    assert await keeper.settle(JO, record.kept, PASSWORD, record.swap) == f"v1:{PASSWORD}"

    assert record.kept == f"v1:{PASSWORD}"
