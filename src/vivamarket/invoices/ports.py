"""What invoices need from outside: a place to number and keep them, the sale they are about, a printer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vivamarket.invoices.drafting import Returned, Sale
from vivamarket.invoices.model import Invoice, InvoiceDraft, InvoiceNumber, Series
from vivamarket.kernel.ids import OrderId, RefundId


@dataclass(frozen=True, slots=True)
class Posting:
    """A sale in the books (no ``refund_id``), or a part of one given back."""

    order_id: OrderId
    refund_id: RefundId | None


class InvoiceStore(Protocol):
    """Numbers and keeps invoices."""

    async def issue(self, draft: InvoiceDraft, at: datetime) -> Invoice:
        """Give the draft the next number of its series and keep it, in one transaction.

        Numbers begin with 1 and have no gaps, whoever issues at the same time and wherever it crashes. A
        second draft of the same ``cause`` is not issued: the first invoice is returned. Within a series
        ``issued_at`` never goes back.
        """
        ...

    async def of_order(self, order_id: OrderId) -> tuple[Invoice, ...]:
        """Return the order's invoices and credit notes, oldest first, at most ``INVOICES_OF_ORDER_MAX``."""
        ...

    async def get(self, number: InvoiceNumber) -> Invoice:
        """Return the invoice. Raise ``InvoiceNotFound``."""
        ...

    async def erase_buyers(self, order_ids: Sequence[OrderId]) -> int:
        """Forget who bought in these orders; return on how many invoices. The books stay as they are."""
        ...

    async def due(self, settled_before: datetime, limit: int) -> tuple[Posting, ...]:
        """Return what the books hold and no invoice tells, oldest first, since this shop issues invoices.

        Looks at ``limit`` postings at most. What was posted before ``settled_before`` and is told is not
        looked at again. Deposits and goodwill are no sale and need no invoice.
        """
        ...


class SaleReader(Protocol):
    """Reads what an invoice tells of."""

    async def sale(self, order_id: OrderId) -> Sale | None:
        """Return the order as it was sold; None while it is not in the books as sold. Raise ``NotFound``."""
        ...

    async def returned(self, order_id: OrderId, refund_id: RefundId) -> Returned | None:
        """Return what the refund took back of the sale; None when it took nothing back of it."""
        ...


class InvoicePrinter(Protocol):
    """Sets an invoice as a PDF. It blocks: call it beside the event loop."""

    def pdf(self, content: Mapping[str, object], written_at: datetime) -> bytes:
        """Return a PDF of ``rendering.content_of``: the same content and time give the same bytes."""
        ...


@dataclass(frozen=True, slots=True)
class SeriesEvidence:
    """One series as it is kept."""

    series: Series
    last: int
    count: int
    lowest: int
    highest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingEvidence:
    """One posting of the books and the invoice that tells it. Sums are minor units, tax contained."""

    order_number: str
    posted_at: datetime
    booked_total: int
    booked_tax: int
    number: InvoiceNumber | None
    told_total: int
    told_tax: int


class InvoiceEvidence(Protocol):
    """What the check of invoices reads, as of one moment."""

    async def series(self) -> Sequence[SeriesEvidence]:
        """Return all series."""
        ...

    def postings(self) -> AsyncIterator[Sequence[PostingEvidence]]:
        """Yield every posting that needs an invoice, a page at a time."""
        ...

    async def strays(self, limit: int) -> Sequence[InvoiceNumber]:
        """Return invoices of which the books hold nothing."""
        ...


class InvoiceEvidenceReader(Protocol):
    """Lends the evidence; for checks, not for serving: it costs a full read."""

    def snapshot(self) -> AbstractAsyncContextManager[InvoiceEvidence]:
        """Lend one snapshot."""
        ...
