"""The promises of ``CatalogStore``, kept by every adapter; one joins by a line in ``CATALOG_STORES``."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.helpers.catalog import category, category_id, product, product_id, shirt
from tests.helpers.catalog_stores import CATALOG_STORES

from vivamarket.catalog.errors import (
    CategoryCycle,
    CategoryNotEmpty,
    CategoryNotFound,
    ProductNotFound,
    SkuTaken,
    SlugTaken,
)
from vivamarket.catalog.model import CATEGORY_DEPTH_MAX, Product, ProductStatus, Text, Variant
from vivamarket.catalog.ports import CatalogStore, ListSort, Write
from vivamarket.kernel.errors import NotFound, StaleVersion
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.kernel.paging import BadCursor, encode_cursor


@pytest.fixture(params=CATALOG_STORES)
def store(request: pytest.FixtureRequest) -> CatalogStore:
    return CATALOG_STORES[request.param](request)


async def titles(
    store: CatalogStore,
    category: CategoryId | None = None,
    sort: ListSort = ListSort.NAME,
    locale: str = "en",
    limit: int = 2,
) -> list[str]:
    """Walk a list page by page."""
    found: list[str] = []
    cursor = None
    for _ in range(50):
        page = await store.list_active(
            category_id=category, locale=locale, sort=sort, cursor=cursor, limit=limit
        )
        assert len(page.items) <= limit
        found += [item.text(locale).title for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            return found
    raise AssertionError("the list does not end")


# Reading and writing one product


async def test_a_stored_product_is_read_back_equal(store: CatalogStore) -> None:
    stored = await store.put(shirt(), 0)

    assert stored == replace(shirt(), version=1)
    assert await store.get(stored.id) == stored
    assert await store.get_many([stored.id, product_id(99)]) == {stored.id: stored}


async def test_an_unknown_product_is_not_found(store: CatalogStore) -> None:
    with pytest.raises(ProductNotFound):
        await store.get(product_id(1))
    with pytest.raises(ProductNotFound):
        await store.by_slug("en", "nothing")


@pytest.mark.parametrize("strange", ["", "\0", "a\0b", "\ud800", "x" * 10_000, "'; DROP TABLE product; --"])
async def test_a_name_that_nothing_can_have_finds_nothing(store: CatalogStore, strange: str) -> None:
    for asked in (
        store.get(ProductId(strange)),
        store.by_slug("en", strange),
        store.category_by_slug("en", strange),
        store.remove(ProductId(strange), 1),
    ):
        with pytest.raises(NotFound):
            await asked
    assert await store.by_skus([Sku(strange)]) == {}
    assert await titles(store, CategoryId(strange) if strange else category_id(1)) == []


async def test_the_order_of_locales_survives(store: CatalogStore) -> None:
    texts = {"es": Text("Taza", "taza"), "en": Text("Mug", "mug")}

    await store.put(product(texts=texts), 0)

    assert list((await store.get(product_id(1))).texts) == ["es", "en"]


async def test_a_stale_write_changes_nothing(store: CatalogStore) -> None:
    stored = await store.put(product(), 0)
    newer = await store.put(replace(stored, vendor="Northwind"), 1)
    head = await store.change_head()

    for expected in (0, 1, 3):
        with pytest.raises(StaleVersion):
            await store.put(replace(stored, vendor="Late"), expected)

    assert await store.get(stored.id) == newer
    assert await store.change_head() == head


async def test_a_new_product_must_not_claim_a_version(store: CatalogStore) -> None:
    with pytest.raises(StaleVersion):
        await store.put(product(), 4)


async def test_a_sku_belongs_to_one_product(store: CatalogStore) -> None:
    await store.put(product(1), 0)

    with pytest.raises(SkuTaken) as refusal:
        await store.put(product(2, "Other", variants=(Variant(Sku("SKU-1")),)), 0)

    assert refusal.value.fields["sku"] == "SKU-1"
    with pytest.raises(ProductNotFound):
        await store.get(product_id(2))


async def test_a_sku_that_was_given_up_is_free(store: CatalogStore) -> None:
    stored = await store.put(product(1), 0)
    await store.put(replace(stored, variants=(Variant(Sku("NEW")),)), 1)

    await store.put(product(2, "Other", variants=(Variant(Sku("SKU-1")),)), 0)

    owners = await store.sku_owners([Sku("SKU-1"), Sku("NEW"), Sku("NONE")])
    assert owners == {"SKU-1": product_id(2), "NEW": product_id(1)}
    assert (await store.by_skus([Sku("NEW")]))[Sku("NEW")].id == product_id(1)


# Slugs


async def test_an_old_slug_leads_to_the_new_one(store: CatalogStore) -> None:
    stored = await store.put(product(1, slug="mug"), 0)
    await store.put(replace(stored, texts={"en": Text("Mug", "big-mug")}), 1)

    old, new = await store.by_slug("en", "mug"), await store.by_slug("en", "big-mug")

    assert (old.id, old.current_slug, old.is_current) == (product_id(1), "big-mug", False)
    assert (new.current_slug, new.is_current) == ("big-mug", True)


async def test_a_product_can_take_its_old_slug_back(store: CatalogStore) -> None:
    stored = await store.put(product(1, slug="mug"), 0)
    renamed = await store.put(replace(stored, texts={"en": Text("Mug", "cup")}), 1)
    await store.put(replace(renamed, texts={"en": Text("Mug", "mug")}), 2)

    assert (await store.by_slug("en", "mug")).is_current
    assert (await store.by_slug("en", "cup")).current_slug == "mug"


async def test_a_current_slug_is_taken_and_an_old_one_is_not(store: CatalogStore) -> None:
    stored = await store.put(product(1, slug="mug"), 0)
    with pytest.raises(SlugTaken) as refusal:
        await store.put(product(2, slug="mug"), 0)
    assert refusal.value.fields["slug"] == "mug"
    await store.put(replace(stored, texts={"en": Text("Mug", "cup")}), 1)

    await store.put(product(2, slug="mug"), 0)

    assert (await store.by_slug("en", "mug")).id == product_id(2)


async def test_a_product_without_a_translation_is_found_by_its_first_slug(store: CatalogStore) -> None:
    await store.put(product(1, slug="mug"), 0)

    assert (await store.by_slug("es", "mug")).id == product_id(1)


async def test_many_slugs_are_followed_at_once(store: CatalogStore) -> None:
    await store.put(product(1, slug="mug"), 0)
    await store.put(product(2, slug="cup"), 0)

    found = await store.by_slugs("en", ["mug", "cup", "none"])

    assert {slug: match.id for slug, match in found.items()} == {"mug": product_id(1), "cup": product_id(2)}


# Many at once


async def test_many_writes_are_each_whole_or_not_at_all(store: CatalogStore) -> None:
    await store.put(product(1), 0)
    writes = [
        Write(product(2, "Two"), 0),
        Write(product(3, "Three", variants=(Variant(Sku("SKU-1")),)), 0),
        Write(product(4, "Two"), 0),
        Write(product(5, "Five"), 7),
        Write(product(6, "Six"), 0),
    ]

    results = await store.put_many(writes)

    refusals = [type(result.refusal).__name__ if result.refusal else "" for result in results]
    assert refusals == ["", "SkuTaken", "SlugTaken", "StaleVersion", ""]
    assert [result.product.version for result in results if result.product] == [1, 1]
    assert set(await store.get_many([product_id(n) for n in range(1, 7)])) == {
        product_id(1), product_id(2), product_id(6)
    }  # fmt: skip


async def test_many_writes_happen_in_order(store: CatalogStore) -> None:
    a, b = product(1, "A"), product(2, "B")
    await store.put_many([Write(a, 0), Write(b, 0)])

    results = await store.put_many(
        [
            Write(replace(a, variants=(Variant(Sku("FRESH")),)), 1),
            Write(replace(b, variants=(Variant(Sku("SKU-1")),)), 1),
            Write(replace(a, vendor="twice", variants=(Variant(Sku("SKU-2")),)), 2),
        ]
    )

    assert all(result.refusal is None for result in results)
    owners = await store.sku_owners([Sku("SKU-1"), Sku("SKU-2"), Sku("FRESH")])
    assert owners == {"SKU-1": product_id(2), "SKU-2": product_id(1)}


async def test_racing_writers_of_one_sku_leave_one_winner(store: CatalogStore) -> None:
    rivals = [
        [
            Write(product(100 * rival + n, f"P {rival} {n}", variants=(Variant(Sku(f"S-{n}")),)), 0)
            for n in order
        ]
        for rival, order in enumerate((range(20), range(19, -1, -1), range(20)))
    ]

    answers = await asyncio.gather(*(store.put_many(writes) for writes in rivals))

    for n in range(20):
        won = [
            result.product.id
            for writes, results in zip(rivals, answers, strict=True)
            for write, result in zip(writes, results, strict=True)
            if write.product.variants[0].sku == f"S-{n}" and result.product is not None
        ]
        assert len(won) == 1
        assert (await store.sku_owners([Sku(f"S-{n}")]))[Sku(f"S-{n}")] == won[0]


async def test_racing_writers_of_one_product_leave_one_winner(store: CatalogStore) -> None:
    stored = await store.put(product(), 0)

    answers = await asyncio.gather(
        *(store.put(replace(stored, vendor=f"v{n}"), 1) for n in range(6)), return_exceptions=True
    )

    winners = [answer for answer in answers if isinstance(answer, Product)]
    assert len(winners) == 1
    assert sum(isinstance(answer, StaleVersion) for answer in answers) == 5
    assert await store.get(stored.id) == winners[0]


# Removing


async def test_a_removed_product_frees_its_skus_and_its_slug_leads_nowhere(store: CatalogStore) -> None:
    await store.put(product(1, slug="mug"), 0)
    with pytest.raises(StaleVersion):
        await store.remove(product_id(1), 9)

    await store.remove(product_id(1), 1)

    for lost in (store.get(product_id(1)), store.by_slug("en", "mug"), store.remove(product_id(1), 1)):
        with pytest.raises(ProductNotFound):
            await lost
    assert await titles(store) == []
    await store.put(product(2, slug="mug", variants=(Variant(Sku("SKU-1")),)), 0)


# Lists


async def test_lists_show_active_products_in_the_declared_orders(store: CatalogStore) -> None:
    names = ["Zebra", "apple", "Éclair", "banana", "Ñu"]
    await store.put_many([Write(product(n, name), 0) for n, name in enumerate(names, 1)])
    await store.put(product(9, "Draft", status=ProductStatus.DRAFT), 0)

    assert await titles(store) == ["apple", "banana", "Éclair", "Ñu", "Zebra"]
    assert await titles(store, sort=ListSort.NEWEST) == list(reversed(names))
    assert await titles(store, locale="es") == ["apple", "banana", "Éclair", "Ñu", "Zebra"]


async def test_equal_names_and_times_lose_nobody_between_pages(store: CatalogStore) -> None:
    same = [product(n, "Same", slug=f"same-{n}", created_at=product(1).created_at) for n in range(1, 8)]
    await store.put_many([Write(each, 0) for each in same])

    assert len(await titles(store, limit=3)) == 7
    assert len(await titles(store, sort=ListSort.NEWEST, limit=3)) == 7


async def test_a_category_lists_everything_below_it_once(store: CatalogStore) -> None:
    home = await store.put_category(category(1, "Home"), 0)
    kitchen = await store.put_category(category(2, "Kitchen", home.id), 0)
    mugs = await store.put_category(category(3, "Mugs", kitchen.id), 0)
    await store.put(product(1, "Mug", category_ids=(mugs.id, kitchen.id)), 0)
    await store.put(product(2, "Lamp", category_ids=(home.id,)), 0)
    await store.put(product(3, "Elsewhere"), 0)

    assert await titles(store, home.id) == ["Lamp", "Mug"]
    assert await titles(store, kitchen.id) == ["Mug"]
    assert await titles(store, mugs.id) == ["Mug"]
    assert await titles(store) == ["Elsewhere", "Lamp", "Mug"]
    assert await store.active_counts() == {home.id: 2, kitchen.id: 1, mugs.id: 1}


async def test_lists_follow_what_a_product_becomes(store: CatalogStore) -> None:
    home = await store.put_category(category(1, "Home"), 0)
    garden = await store.put_category(category(2, "Garden"), 0)
    mug = await store.put(product(1, "Mug", category_ids=(home.id,)), 0)
    mug = await store.put(replace(mug, category_ids=(garden.id,), texts={"en": Text("Pot", "pot")}), 1)

    assert (await titles(store, home.id), await titles(store, garden.id)) == ([], ["Pot"])
    mug = await store.put(replace(mug, status=ProductStatus.ARCHIVED), 2)
    assert (await titles(store), await titles(store, garden.id)) == ([], [])
    await store.put(replace(mug, status=ProductStatus.ACTIVE), 3)
    assert await titles(store, garden.id) == ["Pot"]


async def test_a_cursor_of_another_list_is_refused(store: CatalogStore) -> None:
    await store.put_many([Write(product(n, f"P{n}"), 0) for n in range(1, 4)])
    page = await store.list_active(category_id=None, locale="en", sort=ListSort.NAME, cursor=None, limit=2)

    with pytest.raises(BadCursor):
        await store.list_active(
            category_id=None, locale="en", sort=ListSort.NEWEST, cursor=page.next_cursor, limit=2
        )
    scope = f"{ListSort.NAME}:00000000-0000-0000-0000-000000000000:en"
    keys: list[list[str | int | None]] = [
        ["x", "y"],
        [1, product_id(1)],
        ["\0", product_id(1)],
        [None, None],
    ]
    for key in keys:
        with pytest.raises(BadCursor):
            await store.list_active(
                category_id=None, locale="en", sort=ListSort.NAME, cursor=encode_cursor(scope, key), limit=2
            )


async def test_a_scan_meets_every_product_once(store: CatalogStore) -> None:
    await store.put_many([Write(product(n, f"P{n}", status=ProductStatus.DRAFT), 0) for n in range(1, 8)])
    met: list[str] = []
    cursor = None
    while True:
        page = await store.scan(cursor, 3)
        met += [item.id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break

    assert met == [product_id(n) for n in range(1, 8)]


# Categories


async def test_the_tree_comes_parents_first_and_siblings_by_position(store: CatalogStore) -> None:
    home = await store.put_category(category(1, "Home", position=2), 0)
    await store.put_category(category(2, "Mugs", home.id, position=2), 0)
    await store.put_category(category(3, "Bowls", home.id, position=1), 0)
    await store.put_category(category(4, "Garden", position=1), 0)

    tree = await store.categories()

    assert [node.text("en").title for node in tree] == ["Garden", "Home", "Bowls", "Mugs"]
    assert tree[1] == home


async def test_category_writes_are_versioned_and_slugs_redirect(store: CatalogStore) -> None:
    home = await store.put_category(category(1, "Home"), 0)
    with pytest.raises(StaleVersion):
        await store.put_category(home, 0)
    with pytest.raises(SlugTaken):
        await store.put_category(category(2, "Home"), 0)

    await store.put_category(replace(home, texts={"en": Text("House", "house")}), 1)

    old = await store.category_by_slug("en", "home")
    assert (old.id, old.current_slug, old.is_current) == (home.id, "house", False)
    with pytest.raises(CategoryNotFound):
        await store.category_by_slug("en", "none")


async def test_a_category_cannot_stand_below_itself(store: CatalogStore) -> None:
    home = await store.put_category(category(1, "Home"), 0)
    mugs = await store.put_category(category(2, "Mugs", home.id), 0)

    for parent in (home.id, mugs.id):
        with pytest.raises(CategoryCycle):
            await store.put_category(replace(home, parent_id=parent), 1)


async def test_the_tree_has_a_deepest_level(store: CatalogStore) -> None:
    parent = None
    for level in range(1, CATEGORY_DEPTH_MAX + 1):
        parent = (await store.put_category(category(level, f"L{level}", parent), 0)).id
    with pytest.raises(CategoryCycle):
        await store.put_category(category(50, "Deeper", parent), 0)
    other = await store.put_category(category(51, "Other"), 0)
    top = (await store.categories())[0]

    with pytest.raises(CategoryCycle):
        await store.put_category(replace(top, parent_id=other.id), top.version)


async def test_a_moved_category_takes_its_products_along(store: CatalogStore) -> None:
    home = await store.put_category(category(1, "Home"), 0)
    garden = await store.put_category(category(2, "Garden"), 0)
    kitchen = await store.put_category(category(3, "Kitchen", home.id), 0)
    mugs = await store.put_category(category(4, "Mugs", kitchen.id), 0)
    await store.put(product(1, "Mug", category_ids=(mugs.id,)), 0)
    await store.put(product(2, "Both", category_ids=(mugs.id, home.id)), 0)
    await store.put(product(3, "Draft", category_ids=(mugs.id,), status=ProductStatus.DRAFT), 0)

    await store.put_category(replace(kitchen, parent_id=garden.id), 1)

    assert await titles(store, home.id) == ["Both"]
    assert await titles(store, garden.id) == ["Both", "Mug"]
    draft = await store.get(product_id(3))
    await store.put(replace(draft, status=ProductStatus.ACTIVE), 1)
    assert await titles(store, garden.id) == ["Both", "Draft", "Mug"]
    both = await store.get(product_id(2))
    await store.put(replace(both, category_ids=()), 1)
    assert await titles(store, garden.id) == ["Draft", "Mug"]
    assert await titles(store, home.id) == []


async def test_only_an_empty_category_is_removed(store: CatalogStore) -> None:
    home = await store.put_category(category(1, "Home"), 0)
    mugs = await store.put_category(category(2, "Mugs", home.id), 0)
    draft = await store.put(product(1, category_ids=(mugs.id,), status=ProductStatus.DRAFT), 0)
    for used in (home, mugs):
        with pytest.raises(CategoryNotEmpty):
            await store.remove_category(used.id, 1)
    await store.put(replace(draft, category_ids=()), 1)
    with pytest.raises(StaleVersion):
        await store.remove_category(mugs.id, 7)

    await store.remove_category(mugs.id, 1)

    assert [node.id for node in await store.categories()] == [home.id]
    with pytest.raises(CategoryNotFound):
        await store.remove_category(category_id(9), 1)


# Members of a category, for following and staff


@pytest.mark.parametrize("limit", [1, 2, 10])
async def test_members_are_all_products_in_a_category_and_below_shown_or_not(
    store: CatalogStore, limit: int
) -> None:
    top = await store.put_category(category(1, "Kitchen"), 0)
    below = await store.put_category(category(2, "Cups", top.id), 0)
    for number, shelves in enumerate([(top.id,), (below.id,), (top.id, below.id), ()], start=1):
        status = ProductStatus.DRAFT if number == 2 else ProductStatus.ACTIVE
        await store.put(product(number, f"P {number}", category_ids=shelves, status=status), 0)

    async def walk(category_id: CategoryId) -> list[ProductId]:
        seen: list[ProductId] = []
        cursor = None
        for _ in range(10):
            page = await store.members(category_id, cursor, limit)
            seen += [each.id for each in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return seen
        raise AssertionError("the list does not end")

    assert await walk(top.id) == [product_id(1), product_id(2), product_id(3)]
    assert await walk(below.id) == [product_id(2), product_id(3)]
    assert await walk(category_id(9)) == []
    assert await walk(CategoryId("nonsense")) == []
