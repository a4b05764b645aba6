"""The JSON document of an order: what the shopper confirmed, as one value."""

from __future__ import annotations

import msgspec

from vivamarket.addresses.model import Address
from vivamarket.kernel.money import Money
from vivamarket.orders.model import Order, OrderDiscount, OrderLine, OrderShipping, OrderTax


class OrderDocument(msgspec.Struct):
    """What the row's JSON holds; states, sums that rules read and ids stand in columns."""

    lines: tuple[OrderLine, ...]
    subtotal: Money
    discounts: tuple[OrderDiscount, ...]
    discount_total: Money
    shipping: OrderShipping | None
    taxes: tuple[OrderTax, ...]
    tax_total: Money
    tax_included: bool
    shipping_address: Address | None
    billing_address: Address | None
    note: str


_encode = msgspec.json.Encoder().encode
decode_document = msgspec.json.Decoder(OrderDocument).decode


def encode_document(order: Order) -> str:
    """Return the order's document as JSON text."""
    document = OrderDocument(
        lines=order.lines,
        subtotal=order.subtotal,
        discounts=order.discounts,
        discount_total=order.discount_total,
        shipping=order.shipping,
        taxes=order.taxes,
        tax_total=order.tax_total,
        tax_included=order.tax_included,
        shipping_address=order.shipping_address,
        billing_address=order.billing_address,
        note=order.note,
    )
    return _encode(document).decode()
