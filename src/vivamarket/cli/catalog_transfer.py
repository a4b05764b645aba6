"""What ``viva import`` and ``viva export`` work with, put together for one command."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.fetch import HttpImageFetcher
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.adapters.local.images import PillowImageProcessor
from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.adapters.postgres.inventory import PostgresStockStore
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.catalog.transfer.exporting import CatalogExporter
from vivamarket.catalog.transfer.images import ImageFetch
from vivamarket.catalog.transfer.importing import CatalogImporter
from vivamarket.catalog.transfer.ports import FetchedPicture
from vivamarket.inventory.service import StockService
from vivamarket.kernel.ids import Sku
from vivamarket.media.service import MediaService
from vivamarket.settings import Settings
from vivamarket.shop_file import read_shop_file

CONNECTIONS_MAX = 4
#: An import's statement writes hundreds of products at once and may wait for a moved category.
COMMAND_TIMEOUT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Transfer:
    """The three passes: in, pictures, out."""

    importer: CatalogImporter
    pictures: ImageFetch
    exporter: CatalogExporter


@asynccontextmanager
async def open_transfer(
    settings: Settings, database_url: str, *, currency: str | None = None
) -> AsyncIterator[Transfer]:
    """Lend the passes on that database; ``currency`` is that of plain price columns.

    Raise ``UnknownCurrency`` for one that the shop has no prices in.
    """
    shop = read_shop_file().profile
    chosen = shop.check_currency(currency or shop.default_currency)
    clock = SystemClock()
    pool = await create_pool(
        database_url,
        size_max=CONNECTIONS_MAX,
        application_name="viva import/export",
        command_timeout_seconds=COMMAND_TIMEOUT_SECONDS,
    )
    tasks = AsyncioTasks()
    processor = PillowImageProcessor()
    store = PostgresCatalogStore(pool, clock, locales=shop.locales)
    inventory = StockService(stock=PostgresStockStore(pool), clock=clock)
    media = MediaService(FolderObjectStore(settings.data_dir), processor, HttpImageFetcher())
    try:
        yield Transfer(
            importer=CatalogImporter(
                store, inventory, clock, SystemIds(clock), locale=shop.default_locale, currency=chosen
            ),
            pictures=ImageFetch(store, MediaPictures(media), tasks, clock),
            exporter=CatalogExporter(
                store,
                InventoryCounts(inventory),
                locale=shop.default_locale,
                currency=chosen,
                media_base=settings.public_url,
            ),
        )
    finally:
        await tasks.close()
        await processor.close()
        await pool.close()


class MediaPictures:
    """Media's service as the catalogue's ``MediaImporter``."""

    def __init__(self, media: MediaService) -> None:
        self._media = media

    async def import_url(self, url: str) -> FetchedPicture:
        """Fetch, check and store the picture; raise what media raises."""
        picture = await self._media.import_url(url)
        return FetchedPicture(picture.id, picture.width, picture.height, picture.widths, picture.color)


class InventoryCounts:
    """Inventory's service as the catalogue's ``StockTeller``."""

    def __init__(self, inventory: StockService) -> None:
        self._inventory = inventory

    async def on_hand(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        """Return what is counted, for SKUs that are counted."""
        return {sku: level.on_hand for sku, level in (await self._inventory.levels(skus)).items()}
