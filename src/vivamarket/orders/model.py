"""An order as a pure value: a snapshot of what the shopper confirmed, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from vivamarket.addresses.model import Address
from vivamarket.kernel.ids import (
    CartId,
    DisputeId,
    MediaId,
    OrderId,
    OrderNumber,
    PaymentId,
    ProductId,
    RefundId,
    Sku,
)
from vivamarket.kernel.money import Money
from vivamarket.orders.shipments import Fulfillment, Shipment

#: Stands where a name, a street or an address for mails was, once the person has been erased.
ERASED: Final = "erased"


class OrderStatus(StrEnum):
    """Where an order stands. ``canceling`` waits for the provider to confirm that no money can come."""

    PENDING_PAYMENT = "pending_payment"
    #: The provider holds the money; staff take it or let it go.
    AUTHORIZED = "authorized"
    CANCELING = "canceling"
    EXPIRED = "expired"
    CANCELED = "canceled"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderImage:
    """The picture of a line as it was when the order was placed."""

    media_id: MediaId
    alt: Mapping[str, str]
    width: int
    height: int
    widths: tuple[int, ...]
    color: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """One SKU of the order. ``total`` is what is paid for it, tax contained or added."""

    position: int
    sku: Sku
    product_id: ProductId
    product_slug: str
    title: str
    variant_title: str
    image: OrderImage | None
    quantity: int
    unit_price: Money
    subtotal: Money
    discount: Money
    tax: Money
    tax_rate_ppm: int
    total: Money
    #: Whether it goes into a parcel; what does not is delivered by the payment.
    requires_shipping: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderShipping:
    """How it is sent; ``tax`` is contained in ``price`` or added to it, as for the lines."""

    method: str
    label: str
    price: Money
    tax: Money
    days_min: int
    days_max: int


@dataclass(frozen=True, slots=True)
class OrderTax:
    """The tax of one rate over lines and shipping."""

    label: str
    rate_ppm: int
    base: Money
    amount: Money


@dataclass(frozen=True, slots=True)
class OrderDiscount:
    """One reduction of the whole order."""

    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class PaymentSummary:
    """The newest attempt to pay, as far as the shopper may know."""

    id: PaymentId
    status: str
    attempt: int
    failure_code: str | None


@dataclass(frozen=True, slots=True)
class RefundedUnits:
    """So many units of the line at that position, given back for that amount, tax contained."""

    position: int
    quantity: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSummary:
    """Money given back, or about to be. The amount is that of the lines, shipping and goodwill together."""

    id: RefundId
    status: str
    amount: Money
    lines: tuple[RefundedUnits, ...]
    #: Tax contained.
    shipping: Money
    #: For nothing; below zero where goodwill given before was counted against the rest.
    goodwill: Money
    reason: str
    failure_code: str | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeSummary:
    """A customer's bank asks for the money back: ``open``, ``appealed``, ``won`` or ``lost``. A flag."""

    id: DisputeId
    status: str
    amount: Money
    reason: str
    #: The provider has taken the amount away.
    withdrawn: bool
    opened_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One step of the order's history, such as ``order.paid`` or ``payment.failed``."""

    at: datetime
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order. Everything but status, money and timeline is fixed when it is placed."""

    id: OrderId
    number: OrderNumber
    cart_id: CartId
    status: OrderStatus
    #: SHA-256 of the token that lets a guest read this order; the token itself is not kept.
    token_hash: bytes = field(repr=False)
    email: str
    locale: str
    currency: str
    lines: tuple[OrderLine, ...]
    subtotal: Money
    discounts: tuple[OrderDiscount, ...]
    discount_total: Money
    shipping: OrderShipping | None
    taxes: tuple[OrderTax, ...]
    tax_total: Money
    tax_included: bool
    total: Money
    refunded_total: Money
    shipping_address: Address | None
    billing_address: Address | None
    note: str
    placed_at: datetime
    #: When the hold on the stock ends unless paid; once the money is held, when that ends.
    expires_at: datetime
    payment: PaymentSummary | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    #: Oldest first, both.
    refunds: tuple[RefundSummary, ...] = ()
    disputes: tuple[DisputeSummary, ...] = ()
    fulfillment: Fulfillment = Fulfillment.UNFULFILLED
    #: Its parcels, oldest first; canceled ones stay.
    shipments: tuple[Shipment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order in a list."""

    id: OrderId
    number: OrderNumber
    status: OrderStatus
    email: str
    total: Money
    refunded_total: Money
    placed_at: datetime
    #: As the order's.
    expires_at: datetime
    fulfillment: Fulfillment = Fulfillment.UNFULFILLED
