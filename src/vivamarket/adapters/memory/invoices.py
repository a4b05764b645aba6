"""Invoices over the tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

from vivamarket.adapters.memory.tables import OrderRecord, Tables
from vivamarket.invoices.errors import InvoiceNotFound
from vivamarket.invoices.model import (
    ERASED,
    INVOICES_OF_ORDER_MAX,
    Invoice,
    InvoiceDraft,
    InvoiceNumber,
    Series,
    series_of,
)
from vivamarket.invoices.ports import Posting, PostingEvidence, SeriesEvidence
from vivamarket.kernel.ids import OrderId, RefundId
from vivamarket.payments.ledger import Account, LedgerKind, LedgerTransaction

_INCOME = frozenset({Account.SALES, Account.SHIPPING_INCOME, Account.TAX_PAYABLE})


class MemoryInvoiceStore:
    """The ``InvoiceStore`` over the tables. Looking for what is due costs a walk over all orders."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def issue(self, draft: InvoiceDraft, at: datetime) -> Invoice:
        """Give the draft the next number, once per cause. See the port."""
        tables = self._tables
        known = tables.invoice_of_cause.get(draft.cause)
        if known is not None:
            return tables.invoices[known]
        series = series_of(draft.kind, at)
        last, last_at = tables.invoice_series.get(series, (0, at))
        invoice = Invoice(series=series, sequence=last + 1, issued_at=max(at, last_at), draft=draft)
        with tables.transaction():
            tables.put(tables.invoice_series, series, (invoice.sequence, invoice.issued_at))
            tables.put(tables.invoices, invoice.number, invoice)
            tables.put(tables.invoice_of_cause, draft.cause, invoice.number)
        return invoice

    async def of_order(self, order_id: OrderId) -> tuple[Invoice, ...]:
        """Return the order's invoices, oldest first."""
        found = [each for each in self._tables.invoices.values() if each.draft.order_id == order_id]
        found.sort(key=lambda each: (each.issued_at, each.draft.kind != "invoice", each.sequence))
        return tuple(found[:INVOICES_OF_ORDER_MAX])

    async def get(self, number: InvoiceNumber) -> Invoice:
        """Return the invoice. Raise ``InvoiceNotFound``."""
        found = self._tables.invoices.get(number)
        if found is None:
            raise InvoiceNotFound("There is no such invoice.")
        return found

    async def erase_buyers(self, order_ids: Sequence[OrderId]) -> int:
        """Forget who bought in these orders; return on how many invoices."""
        tables, wanted = self._tables, frozenset(order_ids)
        known = [
            each
            for each in tables.invoices.values()
            if each.draft.order_id in wanted and each.draft.buyer != ERASED
        ]
        with tables.transaction():
            for each in known:
                tables.put(tables.invoices, each.number, replace(each, draft=each.draft.sold_to(ERASED)))
        return len(known)

    async def due(self, settled_before: datetime, limit: int) -> tuple[Posting, ...]:
        """Return what the books hold and no invoice tells; nothing is ever too old to be looked at."""
        waiting = [
            (posted.at, Posting(posted.order_id, posted.refund_id))
            for _, posted in _postings(self._tables)
            if _cause(posted) not in self._tables.invoice_of_cause
        ]
        waiting.sort(key=lambda each: each[0])
        return tuple(posting for _, posting in waiting[:limit])


class MemoryInvoiceEvidence:
    """The ``InvoiceEvidenceReader`` over the tables, and its evidence: nothing changes meanwhile."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[MemoryInvoiceEvidence]:
        """Lend the evidence."""
        yield self

    async def series(self) -> Sequence[SeriesEvidence]:
        """Return all series."""
        numbers: dict[Series, list[int]] = {series: [] for series in self._tables.invoice_series}
        for invoice in self._tables.invoices.values():
            numbers[invoice.series].append(invoice.sequence)
        return [
            SeriesEvidence(
                series,
                self._tables.invoice_series[series][0],
                len(given),
                min(given, default=0),
                max(given, default=0),
            )
            for series, given in sorted(numbers.items())
        ]

    async def postings(self) -> AsyncIterator[Sequence[PostingEvidence]]:
        """Yield every posting that needs an invoice."""
        yield [self._evidence(record, posted) for record, posted in _postings(self._tables)]

    async def strays(self, limit: int) -> Sequence[InvoiceNumber]:
        """Return invoices of which the books hold nothing."""
        booked = {_cause(posted) for _, posted in _postings(self._tables)}
        strays = [number for cause, number in self._tables.invoice_of_cause.items() if cause not in booked]
        return sorted(strays)[:limit]

    def _evidence(self, record: OrderRecord, posted: LedgerTransaction) -> PostingEvidence:
        number = self._tables.invoice_of_cause.get(_cause(posted))
        told = self._tables.invoices[number].draft if number is not None else None
        return PostingEvidence(
            order_number=record.order.number,
            posted_at=posted.at,
            booked_total=abs(sum(_income(posted, _INCOME))),
            booked_tax=abs(sum(_income(posted, frozenset({Account.TAX_PAYABLE})))),
            number=number,
            told_total=told.total.minor_units if told else 0,
            told_tax=told.tax.minor_units if told else 0,
        )


def _postings(tables: Tables) -> Iterator[tuple[OrderRecord, LedgerTransaction]]:
    """Yield what needs an invoice: sales, and refunds that undo a part of one."""
    for record in tables.orders.values():
        for posted in record.ledger:
            is_sale = posted.kind in (LedgerKind.SALE, LedgerKind.ACCEPTANCE)
            if is_sale or (posted.kind is LedgerKind.REFUND and any(_income(posted, _INCOME))):
                yield record, posted


def _income(posted: LedgerTransaction, accounts: frozenset[Account]) -> list[int]:
    return [each.amount.minor_units for each in posted.entries if each.account in accounts]


def _cause(posted: LedgerTransaction) -> str:
    refund_id: RefundId | None = posted.refund_id
    return refund_id or posted.order_id
