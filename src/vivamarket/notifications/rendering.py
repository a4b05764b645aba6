"""From facts to mails: Jinja2 templates, amounts and dates written as the reader's language does."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from vivamarket.kernel.money import Money
from vivamarket.notifications.model import Mail, OrderFacts, Parcel
from vivamarket.notifications.templating import template_environment
from vivamarket.notifications.texts import ORDER_TEXTS, language_of
from vivamarket.shop.ports import CurrentShop

if TYPE_CHECKING:
    import jinja2

MailKind = Literal[
    "authorized",
    "confirmation",
    "payment_failed",
    "expired",
    "canceled",
    "refunded",
    "shipped",
    "return_requested",
    "return_approved",
    "return_refused",
    "staff_authorized",
    "staff_paid",
    "staff_review",
    "staff_disputed",
    "staff_return",
]

_BUTTONS: dict[MailKind, str] = {
    "authorized": "view_order",
    "confirmation": "view_order",
    "refunded": "view_order",
    "shipped": "track_parcel",
    "return_requested": "view_order",
    "return_approved": "view_order",
    "return_refused": "view_order",
    "payment_failed": "pay_now",
    "expired": "shop_again",
    "canceled": "shop_again",
    "staff_authorized": "open_order",
    "staff_paid": "open_order",
    "staff_review": "open_order",
    "staff_disputed": "open_order",
    "staff_return": "open_order",
}


class MailRenderer:
    """Writes mails of one shop."""

    def __init__(self, *, shop: CurrentShop, public_url: str) -> None:
        self._shop = shop
        self._public_url = public_url.rstrip("/")

    def render(
        self,
        kind: MailKind,
        order: OrderFacts,
        *,
        mail_id: str,
        to: str,
        locale: str,
        written_at: datetime,
        amount: Money | None = None,
        reason: str = "",
        status: str = "",
        parcel: Parcel | None = None,
    ) -> Mail:
        """Return the mail of that kind; ``status`` is a dispute's. Unknown languages fall back to English."""
        language = language_of(locale)
        texts = ORDER_TEXTS[language]
        words = {
            "number": order.number,
            "total": _money(order.total, language),
            "amount": _money(amount, language) if amount is not None else "",
            "email": order.email,
            "reason": reason,
            "dispute": texts.get(f"dispute_{status}", status),
            "shop": self._shop.profile.name,
        }
        values = {
            "t": texts,
            "locale": language,
            "order": order,
            "shop": self._shop.profile.name,
            "heading": texts[f"{kind}_heading"],
            "lead": texts[f"{kind}_lead"].format(**words),
            "number": texts["order_number"].format(**words),
            "placed": texts["placed_on"].format(date=date_words(order.placed_at, language)),
            "button": texts["view_order" if _leads_home(kind, parcel) else _BUTTONS[kind]],
            "button_url": (parcel and parcel.tracking_url) or self._button_url(kind, order),
            "parcel": parcel,
            "footer": texts["staff_footer" if kind.startswith("staff") else "footer"].format(**words),
            "sums": _sums(order, language),
            "money": lambda value: _money(value, language),
        }
        return Mail(
            id=mail_id,
            to=to,
            subject=texts[f"{kind}_subject"].format(**words),
            locale=language,
            html=self._templates.get_template("order.html").render(values),
            text=self._templates.get_template("order.txt").render(values),
            written_at=written_at,
        )

    def _button_url(self, kind: MailKind, order: OrderFacts) -> str:
        if kind.startswith("staff"):
            return f"{self._public_url}/admin/orders/{order.number}"
        if kind in {"expired", "canceled"}:
            return order.shop_url
        return order.tracking_url

    @cached_property
    def _templates(self) -> jinja2.Environment:
        return template_environment()


def _leads_home(kind: MailKind, parcel: Parcel | None) -> bool:
    """Return whether a parcel can be followed nowhere but on the order's own page."""
    return kind == "shipped" and not (parcel and parcel.tracking_url)


def _sums(order: OrderFacts, locale: str) -> list[tuple[str, str]]:
    """Return the rows between the lines and the total."""
    texts = ORDER_TEXTS[locale]
    rows = [(texts["subtotal"], _money(order.subtotal, locale))]
    if order.discount_total:
        rows.append((texts["discount"], "−" + _money(order.discount_total, locale)))
    shipping = f"{texts['shipping']} ({order.shipping_label})" if order.shipping_label else texts["shipping"]
    rows.append((shipping, _money(order.shipping_price, locale)))
    for label, amount in order.taxes:
        shown = texts["tax_included"].format(label=label) if order.tax_included else label
        rows.append((shown, _money(amount, locale)))
    return rows


def _money(amount: Money, locale: str) -> str:
    from babel.numbers import format_currency

    text: str = format_currency(Decimal(amount.decimal()), amount.currency, locale=locale)
    return text


def date_words(moment: datetime, locale: str) -> str:
    """Return the day as that language writes it."""
    from babel.dates import format_date

    text: str = format_date(moment.date(), format="long", locale=locale)
    return text
