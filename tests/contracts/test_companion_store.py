"""What every CompanionStore and BasketReader promises."""

from __future__ import annotations

from datetime import timedelta

import asyncpg
import pytest
from tests.helpers.checkout import MUG, TEA, Shop
from tests.helpers.stores import Database

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.adapters.memory.companions import MemoryBasketReader, MemoryCompanionStore
from vivamarket.adapters.postgres.companions import PostgresBasketReader, PostgresCompanionStore
from vivamarket.kernel.ids import OrderId, ProductId
from vivamarket.recommendations import Basket, BasketReader, CompanionStore
from vivamarket.recommendations.ports import COMPANIONS_PER_PRODUCT_MAX, PRODUCTS_MAX

NONE = OrderId("00000000-0000-0000-0000-000000000000")
ALL = OrderId("ffffffff-ffff-ffff-ffff-ffffffffffff")
FIRST = OrderId("01890000-0000-7000-8000-000000000001")
SECOND = OrderId("01890000-0000-7000-8000-000000000002")
LAMP, DESK, BULB = ProductId("lamp"), ProductId("desk"), ProductId("bulb")


@pytest.fixture(params=["postgres", "memory"])
def store(request: pytest.FixtureRequest) -> CompanionStore:
    if request.param == "memory":
        return MemoryCompanionStore()
    return PostgresCompanionStore(request.getfixturevalue("pool"))


@pytest.fixture
def baskets(database: Database, request: pytest.FixtureRequest) -> BasketReader:
    if isinstance(database, MemoryDatabase):
        return MemoryBasketReader(database.tables)
    pool: asyncpg.Pool = request.getfixturevalue("pool")
    return PostgresBasketReader(pool)


async def test_nothing_is_counted_at_first(store: CompanionStore) -> None:
    assert await store.counted_to() == NONE
    assert await store.companions([LAMP], 8) == {}


async def test_scores_add_up_and_the_strongest_comes_first(store: CompanionStore) -> None:
    await store.add({(LAMP, DESK): 1.0, (LAMP, BULB): 1.5}, counted_from=NONE, counted_to=FIRST)
    await store.add({(LAMP, DESK): 1.0, (DESK, LAMP): 1.0}, counted_from=FIRST, counted_to=SECOND)

    assert await store.companions([LAMP, DESK, BULB], 8) == {LAMP: (DESK, BULB), DESK: (LAMP,)}
    assert await store.companions([LAMP], 1) == {LAMP: (DESK,)}


async def test_companions_of_one_score_come_by_id(store: CompanionStore) -> None:
    await store.add({(LAMP, DESK): 1.0, (LAMP, BULB): 1.0}, counted_from=NONE, counted_to=FIRST)

    assert await store.companions([LAMP], 8) == {LAMP: (BULB, DESK)}


async def test_what_was_counted_is_not_counted_again(store: CompanionStore) -> None:
    assert await store.add({(LAMP, BULB): 1.0}, counted_from=NONE, counted_to=FIRST)

    assert not await store.add({(LAMP, DESK): 9.0}, counted_from=NONE, counted_to=FIRST)

    assert await store.counted_to() == FIRST
    assert await store.companions([LAMP], 8) == {LAMP: (BULB,)}


async def test_orders_without_pairs_move_on_too(store: CompanionStore) -> None:
    assert await store.add({}, counted_from=NONE, counted_to=FIRST)

    assert await store.counted_to() == FIRST


async def test_a_product_keeps_its_strongest_companions_only(store: CompanionStore) -> None:
    many = [ProductId(f"product-{number:03}") for number in range(COMPANIONS_PER_PRODUCT_MAX + 3)]
    scores = {(LAMP, other): float(place) for place, other in enumerate(many, start=1)}
    await store.add(scores, counted_from=NONE, counted_to=FIRST)
    await store.add({(LAMP, many[0]): 0.5}, counted_from=FIRST, counted_to=SECOND)

    found = (await store.companions([LAMP], len(many)))[LAMP]

    assert found == tuple(reversed(many[3:]))


async def test_too_many_products_at_once_are_refused(store: CompanionStore) -> None:
    with pytest.raises(ValueError, match="at most"):
        await store.companions([LAMP] * (PRODUCTS_MAX + 1), 1)


async def test_baskets_come_in_order_and_unpaid_ones_are_empty(shop: Shop, baskets: BasketReader) -> None:
    paid = await shop.paid((MUG, 1), (TEA, 2))
    shop.clock.time += timedelta(minutes=1)
    unpaid = await shop.ordered((MUG, 1))

    found = await baskets.baskets(NONE, ALL, 10)

    assert [basket.order_id for basket in found] == sorted([paid, unpaid])
    bought = {basket.order_id: basket for basket in found}
    products = await shop.catalog.by_skus([MUG, TEA])
    assert bought[paid].product_ids == (products[MUG].id, products[TEA].id)
    assert bought[unpaid].product_ids == ()
    assert await baskets.baskets(found[0].order_id, ALL, 10) == found[1:]
    assert await baskets.baskets(NONE, found[1].order_id, 10) == found[:1]
    assert await baskets.baskets(NONE, ALL, 1) == found[:1]
    assert isinstance(found[0], Basket)
