"""An invoice as a pure value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from vivamarket.invoices.errors import InvoiceUnbalanced
from vivamarket.kernel.ids import OrderId, OrderNumber
from vivamarket.kernel.money import Money, total

#: Such as ``INV-2026-000042``; no two invoices of a shop share one.
InvoiceNumber = NewType("InvoiceNumber", str)
#: One unbroken run of numbers: ``INV-2026``.
Series = NewType("Series", str)

NUMBER_DIGITS = 6
#: An order has one invoice, and a credit note for each refund; far above what can happen.
INVOICES_OF_ORDER_MAX = 1_000


class InvoiceKind(StrEnum):
    """What the paper is. A credit note takes back a part of an invoice, or all of it."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


_PREFIXES = {InvoiceKind.INVOICE: "INV", InvoiceKind.CREDIT_NOTE: "CN"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who sells, or who buys: a name and the lines of an address."""

    name: str
    lines: tuple[str, ...] = ()
    tax_number: str = ""
    email: str = ""


#: The buyer of an invoice whose customer asked to be forgotten.
ERASED = Party(name="")


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceLine:
    """What was sold or taken back. ``net`` and ``tax`` sum to ``total``; shipping has no ``sku``."""

    description: str
    sku: str = ""
    quantity: int
    #: As the shopper confirmed it, tax contained or not (``InvoiceDraft.tax_included``).
    unit_price: Money
    discount: Money
    rate_ppm: int
    net: Money
    tax: Money

    @property
    def total(self) -> Money:
        """Return what was paid for it, tax contained."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceTax:
    """The tax of one rate."""

    label: str
    rate_ppm: int
    base: Money
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceDraft:
    """All that an invoice says but its number and when it was issued.

    Amounts of a credit note are those taken back, above zero. Raise ``InvoiceUnbalanced`` unless lines,
    taxes and totals say the same.
    """

    kind: InvoiceKind
    #: What it is issued for, once: the order's id, or the refund's.
    cause: str
    order_id: OrderId
    order_number: OrderNumber
    #: The invoice that a credit note takes back.
    corrects: InvoiceNumber | None = None
    locale: str
    #: When it was paid, or given back.
    settled_at: datetime
    seller: Party
    buyer: Party
    lines: tuple[InvoiceLine, ...]
    taxes: tuple[InvoiceTax, ...]
    tax_included: bool
    net: Money
    tax: Money
    total: Money

    def __post_init__(self) -> None:
        currency = self.total.currency
        from_lines = total([line.net for line in self.lines], currency), self._line_tax()
        tax = total([each.amount for each in self.taxes], currency)
        if from_lines != (self.net, self.tax) or tax != self.tax or self.net + self.tax != self.total:
            raise InvoiceUnbalanced("The sums of this invoice do not add up.", cause=self.cause)

    def _line_tax(self) -> Money:
        return total([line.tax for line in self.lines], self.total.currency)

    @property
    def currency(self) -> str:
        """Return the currency of all its amounts."""
        return self.total.currency

    def sold_to(self, buyer: Party) -> InvoiceDraft:
        """Return the same with that buyer."""
        return replace(self, buyer=buyer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice that was issued. Nothing of it ever changes but its buyer, who may be erased."""

    series: Series
    sequence: int
    issued_at: datetime
    draft: InvoiceDraft

    @property
    def number(self) -> InvoiceNumber:
        """Return its number as it is printed."""
        return number_of(self.series, self.sequence)


def series_of(kind: InvoiceKind, at: datetime) -> Series:
    """Return the series of that moment: one for each kind and year, years of UTC."""
    return Series(f"{_PREFIXES[kind]}-{at.year}")


def number_of(series: Series, sequence: int) -> InvoiceNumber:
    """Return the printed number."""
    return InvoiceNumber(f"{series}-{sequence:0{NUMBER_DIGITS}}")
