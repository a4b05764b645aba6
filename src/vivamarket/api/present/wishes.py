"""Preferences and products that were marked, as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vivamarket.api.schemas.preferences import (
    ConsentList,
    ConsentOut,
    MailChoicesOut,
    MarkedProduct,
    PreferencesOut,
)
from vivamarket.api.services import ApiServices
from vivamarket.catalog.present import ProductCard, product_card
from vivamarket.kernel.ids import ProductId
from vivamarket.preferences.model import Consent, Marked, Preferences


def preferences_out(preferences: Preferences) -> PreferencesOut:
    """Show preferences."""
    return PreferencesOut(
        version=preferences.version,
        locale=preferences.locale,
        currency=preferences.currency,
        favourites=preferences.favourites,
        mails=MailChoicesOut(stock_alerts=preferences.mails.stock_alerts),
        wished=tuple(wish.product_id for wish in preferences.wishes),
    )


def marked_out(marks: Iterable[Marked]) -> tuple[MarkedProduct, ...]:
    """Show marks."""
    return tuple(MarkedProduct(mark.product_id, mark.at) for mark in marks)


def consents_out(consents: Iterable[Consent]) -> ConsentList:
    """Show decisions."""
    return ConsentList(
        tuple(ConsentOut(each.purpose, each.text_version, each.given, each.at) for each in consents)
    )


async def cards_of(
    services: ApiServices, ids: Sequence[ProductId], *, locale: str | None, currency: str | None
) -> dict[ProductId, ProductCard]:
    """Return the cards of those products that a shopper may see now, in their order.

    Raise ``UnknownLocale``, ``UnknownCurrency``.
    """
    shop = services.shop
    language = shop.check_locale(locale or shop.default_locale)
    money = shop.check_currency(currency or shop.default_currency)
    if not ids:
        return {}
    shown = await services.catalog.shown_many(ids)
    tree = await services.shelves.tree()
    return {
        product_id: product_card(shown[product_id], locale=language, currency=money, tree=tree)
        for product_id in ids
        if product_id in shown
    }
