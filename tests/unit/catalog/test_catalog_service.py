"""What shoppers may see and how staff change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from tests.helpers.catalog import NOON, CountedIds, StillClock, eur, product, product_id

from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.catalog.errors import BadProduct, CategoryNotFound, ProductNotFound
from vivamarket.catalog.model import ProductStatus, Schedule, Text, Variant
from vivamarket.catalog.ports import ListSort, Write
from vivamarket.catalog.service import COUNTS_KEPT_SECONDS, CatalogService
from vivamarket.kernel.errors import Invalid, StaleVersion
from vivamarket.kernel.ids import Sku

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def catalog(pool: asyncpg.Pool, clock: StillClock) -> CatalogService:
    return CatalogService(PostgresCatalogStore(pool, clock), clock, CountedIds(), required_locale="en")


async def test_only_what_is_active_and_in_time_is_shown(catalog: CatalogService, clock: StillClock) -> None:
    await catalog.put_many(
        [
            Write(product(1, "Now"), 0),
            Write(product(2, "Draft", status=ProductStatus.DRAFT), 0),
            Write(product(3, "Later", schedule=Schedule(NOON + HOUR, None)), 0),
            Write(product(4, "Over", schedule=Schedule(None, NOON)), 0),
        ]
    )

    assert (await catalog.shown(product_id(1))).text("en").title == "Now"
    for hidden in (2, 3, 4):
        with pytest.raises(ProductNotFound):
            await catalog.shown(product_id(hidden))
    assert set(await catalog.shown_many([product_id(n) for n in range(1, 5)])) == {product_id(1)}
    assert set(await catalog.shown_by_skus([Sku(f"SKU-{n}") for n in range(1, 5)])) == {Sku("SKU-1")}
    clock.time += HOUR
    assert (await catalog.shown_by_slug("en", "later")).redirect_to is None


async def test_a_list_fills_its_page_past_hidden_products(catalog: CatalogService) -> None:
    later = Schedule(NOON + HOUR, None)
    await catalog.put_many(
        [Write(product(n, f"P{n:02}", schedule=Schedule() if n % 3 == 0 else later), 0) for n in range(1, 13)]
    )

    page = await catalog.list_shown(category_id=None, locale="en", sort=ListSort.NAME, cursor=None, limit=2)
    rest = await catalog.list_shown(
        category_id=None, locale="en", sort=ListSort.NAME, cursor=page.next_cursor, limit=10
    )

    titles = [item.text("en").title for item in (*page.items, *rest.items)]
    assert titles == ["P03", "P06", "P09", "P12"]
    assert len(page.items) == 2


async def test_a_product_is_created_patched_archived_and_removed(catalog: CatalogService) -> None:
    created = await catalog.create(
        {"en": Text(" Mug ", "mug")}, variants=(Variant(Sku("M"), prices=eur("5")),)
    )
    assert (created.status, created.version, created.text("en").title) == (ProductStatus.DRAFT, 1, "Mug")

    patched = await catalog.patch(created.id, 1, vendor="Northwind", status=ProductStatus.ACTIVE)

    assert (patched.version, patched.vendor, patched.variants) == (2, "Northwind", created.variants)
    with pytest.raises(StaleVersion):
        await catalog.patch(created.id, 1, vendor="Late")
    with pytest.raises(Invalid):
        await catalog.patch(created.id, 2, version=9)
    with pytest.raises(BadProduct):
        await catalog.patch(created.id, 2, variants=())
    assert (await catalog.archive(created.id, 2)).status is ProductStatus.ARCHIVED
    await catalog.remove(created.id, 3)
    with pytest.raises(ProductNotFound):
        await catalog.get(created.id)


async def test_many_writes_refuse_what_breaks_a_rule_and_keep_their_order(catalog: CatalogService) -> None:
    results = await catalog.put_many(
        [Write(product(1, "One"), 0), Write(product(2, "Two", variants=()), 0), Write(product(3, "Three"), 0)]
    )

    assert [result.refusal.code if result.refusal else "" for result in results] == ["", "bad_product", ""]


async def test_an_old_slug_says_where_to_go(catalog: CatalogService) -> None:
    stored = await catalog.put(product(1, slug="mug"), 0)
    await catalog.put(replace(stored, texts={"en": Text("Mug", "cup")}), 1)

    assert (await catalog.shown_by_slug("en", "mug")).redirect_to == "cup"


async def test_categories_are_found_by_slug_and_counted_now_and_then(
    catalog: CatalogService, clock: StillClock
) -> None:
    home = await catalog.create_category({"en": Text("Home", "home")})
    house = await catalog.put_category(replace(home, texts={"en": Text("House", "house")}), 1)
    await catalog.put(product(1, category_ids=(home.id,)), 0)

    found = await catalog.category_by_slug("en", "home")

    assert (found.category, found.redirect_to) == (house, "house")
    assert await catalog.category_counts() == {home.id: 1}
    await catalog.put(product(2, "Two", category_ids=(home.id,)), 0)
    assert await catalog.category_counts() == {home.id: 1}
    clock.time += timedelta(seconds=COUNTS_KEPT_SECONDS)
    assert await catalog.category_counts() == {home.id: 2}
    with pytest.raises(CategoryNotFound):
        await catalog.category_by_slug("en", "none")
