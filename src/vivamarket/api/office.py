"""What the staff's catalogue and figures are read and written with, filled in by bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vivamarket.accounts.identity.desk import CustomerDesk
from vivamarket.accounts.identity.notes import CustomerNotes
from vivamarket.catalog.bulk_edits import BulkEdits
from vivamarket.content import ContentService
from vivamarket.kernel.ids import ProductId
from vivamarket.media.service import MediaService
from vivamarket.orders.sales import TradeService
from vivamarket.payments.stuck import StuckPaymentReader
from vivamarket.search.ports import SearchAnswers
from vivamarket.transfers.service import TransferService


class ProductPreviews(Protocol):
    """Renders products for staff as shoppers would be shown them."""

    async def preview(self, product_id: ProductId, locale: str, currency: str) -> bytes:
        """Return the page, in a language and a currency of the shop; nothing is published.

        Raise ``ProductNotFound``.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOffice:
    """Everything of the back office that the shop's own pages do not need."""

    #: The index of all products, drafts and archived ones too (``search.staff_documents``).
    found: SearchAnswers
    bulk: BulkEdits
    #: The shop's own texts.
    content: ContentService
    media: MediaService
    trade: TradeService
    stuck: StuckPaymentReader
    customers: CustomerDesk
    notes: CustomerNotes
    transfers: TransferService
    previews: ProductPreviews
