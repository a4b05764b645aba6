"""The follower brings every change of catalogue, stock and time into the index."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.helpers.catalog import NOON, StillClock, category, category_id, product, product_id
from tests.helpers.search import LAYOUT

from vivamarket.adapters.tantivy import TantivySearchReader, TantivySearchWriter
from vivamarket.catalog.errors import ChangesForgotten
from vivamarket.catalog.model import Category, Change, ChangeKind, Product, ProductStatus, Schedule, Text
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.kernel.paging import Page
from vivamarket.search.documents import DocumentBuilder
from vivamarket.search.follower import SearchFollower
from vivamarket.search.model import SearchQuery


class Shop:
    """As much of a catalogue and a stock as the follower reads; every write is one change."""

    def __init__(self) -> None:
        self.products: dict[ProductId, Product] = {}
        self.shelves: dict[CategoryId, Category] = {}
        self.stock: dict[Sku, int] = {}
        self.feed: list[Change] = []
        self.is_down = False
        self.trimmed = ""

    def keep(self, one: Product) -> None:
        self.products[one.id] = one
        self._changed(ChangeKind.PRODUCT_PUT, one.id)

    def drop(self, one: ProductId) -> None:
        del self.products[one]
        self._changed(ChangeKind.PRODUCT_REMOVED, one)

    def keep_shelf(self, one: Category) -> None:
        self.shelves[one.id] = one
        self._changed(ChangeKind.CATEGORY_PUT, one.id)

    def _changed(self, kind: ChangeKind, key: str) -> None:
        self.feed.append(Change(f"{len(self.feed) + 1:05}", kind, key, 1, NOON))

    async def changes(self, after: str | None, limit: int) -> tuple[Change, ...]:
        if self.is_down:
            raise Unavailable("The database is away.")
        if self.trimmed > (after or ""):
            raise ChangesForgotten("Too old.")
        return tuple(change for change in self.feed if change.position > (after or ""))[:limit]

    async def change_head(self) -> str:
        return self.feed[-1].position if self.feed else ""

    async def get_many(self, product_ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        return {one: self.products[one] for one in product_ids if one in self.products}

    async def by_skus(self, skus: Sequence[Sku]) -> dict[Sku, Product]:
        return {sku: one for one in self.products.values() for sku in skus if one.variant(sku)}

    async def scan(self, cursor: str | None, limit: int) -> Page[Product]:
        return Page(tuple(self.products.values()))

    async def categories(self) -> tuple[Category, ...]:
        return tuple(self.shelves.values())

    async def members(self, category_id: CategoryId, cursor: str | None, limit: int) -> Page[Product]:
        on_it = [one for one in self.products.values() if category_id in one.category_ids]
        start = int(cursor or 0)
        return Page(tuple(on_it[start : start + 2]), str(start + 2) if start + 2 < len(on_it) else None)

    async def available(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        return {sku: self.stock[sku] for sku in skus if sku in self.stock}


class Following:
    """A shop, its follower, and the reader of its index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shop = Shop()
        self.clock = StillClock()
        self.reader = TantivySearchReader(folder, LAYOUT)
        self.start()

    def restart(self) -> None:
        self.writer.close()
        self.start()

    def start(self) -> None:
        self.writer = TantivySearchWriter(self.folder, LAYOUT, self.clock)
        self.follower = SearchFollower(
            catalog=self.shop,
            availability=self.shop,
            documents=DocumentBuilder(LAYOUT.locales, LAYOUT.currencies),
            writer=self.writer,
            clock=self.clock,
        )

    def found(self, text: str = "", *, available_only: bool = False) -> list[str]:
        self.reader.refresh()
        query = SearchQuery(text=text, locale="en", currency="EUR", available_only=available_only)
        return sorted(hit.product_id for hit in self.reader.search(query).hits)


@pytest.fixture
def following(tmp_path: Path) -> Following:
    return Following(tmp_path / "search")


MUG = product(1, "Blue Mug")
CUP = product(2, "Red Cup")


async def test_a_missing_index_is_built_from_the_whole_catalogue(following: Following) -> None:
    following.shop.keep(MUG)
    following.shop.keep(CUP)

    assert await following.follower.run_once() == 2

    assert following.found() == [MUG.id, CUP.id]
    assert await following.follower.run_once() == 0


async def test_changes_are_followed_and_survive_a_restart(following: Following) -> None:
    following.shop.keep(MUG)
    await following.follower.run_once()

    following.shop.keep(CUP)
    following.shop.keep(replace(MUG, texts={"en": Text("Green Mug", "green-mug")}))
    assert await following.follower.run_once() == 2
    assert following.found("green ") == [MUG.id]

    following.restart()
    following.shop.drop(CUP.id)
    assert await following.follower.run_once() == 1
    assert following.found() == [MUG.id]


async def test_hidden_products_leave_the_index(following: Following) -> None:
    following.shop.keep(MUG)
    await following.follower.run_once()

    following.shop.keep(replace(MUG, status=ProductStatus.ARCHIVED))
    await following.follower.run_once()

    assert following.found() == []


