"""Invoices and credit notes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.kernel.money import Money


class InvoiceOut(Struct, frozen=True):
    """An invoice or a credit note; its PDF is read by its number."""

    number: Annotated[str, Meta(examples=["INV-2026-000042"])]
    kind: Annotated[str, Meta(description="`invoice` or `credit_note`.")]
    issued_at: datetime
    corrects: Annotated[str | None, Meta(description="The invoice that a credit note takes back.")]
    total: Money


class InvoiceList(Struct, frozen=True):
    """The papers of one order, oldest first."""

    items: tuple[InvoiceOut, ...]
