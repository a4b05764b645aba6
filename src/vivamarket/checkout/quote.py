"""The quote: everything a shopper pays, computed purely from what was read, with a hash to confirm."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vivamarket.addresses.model import Address
from vivamarket.cart.model import Cart
from vivamarket.catalog.model import ProductImage
from vivamarket.catalog.sellable import Sellable
from vivamarket.kernel.ids import CartId, ProductId, Sku
from vivamarket.kernel.money import Money, total
from vivamarket.shipping.model import ShippingOption, ShippingRules
from vivamarket.tax.model import STANDARD, CountryTax, Taxable, TaxedRate, TaxResult, TaxRules, tax_of


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteLine:
    """One SKU's part of the quote. ``total`` is what the shopper pays for it, tax contained or added."""

    sku: Sku
    product_id: ProductId
    product_slug: str
    title: str
    variant_title: str
    image: ProductImage | None
    quantity: int
    unit_price: Money
    subtotal: Money
    discount: Money
    tax: Money
    tax_rate_ppm: int
    total: Money
    weight_grams: int
    requires_shipping: bool
    tracked: bool
    continue_selling: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteShipping:
    """The chosen way to send; ``tax`` is contained in ``price`` or added to it, as for the lines."""

    method: str
    label: str
    price: Money
    tax: Money
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True)
class QuoteTax:
    """The tax of one rate over lines and shipping."""

    label: str
    rate_ppm: int
    base: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class Discount:
    """One reduction of the whole quote (promotions fill these; there are none yet)."""

    label: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What the shopper would pay now. Placing accepts only the hash of what it computes itself."""

    hash: str
    cart_id: CartId
    cart_version: int
    currency: str
    locale: str
    lines: tuple[QuoteLine, ...]
    #: SKUs of the cart that are not sold any more; they are not in ``lines`` and stop placing.
    gone: tuple[Sku, ...]
    subtotal: Money
    discounts: tuple[Discount, ...]
    discount_total: Money
    shipping: QuoteShipping | None
    shipping_options: tuple[ShippingOption, ...]
    taxes: tuple[QuoteTax, ...]
    tax_total: Money
    tax_included: bool
    total: Money
    email: str
    shipping_address: Address | None
    billing_address: Address | None
    note: str
    #: What the shopper still has to give: ``lines``, ``email``, ``shipping_address``, ``shipping_method``.
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Return whether it can be placed."""
        return not self.missing


def quote_of(
    cart: Cart,
    sellables: Sequence[Sellable],
    *,
    tax: TaxRules,
    shipping: ShippingRules,
    home_country: str,
) -> Quote:
    """Compute the quote of a cart from its SKUs as they are sold now.

    Until an address is known, prices show the home country's tax and no shipping. Lines and shipping
    of one tax rate are rounded together (see ``tax_of``), so every sum in the quote adds up exactly.
    """
    by_sku = {each.sku: each for each in sellables}
    priced = [(line.quantity, by_sku[line.sku]) for line in cart.lines if line.sku in by_sku]
    gone = tuple(line.sku for line in cart.lines if line.sku not in by_sku)
    currency = cart.currency
    subtotal = total([each.price.amount * quantity for quantity, each in priced], currency)
    address = cart.details.shipping_address
    options = _shipping_options(address, priced, subtotal, shipping)
    chosen = next((each for each in options if each.method.key == cart.details.shipping_method), None)
    country_tax = tax.of(address.country if address else home_country)
    taxed = _taxed(priced, chosen, country_tax)
    lines = tuple(
        _line(quantity, each, line_tax, country_tax)
        for (quantity, each), line_tax in zip(priced, taxed.taxes[: len(priced)], strict=True)
    )
    tax_total = Money(taxed.total, currency)
    chosen_price = chosen.price if chosen else Money.zero(currency)
    grand_total = subtotal + chosen_price
    if not country_tax.included:
        grand_total = grand_total + tax_total
    draft = Quote(
        hash="",
        cart_id=cart.id,
        cart_version=cart.version,
        currency=currency,
        locale=cart.locale,
        lines=lines,
        gone=gone,
        subtotal=subtotal,
        discounts=(),
        discount_total=Money.zero(currency),
        shipping=_shipping(chosen, taxed, currency, cart.locale),
        shipping_options=options,
        taxes=tuple(_quote_tax(rate, currency) for rate in taxed.rates),
        tax_total=tax_total,
        tax_included=country_tax.included,
        total=grand_total,
        email=cart.details.email,
        shipping_address=address,
        billing_address=cart.details.billing_address,
        note=cart.details.note,
        missing=_missing(cart, priced, gone, chosen),
    )
    return _hashed(draft)


