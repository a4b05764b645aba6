"""The back office over a test's shop: its index, bulk edits, and pictures made in this very process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import asyncpg
from tests.helpers.checkout import Shop
from tests.helpers.pages import CONFIG, write_export

from vivamarket.accounts.identity.desk import CustomerDesk
from vivamarket.accounts.identity.limits import Attempts
from vivamarket.accounts.identity.notes import CustomerNotes
from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.local.picture_codec import Limits, convert
from vivamarket.adapters.memory.companions import MemoryCompanionStore
from vivamarket.adapters.postgres.bulk_edits import PostgresBulkEditStore
from vivamarket.adapters.postgres.content import PostgresContentStore
from vivamarket.adapters.postgres.customer_directory import PostgresCustomerDirectory
from vivamarket.adapters.postgres.customer_notes import PostgresCustomerNoteStore
from vivamarket.adapters.postgres.identity import PostgresIdentityStore
from vivamarket.adapters.postgres.sales import PostgresSalesStore, PostgresStuckPaymentReader
from vivamarket.adapters.postgres.sessions import PostgresAttemptStore
from vivamarket.adapters.postgres.transfers import PostgresTransferStore
from vivamarket.adapters.tantivy import IndexLayout, TantivySearchReader, TantivySearchWriter
from vivamarket.api.office import BackOffice
from vivamarket.bootstrap.bridges import FreshSearch, in_thread
from vivamarket.catalog.bulk_edits import BulkEdits
from vivamarket.catalog.service import CatalogService
from vivamarket.content import ContentService
from vivamarket.kernel.ids import ProductId
from vivamarket.media.model import SOURCE_BYTES_MAX, SOURCE_PIXELS_MAX, Picture
from vivamarket.media.service import MediaService
from vivamarket.orders.sales import TradeService
from vivamarket.pages import PagesPublisher, Site
from vivamarket.search.follower import SearchFollower
from vivamarket.search.staff_documents import StaffDocumentBuilder
from vivamarket.transfers.files import TransferFiles
from vivamarket.transfers.service import TransferService

STAFF_INDEX = "search-staff"


class PicturesHere:
    """The real decoder, without a process of its own."""

    async def process(self, source: bytes) -> tuple[Picture, dict[str, bytes]]:
        return convert(source, Limits(SOURCE_BYTES_MAX, SOURCE_PIXELS_MAX))


class PreviewsHere:
    """The real publisher over the tests' export, which is written at the first question."""

    def __init__(self, shop: Shop, pool: asyncpg.Pool, folder: Path) -> None:
        self._shop = shop
        self._content = PostgresContentStore(pool, shop.clock)
        self._folder = folder

    async def preview(self, product_id: ProductId, locale: str, currency: str) -> bytes:
        publisher = PagesPublisher(
            site=Site.load(write_export(self._folder / "storefront")),
            config=CONFIG,
            catalog=self._shop.catalog,
            content=self._content,
            stock=self._shop.stock,
            companions=MemoryCompanionStore(),
            files=FolderObjectStore(self._folder, durable=False),
            clock=self._shop.clock,
        )
        return await publisher.preview(product_id, locale, currency)


def office_on(shop: Shop, pool: asyncpg.Pool, folder: Path, layout: IndexLayout) -> BackOffice:
    """Build what the staff's API needs; its index is made by ``staff_index_on``."""
    catalog = CatalogService(shop.catalog, shop.clock, shop.ids, required_locale="en")
    nobody: Any = None
    customers = CustomerDesk(
        PostgresCustomerDirectory(pool),
        PostgresIdentityStore(pool),
        Attempts(PostgresAttemptStore(pool), shop.clock, shop.ids),
    )
    return BackOffice(
        found=FreshSearch(TantivySearchReader(folder / STAFF_INDEX, layout), in_thread),
        bulk=BulkEdits(catalog=catalog, edits=PostgresBulkEditStore(pool), clock=shop.clock),
        content=ContentService(
            store=PostgresContentStore(pool, shop.clock), clock=shop.clock, locales=layout.locales
        ),
        media=MediaService(FolderObjectStore(folder), PicturesHere(), nobody),
        trade=TradeService(sales=PostgresSalesStore(pool), clock=shop.clock),
        stuck=PostgresStuckPaymentReader(pool),
        customers=customers,
        notes=CustomerNotes(
            desk=customers, notes=PostgresCustomerNoteStore(pool), clock=shop.clock, ids=shop.ids
        ),
        transfers=TransferService(
            store=PostgresTransferStore(pool),
            files=TransferFiles(FolderObjectStore(folder, durable=False)),
            clock=shop.clock,
        ),
        previews=PreviewsHere(shop, pool, folder),
    )


def staff_index_on(shop: Shop, folder: Path, layout: IndexLayout) -> SearchFollower:
    """Build what keeps the index true, as the worker does."""
    return SearchFollower(
        catalog=shop.catalog,
        availability=shop.stock,
        documents=StaffDocumentBuilder(layout.locales, layout.currencies),
        writer=TantivySearchWriter(folder / STAFF_INDEX, layout, shop.clock),
        clock=shop.clock,
    )
