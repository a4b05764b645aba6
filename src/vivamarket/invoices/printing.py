"""From an issued invoice to the PDF that people keep."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from vivamarket.invoices.model import Invoice
from vivamarket.invoices.ports import InvoicePrinter
from vivamarket.invoices.rendering import content_of


class Beside(Protocol):
    """Runs work that blocks beside the event loop."""

    def __call__(self, work: Callable[[], bytes], /) -> Awaitable[bytes]:
        """Return what the work returns; raise what it raises."""
        ...


class InvoicePrinting:
    """Prints invoices when they are asked for: nothing is kept, and the same invoice is the same bytes."""

    def __init__(self, printer: InvoicePrinter, beside: Beside) -> None:
        self._printer = printer
        self._beside = beside

    async def pdf(self, invoice: Invoice) -> bytes:
        """Return the PDF of the invoice, dated when it was issued."""
        content = content_of(invoice)
        return await self._beside(lambda: self._printer.pdf(content, invoice.issued_at))
