"""Carts and quotes as the API answers them."""

from __future__ import annotations

from vivamarket.addresses.model import Address
from vivamarket.api.present.addresses import postal_address
from vivamarket.api.schemas.cart import (
    CartDetailsOut,
    CartLineOut,
    CartOut,
    DiscountOut,
    FreeShipping,
    PostalAddress,
    QuoteLineOut,
    QuoteOut,
    ShippingOptionOut,
    ShippingOut,
    TaxOut,
)
from vivamarket.cart.service import CartLineView, CartView
from vivamarket.catalog.present import present_image
from vivamarket.checkout.quote import Quote, QuoteLine, QuoteShipping, QuoteTax
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderShipping


def cart_out(view: CartView) -> CartOut:
    """Present a cart."""
    cart = view.cart
    threshold = view.free_shipping_from
    free_shipping = None
    if threshold is not None:
        missing = max(0, threshold.minor_units - view.subtotal.minor_units)
        free_shipping = FreeShipping(threshold, Money(missing, threshold.currency))
    return CartOut(
        id=cart.id,
        version=cart.version,
        currency=cart.currency,
        locale=cart.locale,
        lines=tuple(_cart_line(line, cart.locale) for line in view.lines),
        item_count=cart.item_count,
        subtotal=view.subtotal,
        free_shipping=free_shipping,
        details=CartDetailsOut(
            email=cart.details.email,
            shipping_address=address_out(cart.details.shipping_address),
            billing_address=address_out(cart.details.billing_address),
            shipping_method=cart.details.shipping_method or None,
            note=cart.details.note,
        ),
        order_id=cart.order_id,
    )


def address_out(address: Address | None) -> PostalAddress | None:
    """Present an address, if there is one."""
    return None if address is None else postal_address(address)


def shipping_out(shipping: QuoteShipping | OrderShipping | None) -> ShippingOut | None:
    """Present the chosen way to send, of a quote or of the order it became."""
    if shipping is None:
        return None
    return ShippingOut(
        method=shipping.method,
        label=shipping.label,
        price=shipping.price,
        tax=shipping.tax,
        days_min=shipping.days_min,
        days_max=shipping.days_max,
    )


def tax_out(tax: QuoteTax) -> TaxOut:
    """Present the tax of one rate."""
    return TaxOut(tax.label, tax.rate_ppm, tax.base, tax.amount)


def quote_out(quote: Quote) -> QuoteOut:
    """Present a quote."""
    return QuoteOut(
        hash=quote.hash,
        cart_id=quote.cart_id,
        cart_version=quote.cart_version,
        currency=quote.currency,
        lines=tuple(_quote_line(line) for line in quote.lines),
        subtotal=quote.subtotal,
        discounts=tuple(DiscountOut(each.label, each.amount) for each in quote.discounts),
        discount_total=quote.discount_total,
        shipping=shipping_out(quote.shipping),
        shipping_options=tuple(
            ShippingOptionOut(
                method=option.method.key,
                label=option.method.label(quote.locale),
                price=option.price,
                days_min=option.method.days_min,
                days_max=option.method.days_max,
            )
            for option in quote.shipping_options
        ),
        taxes=tuple(map(tax_out, quote.taxes)),
        tax_total=quote.tax_total,
        tax_included=quote.tax_included,
        total=quote.total,
        complete=quote.complete,
        missing=quote.missing,
    )


def _cart_line(view: CartLineView, locale: str) -> CartLineOut:
    sold = view.sold
    return CartLineOut(
        sku=view.line.sku,
        product_id=sold.product_id if sold else "",
        product_slug=sold.slug if sold else "",
        title=sold.title if sold else "",
        variant_title=sold.variant_title if sold else "",
        image=present_image(sold.image, locale) if sold and sold.image else None,
        quantity=view.line.quantity,
        unit_price=sold.price.amount if sold else Money.zero(view.subtotal.currency),
        compare_at=sold.price.compare_at if sold else None,
        subtotal=view.subtotal,
        problem=view.problem,
        available_quantity=view.available_quantity,
    )


def _quote_line(line: QuoteLine) -> QuoteLineOut:
    return QuoteLineOut(
        sku=line.sku,
        title=line.title,
        variant_title=line.variant_title,
        quantity=line.quantity,
        unit_price=line.unit_price,
        subtotal=line.subtotal,
        discount=line.discount,
        tax=line.tax,
        total=line.total,
    )
