"""The catalogue's use cases: what a shopper may see, and how staff change it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from vivamarket.catalog.errors import CategoryNotFound, ProductNotFound, SiblingsChanged
from vivamarket.catalog.model import Category, Product, ProductStatus, Text
from vivamarket.catalog.ports import CatalogStore, ListSort, Write, WriteResult
from vivamarket.catalog.validate import check_category, check_product
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError, Invalid, StaleVersion
from vivamarket.kernel.ids import CategoryId, IdSource, ProductId, Sku, named_uuid
from vivamarket.kernel.paging import Page

#: How often a list asks the store again when schedules have hidden products of a page.
LIST_ROUNDS_MAX = 5
COUNTS_KEPT_SECONDS = 30.0

#: What a patch may name: every field of a product that is content.
PATCHABLE = frozenset(
    {
        "status", "texts", "variants", "options", "schedule", "vendor", "product_type", "tags",
        "category_ids", "attributes", "images", "extra",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """A product by its slug. ``redirect_to`` is the present slug when an old one was asked for."""

    product: Product
    redirect_to: str | None


@dataclass(frozen=True, slots=True)
class FoundCategory:
    """A category by its slug. ``redirect_to`` is the present slug when an old one was asked for."""

    category: Category
    redirect_to: str | None


class CatalogService:
    """Reads for shoppers hide what is not shown; reads for staff do not. Writes are checked and versioned."""

    def __init__(self, store: CatalogStore, clock: Clock, ids: IdSource, *, required_locale: str) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._required_locale = required_locale
        self._counts: dict[CategoryId, int] = {}
        self._counted_at: float | None = None

    # Shoppers

    async def shown(self, product_id: ProductId) -> Product:
        """Return the product if a shopper may see it now. Raise ``ProductNotFound``."""
        product = await self._store.get(product_id)
        if not product.is_shown(self._clock.now()):
            raise ProductNotFound("There is no such product.", product_id=product_id)
        return product

    async def shown_many(self, product_ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        """Return those of the products that a shopper may see now."""
        now = self._clock.now()
        found = await self._store.get_many(product_ids)
        return {product_id: product for product_id, product in found.items() if product.is_shown(now)}

    async def shown_by_slug(self, locale: str, slug: str) -> FoundProduct:
        """Return whose slug this is or was, if a shopper may see it. Raise ``ProductNotFound``."""
        match = await self._store.by_slug(locale, slug)
        product = await self.shown(ProductId(match.id))
        return FoundProduct(product, None if match.is_current else match.current_slug)

    async def shown_by_skus(self, skus: Sequence[Sku]) -> dict[Sku, Product]:
        """Return the product that sells each SKU, for those that a shopper may see now."""
        now = self._clock.now()
        found = await self._store.by_skus(skus)
        return {sku: product for sku, product in found.items() if product.is_shown(now)}

    async def list_shown(
        self, *, category_id: CategoryId | None, locale: str, sort: ListSort, cursor: str | None, limit: int
    ) -> Page[Product]:
        """Return a keyset page of what a shopper may see, of one category and all below it (None = all).

        Products outside their schedule are left out and the page filled up, in at most
        ``LIST_ROUNDS_MAX`` rounds; a page may then be short while ``next_cursor`` says that more follow.
        """
        now = self._clock.now()
        items: list[Product] = []
        for _ in range(LIST_ROUNDS_MAX):
            page = await self._store.list_active(
                category_id=category_id, locale=locale, sort=sort, cursor=cursor, limit=limit - len(items)
            )
            items += [product for product in page.items if product.schedule.covers(now)]
            cursor = page.next_cursor
            if cursor is None or len(items) >= limit:
                break
        return Page(tuple(items), cursor)

    # Staff

    async def get(self, product_id: ProductId) -> Product:
        """Return the product, shown or not. Raise ``ProductNotFound``."""
        return await self._store.get(product_id)

    async def get_many(self, product_ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        """Return those that exist, shown or not."""
        return await self._store.get_many(product_ids)

    async def by_skus(self, skus: Sequence[Sku]) -> dict[Sku, Product]:
        """Return the product that sells each SKU, for those that exist, shown or not."""
        return await self._store.by_skus(skus)

    async def create(self, texts: Mapping[str, Text], **fields: Any) -> Product:
        """Check and store a new product, a draft unless ``status`` says otherwise; return it at version 1.

        ``fields`` are ``Product`` fields. Raise ``BadProduct``, ``SlugTaken``, ``SkuTaken``.
        """
        _require_known(fields)
        now = self._clock.now()
        product = Product(
            id=ProductId(self._ids.uuid7()),
            version=0,
            texts=texts,
            created_at=now,
            updated_at=now,
            **{"status": ProductStatus.DRAFT, "variants": (), **fields},
        )
        return await self.put(product, 0)

    async def put(self, product: Product, expected_version: int) -> Product:
        """Check and store the product as given; return it at its new version.

        Raise ``BadProduct``, ``StaleVersion``, ``SlugTaken``, ``SkuTaken``; nothing is written then.
        """
        return await self._store.put(self.checked(product), expected_version)

    async def put_many(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Do many ``put``, each whole or not at all, answered in order; at most ``PUT_MANY_MAX``."""
        results: list[WriteResult | None] = [None] * len(writes)
        fit: list[tuple[int, Write]] = []
        for index, write in enumerate(writes):
            try:
                fit.append((index, Write(self.checked(write.product), write.expected_version)))
            except DomainError as refusal:
                results[index] = WriteResult(None, refusal)
        stored = await self._store.put_many([write for _, write in fit])
        for (index, _), result in zip(fit, stored, strict=True):
            results[index] = result
        return [result for result in results if result is not None]

    async def patch(self, product_id: ProductId, expected_version: int, **fields: Any) -> Product:
        """Change only the named fields (see ``PATCHABLE``) of the version the caller read.

        Raise ``ProductNotFound``, ``Invalid`` for an unknown field, and what ``put`` raises.
        """
        _require_known(fields)
        product = await self._store.get(product_id)
        if product.version != expected_version:
            raise StaleVersion(
                "Somebody changed the product since you read it: read it again.", version=product.version
            )
        return await self.put(replace(product, **fields), expected_version)

    async def add(self, product: Product, *, request_key: str) -> Product:
        """Check and store a new product; the same ``request_key`` is the same product.

        Its id, version and times are given here. Raise ``BadProduct``, ``SlugTaken``, ``SkuTaken``.
        """
        now = self._clock.now()
        product_id = ProductId(named_uuid(f"product:{request_key}"))
        new = replace(product, id=product_id, version=0, created_at=now, updated_at=now)
        try:
            return await self.put(new, 0)
        except StaleVersion:
            return await self._store.get(product_id)

    async def edit(self, product: Product, expected_version: int) -> Product:
        """Do ``put`` over the version the caller read. Doing the same edit again changes nothing more.

        Raise ``ProductNotFound`` and what ``put`` raises.
        """
        stored = await self._store.get(product.id)
        if stored.version == expected_version + 1 and same_content(stored, self.checked(product)):
            return stored
        return await self.put(product, expected_version)

    async def archive(self, product_id: ProductId, expected_version: int) -> Product:
        """Take the product out of the shop but keep it. Raise ``ProductNotFound``, ``StaleVersion``."""
        return await self.patch(product_id, expected_version, status=ProductStatus.ARCHIVED)

    async def remove(self, product_id: ProductId, expected_version: int) -> None:
        """Remove the product for good. Raise ``ProductNotFound``, ``StaleVersion``."""
        await self._store.remove(product_id, expected_version)

    # Categories

    async def categories(self) -> tuple[Category, ...]:
        """Return the whole tree, parents before children, siblings by position."""
        return await self._store.categories()

    async def category_counts(self) -> dict[CategoryId, int]:
        """Return how many active products each category shows; up to ``COUNTS_KEPT_SECONDS`` old."""
        now = self._clock.monotonic()
        if self._counted_at is None or now - self._counted_at >= COUNTS_KEPT_SECONDS:
            self._counts = await self._store.active_counts()
            self._counted_at = now
        return self._counts

    async def category_by_slug(self, locale: str, slug: str) -> FoundCategory:
        """Return whose slug this is or was. Raise ``CategoryNotFound``."""
        match = await self._store.category_by_slug(locale, slug)
        for category in await self._store.categories():
            if category.id == match.id:
                return FoundCategory(category, None if match.is_current else match.current_slug)
        raise CategoryNotFound("There is no such category.", slug=slug)

    async def create_category(self, texts: Mapping[str, Text], **fields: Any) -> Category:
        """Check and store a new category. Raise ``BadCategory``, ``SlugTaken``, ``CategoryCycle``."""
        category = Category(id=CategoryId(self._ids.uuid7()), version=0, texts=texts, **fields)
        return await self.put_category(category, 0)

    async def put_category(self, category: Category, expected_version: int) -> Category:
        """Check and store the category as given.

        Raise ``BadCategory``, ``StaleVersion``, ``SlugTaken``, ``CategoryCycle``.
        """
        checked = check_category(category, required_locale=self._required_locale)
        return await self._store.put_category(checked, expected_version)

    async def add_category(self, category: Category, *, request_key: str) -> Category:
        """Check and store a new category; the same ``request_key`` is the same category.

        Raise ``BadCategory``, ``SlugTaken``, ``CategoryCycle``, ``CategoryNotFound`` for its parent.
        """
        category_id = CategoryId(named_uuid(f"category:{request_key}"))
        try:
            return await self.put_category(replace(category, id=category_id, version=0), 0)
        except StaleVersion:
            return await self.category(category_id)

    async def category(self, category_id: CategoryId) -> Category:
        """Return the category. Raise ``CategoryNotFound``. Reads the whole tree."""
        for category in await self._store.categories():
            if category.id == category_id:
                return category
        raise CategoryNotFound("There is no such category.", category_id=category_id)

    async def edit_category(self, category: Category, expected_version: int) -> Category:
        """Do ``put_category`` over the version the caller read: rename, move, put elsewhere in its row.

        Doing the same edit again changes nothing more. Raise ``CategoryNotFound`` and what
        ``put_category`` raises.
        """
        stored = await self.category(category.id)
        wanted = check_category(category, required_locale=self._required_locale)
        if stored == replace(wanted, version=expected_version + 1):
            return stored
        return await self.put_category(category, expected_version)

    async def order_categories(
        self, parent_id: CategoryId | None, ordered: Sequence[CategoryId]
    ) -> tuple[Category, ...]:
        """Put the categories below ``parent_id`` in that order; return them. Only what moves is written.

        Each is written by itself: when somebody writes at the same time, repeat it. Raise
        ``SiblingsChanged`` unless exactly these stand there now, and ``StaleVersion``.
        """
        siblings = {each.id: each for each in await self._store.categories() if each.parent_id == parent_id}
        if len(ordered) != len(siblings) or set(ordered) != siblings.keys():
            raise SiblingsChanged(
                "Somebody added, moved or removed a category here: read the tree again.", parent_id=parent_id
            )
        arranged = []
        for position, category_id in enumerate(ordered):
            category = siblings[category_id]
            if category.position != position:
                category = await self.put_category(replace(category, position=position), category.version)
            arranged.append(category)
        return tuple(arranged)

    async def discard_category(self, category_id: CategoryId, expected_version: int) -> None:
        """Do ``remove_category``; one that is not there is fine."""
        try:
            await self._store.remove_category(category_id, expected_version)
        except CategoryNotFound:
            return

    async def remove_category(self, category_id: CategoryId, expected_version: int) -> None:
        """Remove an empty category. Raise ``CategoryNotFound``, ``StaleVersion``, ``CategoryNotEmpty``."""
        await self._store.remove_category(category_id, expected_version)

    def checked(self, product: Product) -> Product:
        """Return the product as it would be stored now. Raise ``BadProduct``."""
        checked = check_product(product, required_locale=self._required_locale)
        return replace(checked, updated_at=self._clock.now())


def same_content(one: Product, other: Product) -> bool:
    """Return whether two products differ in nothing but version and time of writing."""
    return replace(one, version=0, updated_at=other.updated_at) == replace(other, version=0)


def _require_known(fields: Mapping[str, object]) -> None:
    unknown = sorted(fields.keys() - PATCHABLE)
    if unknown:
        raise Invalid("A product has no such field.", fields=unknown)
