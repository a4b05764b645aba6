"""What stands on an invoice, in each language."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.helpers.aftersales import SELLER

from vivamarket.adapters.typst import TypstPrinter
from vivamarket.invoices.errors import InvoiceUnbalanced
from vivamarket.invoices.model import (
    Invoice,
    InvoiceDraft,
    InvoiceKind,
    InvoiceLine,
    InvoiceTax,
    Party,
    Series,
)
from vivamarket.invoices.rendering import content_of
from vivamarket.kernel.ids import OrderId, OrderNumber
from vivamarket.kernel.money import Money

ISSUED = datetime(2026, 5, 1, 12, 0, 0, 123_456, tzinfo=UTC)


def eur(minor_units: int) -> Money:
    return Money(minor_units, "EUR")


def invoice(locale: str = "es", description: str = "Taza") -> Invoice:
    line = InvoiceLine(
        description=description,
        sku="MUG",
        quantity=2,
        unit_price=eur(60_500),
        discount=eur(0),
        rate_ppm=210_000,
        net=eur(100_000),
        tax=eur(21_000),
    )
    draft = InvoiceDraft(
        kind=InvoiceKind.INVOICE,
        cause="cause",
        order_id=OrderId("order"),
        order_number=OrderNumber("VM-7K3QX9"),
        locale=locale,
        settled_at=ISSUED,
        seller=SELLER,
        buyer=Party(name="Jo"),
        lines=(line,),
        taxes=(InvoiceTax(label="IVA", rate_ppm=210_000, base=eur(100_000), amount=eur(21_000)),),
        tax_included=True,
        net=eur(100_000),
        tax=eur(21_000),
        total=eur(121_000),
    )
    return Invoice(series=Series("INV-2026"), sequence=42, issued_at=ISSUED, draft=draft)


def test_amounts_and_dates_are_written_as_the_reader_s_language_does() -> None:
    content = content_of(invoice())

    assert content["title"] == "Factura INV-2026-000042"
    assert content["total"] == ("Total pagado", "1.210,00\xa0€")
    assert content["sums"] == [
        ("Base imponible", "1.000,00\xa0€"),
        ("IVA 21\xa0% sobre 1.000,00\xa0€", "210,00\xa0€"),
    ]
    assert content["facts"] == [
        ("Número", "INV-2026-000042"),
        ("Emitida", "1 de mayo de 2026"),
        ("Pagada", "1 de mayo de 2026"),
        ("Pedido", "VM-7K3QX9"),
    ]


def test_an_unknown_language_falls_back_to_english() -> None:
    assert content_of(invoice("xx"))["kind"] == "Invoice"


def test_a_name_is_set_as_it_is_and_never_run() -> None:
    printer = TypstPrinter()
    hostile = invoice(description='#read("printer.py") $x$ *bold* \\ </script> ' + "n" * 300)

    first = printer.pdf(content_of(hostile), ISSUED)

    assert first.startswith(b"%PDF-")
    assert first == TypstPrinter().pdf(content_of(hostile), ISSUED)


@pytest.mark.parametrize("wrong", [{"net": eur(1)}, {"tax": eur(1)}, {"total": eur(1)}, {"taxes": ()}])
def test_sums_that_do_not_add_up_are_no_invoice(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvoiceUnbalanced):
        replace(invoice().draft, **wrong)
