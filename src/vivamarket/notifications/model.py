"""Mails, and the facts of an order that stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vivamarket.kernel.ids import OrderId, OrderNumber, Sku
from vivamarket.kernel.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFactsLine:
    """One line of an order, as its mail shows it."""

    sku: Sku
    title: str
    variant_title: str
    quantity: int
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What a mail says about an order. Everything is as the shopper confirmed it."""

    id: OrderId
    number: OrderNumber
    email: str
    locale: str
    lines: tuple[OrderFactsLine, ...]
    subtotal: Money
    discount_total: Money
    shipping_label: str
    shipping_price: Money
    #: Label and amount of each tax.
    taxes: tuple[tuple[str, Money], ...]
    tax_included: bool
    total: Money
    refunded_total: Money
    #: The shipping address, one text per line; empty when nothing is sent.
    address_lines: tuple[str, ...]
    placed_at: datetime
    #: Where a guest may look at the order; it holds the order's token.
    tracking_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to send. ``id`` names its cause: the same id is the same mail."""

    id: str
    to: str
    subject: str
    locale: str
    html: str
    text: str
    written_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MailHeader:
    """A sent mail in a list."""

    id: str
    to: str
    subject: str
    sent_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedMail:
    """A sent mail as a mail program would show it. ``source`` is the whole message."""

    header: MailHeader
    sender: str
    html: str
    text: str
    source: str
