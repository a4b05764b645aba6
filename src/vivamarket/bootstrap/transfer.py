"""What ``viva import`` and ``viva export`` work with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from vivamarket.adapters.local.fetch import HttpImageFetcher
from vivamarket.adapters.local.images import PillowImageProcessor
from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.bootstrap.bridges import InventoryCounts, MediaPictures
from vivamarket.bootstrap.shop import open_shop
from vivamarket.catalog.transfer.exporting import CatalogExporter
from vivamarket.catalog.transfer.images import ImageFetch
from vivamarket.catalog.transfer.importing import CatalogImporter
from vivamarket.media.service import MediaService
from vivamarket.settings import Settings

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
    async with open_shop(
        settings, role="transfer", database_url=database_url, command_timeout_seconds=COMMAND_TIMEOUT_SECONDS
    ) as shop:
        profile = shop.file.profile
        chosen = profile.check_currency(currency or profile.default_currency)
        locale = profile.default_locale
        processor = PillowImageProcessor()
        media = MediaService(FolderObjectStore(settings.data_dir), processor, HttpImageFetcher())
        try:
            yield Transfer(
                importer=CatalogImporter(
                    shop.catalog_store,
                    shop.stock,
                    shop.clock,
                    shop.ids,
                    locale=locale,
                    currency=chosen,
                    tasks=shop.tasks,
                ),
                pictures=ImageFetch(shop.catalog_store, MediaPictures(media), shop.tasks, shop.clock),
                exporter=CatalogExporter(
                    shop.catalog_store,
                    InventoryCounts(shop.stock),
                    locale=locale,
                    currency=chosen,
                    media_base=settings.public_url,
                ),
            )
        finally:
            await processor.close()
