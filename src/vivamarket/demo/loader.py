"""Brings the demo catalogue into a shop: stock, pictures, categories, products."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Generic, Protocol, TypeVar

from vivamarket.catalog.model import Category, Product, ProductImage, Variant
from vivamarket.catalog.ports import CatalogStore, Write
from vivamarket.catalog.service import CatalogService
from vivamarket.demo.catalogue import DemoCatalogue, DemoPicture, load
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import Sku
from vivamarket.kernel.tasks import TaskSpawner
from vivamarket.media.model import Picture
from vivamarket.media.service import MediaService

T = TypeVar("T")

HOME_PICTURE = "home.webp"
#: Products whose pictures are made together and which are then written together.
BATCH_MAX = 16
#: Twice the image processor's processes: while two pictures are encoded, two others are stored.
PICTURES_AT_ONCE_MAX = 4

#: Called with how much is done and how much there is, in products and categories.
Progress = Callable[[int, int], None]


class StockReceiver(Protocol):
    """The part of ``inventory.service.StockService`` that the loader needs."""

    async def levels(self, skus: Sequence[Sku]) -> Mapping[Sku, object]:
        """Return something for every SKU that has stock already."""
        ...

    async def set_on_hand(self, counts: Sequence[tuple[Sku, int]]) -> object:
        """Set what is on hand."""
        ...


@dataclass(frozen=True, slots=True)
class DemoReport:
    """What one run did. ``refused`` are slugs or SKUs that the shop's own products have taken."""

    created: int
    already_there: int
    refused: tuple[tuple[str, DomainError], ...]
    home_picture: Picture


async def load_demo(
    *,
    store: CatalogStore,
    catalog: CatalogService,
    stock: StockReceiver,
    media: MediaService,
    tasks: TaskSpawner,
    progress: Progress,
) -> DemoReport:
    """Make the shop hold the demo catalogue and return what was done.

    What exists (by id) is left exactly as it is, stock included, so a run after a crash or after staff
    edited the demo completes what is missing and changes nothing else. Takes 15 to 25 seconds on two
    cores the first time, nearly all of it encoding about 310 pictures, and under a second after that.
    """
    demo = load()
    run = _Run(demo, media, tasks, progress)
    home = await media.add(picture_bytes(HOME_PICTURE))
    await _count_stock(demo, stock)
    known_categories = {category.id for category in await catalog.categories()}
    for category in demo.categories:
        if category.id not in known_categories:
            await run.create_category(catalog, category)
        run.advance(1)
    for start in range(0, len(demo.products), BATCH_MAX):
        batch = demo.products[start : start + BATCH_MAX]
        known = await store.get_many([product.id for product in batch])
        await run.create_products(catalog, [product for product in batch if product.id not in known])
        run.advance(len(batch))
    everything = len(demo.categories) + len(demo.products)
    return DemoReport(run.created, everything - run.created - len(run.refused), tuple(run.refused), home)


def picture_bytes(name: str) -> bytes:
    """Return a composed picture's file. Raise ``FileNotFoundError``."""
    return resources.files("vivamarket.demo").joinpath("pictures", name).read_bytes()


async def _count_stock(demo: DemoCatalogue, stock: StockReceiver) -> None:
    """Set the stock of SKUs that have none yet; first of all, so that no product is shown as sold out."""
    counted = await stock.levels(list(demo.stock))
    missing = [(sku, on_hand) for sku, on_hand in demo.stock.items() if sku not in counted]
    if missing:
        await stock.set_on_hand(missing)


class _Run:
    """One run's progress and results."""

    def __init__(
        self, demo: DemoCatalogue, media: MediaService, tasks: TaskSpawner, progress: Progress
    ) -> None:
        self._demo = demo
        self._media = media
        self._tasks = tasks
        self._progress = progress
        self._done = 0
        self.created = 0
        self.refused: list[tuple[str, DomainError]] = []

    def advance(self, count: int) -> None:
        self._done += count
        self._progress(self._done, len(self._demo.categories) + len(self._demo.products))

    async def create_category(self, catalog: CatalogService, category: Category) -> None:
        (picture,) = self._demo.pictures[category.id]
        image = _image(picture, await self._media.add(picture_bytes(picture.file)))
        try:
            await catalog.put_category(replace(category, image=image), 0)
            self.created += 1
        except DomainError as refusal:
            self.refused.append((category.text("en").slug, refusal))

    async def create_products(self, catalog: CatalogService, products: Sequence[Product]) -> None:
        files = [picture.file for product in products for picture in self._demo.pictures[product.id]]
        added = await _at_once(self._tasks, [self._adding(file) for file in files])
        stored = dict(zip(files, added, strict=True))
        writes = [Write(self._with_pictures(product, stored), 0) for product in products]
        for write, result in zip(writes, await catalog.put_many(writes), strict=True):
            if result.refusal is None:
                self.created += 1
            else:
                self.refused.append((write.product.text("en").slug, result.refusal))

    def _adding(self, file: str) -> Callable[[], Awaitable[Picture]]:
        return lambda: self._media.add(picture_bytes(file))

    def _with_pictures(self, product: Product, stored: Mapping[str, Picture]) -> Product:
        pictures = self._demo.pictures[product.id]
        image_of_color = {picture.color: stored[picture.file].id for picture in pictures if picture.color}

        def pictured(variant: Variant) -> Variant:
            shown = [image_of_color[value] for value in variant.option_values if value in image_of_color]
            return replace(variant, image_id=shown[0]) if shown else variant

        return replace(
            product,
            images=tuple(_image(picture, stored[picture.file]) for picture in pictures),
            variants=tuple(pictured(variant) for variant in product.variants),
        )


def _image(picture: DemoPicture, stored: Picture) -> ProductImage:
    return ProductImage(
        media_id=stored.id,
        alt=picture.alt,
        width=stored.width,
        height=stored.height,
        widths=stored.widths,
        color=stored.color,
    )


class _Gathering(Generic[T]):
    """Results of jobs that a few workers take from one line."""

    def __init__(self, jobs: Sequence[Callable[[], Awaitable[T]]], workers: int) -> None:
        self._line: Iterator[tuple[int, Callable[[], Awaitable[T]]]] = iter(enumerate(jobs))
        self._working = workers
        self.results: dict[int, T] = {}
        self.failure: BaseException | None = None
        self.stopped = False
        self.finished = asyncio.Event()

    async def work(self) -> None:
        try:
            for index, job in self._line:
                if self.stopped:
                    break
                self.results[index] = await job()
        except BaseException as error:  # noqa: BLE001 - handed over whole, cancellation too
            self.failure = error
            self.stopped = True
        finally:
            self._working -= 1
            if not self._working:
                self.finished.set()


async def _at_once(tasks: TaskSpawner, jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    """Return the jobs' results in order, a few at a time; raise the first failure."""
    gathering = _Gathering(jobs, PICTURES_AT_ONCE_MAX)
    for number in range(PICTURES_AT_ONCE_MAX):
        tasks.spawn(f"demo-pictures-{number}", gathering.work())
    try:
        await gathering.finished.wait()
    finally:
        gathering.stopped = True  # a canceled run leaves no worker behind
    if gathering.failure is not None:
        raise gathering.failure
    return [gathering.results[index] for index in range(len(jobs))]
