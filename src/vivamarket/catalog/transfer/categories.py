"""Categories named by a file: found in the shop's tree, or added to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import msgspec
from msgspec import Struct

from vivamarket.catalog.model import CATEGORY_DEPTH_MAX, Category, ProductImage, Text
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.slugs import slugify
from vivamarket.catalog.transfer.cells import BadCell
from vivamarket.catalog.validate import check_category
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import CategoryId, IdSource

PATH_SEPARATOR = ">"
CATEGORY_SEPARATOR = ";"
#: About how many characters of categories an export writes into one cell of ``Category tree``.
TREE_CELL_CHARACTERS = 100_000


class CategoryEntry(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One category in a ``Category tree`` cell; ``parent`` is its parent's slug."""

    texts: Mapping[str, Text]
    parent: str = ""
    position: int = 0
    image: ProductImage | None = None


_decoder = msgspec.json.Decoder(tuple[CategoryEntry, ...])
_encoder = msgspec.json.Encoder()


class CategoryDirectory:
    """The shop's categories by slug and by title, and the way to add one. A dry run adds to memory only."""

    def __init__(self, store: CatalogStore, ids: IdSource, *, locale: str, dry_run: bool) -> None:
        self._store = store
        self._ids = ids
        self._locale = locale
        self._dry_run = dry_run
        self._by_slug: dict[str, Category] = {}
        self._by_title: dict[tuple[CategoryId | None, str], Category] = {}
        self.created = 0

    async def load(self) -> None:
        """Read the tree."""
        for category in await self._store.categories():
            self._know(category)

    async def by_slug_paths(self, cell: str) -> tuple[CategoryId, ...]:
        """Return the categories of a ``Categories`` cell such as ``home > kitchen; gifts``, in its order.

        The last slug of a path decides; a missing category is added below the one before it.
        Raise ``BadCell`` (``bad_category``).
        """
        found: list[CategoryId] = []
        for path in filter(None, (part.strip() for part in cell.split(CATEGORY_SEPARATOR))):
            slugs = [slugify(part) for part in path.split(PATH_SEPARATOR)]
            if not all(slugs):
                raise BadCell("bad_category", f"{path[:80]!r} is not a path of category slugs.")
            category = self._by_slug.get(slugs[-1]) or await self._add_path(slugs)
            found.append(category.id)
        return tuple(dict.fromkeys(found))

    async def by_titles(self, cell: str) -> tuple[CategoryId, ...]:
        """Return the category of a ``Product category`` cell such as ``Home & Garden > Kitchen``."""
        parent: Category | None = None
        for title in filter(None, (part.strip() for part in cell.split(PATH_SEPARATOR))):
            key = (parent.id if parent is not None else None, title.casefold())
            known = self._by_title.get(key)
            parent = (
                known if known is not None else await self._add(title, self._free_slug(title, parent), parent)
            )
        return (parent.id,) if parent is not None else ()

    async def read_tree(self, cell: str) -> None:
        """Bring the tree to what a ``Category tree`` cell says. Raise ``BadCell`` (``bad_category``)."""
        try:
            entries = _decoder.decode(cell)
        except (msgspec.DecodeError, DomainError, RecursionError) as error:
            raise BadCell("bad_category", f"Category tree cannot be read: {error}.") from error
        for entry in entries:
            await self._bring(entry)

    async def _bring(self, entry: CategoryEntry) -> None:
        text = entry.texts.get(self._locale)
        if text is None:
            raise BadCell("bad_category", f"A category of the tree has no title in {self._locale!r}.")
        parent = self._by_slug.get(entry.parent) if entry.parent else None
        if entry.parent and parent is None:
            parent = await self._add_path([entry.parent])
        before = self._by_slug.get(text.slug)
        wanted = Category(
            id=before.id if before is not None else CategoryId(self._ids.uuid7()),
            version=before.version if before is not None else 0,
            texts=entry.texts,
            parent_id=parent.id if parent is not None else None,
            position=entry.position,
            image=entry.image,
        )
        if before is None or not _same(before, wanted):
            await self._put(wanted)

    async def _add_path(self, slugs: Sequence[str]) -> Category:
        parent: Category | None = None
        for slug in slugs:
            known = self._by_slug.get(slug)
            title = slug.replace("-", " ").capitalize()
            parent = known if known is not None else await self._add(title, slug, parent)
        if parent is None:
            raise BadCell("bad_category", "A category path is empty.")
        return parent

    async def _add(self, title: str, slug: str, parent: Category | None) -> Category:
        return await self._put(
            Category(
                id=CategoryId(self._ids.uuid7()),
                version=0,
                texts={self._locale: Text(title, slug)},
                parent_id=parent.id if parent is not None else None,
            )
        )

    async def _put(self, category: Category) -> Category:
        try:
            stored = check_category(category, required_locale=self._locale)
            if not self._dry_run:
                stored = await self._store.put_category(stored, stored.version)
        except DomainError as error:
            raise BadCell("bad_category", error.message) from error
        self.created += category.version == 0
        self._know(stored)
        return stored

    def _know(self, category: Category) -> None:
        text = category.text(self._locale)
        self._by_slug[text.slug] = category
        self._by_title[(category.parent_id, text.title.casefold())] = category

    def _free_slug(self, title: str, parent: Category | None) -> str:
        slug = slugify(title) or "category"
        if slug in self._by_slug and parent is not None:
            slug = f"{parent.text(self._locale).slug}-{slug}"
        number = 1
        free = slug
        while free in self._by_slug:
            number += 1
            free = f"{slug}-{number}"
        return free


def write_tree(categories: Sequence[Category], locale: str) -> Iterator[str]:
    """Yield the cells of ``Category tree`` that rebuild the tree, parents before children."""
    slugs = {category.id: category.text(locale).slug for category in categories}
    chunk: list[CategoryEntry] = []
    length = 0
    for category in categories:
        entry = CategoryEntry(
            texts=category.texts,
            parent=slugs.get(category.parent_id, "") if category.parent_id is not None else "",
            position=category.position,
            image=category.image,
        )
        chunk.append(entry)
        length += len(_encoder.encode(entry))
        if length >= TREE_CELL_CHARACTERS:
            yield _encoder.encode(chunk).decode()
            chunk, length = [], 0
    if chunk:
        yield _encoder.encode(chunk).decode()


def _same(before: Category, wanted: Category) -> bool:
    """Return whether nothing would change. The order of further languages does not count."""
    return replace(before, texts=dict(before.texts)) == replace(wanted, texts=dict(wanted.texts))


class CategoryPaths:
    """The shop's categories by id, for an export."""

    def __init__(self, categories: Sequence[Category], locale: str) -> None:
        self._by_id = {category.id: category for category in categories}
        self._locale = locale

    def cell(self, category_ids: Sequence[CategoryId]) -> str:
        """Return the ``Categories`` cell of these categories."""
        return f"{CATEGORY_SEPARATOR} ".join(
            f" {PATH_SEPARATOR} ".join(self._way(category_id))
            for category_id in category_ids
            if category_id in self._by_id
        )

    def _way(self, category_id: CategoryId) -> list[str]:
        way: list[str] = []
        at = self._by_id.get(category_id)
        while at is not None and len(way) < CATEGORY_DEPTH_MAX:
            way.insert(0, at.text(self._locale).slug)
            at = self._by_id.get(at.parent_id) if at.parent_id is not None else None
        return way
