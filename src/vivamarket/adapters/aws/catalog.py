"""``CatalogStore`` in DynamoDB: one table, every read by key, every usual write one transaction.

What its items are: ``catalog_items``. How a write stays whole that is too long for one transaction:
``catalog_products``.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from vivamarket.adapters.aws import catalog_items as at
from vivamarket.adapters.aws.catalog_feed import Feed
from vivamarket.adapters.aws.catalog_items import can_be_key, entry_of, slug_key, slug_write
from vivamarket.adapters.aws.catalog_products import Products
from vivamarket.adapters.aws.catalog_tree import Tree, TreeReader, category_item
from vivamarket.adapters.aws.dynamo import ConditionFailed, Items, ItemWrite, delete, put
from vivamarket.catalog.codec import encode_category
from vivamarket.catalog.cursors import cursor_id, is_record_id, list_key, require_at_most
from vivamarket.catalog.entries import EVERYTHING, Prepared, decide, prepare, shelves_of
from vivamarket.catalog.errors import CategoryNotEmpty, CategoryNotFound, ProductNotFound, SlugTaken
from vivamarket.catalog.model import Category, Change, ChangeKind, Product, SlugMatch
from vivamarket.catalog.ports import GET_MANY_MAX, PUT_MANY_MAX, ListSort, Write, WriteResult
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError, StaleVersion, Unavailable
from vivamarket.kernel.ids import CategoryId, IdSource, ProductId, Sku
from vivamarket.kernel.paging import Page, decode_cursor, encode_cursor
from vivamarket.kernel.retries import jittered

T = TypeVar("T")

SCAN_MAX = 1_000
#: How often a write is decided anew when another process wrote meanwhile, and how long it waits in between.
ATTEMPTS_MAX = 12
PAUSE_SECONDS_FIRST = 0.01
PAUSE_SECONDS_MAX = 0.5


class DynamoCatalogStore:
    """Keeps every promise of ``CatalogStore``.

    Writes of one process take turns: all of them move the feed's newest position, so side by side they would
    only refuse one another.
    """

    def __init__(
        self, items: Items, clock: Clock, ids: IdSource, *, locales: Sequence[str] = ("en", "es")
    ) -> None:
        self._items = items
        self._clock = clock
        self._ids = ids
        self._locales = tuple(locales)
        self._feed = Feed(items, clock)
        self._products = Products(items, self._feed, ids)
        self._tree = TreeReader(items)
        self._turn = asyncio.Lock()

    # Reading

    async def get(self, product_id: ProductId) -> Product:
        """See ``CatalogStore``."""
        found = await self.get_many([product_id])
        if product_id not in found:
            raise ProductNotFound("There is no such product.", product_id=product_id)
        return found[product_id]

    async def get_many(self, product_ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        """See ``CatalogStore``."""
        require_at_most("product_ids", len(product_ids), GET_MANY_MAX)
        return await self._products.read(filter(is_record_id, product_ids))

    async def by_slug(self, locale: str, slug: str) -> SlugMatch:
        """See ``CatalogStore``."""
        found = await self.by_slugs(locale, [slug])
        if slug not in found:
            raise ProductNotFound("There is no such product.", locale=locale, slug=slug)
        return found[slug]

    async def by_slugs(self, locale: str, slugs: Sequence[str]) -> dict[str, SlugMatch]:
        """See ``CatalogStore``."""
        require_at_most("slugs", len(slugs), GET_MANY_MAX)
        keys = {slug: slug_key("PRODUCT", locale, slug) for slug in slugs if can_be_key(locale + slug)}
        items = await self._items.get_many(keys.values())
        owners = {slug: items[key] for slug, key in keys.items() if key in items}
        products = await self._products.read_items(owner["record_id"] for owner in owners.values())
        matches = {}
        for slug, owner in owners.items():
            product = products.get(owner["record_id"])
            if product is not None and not product["gone"]:
                current = product["slugs"].get(locale) or next(iter(product["slugs"].values()))
                matches[slug] = SlugMatch(product["id"], current, owner["is_current"])
        return matches

    async def sku_owners(self, skus: Sequence[Sku]) -> dict[Sku, ProductId]:
        """See ``CatalogStore``."""
        require_at_most("skus", len(skus), GET_MANY_MAX)
        owners = await self._products.sku_owners(filter(can_be_key, skus))
        return {Sku(sku): ProductId(owner) for sku, owner in owners.items()}

    async def by_skus(self, skus: Sequence[Sku]) -> dict[Sku, Product]:
        """See ``CatalogStore``."""
        owners = await self.sku_owners(skus)
        products = await self._products.read(set(owners.values()))
        return {sku: products[owner] for sku, owner in owners.items() if owner in products}

    async def list_active(
        self, *, category_id: CategoryId | None, locale: str, sort: ListSort, cursor: str | None, limit: int
    ) -> Page[Product]:
        """Read one range of one list, then the products."""
        shelf = category_id or EVERYTHING
        if not is_record_id(shelf):
            return Page(())
        scope = f"{sort}:{shelf}:{locale}"
        first, last_id = list_key(scope, sort, cursor)
        newest = sort is ListSort.NEWEST
        listed_locale = locale if locale in self._locales else self._locales[0]
        pk = at.newest_shelf(shelf) if newest else at.names_shelf(shelf, listed_locale)
        after = at.newest_place(first, last_id) if newest else at.name_place(first, last_id)
        after = after if cursor is not None else ""
        found = [item async for item in self._items.query(pk, after=after, limit=limit + 1, backwards=newest)]
        page = found[:limit]
        products = await self._products.read(item["id"] for item in page)
        next_cursor = None
        if len(found) > limit and page:
            place, _, record_id = page[-1]["sk"].rpartition("#" if newest else "\0")
            next_cursor = encode_cursor(scope, [int(place) if newest else place, record_id])
        return Page(tuple([products[item["id"]] for item in page if item["id"] in products]), next_cursor)

    async def members(self, category_id: CategoryId, cursor: str | None, limit: int) -> Page[Product]:
        """Read one range of the shelf's members."""
        if not is_record_id(category_id) or category_id not in (await self._tree.read()).categories:
            require_at_most("limit", limit, SCAN_MAX)
            return Page(())
        return await self._by_id(f"members:{category_id}", category_id, cursor, limit)

    async def scan(self, cursor: str | None, limit: int) -> Page[Product]:
        """Read one range of everything."""
        return await self._by_id("scan", EVERYTHING, cursor, limit)

    async def _by_id(self, scope: str, shelf: str, cursor: str | None, limit: int) -> Page[Product]:
        require_at_most("limit", limit, SCAN_MAX)
        after = cursor_id(decode_cursor(scope, cursor, 1)[0]) if cursor is not None else ""
        pk = at.members_shelf(shelf)
        found = [item["id"] async for item in self._items.query(pk, after=after, limit=limit)]
        products = await self._products.read(found)
        next_cursor = encode_cursor(scope, [found[-1]]) if len(found) == limit else None
        return Page(tuple([products[each] for each in found if each in products]), next_cursor)

    async def active_counts(self) -> dict[CategoryId, int]:
        """Count the entries of each shelf."""
        categories = (await self._tree.read()).categories
        counts = await asyncio.gather(*(self._items.count(at.newest_shelf(each)) for each in categories))
        return {CategoryId(each): count for each, count in zip(categories, counts, strict=True) if count}

    # Writing

    async def put(self, product: Product, expected_version: int) -> Product:
        """See ``CatalogStore``."""
        result = (await self.put_many([Write(product, expected_version)]))[0]
        if result.product is None:
            raise result.refusal or AssertionError("a write is stored or refused")
        return result.product

    async def put_many(self, writes: Sequence[Write]) -> list[WriteResult]:
        """See ``CatalogStore``."""
        require_at_most("writes", len(writes), PUT_MANY_MAX)
        results = []
        for write in writes:
            wanted = prepare(write, self._locales)
            try:
                await self._decided(functools.partial(self._put, wanted))
            except DomainError as refusal:
                results.append(WriteResult(None, refusal))
            else:
                results.append(WriteResult(wanted.product, None))
        return results

    async def remove(self, product_id: ProductId, expected_version: int) -> None:
        """See ``CatalogStore``."""
        if not is_record_id(product_id):
            raise ProductNotFound("There is no such product.", product_id=product_id[:80])
        await self._decided(lambda: self._remove(product_id, expected_version))

    async def _put(self, wanted: Prepared) -> None:
        before = (await self._products.read_items([wanted.entry.id])).get(wanted.entry.id)
        if before is not None and before["unfinished"]:
            await self._products.finish(before)
            raise ConditionFailed
        tree = await self._standing_tree()
        stored = {wanted.entry.id: entry_of(before)} if before is not None else {}
        skus = await self._products.sku_owners(wanted.entry.skus)
        slugs = await self._slug_owners("PRODUCT", wanted.entry.slugs.items())
        refusal = decide([wanted], stored, skus, slugs)[0]
        if refusal is not None:
            raise refusal
        marks = await self._products.give_up_claims(wanted.entry.skus)
        shelved = wanted.on_shelves(shelves_of(wanted.entry.category_ids, tree.paths))
        await self._products.store(shelved, before, tree, marks)

    async def _remove(self, product_id: ProductId, expected_version: int) -> None:
        before = (await self._products.read_items([product_id])).get(product_id)
        if before is None or before["gone"]:
            raise ProductNotFound("There is no such product.", product_id=product_id)
        if before["unfinished"]:
            await self._products.finish(before)
            raise ConditionFailed
        if before["version"] != expected_version:
            raise StaleVersion(
                "Somebody changed the product since it was read: read it again.",
                version=int(before["version"]),
            )
        await self._products.remove(before)

    # Categories

    async def categories(self) -> tuple[Category, ...]:
        """See ``CatalogStore``."""
        return (await self._tree.read()).in_order()

    async def category_by_slug(self, locale: str, slug: str) -> SlugMatch:
        """See ``CatalogStore``."""
        item = (
            await self._items.get(*slug_key("CATEGORY", locale, slug)) if can_be_key(locale + slug) else None
        )
        category = (await self._tree.read()).categories.get(item["record_id"]) if item else None
        if item is None or category is None:
            raise CategoryNotFound("There is no such category.", locale=locale, slug=slug[:80])
        slugs = self._category_slugs(category)
        return SlugMatch(category.id, slugs.get(locale) or next(iter(slugs.values())), item["is_current"])

    async def put_category(self, category: Category, expected_version: int) -> Category:
        """See ``CatalogStore``. A move takes the products below along before it returns."""
        stored = replace(category, version=expected_version + 1)
        await self._decided(lambda: self._put_category(stored))
        return stored

    async def remove_category(self, category_id: CategoryId, expected_version: int) -> None:
        """See ``CatalogStore``."""
        await self._decided(lambda: self._remove_category(category_id, expected_version))

    async def _put_category(self, stored: Category) -> None:
        tree = await self._standing_tree()
        before = tree.categories.get(stored.id)
        _require_version(before.version if before is not None else 0, stored.version - 1)
        tree.require_place(stored)
        old = self._category_slugs(before) if before is not None else {}
        new = self._category_slugs(stored)
        owners = await self._slug_owners("CATEGORY", new.items())
        for (locale, slug), owner in owners.items():
            if owner != stored.id:
                raise SlugTaken(f"Another category has the address {slug!r}.", locale=locale, slug=slug)
        moves = before is None or before.parent_id != stored.parent_id
        head = await self._feed.head()
        await self._items.write(
            [
                put(category_item(stored, encode_category(stored).decode())),
                *_category_slug_writes(stored.id, old, new),
                tree.next(stored.id if moves else None),
                *self._feed.tell(head, ChangeKind.CATEGORY_PUT, stored.id, stored.version),
            ]
        )
        if moves:
            await self._standing_tree()

    async def _remove_category(self, category_id: CategoryId, expected_version: int) -> None:
        tree = await self._standing_tree()
        before = tree.categories.get(category_id)
        if before is None:
            raise CategoryNotFound("There is no such category.", category_id=category_id)
        _require_version(before.version, expected_version)
        named = await self._items.get(*at.named_key(category_id))
        members = [each async for each in self._items.query(at.members_shelf(category_id), limit=1)]
        if members or any(each.parent_id == category_id for each in tree.categories.values()):
            raise CategoryNotEmpty("The category still has products or categories.", category_id=category_id)
        head = await self._feed.head()
        nobody = "attribute_not_exists(pk)" if named is None else "writes = :writes"
        seen = {} if named is None else {"writes": named["writes"]}
        await self._items.write(
            [
                delete((at.TREE, category_id)),
                delete(at.named_key(category_id), nobody, **seen),
                *_category_slug_writes(category_id, self._category_slugs(before), {}),
                tree.next(None),
                *self._feed.tell(head, ChangeKind.CATEGORY_REMOVED, category_id, before.version),
            ]
        )

    async def _standing_tree(self) -> Tree:
        """Return the tree once all products below a category that moved stand on their new shelves."""
        tree = await self._tree.read()
        if tree.moving is None:
            return tree
        paths = tree.paths
        pk = at.members_shelf(tree.moving)
        # Its members do not change by the move: the shelf stays, those above it change.
        moved = [item["id"] async for item in self._items.query(pk, limit=_ALL)]
        for start in range(0, len(moved), GET_MANY_MAX):
            for item in (await self._products.read_items(moved[start : start + GET_MANY_MAX])).values():
                if item["unfinished"]:
                    await self._products.finish(item)
                    raise ConditionFailed
                shelves = shelves_of(item["category_ids"], paths)
                if list(shelves) != item["shelves"]:
                    await self._products.shelve(item, shelves, tree)
        await self._items.write([tree.moved()])
        return await self._tree.read()

    # The change feed

    async def changes(self, after: str | None, limit: int) -> tuple[Change, ...]:
        """See ``CatalogStore``."""
        return await self._feed.changes(after, limit)

    async def change_head(self) -> str:
        """See ``CatalogStore``."""
        return str(await self._feed.head())

    async def trim_changes(self, keep: int) -> int:
        """See ``CatalogStore``."""
        return await self._feed.trim(keep)

    async def _decided(self, attempt: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Make the write, decided anew while others get in between."""
        async with self._turn:
            for number in range(ATTEMPTS_MAX):
                try:
                    await self._products.finish_others()
                    await attempt()
                except ConditionFailed:
                    pause = min(PAUSE_SECONDS_FIRST * 2.0**number, PAUSE_SECONDS_MAX)
                    await self._clock.sleep(jittered(pause, self._ids))
                    continue
                return
        raise Unavailable("Too many writers at once; try again.")

    async def _slug_owners(self, kind: str, slugs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        keys = {slug_key(kind, locale, slug): (locale, slug) for locale, slug in slugs}
        items = await self._items.get_many(keys)
        return {keys[key]: item["record_id"] for key, item in items.items() if item["is_current"]}

    def _category_slugs(self, category: Category) -> dict[str, str]:
        slugs = {locale: category.text(locale).slug for locale in self._locales}
        return slugs | {locale: text.slug for locale, text in category.texts.items()}


#: No shelf has more products than the catalogue may have.
_ALL = 10_000_000


def _category_slug_writes(category_id: str, old: dict[str, str], new: dict[str, str]) -> list[ItemWrite]:
    kept = {(locale, slug, True) for locale, slug in new.items()}
    left = {(locale, slug, False) for locale, slug in old.items() if new.get(locale) != slug}
    return [
        slug_write("CATEGORY", (locale, slug), category_id, is_current=is_current)
        for locale, slug, is_current in sorted(kept | left)
    ]


def _require_version(stored: int, expected: int) -> None:
    if stored != expected:
        raise StaleVersion("Somebody changed the category since it was read: read it again.", version=stored)
