"""What products come in and go out with: for ``viva import`` and ``viva export``, and for staff."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from vivamarket.adapters.local.fetch import HttpImageFetcher
from vivamarket.adapters.local.images import PillowImageProcessor
from vivamarket.adapters.postgres.transfers import PostgresTransferStore
from vivamarket.bootstrap.bridges import InventoryCounts, MediaPictures, in_thread
from vivamarket.bootstrap.shop import Shop, open_shop
from vivamarket.catalog.transfer.exporting import CatalogExporter
from vivamarket.catalog.transfer.images import ImageFetch
from vivamarket.catalog.transfer.importing import CatalogImporter
from vivamarket.media.service import MediaService
from vivamarket.settings import Settings
from vivamarket.transfers.files import TransferFiles
from vivamarket.transfers.running import TransferRunner
from vivamarket.transfers.service import TransferService

#: An import's statement writes hundreds of products at once and may wait for a moved category.
COMMAND_TIMEOUT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Transfer:
    """The three passes: in, pictures, out."""

    importer: CatalogImporter
    pictures: ImageFetch
    exporter: CatalogExporter


class ShopPasses:
    """The passes over this shop's catalogue, as transfers' ``Passes``."""

    def __init__(self, shop: Shop, processor: PillowImageProcessor) -> None:
        self._shop = shop
        media = MediaService(shop.home.files, processor, HttpImageFetcher())
        self.pictures = ImageFetch(shop.home.catalog, MediaPictures(media), shop.tasks, shop.clock)

    def importer(self, *, currency: str, sets_stock: bool) -> CatalogImporter:
        """Return an importer; without ``sets_stock`` it leaves quantities out."""
        shop = self._shop
        return CatalogImporter(
            shop.home.catalog,
            shop.stock if sets_stock else None,
            shop.clock,
            shop.ids,
            locale=shop.file.profile.default_locale,
            currency=currency,
            tasks=shop.tasks,
            aside=in_thread,
        )

    def exporter(self, *, currency: str) -> CatalogExporter:
        """Return an exporter."""
        return CatalogExporter(
            self._shop.home.catalog,
            InventoryCounts(self._shop.stock),
            locale=self._shop.file.profile.default_locale,
            currency=currency,
            media_base=self._shop.settings.public_url,
        )


def transfers_of(shop: Shop) -> TransferService:
    """Build what staff ask for imports and exports with."""
    return TransferService(store=PostgresTransferStore(shop.pool), files=_files_of(shop), clock=shop.clock)


def transfer_runner_of(shop: Shop, processor: PillowImageProcessor) -> TransferRunner:
    """Build what runs them; the worker's alone."""
    return TransferRunner(
        store=PostgresTransferStore(shop.pool),
        files=_files_of(shop),
        passes=ShopPasses(shop, processor),
        catalog=shop.home.catalog,
        locale=shop.file.profile.default_locale,
        clock=shop.clock,
        ids=shop.ids,
        tasks=shop.tasks,
    )


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
        processor = PillowImageProcessor()
        passes = ShopPasses(shop, processor)
        try:
            yield Transfer(
                importer=passes.importer(currency=chosen, sets_stock=True),
                pictures=passes.pictures,
                exporter=passes.exporter(currency=chosen),
            )
        finally:
            await processor.close()


def _files_of(shop: Shop) -> TransferFiles:
    return TransferFiles(shop.home.files)
