"""The catalogue in DynamoDB beyond one transaction: long writes, crashes in between, other processes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.helpers.catalog import CountedIds, StillClock, category, eur, product, product_id
from tests.helpers.cloud import Cloud

from vivamarket.adapters.aws.catalog import DynamoCatalogStore
from vivamarket.adapters.aws.dynamo import Items, ItemWrite
from vivamarket.adapters.aws.tables import CATALOG
from vivamarket.catalog.errors import ProductNotFound, SkuTaken
from vivamarket.catalog.model import VARIANTS_MAX, Product, ProductStatus, Text, Variant
from vivamarket.catalog.ports import ListSort
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import Sku

#: Variants of a product whose write is too long for one transaction.
LONG = 100
#: Its writes: the sign, two steps of SKUs, then the one that decides.
_DECISION = 4


class Crash(Exception):
    """The process ends here."""


class CrashingItems(Items):
    """Items whose process ends before its nth write."""

    def __init__(self, items: Items, left: int) -> None:
        super().__init__(items._client, items._table, clock=StillClock(), ids=CountedIds())
        self.left = left

    async def write(self, writes: Sequence[ItemWrite]) -> None:
        self._count()
        await super().write(writes)

    async def delete_all(self, keys: Sequence[tuple[str, str]]) -> None:
        self._count()
        await super().delete_all(keys)

    def _count(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Crash


class PausedItems(Items):
    """Items that wait before their nth write until they are let go on."""

    def __init__(self, items: Items, before: int) -> None:
        super().__init__(items._client, items._table, clock=StillClock(), ids=CountedIds())
        self._left = before
        self.reached, self.go_on = asyncio.Event(), asyncio.Event()

    async def write(self, writes: Sequence[ItemWrite]) -> None:
        self._left -= 1
        if self._left == 0:
            self.reached.set()
            await self.go_on.wait()
        await super().write(writes)


@pytest.fixture
def items(cloud: Cloud) -> Items:
    return cloud.table(CATALOG)


def store_on(items: Items) -> DynamoCatalogStore:
    return DynamoCatalogStore(items, StillClock(), CountedIds())


def skus(prefix: str, count: int) -> tuple[Variant, ...]:
    return tuple(Variant(Sku(f"{prefix}-{number}"), prices=eur("1")) for number in range(count))


async def assert_whole(store: DynamoCatalogStore, known: Sequence[str]) -> list[Product]:
    """Every index says what the products say, and nothing else."""
    products = list((await store.scan(None, 1_000)).items)
    sold = {variant.sku: each.id for each in products for variant in each.variants}
    assert await store.sku_owners([Sku(sku) for sku in known]) == {
        sku: sold[Sku(sku)] for sku in known if sku in sold
    }
    shown = {each.id for each in products if each.status is ProductStatus.ACTIVE}
    for sort in ListSort:
        page = await store.list_active(category_id=None, locale="en", sort=sort, cursor=None, limit=100)
        assert {each.id for each in page.items} == shown
    for shelf in await store.categories():
        page = await store.members(shelf.id, None, 100)
        assert {each.id for each in page.items} == {
            each.id for each in products if shelf.id in each.category_ids
        }
    return products


async def test_a_product_may_have_as_many_variants_as_anywhere(items: Items) -> None:
    store = store_on(items)
    large = product(1, variants=skus("A", VARIANTS_MAX))

    stored = await store.put(large, 0)

    assert await store.get(stored.id) == stored
    assert (await store.by_skus([Sku("A-0"), Sku(f"A-{VARIANTS_MAX - 1}")])).keys() == {
        "A-0",
        f"A-{VARIANTS_MAX - 1}",
    }


async def test_a_document_longer_than_an_item_comes_back_whole(items: Items) -> None:
    store = store_on(items)
    words = "".join(chr(0x4E00 + number * 7_919 % 20_000) for number in range(60_000))
    texts = {locale: Text("Mug", f"mug-{locale}", words) for locale in ("en", "es", "de", "fr")}
    stored = await store.put(product(1, texts=texts), 0)
    assert await store.get(stored.id) == stored

    short = await store.put(replace(stored, texts={"en": Text("Mug", "mug")}), 1)

    assert await store.get(stored.id) == short
    parts = [each["sk"] async for each in items.query(f"PRODUCT#{stored.id}", "PART#", limit=10)]
    assert parts == []


@pytest.mark.parametrize("change", ["put", "remove"])
async def test_a_crash_between_any_two_steps_is_mended_by_the_next_writer(cloud: Cloud, change: str) -> None:
    """The first write of every round that crashes is one later, until one comes to its end."""
    known = [f"{prefix}-{number}" for prefix in "AB" for number in range(LONG)]
    for steps in range(1_000):
        table = cloud.table(CATALOG)
        store = store_on(table)
        home = await store.put_category(category(1, "Home"), 0)
        garden = await store.put_category(category(2, "Garden"), 0)
        old = await store.put(product(1, category_ids=(home.id,), variants=skus("A", LONG)), 0)
        new = replace(old, category_ids=(garden.id,), variants=(*skus("A", 9), *skus("B", LONG)))
        crashing = CrashingItems(table, steps)
        try:
            if change == "put":
                await store_on(crashing).put(new, 1)
            else:
                await store_on(crashing).remove(old.id, 1)
            ended = True
        except Crash:
            ended = False
        await store.put(product(2, "Other"), 0)

        products = {each.id: each for each in await assert_whole(store, known)}
        wanted = [old, replace(new, version=2)] if change == "put" else [old, None]
        assert products.get(old.id) in wanted
        if ended:
            assert products.get(old.id) == wanted[1]
            break
        free = tuple(
            each for each in (*skus("A", LONG), *skus("B", LONG)) if not _sells(products.get(old.id), each)
        )
        if free:
            await store.put(product(3, "Heir", variants=free), 0)
    assert steps > 3


def _sells(product: Product | None, variant: Variant) -> bool:
    return product is not None and product.variant(variant.sku) is not None


async def test_of_two_long_writes_that_want_one_sku_one_wins(items: Items) -> None:
    rivals = [
        product(1, variants=(*skus("A", LONG), Variant(Sku("ONE")))),
        product(2, "Other", variants=(Variant(Sku("ONE")), *skus("B", LONG))),
    ]

    answers = await asyncio.gather(*(store_on(items).put(each, 0) for each in rivals), return_exceptions=True)

    won = [each for each in answers if isinstance(each, Product)]
    assert [type(each) for each in answers if not isinstance(each, Product)] == [SkuTaken]
    known = ["ONE", *(f"{prefix}-{number}" for prefix in "AB" for number in range(LONG))]
    assert await assert_whole(store_on(items), known) == won


async def test_no_two_products_sell_a_sku_that_two_long_writes_claimed_before_either_was_decided(
    items: Items,
) -> None:
    rivals = [
        product(1, variants=(*skus("A", LONG), Variant(Sku("ONE")))),
        product(2, "Other", variants=(Variant(Sku("ONE")), *skus("B", LONG))),
    ]
    writing = []
    paused = [PausedItems(items, before=_DECISION) for _ in rivals]
    for rival, its in zip(rivals, paused, strict=True):
        writing.append(asyncio.create_task(store_on(its).put(rival, 0)))
        await its.reached.wait()
    for write, its in zip(writing, paused, strict=True):
        its.go_on.set()
        await asyncio.wait([write])

    answers = await asyncio.gather(*writing, return_exceptions=True)

    won = [each for each in answers if isinstance(each, Product)]
    assert [type(each) for each in answers if not isinstance(each, Product)] == [SkuTaken]
    known = ["ONE", *(f"{prefix}-{number}" for prefix in "AB" for number in range(LONG))]
    assert await assert_whole(store_on(items), known) == won


async def test_processes_that_write_at_once_tell_every_change_once_and_in_order(items: Items) -> None:
    stores = [store_on(items) for _ in range(3)]
    numbers = range(1, 13)

    answers = await asyncio.gather(
        *(stores[n % 3].put(product(n, f"P{n}", variants=skus(f"S{n}", 1)), 0) for n in numbers),
        return_exceptions=True,
    )

    written = {each.id for each in answers if isinstance(each, Product)}
    assert all(isinstance(each, Product | Unavailable) for each in answers)
    assert {change.id for change in await stores[0].changes(None, 100)} == written
    assert len(written) == int(await stores[0].change_head())


async def test_a_move_that_a_crash_interrupted_is_ended_by_the_next_writer(cloud: Cloud) -> None:
    for steps in range(1_000):
        table = cloud.table(CATALOG)
        store = store_on(table)
        home = await store.put_category(category(1, "Home"), 0)
        garden = await store.put_category(category(2, "Garden"), 0)
        cups = await store.put_category(category(3, "Cups", home.id), 0)
        for number in range(1, 4):
            await store.put(
                product(number, f"P{number}", category_ids=(cups.id,), variants=skus(f"S{number}", 1)), 0
            )
        crashing = CrashingItems(table, steps)
        try:
            await store_on(crashing).put_category(replace(cups, parent_id=garden.id), 1)
            ended = True
        except Crash:
            ended = False
        await store.put(product(9, "Other"), 0)

        parent = {each.id: each.parent_id for each in await store.categories()}[cups.id]
        assert parent == garden.id or steps == 0
        for shelf in (home.id, garden.id):
            page = await store.members(shelf, None, 10)
            assert len(page.items) == (3 if shelf == parent else 0)
        if ended:
            assert steps > 3
            return
    raise AssertionError("the move never ended")


async def test_a_product_that_is_being_removed_is_not_there(items: Items) -> None:
    store = store_on(items)
    stored = await store.put(product(1, variants=skus("A", LONG)), 0)
    crashing = CrashingItems(items, 1)
    with pytest.raises(Crash):
        await store_on(crashing).remove(stored.id, 1)

    with pytest.raises(ProductNotFound):
        await store.get(product_id(1))
    assert await store.put(product(1, variants=skus("A", LONG)), 0) == stored
