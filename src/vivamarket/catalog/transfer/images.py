"""The pictures that an import named: fetched afterwards, a few at a time; one that fails stops nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from vivamarket.catalog.model import Product, ProductImage
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.transfer.ports import FetchedPicture, MediaImporter
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError, NotFound, StaleVersion
from vivamarket.kernel.ids import ProductId
from vivamarket.kernel.tasks import TaskSpawner

FETCHES_AT_ONCE = 8
#: A host that never answered so often in a row is not asked again in this run.
HOST_FAILURES_MAX = 20
ATTEMPTS_MAX = 5
FAILURES_KEPT_MAX = 1_000


@dataclass(frozen=True, slots=True)
class ImageFailure:
    """An address that gave no picture, and why (``code`` is stable)."""

    product_id: ProductId
    url: str
    code: str
    reason: str


@dataclass(slots=True)
class ImageReport:
    """The sum of a fetch."""

    fetched: int = 0
    failed: int = 0
    #: The first ``FAILURES_KEPT_MAX``; every one passes by ``on_failure``.
    failures: list[ImageFailure] = field(default_factory=list)


class ImageFetch:
    """Fetches the pictures of products whose ``media_id`` is not known yet; repeat it to try again."""

    def __init__(self, store: CatalogStore, media: MediaImporter, tasks: TaskSpawner, clock: Clock) -> None:
        self._store = store
        self._media = media
        self._tasks = tasks
        self._clock = clock

    async def run(
        self,
        product_ids: Sequence[ProductId],
        *,
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
        on_failure: Callable[[ImageFailure], None] = lambda _: None,
    ) -> ImageReport:
        """Fetch what these products miss, ``FETCHES_AT_ONCE`` products at a time.

        Every picture that came is stored with its product at once, so a run that ends early loses none.
        """
        run = _Run(ImageReport(), iter(product_ids), len(product_ids), on_progress, on_failure)
        run.working = min(FETCHES_AT_ONCE, len(product_ids))
        if not run.working:
            return run.report
        for number in range(run.working):
            self._tasks.spawn(f"fetch-images-{number}", self._work(run))
        await run.ended.wait()
        if run.error is not None:
            raise run.error
        return run.report

    async def _work(self, run: _Run) -> None:
        try:
            for product_id in run.left:
                await self._fetch_product(product_id, run)
                run.done += 1
                run.on_progress(run.done, run.total)
        except DomainError as error:
            run.error = error
        finally:
            run.working -= 1
            if not run.working:
                run.ended.set()

    async def _fetch_product(self, product_id: ProductId, run: _Run) -> None:
        try:
            product = await self._store.get(product_id)
        except NotFound:
            return
        pictures: dict[str, FetchedPicture] = {}
        for image in product.images:
            if image.media_id is None and image.source_url not in pictures:
                picture = await self._fetch(product_id, image.source_url, run)
                if picture is not None:
                    pictures[image.source_url] = picture
        if pictures:
            await self._store_pictures(product, pictures)
            run.report.fetched += len(pictures)

    async def _fetch(self, product_id: ProductId, url: str, run: _Run) -> FetchedPicture | None:
        host = urlsplit(url).netloc.lower()
        if run.host_failures[host] >= HOST_FAILURES_MAX:
            run.fail(
                ImageFailure(product_id, url, "host_unreachable", f"{host} did not answer all the time.")
            )
            return None
        try:
            picture = await self._media.import_url(url)
        except DomainError as error:
            if error.code == "picture_unreachable":
                run.host_failures[host] += 1
            run.fail(ImageFailure(product_id, url, error.code, error.message))
            return None
        run.host_failures[host] = 0
        return picture

    async def _store_pictures(self, product: Product, pictures: dict[str, FetchedPicture]) -> None:
        """Write the pictures into the product as it is now; another writer's change is kept."""
        for _ in range(ATTEMPTS_MAX):
            changed = replace(_with_pictures(product, pictures), updated_at=self._clock.now())
            try:
                await self._store.put(changed, product.version)
            except StaleVersion:
                product = await self._store.get(product.id)
            else:
                return


@dataclass(slots=True)
class _Run:
    """What the workers of one run share."""

    report: ImageReport
    left: Iterator[ProductId]
    total: int
    on_progress: Callable[[int, int], None]
    on_failure: Callable[[ImageFailure], None]
    done: int = 0
    working: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    host_failures: Counter[str] = field(default_factory=Counter)
    error: DomainError | None = None

    def fail(self, failure: ImageFailure) -> None:
        """Note an address that gave nothing."""
        self.report.failed += 1
        if len(self.report.failures) < FAILURES_KEPT_MAX:
            self.report.failures.append(failure)
        self.on_failure(failure)


def _with_pictures(product: Product, pictures: dict[str, FetchedPicture]) -> Product:
    images = tuple([_with_picture(image, pictures) for image in product.images])
    variants = tuple(
        [
            replace(variant, image_id=pictures[variant.image_url].media_id, image_url="")
            if variant.image_url in pictures
            else variant
            for variant in product.variants
        ]
    )
    return replace(product, images=images, variants=variants)


def _with_picture(image: ProductImage, pictures: dict[str, FetchedPicture]) -> ProductImage:
    picture = pictures.get(image.source_url)
    if picture is None or image.media_id is not None:
        return image
    return replace(
        image,
        media_id=picture.media_id,
        width=picture.width,
        height=picture.height,
        widths=picture.widths,
        color=picture.color,
    )
