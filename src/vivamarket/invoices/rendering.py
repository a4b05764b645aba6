"""What stands on the paper: an invoice in the words, amounts and dates of its reader's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from vivamarket.invoices.model import ERASED, Invoice, InvoiceKind, InvoiceLine, InvoiceTax, Party
from vivamarket.invoices.texts import DEFAULT_LOCALE, TEXTS
from vivamarket.kernel.money import PARTS_PER_MILLION, Money


def content_of(invoice: Invoice) -> Mapping[str, object]:
    """Return everything the paper says, as plain values. Unknown languages fall back to English."""
    draft = invoice.draft
    locale = draft.locale if draft.locale in TEXTS else DEFAULT_LOCALE
    t = TEXTS[locale]
    kind = t[draft.kind.value]
    is_invoice = draft.kind is InvoiceKind.INVOICE
    seller = _party(draft.seller, t)
    facts = [
        (t["number"], invoice.number),
        (t["issued"], _date(invoice.issued_at, locale)),
        (t["paid" if is_invoice else "given_back"], _date(draft.settled_at, locale)),
        (t["order"], draft.order_number),
    ]
    if draft.corrects is not None:
        facts.append((t["corrects"], draft.corrects))
    unit_price = t["unit_price_with_tax" if draft.tax_included else "unit_price"]
    return {
        "title": f"{kind} {invoice.number}",
        "kind": kind,
        "language": locale,
        "seller": seller,
        "buyer": {"name": t["erased"], "lines": ()} if draft.buyer == ERASED else _party(draft.buyer, t),
        "facts": facts,
        "words": {"buyer": t["buyer"]},
        "columns": (t["description"], t["quantity"], unit_price, t["rate"], t["net"], t["line_total"]),
        "lines": [_line(line, t, locale) for line in draft.lines],
        "sums": [
            (t["net_total"], _money(draft.net, locale)),
            *((_tax_words(tax, t, locale), _money(tax.amount, locale)) for tax in draft.taxes),
        ],
        "total": (t["total" if is_invoice else "credit_total"], _money(draft.total, locale)),
        "footer": " · ".join(part for part in (draft.seller.name, draft.seller.email) if part),
        "page": t["page"],
    }


def _party(party: Party, t: Mapping[str, str]) -> Mapping[str, object]:
    number = (t["tax_number"].format(number=party.tax_number),) if party.tax_number else ()
    return {"name": party.name, "lines": (*party.lines, *number)}


def _line(line: InvoiceLine, t: Mapping[str, str], locale: str) -> Mapping[str, str]:
    notes = [t["sku"].format(sku=line.sku)] if line.sku else []
    if line.discount:
        notes.append(t["discount"].format(amount=_money(line.discount, locale)))
    return {
        "description": line.description,
        "note": " · ".join(notes),
        "quantity": str(line.quantity),
        "unit_price": _money(line.unit_price, locale),
        "rate": _percent(line.rate_ppm, locale),
        "net": _money(line.net, locale),
        "total": _money(line.total, locale),
    }


def _tax_words(tax: InvoiceTax, t: Mapping[str, str], locale: str) -> str:
    return t["tax_of"].format(
        label=tax.label or t["tax"], rate=_percent(tax.rate_ppm, locale), base=_money(tax.base, locale)
    )


def _money(amount: Money, locale: str) -> str:
    from babel.numbers import format_currency

    text: str = format_currency(Decimal(amount.decimal()), amount.currency, locale=locale)
    return text


def _percent(rate_ppm: int, locale: str) -> str:
    from babel.numbers import format_percent

    text: str = format_percent(Decimal(rate_ppm) / PARTS_PER_MILLION, format="#,##0.##\u00a0%", locale=locale)
    return text


def _date(moment: datetime, locale: str) -> str:
    from babel.dates import format_date

    text: str = format_date(moment.date(), format="long", locale=locale)
    return text
