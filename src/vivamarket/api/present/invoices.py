"""Invoices as the API answers them."""

from __future__ import annotations

from collections.abc import Sequence

from litestar import Response

from vivamarket.api.schemas.invoices import InvoiceList, InvoiceOut
from vivamarket.invoices.model import Invoice

PDF = "application/pdf"


def invoices_out(invoices: Sequence[Invoice]) -> InvoiceList:
    """Present the papers of an order."""
    return InvoiceList(
        tuple(
            InvoiceOut(
                number=each.number,
                kind=each.draft.kind.value,
                issued_at=each.issued_at,
                corrects=each.draft.corrects,
                total=each.draft.total,
            )
            for each in invoices
        )
    )


def pdf_answer(invoice: Invoice, pdf: bytes) -> Response[bytes]:
    """Return the PDF as a file to keep; only its reader's own browser may keep a copy."""
    headers = {
        "content-disposition": f'attachment; filename="{invoice.number}.pdf"',
        "cache-control": "private, no-store",
    }
    return Response(pdf, media_type=PDF, headers=headers)
