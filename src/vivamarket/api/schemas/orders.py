"""Orders and their payments."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.schemas.cart import DiscountOut, PostalAddress, ShippingOut, TaxOut
from vivamarket.api.words import TOKEN_LENGTH_MAX
from vivamarket.catalog.present import Image
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import Fulfillment


class NewOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """What the shopper confirms: this cart, at exactly this quote."""

    cart_id: Annotated[str, Meta(min_length=16, max_length=TOKEN_LENGTH_MAX, pattern=r"^[A-Za-z0-9_-]+\Z")]
    quote_hash: Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z", description="`hash` of the quote shown.")]


class OrderLineOut(Struct, frozen=True):
    """One SKU of the order, as it was confirmed."""

    position: Annotated[int, Meta(description="Names the line, such as in refunds.")]
    sku: str
    product_slug: str
    title: str
    variant_title: str
    image: Image | None
    quantity: int
    unit_price: Money
    subtotal: Money
    discount: Money
    tax: Money
    total: Money
    requires_shipping: Annotated[
        bool, Meta(description="Whether it goes into a parcel; what does not is delivered by the payment.")
    ]


class PaymentState(Struct, frozen=True):
    """The newest attempt to pay."""

    id: str
    status: str
    attempt: int
    failure_code: str | None


class TimelineItem(Struct, frozen=True):
    """One step of the order's history, such as `order.paid`."""

    at: datetime
    kind: str


class ParcelUnitsOut(Struct, frozen=True):
    """So many units of the order's line at that position."""

    position: int
    quantity: int


class ParcelOut(Struct, frozen=True):
    """One parcel that is on its way, or has arrived."""

    id: str
    units: tuple[ParcelUnitsOut, ...]
    carrier_name: Annotated[str, Meta(description="Empty when nobody is named.")]
    tracking_number: Annotated[str, Meta(description="Empty when it has none.")]
    tracking_url: Annotated[str | None, Meta(description="Where it can be followed; null when nowhere.")]
    shipped_at: datetime


class OrderOut(Struct, frozen=True):
    """An order as it was confirmed, and what became of it."""

    id: str
    number: str
    status: OrderStatus
    placed_at: datetime
    expires_at: Annotated[
        datetime | None, Meta(description="When the goods are no longer held, while it waits for payment.")
    ]
    email: str
    locale: str
    currency: str
    lines: tuple[OrderLineOut, ...]
    subtotal: Money
    discounts: tuple[DiscountOut, ...]
    discount_total: Money
    shipping: ShippingOut | None
    taxes: tuple[TaxOut, ...]
    tax_total: Money
    tax_included: bool
    total: Money
    refunded_total: Money
    shipping_address: PostalAddress | None
    billing_address: PostalAddress | None
    note: str
    payment: PaymentState | None
    timeline: tuple[TimelineItem, ...]
    fulfillment: Annotated[Fulfillment, Meta(description="How much of what is to be sent was sent.")]
    shipments: Annotated[tuple[ParcelOut, ...], Meta(description="Its parcels, oldest first.")]


class PlacedOrder(Struct, frozen=True):
    """The new order, and the token that reads it. The token is given once; keep it."""

    order: OrderOut
    token: str


class OrderToken(Struct, frozen=True):
    """What opens one order: `Authorization: Bearer` with it, or the page that the order's mails link to."""

    token: str


class PaymentStarted(Struct, frozen=True):
    """Where the shopper pays."""

    payment_id: str
    status: str
    redirect_url: Annotated[str | None, Meta(description="The provider's page; null when nothing is to pay.")]


class Received(Struct, frozen=True):
    """The event is kept."""