def _shipping_options(
    address: Address | None,
    priced: Sequence[tuple[int, Sellable]],
    subtotal: Money,
    shipping: ShippingRules,
) -> tuple[ShippingOption, ...]:
    if address is None or not any(each.requires_shipping for _, each in priced):
        return ()
    weight = sum(quantity * each.weight_grams for quantity, each in priced if each.requires_shipping)
    return shipping.options(address.country, weight_grams=weight, subtotal=subtotal)


def _taxed(
    priced: Sequence[tuple[int, Sellable]], chosen: ShippingOption | None, country_tax: CountryTax
) -> TaxResult:
    taxables = [
        Taxable((each.price.amount * quantity).minor_units, each.tax_class) for quantity, each in priced
    ]
    if chosen is not None:
        taxables.append(Taxable(chosen.price.minor_units, STANDARD))
    return tax_of(taxables, country_tax)


def _line(quantity: int, each: Sellable, line_tax: int, country_tax: CountryTax) -> QuoteLine:
    currency = each.price.amount.currency
    subtotal = each.price.amount * quantity
    tax = Money(line_tax, currency)
    return QuoteLine(
        sku=each.sku,
        product_id=each.product_id,
        product_slug=each.slug,
        title=each.title,
        variant_title=each.variant_title,
        image=each.image,
        quantity=quantity,
        unit_price=each.price.amount,
        subtotal=subtotal,
        discount=Money.zero(currency),
        tax=tax,
        tax_rate_ppm=country_tax.rate_ppm(each.tax_class),
        total=subtotal if country_tax.included else subtotal + tax,
        weight_grams=each.weight_grams * quantity,
        requires_shipping=each.requires_shipping,
        tracked=each.tracked,
        continue_selling=each.continue_selling,
    )


def _shipping(
    chosen: ShippingOption | None, taxed: TaxResult, currency: str, locale: str
) -> QuoteShipping | None:
    if chosen is None:
        return None
    return QuoteShipping(
        method=chosen.method.key,
        label=chosen.method.label(locale),
        price=chosen.price,
        tax=Money(taxed.taxes[-1], currency),
        days_min=chosen.method.days_min,
        days_max=chosen.method.days_max,
    )


def _quote_tax(rate: TaxedRate, currency: str) -> QuoteTax:
    return QuoteTax(rate.label, rate.rate_ppm, Money(rate.base, currency), Money(rate.amount, currency))


def _missing(
    cart: Cart,
    priced: Sequence[tuple[int, Sellable]],
    gone: Sequence[Sku],
    chosen: ShippingOption | None,
) -> tuple[str, ...]:
    missing = []
    if not priced or gone:
        missing.append("lines")
    if not cart.details.email:
        missing.append("email")
    if cart.details.shipping_address is None:
        missing.append("shipping_address")
    if chosen is None and any(each.requires_shipping for _, each in priced):
        missing.append("shipping_method")
    return tuple(missing)


def _hashed(quote: Quote) -> Quote:
    """Return the quote with the SHA-256 over all that decides what is paid, for what, sent where."""
    shipping = quote.shipping
    facts = {
        "currency": quote.currency,
        "lines": [
            [line.sku, line.quantity, line.unit_price.minor_units, line.discount.minor_units,
             line.tax.minor_units, line.total.minor_units]
            for line in quote.lines
        ],
        "discounts": [[each.label, each.amount.minor_units] for each in quote.discounts],
        "shipping": [shipping.method, shipping.price.minor_units] if shipping else None,
        "country": quote.shipping_address.country if quote.shipping_address else None,
        "taxes": [[tax.rate_ppm, tax.base.minor_units, tax.amount.minor_units] for tax in quote.taxes],
        "tax_included": quote.tax_included,
        "total": quote.total.minor_units,
    }  # fmt: skip
    canonical = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return replace(quote, hash=hashlib.sha256(canonical.encode()).hexdigest())
