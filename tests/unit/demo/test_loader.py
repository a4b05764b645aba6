"""Loading the demo into a shop: once, completely, and without touching what is there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from tests.helpers.catalog import CountedIds, StillClock

from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.catalog.service import CatalogService
from vivamarket.demo.catalogue import load
from vivamarket.demo.loader import DemoReport, load_demo
from vivamarket.kernel.ids import ProductId, Sku
from vivamarket.media.errors import PictureUnreachable
from vivamarket.media.model import Picture, media_id
from vivamarket.media.service import MediaService

DEMO = load()
EVERYTHING = len(DEMO.products) + len(DEMO.categories)


class PowerCut(Exception):
    """What ends a run in the middle."""


class QuickProcessor:
    """Takes any bytes for a picture; fails after a while when told to."""

    def __init__(self) -> None:
        self.left = 1_000

    async def process(self, source: bytes) -> tuple[Picture, dict[str, bytes]]:
        self.left -= 1
        if self.left < 0:
            raise PowerCut
        return Picture(media_id(source), 960, 960, (160,), "#ffffff"), {"160.webp": b"small"}


class NoWeb:
    async def fetch(self, url: str) -> bytes:
        raise PictureUnreachable("no web here", url=url)


class Shelf:
    """Counted stock, kept in a dictionary."""

    def __init__(self) -> None:
        self.on_hand: dict[Sku, int] = {}

    async def levels(self, skus: Sequence[Sku]) -> Mapping[Sku, object]:
        return {sku: self.on_hand[sku] for sku in skus if sku in self.on_hand}

    async def set_on_hand(self, counts: Sequence[tuple[Sku, int]]) -> object:
        self.on_hand.update(counts)
        return None


class Shop:
    """A shop with real catalogue storage and quick pictures."""

    def __init__(self, pool: asyncpg.Pool, folder: Path) -> None:
        clock = StillClock()
        self.store = PostgresCatalogStore(pool, clock)
        self.catalog = CatalogService(self.store, clock, CountedIds(), required_locale="en")
        self.stock = Shelf()
        self.processor = QuickProcessor()
        self.media = MediaService(FolderObjectStore(folder, durable=False), self.processor, NoWeb())
        self.tasks = AsyncioTasks()
        self.steps: list[tuple[int, int]] = []

    async def load(self) -> DemoReport:
        return await load_demo(
            store=self.store,
            catalog=self.catalog,
            stock=self.stock,
            media=self.media,
            tasks=self.tasks,
            progress=lambda done, total: self.steps.append((done, total)),
        )


@pytest_asyncio.fixture
async def shop(pool: asyncpg.Pool, tmp_path: Path) -> AsyncIterator[Shop]:
    opened = Shop(pool, tmp_path)
    yield opened
    await opened.tasks.close()


async def test_an_empty_shop_holds_everything_afterwards(shop: Shop) -> None:
    report = await shop.load()

    assert (report.created, report.already_there, report.refused) == (EVERYTHING, 0, ())
    assert shop.stock.on_hand == DEMO.stock
    assert len(await shop.catalog.categories()) == len(DEMO.categories)
    for product in DEMO.products:
        stored = await shop.catalog.get(product.id)
        assert stored.version == 1
        assert len(stored.images) == len(DEMO.pictures[product.id])
        assert all(image.media_id and image.widths for image in stored.images)


async def test_progress_grows_to_the_end(shop: Shop) -> None:
    await shop.load()

    assert shop.steps == sorted(shop.steps)
    assert shop.steps[-1] == (EVERYTHING, EVERYTHING)


async def test_a_variant_shows_its_color(shop: Shop) -> None:
    await shop.load()

    found = await shop.catalog.shown_by_slug("en", "heavy-cotton-t-shirt")
    shirts = found.product
    pictures = {v.option_values[1]: v.image_id for v in shirts.variants}
    assert len(set(pictures.values())) == 3
    assert set(pictures.values()) <= {image.media_id for image in shirts.images}


async def test_a_second_run_changes_nothing(shop: Shop) -> None:
    await shop.load()
    head = await shop.store.change_head()

    report = await shop.load()

    assert (report.created, report.already_there) == (0, EVERYTHING)
    assert await shop.store.change_head() == head


async def test_what_staff_changed_stays(shop: Shop) -> None:
    await shop.load()
    product = await shop.catalog.get(DEMO.products[0].id)
    await shop.catalog.put(replace(product, vendor="Our own orchard"), product.version)
    sold = DEMO.products[0].variants[0].sku
    shop.stock.on_hand[sold] = 1

    await shop.load()

    assert (await shop.catalog.get(product.id)).vendor == "Our own orchard"
    assert shop.stock.on_hand[sold] == 1


@pytest.mark.parametrize("pictures_before_the_cut", [0, 1, 20, 100])
async def test_a_run_that_was_cut_off_is_completed_by_the_next(
    shop: Shop, pictures_before_the_cut: int
) -> None:
    shop.processor.left = pictures_before_the_cut
    with pytest.raises(PowerCut):
        await shop.load()
    shop.processor.left = 1_000

    report = await shop.load()

    assert report.created + report.already_there == EVERYTHING
    assert shop.stock.on_hand == DEMO.stock


async def test_a_slug_that_the_shop_uses_itself_is_reported_and_the_rest_goes_on(shop: Shop) -> None:
    own = replace(DEMO.products[0], id=ProductId("0190a000-0000-7000-8000-000000000001"), category_ids=())
    await shop.catalog.put(own, 0)

    report = await shop.load()

    assert [slug for slug, _ in report.refused] == [own.text("en").slug]
    assert report.created == EVERYTHING - 1
