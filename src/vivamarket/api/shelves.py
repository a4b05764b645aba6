"""The category tree, kept in process: every list and product page needs it, and it seldom changes."""

from __future__ import annotations

from vivamarket.catalog.errors import CategoryNotFound
from vivamarket.catalog.model import Category
from vivamarket.catalog.present import CategoryTree
from vivamarket.catalog.service import CatalogService
from vivamarket.kernel.clock import Clock

KEPT_SECONDS_MAX = 30.0


class Shelves:
    """Keeps one tree until ``forget`` or ``KEPT_SECONDS_MAX``, whichever comes first."""

    def __init__(self, catalog: CatalogService, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock
        self._tree: CategoryTree | None = None
        self._read_at = 0.0
        self._epoch = 0

    def forget(self) -> None:
        """Read the tree again at the next need."""
        self._tree = None
        self._epoch += 1

    async def tree(self) -> CategoryTree:
        """Return the tree. One read when nothing is kept."""
        now = self._clock.monotonic()
        if self._tree is not None and now - self._read_at < KEPT_SECONDS_MAX:
            return self._tree
        epoch = self._epoch
        tree = CategoryTree.of(await self._catalog.categories())
        if epoch == self._epoch:
            self._tree, self._read_at = tree, now
        return tree

    async def find(self, locale: str, slug: str) -> Category:
        """Return the category of that slug, present or old. Raise ``CategoryNotFound``."""
        tree = await self.tree()
        category = tree.by_slug.get((locale, slug))
        if category is not None:
            return category
        try:
            return (await self._catalog.category_by_slug(locale, slug)).category
        except CategoryNotFound:
            # A category without words in this locale is shown, and linked, in its first one.
            for found in tree.by_id.values():
                if found.text(locale).slug == slug:
                    return found
            raise
