"""The category tree in PostgreSQL. Writers hold the tree's lock, so there is one at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from asyncpg.pool import PoolConnectionProxy

from vivamarket.adapters.postgres import catalog_sql as sql
from vivamarket.adapters.postgres.catalog_write import columns
from vivamarket.catalog.codec import decode_category, encode_category
from vivamarket.catalog.entries import is_storable
from vivamarket.catalog.errors import CategoryCycle, CategoryNotEmpty, CategoryNotFound, SlugTaken
from vivamarket.catalog.model import CATEGORY_DEPTH_MAX, Category, SlugMatch
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CategoryId

CATEGORIES_MAX = 10_000


class CategoryTables:
    """Reads and writes categories on one connection; writes belong inside the caller's transaction."""

    def __init__(self, connection: PoolConnectionProxy, locales: Sequence[str]) -> None:
        self._connection = connection
        self._locales = locales

    async def read(self) -> tuple[Category, ...]:
        """Return the whole tree, parents before children, siblings by position."""
        rows = await self._connection.fetch(sql.CATEGORIES, CATEGORIES_MAX)
        return tuple([decode_category(row["document"]) for row in rows])

    async def by_slug(self, locale: str, slug: str) -> SlugMatch:
        """Return whose slug this is or was. Raise ``CategoryNotFound``."""
        row = await self._connection.fetchrow(sql.CATEGORY_BY_SLUG, locale, slug if is_storable(slug) else "")
        if row is None:
            raise CategoryNotFound("There is no such category.", locale=locale, slug=slug)
        slugs: dict[str, str] = json.loads(row["slugs"])
        return SlugMatch(str(row["id"]), slugs.get(locale) or next(iter(slugs.values())), row["is_current"])

    async def put(self, category: Category, expected_version: int) -> Category:
        """Store the category, move what lies below it, and return it with its new version."""
        await self._connection.execute(sql.LOCK_TREE)
        before = await self._connection.fetchrow(sql.CATEGORY, category.id)
        _require_version(before["version"] if before is not None else 0, expected_version)
        old_path = list(map(str, before["path"])) if before is not None else []
        path = await self._path(category, old_path)
        slugs = {locale: category.text(locale).slug for locale in self._locales}
        slugs |= {locale: text.slug for locale, text in category.texts.items()}
        await self._require_free(slugs, category.id)
        stored = replace(category, version=expected_version + 1)
        await self._connection.execute(
            sql.PUT_CATEGORY,
            stored.id,
            stored.version,
            stored.parent_id,
            stored.position,
            path,
            json.dumps(slugs),
            encode_category(stored).decode(),
        )
        await self._connection.execute(sql.RETIRE_CATEGORY_SLUGS, stored.id)
        await self._connection.execute(sql.CLAIM_CATEGORY_SLUGS, *columns(list(slugs.items()), 2), stored.id)
        if path != old_path:
            # Also for a new category: products may have named it before it was there.
            await self._connection.execute(sql.MOVE_BELOW, stored.id, path, old_path)
            await self._connection.execute(sql.RESHELVE, stored.id)
        return stored

    async def remove(self, category_id: CategoryId, expected_version: int) -> None:
        """Remove an empty category; its slugs stay as gone."""
        await self._connection.execute(sql.LOCK_TREE)
        before = await self._connection.fetchrow(sql.CATEGORY, category_id)
        if before is None:
            raise CategoryNotFound("There is no such category.", category_id=category_id)
        _require_version(before["version"], expected_version)
        if await self._connection.fetchval(sql.CATEGORY_IN_USE, category_id):
            raise CategoryNotEmpty("The category still has products or categories.", category_id=category_id)
        await self._connection.execute(sql.RETIRE_CATEGORY_SLUGS, category_id)
        await self._connection.execute(sql.DELETE_CATEGORY, category_id)

    async def _path(self, category: Category, old_path: Sequence[str]) -> list[str]:
        """Return the way from the root to the category; raise ``CategoryCycle`` where it cannot stand."""
        above: list[str] = []
        if category.parent_id is not None:
            parent = await self._connection.fetchrow(sql.CATEGORY, category.parent_id)
            if parent is None:
                raise CategoryNotFound("There is no such parent category.", category_id=category.parent_id)
            above = list(map(str, parent["path"]))
        if category.id in above:
            raise CategoryCycle("A category cannot stand below itself.", category_id=category.id)
        deepest = await self._connection.fetchval(sql.DEPTH_BELOW, category.id)
        levels_below = deepest - len(old_path) if old_path else 0
        if len(above) + 1 + levels_below > CATEGORY_DEPTH_MAX:
            raise CategoryCycle(
                f"Categories are at most {CATEGORY_DEPTH_MAX} levels deep.", depth_max=CATEGORY_DEPTH_MAX
            )
        return [*above, category.id]

    async def _require_free(self, slugs: dict[str, str], category_id: CategoryId) -> None:
        wanted = columns(list(slugs.items()), 2)
        taken = await self._connection.fetchrow(sql.CATEGORY_SLUG_OWNERS, *wanted, category_id)
        if taken is not None:
            raise SlugTaken(
                f"Another category has the address {taken['slug']!r}.",
                locale=taken["locale"],
                slug=taken["slug"],
            )


def _require_version(stored: int, expected: int) -> None:
    if stored != expected:
        raise StaleVersion("Somebody changed the category since it was read: read it again.", version=stored)
