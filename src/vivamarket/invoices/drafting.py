"""From a sale to the text of its invoice, from a refund to its credit note. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from vivamarket.invoices.model import (
    InvoiceDraft,
    InvoiceKind,
    InvoiceLine,
    InvoiceNumber,
    InvoiceTax,
    Party,
)
from vivamarket.kernel.ids import OrderId, OrderNumber, RefundId
from vivamarket.kernel.money import Money, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """An order as it was sold."""

    order_id: OrderId
    order_number: OrderNumber
    locale: str
    paid_at: datetime
    buyer: Party
    #: By the order's positions.
    lines: Mapping[int, InvoiceLine]
    shipping: InvoiceLine | None
    taxes: tuple[InvoiceTax, ...]
    tax_included: bool
    total: Money


@dataclass(frozen=True, slots=True)
class ReturnedLine:
    """So many units of the line at that position; ``amount`` contains the ``tax``."""

    position: int
    quantity: int
    amount: Money
    tax: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """What a refund took back of a sale, goodwill apart; ``tax`` is all the tax in it."""

    refund_id: RefundId
    at: datetime
    lines: tuple[ReturnedLine, ...]
    #: Tax contained.
    shipping: Money
    tax: Money


def invoice_of(sale: Sale, seller: Party) -> InvoiceDraft:
    """Return the invoice of a sale."""
    lines = (*(sale.lines[position] for position in sorted(sale.lines)), *filter(None, (sale.shipping,)))
    tax = total([each.amount for each in sale.taxes], sale.total.currency)
    return InvoiceDraft(
        kind=InvoiceKind.INVOICE,
        cause=sale.order_id,
        order_id=sale.order_id,
        order_number=sale.order_number,
        locale=sale.locale,
        settled_at=sale.paid_at,
        seller=seller,
        buyer=sale.buyer,
        lines=lines,
        taxes=sale.taxes,
        tax_included=sale.tax_included,
        net=sale.total - tax,
        tax=tax,
        total=sale.total,
    )


def credit_note_of(sale: Sale, returned: Returned, corrects: InvoiceNumber, seller: Party) -> InvoiceDraft:
    """Return the credit note of what a refund took back of the sale."""
    lines = [_taken_back(sale.lines[each.position], each) for each in returned.lines]
    if returned.shipping:
        assert sale.shipping is not None  # checkout gives back only what was paid for
        line_tax = total([each.tax for each in lines], sale.total.currency)
        amount = ReturnedLine(0, 1, returned.shipping, returned.tax - line_tax)
        lines.append(_taken_back(sale.shipping, amount))
    net = total([each.net for each in lines], sale.total.currency)
    return InvoiceDraft(
        kind=InvoiceKind.CREDIT_NOTE,
        cause=returned.refund_id,
        order_id=sale.order_id,
        order_number=sale.order_number,
        corrects=corrects,
        locale=sale.locale,
        settled_at=returned.at,
        seller=seller,
        buyer=sale.buyer,
        lines=tuple(lines),
        taxes=_taxes(lines, sale.taxes),
        tax_included=sale.tax_included,
        net=net,
        tax=returned.tax,
        total=net + returned.tax,
    )


def _taken_back(sold: InvoiceLine, back: ReturnedLine) -> InvoiceLine:
    nothing = back.amount * 0
    return InvoiceLine(
        description=sold.description,
        sku=sold.sku,
        quantity=back.quantity,
        unit_price=sold.unit_price,
        discount=nothing,
        rate_ppm=sold.rate_ppm,
        net=back.amount - back.tax,
        tax=back.tax,
    )


def _taxes(lines: Sequence[InvoiceLine], sold: Sequence[InvoiceTax]) -> tuple[InvoiceTax, ...]:
    """Sum the lines by rate, highest first; what bears no tax is left out, as in the order."""
    labels = {each.rate_ppm: each.label for each in sold}
    found = []
    for rate in sorted({line.rate_ppm for line in lines if line.tax}, reverse=True):
        of_rate = [line for line in lines if line.rate_ppm == rate]
        currency = of_rate[0].net.currency
        found.append(
            InvoiceTax(
                label=labels.get(rate, ""),
                rate_ppm=rate,
                base=total([line.net for line in of_rate], currency),
                amount=total([line.tax for line in of_rate], currency),
            )
        )
    return tuple(found)


def shipping_rate_ppm(taxes: Sequence[InvoiceTax], lines: Sequence[InvoiceLine]) -> int:
    """Return the rate of the shipping: the one whose tax the lines do not account for; 0 when none."""
    for tax in taxes:
        of_lines = [line.tax for line in lines if line.rate_ppm == tax.rate_ppm]
        if tax.amount != total(of_lines, tax.amount.currency):
            return tax.rate_ppm
    return 0
