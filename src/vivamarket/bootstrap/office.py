"""What the back office reads and writes with: its index, bulk edits, pictures."""

from __future__ import annotations

import asyncio

from vivamarket.accounts.identity.desk import CustomerDesk
from vivamarket.accounts.identity.notes import CustomerNotes
from vivamarket.adapters.local.fetch import HttpImageFetcher
from vivamarket.adapters.local.images import PillowImageProcessor
from vivamarket.adapters.postgres.bulk_edits import PostgresBulkEditStore
from vivamarket.adapters.postgres.customer_directory import PostgresCustomerDirectory
from vivamarket.adapters.postgres.customer_notes import PostgresCustomerNoteStore
from vivamarket.adapters.postgres.found_orders import PostgresFoundOrderStore
from vivamarket.adapters.postgres.identity import PostgresIdentityStore
from vivamarket.adapters.postgres.sales import PostgresSalesStore, PostgresStuckPaymentReader
from vivamarket.adapters.tantivy import IndexLayout, TantivySearchReader, TantivySearchWriter
from vivamarket.api.office import BackOffice, ProductPreviews
from vivamarket.bootstrap.bridges import FreshSearch, in_thread
from vivamarket.bootstrap.content import content_of
from vivamarket.bootstrap.quick import attempts_of
from vivamarket.bootstrap.shop import Shop
from vivamarket.bootstrap.transfer import transfers_of
from vivamarket.catalog.bulk_edits import BulkEdits
from vivamarket.media.service import MediaService
from vivamarket.orders.indexing import OrderIndexing
from vivamarket.orders.sales import TradeService
from vivamarket.search.follower import SearchFollower
from vivamarket.search.staff_documents import StaffDocumentBuilder


def office_of(shop: Shop, previews: ProductPreviews) -> BackOffice:
    """Build what the staff's API needs beside the shop's own parts."""
    settings = shop.settings
    processor = processor_of(shop)
    customers = _customers_of(shop)
    return BackOffice(
        found=FreshSearch(TantivySearchReader(settings.staff_search_dir, _layout(shop)), in_thread),
        bulk=bulk_edits_of(shop),
        content=content_of(shop),
        media=MediaService(shop.home.files, processor, HttpImageFetcher()),
        trade=trade_of(shop),
        stuck=PostgresStuckPaymentReader(shop.pool),
        customers=customers,
        notes=CustomerNotes(
            desk=customers, notes=PostgresCustomerNoteStore(shop.pool), clock=shop.clock, ids=shop.ids
        ),
        transfers=transfers_of(shop),
        previews=previews,
    )


def _customers_of(shop: Shop) -> CustomerDesk:
    return CustomerDesk(
        PostgresCustomerDirectory(shop.pool),
        PostgresIdentityStore(shop.pool),
        attempts_of(shop),
    )


def processor_of(shop: Shop) -> PillowImageProcessor:
    """Build what decodes pictures; its own processes end with the shop's tasks."""
    processor = PillowImageProcessor()
    shop.tasks.spawn("pictures", _until_the_end(processor))
    return processor


def trade_of(shop: Shop) -> TradeService:
    """Build the figures of the dashboard."""
    return TradeService(sales=PostgresSalesStore(shop.pool), clock=shop.clock)


def order_indexing_of(shop: Shop) -> OrderIndexing:
    """Build what keeps orders findable; the worker's alone."""
    return OrderIndexing(orders=PostgresFoundOrderStore(shop.pool), clock=shop.clock)


def bulk_edits_of(shop: Shop) -> BulkEdits:
    """Build the use cases of bulk edits."""
    return BulkEdits(catalog=shop.catalog, edits=PostgresBulkEditStore(shop.pool), clock=shop.clock)


def staff_index_of(shop: Shop) -> SearchFollower:
    """Build what keeps the staff's index true; the worker's alone."""
    profile = shop.file.profile
    return SearchFollower(
        catalog=shop.home.catalog,
        availability=shop.stock,
        documents=StaffDocumentBuilder(profile.locales, profile.currencies),
        writer=TantivySearchWriter(shop.settings.staff_search_dir, _layout(shop), shop.clock),
        clock=shop.clock,
        offload=in_thread,
    )


async def _until_the_end(processor: PillowImageProcessor) -> None:
    """End the picture workers with the process's other tasks."""
    try:
        await asyncio.Event().wait()
    finally:
        await processor.close()


def _layout(shop: Shop) -> IndexLayout:
    return IndexLayout(shop.file.profile.locales, shop.file.profile.currencies)
