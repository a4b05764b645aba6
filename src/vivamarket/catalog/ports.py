"""What the catalogue needs from storage: access by key and by a few declared indexes, no joins.

Every promise here can be kept by PostgreSQL (JSONB) and by DynamoDB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from vivamarket.catalog.bulk import BulkEdit
from vivamarket.catalog.model import Category, Change, Product, SlugMatch
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.kernel.paging import Page

PUT_MANY_MAX = 1_000
GET_MANY_MAX = 1_000


class ListSort(StrEnum):
    """The declared orders of a product list."""

    NEWEST = "newest"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Write:
    """One wanted write: the product as it shall be, and the version it was read at (0 = new)."""

    product: Product
    expected_version: int


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What became of one ``Write``: the stored product, or the refusal (then nothing of it is stored)."""

    product: Product | None
    refusal: DomainError | None


class BulkEditStore(Protocol):
    """Keeps what bulk edits replaced, as long as they can be undone. Each method is one transaction."""

    async def begin(self, edit: BulkEdit) -> BulkEdit:
        """Keep the edit; return the one kept before under its id, if there is one."""
        ...

    async def get(self, edit_id: str) -> BulkEdit:
        """Return the edit. Raise ``BulkEditNotFound``."""
        ...

    async def finish(self, edit_id: str, written: Sequence[ProductId]) -> None:
        """Note which products were written; noted once, it stays. An unknown edit is fine."""
        ...

    async def set_undone(self, edit_id: str, at: datetime) -> None:
        """Note that the edit is undone; noted once, it stays. An unknown edit is fine."""
        ...

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` edits that expired before that moment; return how many went."""
        ...


class CatalogStore(Protocol):
    """Keeps products and categories. Reads see every write that returned before they began."""

    async def get(self, product_id: ProductId) -> Product:
        """Return the product. Raise ``ProductNotFound``."""
        ...

    async def get_many(self, product_ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        """Return those that exist, at most ``GET_MANY_MAX`` asked at once."""
        ...

    async def by_slug(self, locale: str, slug: str) -> SlugMatch:
        """Return whose slug this is or was; a current one wins. Raise ``ProductNotFound``."""
        ...

    async def by_slugs(self, locale: str, slugs: Sequence[str]) -> dict[str, SlugMatch]:
        """Do many ``by_slug``, answering for those that exist; at most ``GET_MANY_MAX``."""
        ...

    async def sku_owners(self, skus: Sequence[Sku]) -> dict[Sku, ProductId]:
        """Return who sells each SKU, for those that exist; at most ``GET_MANY_MAX``."""
        ...

    async def by_skus(self, skus: Sequence[Sku]) -> dict[Sku, Product]:
        """Return the product that sells each SKU, for those that exist; at most ``GET_MANY_MAX``."""
        ...

    async def put(self, product: Product, expected_version: int) -> Product:
        """Store the product and its change-feed entry together; return it with its new version.

        Raise ``StaleVersion`` when the stored version is not ``expected_version`` (0 = must be new),
        ``SlugTaken`` or ``SkuTaken`` when another product has one; nothing is written then.
        """
        ...

    async def put_many(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Do many ``put`` in order, each whole or not at all, answered in order; at most ``PUT_MANY_MAX``."""
        ...

    async def remove(self, product_id: ProductId, expected_version: int) -> None:
        """Remove the product, free its SKUs, keep its slugs as gone.

        Raise ``ProductNotFound``, ``StaleVersion``.
        """
        ...

    async def list_active(
        self, *, category_id: CategoryId | None, locale: str, sort: ListSort, cursor: str | None, limit: int
    ) -> Page[Product]:
        """Return a keyset page of active products of one category and all below it (None = all).

        The schedule is the caller's to check. Cost depends on ``limit`` only, not on the catalogue.
        """
        ...

    async def members(self, category_id: CategoryId, cursor: str | None, limit: int) -> Page[Product]:
        """Return a keyset page by id of all products of one category and all below it, shown or not.

        For following and staff; limit at most 1,000. Cost depends on ``limit`` and the categories below.
        """
        ...

    async def scan(self, cursor: str | None, limit: int) -> Page[Product]:
        """Return a keyset page of all products by id, for export and rebuilding; limit at most 1,000."""
        ...

    async def active_counts(self) -> dict[CategoryId, int]:
        """Return how many active products each category shows, those below it included.

        Categories without any are left out. Cost grows with the catalogue (one pass over an index):
        callers keep the answer for a while.
        """
        ...

    async def categories(self) -> tuple[Category, ...]:
        """Return the whole tree, at most 10,000, parents before children, siblings by position."""
        ...

    async def category_by_slug(self, locale: str, slug: str) -> SlugMatch:
        """Return whose slug this is or was. Raise ``CategoryNotFound``."""
        ...

    async def put_category(self, category: Category, expected_version: int) -> Category:
        """Store the category and its change together.

        Raise ``StaleVersion``, ``SlugTaken``, ``CategoryCycle``.
        """
        ...

    async def remove_category(self, category_id: CategoryId, expected_version: int) -> None:
        """Remove an empty category. Raise ``CategoryNotFound``, ``StaleVersion``, ``CategoryNotEmpty``."""
        ...

    async def changes(self, after: str | None, limit: int) -> tuple[Change, ...]:
        """Return feed entries after that position (None = from the oldest kept), oldest first.

        Every committed write appears exactly once and never before a position already handed out.
        Raise ``ChangesForgotten`` when entries after that position were trimmed.
        """
        ...

    async def change_head(self) -> str:
        """Return the newest position whose predecessors are all visible."""
        ...

    async def trim_changes(self, keep: int) -> int:
        """Forget all feed entries but the newest ``keep``; return how many were forgotten."""
        ...
