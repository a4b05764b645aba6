"""The promises of ``PasswordPool``, kept by every service that keeps passwords for the shop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from tests.helpers.catalog import CountedIds

from vivamarket.accounts.ports import PasswordPool
from vivamarket.adapters.memory.password_pool import MemoryPasswordPool

if TYPE_CHECKING:
    from tests.helpers.cloud import Cloud

PASSWORD, NEW_PASSWORD = "correct horse battery", "another long password"
IDS = CountedIds()


@pytest.fixture(params=["memory", "cognito"])
def pool(request: pytest.FixtureRequest) -> PasswordPool:
    """Each pool; ids are nobody's yet."""
    if request.param == "memory":
        return MemoryPasswordPool()
    cloud: Cloud = request.getfixturevalue("cloud")
    return cloud.customer_passwords


@pytest.fixture
def holder() -> str:
    return IDS.uuid7()


async def test_only_the_password_that_is_kept_matches(pool: PasswordPool, holder: str) -> None:
    assert await pool.keep(holder, PASSWORD)

    assert await pool.matches(holder, PASSWORD)
    for other in (NEW_PASSWORD, PASSWORD.upper(), f"{PASSWORD} ", f" {PASSWORD}", "x", ""):
        assert not await pool.matches(holder, other)


async def test_nobody_has_a_password(pool: PasswordPool, holder: str) -> None:
    assert not await pool.matches(holder, PASSWORD)


async def test_a_password_is_its_holders_alone(pool: PasswordPool, holder: str) -> None:
    await pool.keep(holder, PASSWORD)
    other = IDS.uuid7()
    await pool.keep(other, NEW_PASSWORD)

    assert not await pool.matches(other, PASSWORD)
    assert not await pool.matches(holder, NEW_PASSWORD)


async def test_a_new_password_replaces_the_old_one(pool: PasswordPool, holder: str) -> None:
    await pool.keep(holder, PASSWORD)

    assert await pool.keep(holder, NEW_PASSWORD)

    assert await pool.matches(holder, NEW_PASSWORD)
    assert not await pool.matches(holder, PASSWORD)


async def test_a_password_may_be_kept_many_times_at_once(pool: PasswordPool, holder: str) -> None:
    assert all(await asyncio.gather(*(pool.keep(holder, PASSWORD) for _ in range(4))))

    assert await pool.matches(holder, PASSWORD)


@pytest.mark.parametrize("password", ["short", f" {PASSWORD}", f"{PASSWORD} "])
async def test_what_it_does_not_take_leaves_what_it_kept(
    pool: PasswordPool, holder: str, password: str
) -> None:
    await pool.keep(holder, PASSWORD)

    assert not await pool.keep(holder, password)

    assert await pool.matches(holder, PASSWORD)
    assert not await pool.matches(holder, password)


@pytest.mark.parametrize(
    "password", ["пароль длинный очень", "🔒" * 12, "x" * 200, 'quotes " and \\ slashes']
)
async def test_every_script_and_length_of_ours_is_taken(
    pool: PasswordPool, holder: str, password: str
) -> None:
    assert await pool.keep(holder, password)

    assert await pool.matches(holder, password)


async def test_who_is_forgotten_has_no_password_and_may_come_back(pool: PasswordPool, holder: str) -> None:
    await pool.keep(holder, PASSWORD)

    await pool.forget(holder)
    await pool.forget(holder)

    assert not await pool.matches(holder, PASSWORD)
    assert await pool.keep(holder, NEW_PASSWORD)
    assert await pool.matches(holder, NEW_PASSWORD)
