"""Mails, and the facts of an order that stand in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vivamarket.kernel.ids import OrderId, OrderNumber, Sku
from vivamarket.kernel.money import Money
from vivamarket.notifications.errors import MailTooLarge

#: Of both forms of one mail, in UTF-8. Mail programs cut what is longer than a fifth of it; mail services
#: take far more.
MAIL_BYTES_MAX = 500_000


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
    #: Empty when the person was erased: nobody is written to.
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
    #: The shop's front page in the order's language and currency.
    shop_url: str
    #: Where a guest may look at the order; it holds the order's token.
    tracking_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What a mail says about one parcel of an order."""

    #: Each empty when nobody knows.
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    #: The lines in it, with the quantity that is in it.
    lines: tuple[OrderFactsLine, ...] = ()


class TroubleKind(StrEnum):
    """What went wrong with the shop itself, so that staff must know."""

    #: A merchant's system does not take its webhooks; they are tried on.
    WEBHOOK_FAILING = "webhook_failing"
    #: Webhooks were tried for three days, or are not wanted any more, and are not sent by themselves now.
    WEBHOOK_GIVEN_UP = "webhook_given_up"
    #: Events of the shop, and messages of the payment provider, that failed as often as they may.
    DEAD_EVENTS = "dead_events"
    DEAD_MESSAGES = "dead_messages"
    #: The provider's account of the money is not ours, and nothing settles that by itself.
    MONEY_DIFFERS = "money_differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Something that went wrong. ``id`` names what staff are told of once."""

    id: str
    kind: TroubleKind
    #: What it is about, such as an address; empty when the kind says it all.
    subject: str = ""
    count: int
    #: The first of them, one a line.
    details: tuple[str, ...] = ()
    at: datetime


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


def require_size(mail: Mail) -> None:
    """Raise ``MailTooLarge`` when the mail is longer than ``MAIL_BYTES_MAX``."""
    size_bytes = len(mail.html.encode()) + len(mail.text.encode())
    if size_bytes > MAIL_BYTES_MAX:
        raise MailTooLarge(
            f"A mail has at most {MAIL_BYTES_MAX} bytes; shorten its texts.", size_bytes=size_bytes
        )


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
