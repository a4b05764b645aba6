"""The category tree as one process knows it: read whole once, and again when its version says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vivamarket.adapters.aws.catalog_items import TREE, TREE_STATE
from vivamarket.adapters.aws.dynamo import Item, Items, ItemWrite, check, put
from vivamarket.catalog.codec import decode_category
from vivamarket.catalog.errors import CategoryCycle, CategoryNotFound
from vivamarket.catalog.model import CATEGORY_DEPTH_MAX, Category
from vivamarket.kernel.errors import Unavailable

CATEGORIES_MAX = 10_000
#: How often a tree is read anew when it changes under the reader.
READS_MAX = 5


@dataclass(frozen=True, slots=True)
class Tree:
    """All categories at one version."""

    version: int
    #: The category that moved last, until all products below it stand on their new shelves.
    moving: str | None
    categories: Mapping[str, Category]

    @property
    def paths(self) -> dict[str, tuple[str, ...]]:
        """Return for each category the way from the root to it."""
        paths: dict[str, tuple[str, ...]] = {}
        for category_id in self.categories:
            way: list[str] = []
            each: str | None = category_id
            while each is not None and each not in paths and each in self.categories:
                way.append(each)
                each = self.categories[each].parent_id
            above = paths.get(each, ()) if each is not None else ()
            for below in reversed(way):
                above = paths[below] = (*above, below)
        return paths

    def in_order(self) -> tuple[Category, ...]:
        """Return the categories, parents before children, siblings by position."""
        paths = self.paths
        ids = sorted(
            self.categories, key=lambda each: (len(paths[each]), self.categories[each].position, each)
        )
        return tuple([self.categories[each] for each in ids])

    def require_place(self, category: Category) -> None:
        """Raise ``CategoryNotFound`` or ``CategoryCycle`` where the category cannot stand."""
        paths = self.paths
        above: Sequence[str] = ()
        if category.parent_id is not None:
            if category.parent_id not in self.categories:
                raise CategoryNotFound("There is no such parent category.", category_id=category.parent_id)
            above = paths[category.parent_id]
        if category.id in above:
            raise CategoryCycle("A category cannot stand below itself.", category_id=category.id)
        own_depth = len(paths.get(category.id, ()))
        below = max((len(path) - own_depth for path in paths.values() if category.id in path), default=0)
        if len(above) + 1 + below > CATEGORY_DEPTH_MAX:
            raise CategoryCycle(
                f"Categories are at most {CATEGORY_DEPTH_MAX} levels deep.", depth_max=CATEGORY_DEPTH_MAX
            )

    def stands(self) -> ItemWrite:
        """Return the check that the tree is still this one."""
        if self.version == 0:
            return check(TREE_STATE, "attribute_not_exists(pk)")
        return check(TREE_STATE, "version = :version", version=self.version)

    def next(self, moving: str | None) -> ItemWrite:
        """Return the write that makes it the next version."""
        state = _state(self.version + 1, moving)
        if self.version == 0:
            return put(state, "attribute_not_exists(pk)")
        return put(state, "version = :version", version=self.version)

    def moved(self) -> ItemWrite:
        """Return the write that says that nothing moves any more."""
        return put(_state(self.version, None), "version = :version", version=self.version)


class TreeReader:
    """Reads the tree; an unchanged one costs one small item."""

    def __init__(self, items: Items) -> None:
        self._items = items
        self._tree = Tree(0, None, {})

    async def read(self) -> Tree:
        """Return the tree as it is now."""
        for _ in range(READS_MAX):
            state = await self._items.get(*TREE_STATE)
            version, moving = _known(state)
            if version == self._tree.version:
                if moving != self._tree.moving:
                    self._tree = Tree(version, moving, self._tree.categories)
                return self._tree
            found = [
                decode_category(item["document"])
                async for item in self._items.query(TREE, limit=CATEGORIES_MAX)
            ]
            if _known(await self._items.get(*TREE_STATE)) == (version, moving):
                self._tree = Tree(version, moving, {each.id: each for each in found})
        raise Unavailable("The categories change all the time; try again shortly.")


def category_item(category: Category, document: str) -> dict[str, object]:
    """Return a category as the tree keeps it."""
    return {"pk": TREE, "sk": category.id, "version": category.version, "document": document}


def _state(version: int, moving: str | None) -> dict[str, object]:
    return {"pk": TREE_STATE[0], "sk": TREE_STATE[1], "version": version, "moving": moving}


def _known(state: Item | None) -> tuple[int, str | None]:
    return (int(state["version"]), state["moving"]) if state is not None else (0, None)
