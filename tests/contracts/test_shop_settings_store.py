"""What every ShopSettingsStore promises."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import asyncpg
import pytest
from tests.helpers.payment import START

from vivamarket.adapters.memory.shop_settings import MemoryShopSettingsStore
from vivamarket.adapters.postgres.shop_settings import PostgresShopSettingsStore
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import StaffId
from vivamarket.shop_file import read_shop_file
from vivamarket.shop_settings import SettingsVersion
from vivamarket.shop_settings.ports import ShopSettingsStore

FIRST = SettingsVersion(
    version=1, document=read_shop_file().document, changed_at=START, staff_id=StaffId("sam")
)


@pytest.fixture(params=["postgres", "memory"])
def store(request: pytest.FixtureRequest) -> ShopSettingsStore:
    if request.param == "memory":
        return MemoryShopSettingsStore()
    pool: asyncpg.Pool = request.getfixturevalue("pool")
    return PostgresShopSettingsStore(pool)


async def test_the_newest_version_is_read_back_equal(store: ShopSettingsStore) -> None:
    assert await store.newest() is None
    await store.put(FIRST)
    assert await store.newest() == FIRST

    second = replace(FIRST, version=2, staff_id=StaffId("jo"))
    await store.put(second)

    assert await store.newest() == second


@pytest.mark.parametrize("version", [1, 3])
async def test_only_the_next_version_is_taken(store: ShopSettingsStore, version: int) -> None:
    await store.put(FIRST)

    with pytest.raises(StaleVersion):
        await store.put(replace(FIRST, version=version, staff_id=StaffId("jo")))

    assert await store.newest() == FIRST


async def test_of_two_at_once_one_is_taken(store: ShopSettingsStore) -> None:
    done = await asyncio.gather(
        *(store.put(replace(FIRST, staff_id=StaffId(f"staff-{n}"))) for n in range(6)), return_exceptions=True
    )

    assert sum(each is None for each in done) == 1
    assert sum(isinstance(each, StaleVersion) for each in done) == 5


async def test_versions_are_read_newest_first_by_page_and_one_by_one(store: ShopSettingsStore) -> None:
    versions = [replace(FIRST, version=number) for number in (1, 2, 3)]
    for each in versions:
        await store.put(each)

    assert await store.page(None, 2) == (versions[2], versions[1])
    assert await store.page(2, 2) == (versions[0],)
    assert await store.page(1, 2) == ()
    assert (await store.get(2), await store.get(4)) == (versions[1], None)