async def test_time_alone_shows_and_hides_also_after_a_restart(following: Following) -> None:
    hour = timedelta(hours=1)
    following.shop.keep(replace(MUG, schedule=Schedule(NOON + hour, NOON + 2 * hour)))
    following.shop.keep(replace(CUP, schedule=Schedule(unpublish_at=NOON + hour)))
    await following.follower.run_once()
    assert following.found() == [CUP.id]

    following.restart()
    assert await following.follower.run_once() == 0
    following.clock.time = NOON + hour
    assert await following.follower.run_once() == 2
    assert following.found() == [MUG.id]

    following.restart()
    following.clock.time = NOON + 2 * hour
    await following.follower.run_once()
    assert following.found() == []
    assert await following.follower.run_once() == 0


async def test_availability_is_durable_when_the_call_returns(following: Following) -> None:
    following.shop.keep(MUG)
    await following.follower.run_once()
    assert following.found(available_only=True) == []

    following.shop.stock[Sku("SKU-1")] = 3
    await following.follower.availability_changed([Sku("SKU-1"), Sku("UNKNOWN")])
    following.restart()

    assert following.found(available_only=True) == [MUG.id]
    assert await following.follower.run_once() == 0


async def test_availability_told_at_once_is_taken_in_together(following: Following) -> None:
    following.shop.keep(MUG)
    following.shop.keep(CUP)
    await following.follower.run_once()
    before = following.found() and following.reader.generation
    following.shop.stock.update({Sku("SKU-1"): 1, Sku("SKU-2"): 1})

    await asyncio.gather(
        following.follower.availability_changed([Sku("SKU-1")]),
        following.follower.availability_changed([Sku("SKU-2")]),
    )

    assert following.found(available_only=True) == [MUG.id, CUP.id]
    assert following.reader.generation != before


async def test_a_renamed_or_moved_shelf_takes_its_products_along(following: Following) -> None:
    home, lamps = category(1, "Home"), category(2, "Lamps")
    following.shop.keep_shelf(home)
    following.shop.keep_shelf(lamps)
    for number in range(5):
        following.shop.keep(product(number, f"Thing {number}", category_ids=(lamps.id,)))
    await following.follower.run_once()
    assert following.found("lights ") == []

    following.shop.keep_shelf(replace(lamps, texts={"en": Text("Lights", "lights")}, parent_id=home.id))
    await following.follower.run_once()

    assert following.found("lights ") == [product_id(number) for number in range(5)]
    query = SearchQuery(locale="en", currency="EUR", category_id=category_id(1))
    assert following.reader.search(query).total == 5


async def test_a_damaged_index_is_rebuilt(following: Following) -> None:
    following.shop.keep(MUG)
    await following.follower.run_once()
    following.restart()
    (following.folder / "000001" / "meta.json").write_text("")

    await following.follower.run_once()

    assert following.found() == [MUG.id]


async def test_an_index_too_old_for_the_feed_is_rebuilt(following: Following) -> None:
    following.shop.keep(MUG)
    await following.follower.run_once()
    following.shop.keep(CUP)
    following.shop.trimmed = "00002"

    await following.follower.run_once()

    assert following.found() == [MUG.id, CUP.id]


async def test_an_index_of_a_replaced_database_is_rebuilt(following: Following) -> None:
    following.shop.keep(MUG)
    following.shop.keep(MUG)
    await following.follower.run_once()
    following.shop.products.clear()
    following.shop.feed.clear()
    following.shop.keep(CUP)
    following.restart()

    await following.follower.run_once()

    assert following.found() == [CUP.id]
    assert await following.follower.run_once() == 0


async def test_a_rebuild_that_fails_leaves_nothing_behind(following: Following) -> None:
    async def broken(cursor: str | None, limit: int) -> Page[Product]:
        raise Unavailable("The database is away.")

    following.shop.scan = broken  # type: ignore[method-assign]  # a database that goes away meanwhile

    with pytest.raises(Unavailable):
        await following.follower.run_once()

    assert list(following.folder.iterdir()) == []


async def test_the_loop_follows_within_a_second_and_outlasts_an_outage(following: Following) -> None:
    stop = asyncio.Event()
    steps: list[float] = []

    async def sleep(seconds: float) -> None:
        steps.append(seconds)
        following.clock.time += timedelta(seconds=seconds)
        match len(steps):
            case 1:
                following.shop.keep(MUG)
            case 2:
                following.shop.is_down = True
            case 3:
                following.shop.is_down = False
                following.shop.keep(CUP)
            case 5:
                stop.set()

    following.clock.sleep = sleep  # type: ignore[method-assign]  # each sleep is a step of the story

    await following.follower.run(stop)

    assert following.found() == [MUG.id, CUP.id]
    assert steps == [0.3, 0.3, 2.0, 0.3, 0.2]
