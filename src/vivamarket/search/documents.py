"""From a product to what is searched and shown of it. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Protocol

from vivamarket.catalog.model import Attribute, Product, ProductStatus
from vivamarket.catalog.present import CategoryTree, attribute_text, card_key, encode_card, option_label
from vivamarket.kernel.ids import Sku
from vivamarket.search.model import FacetLabels, LocaleText, SearchDocument

#: Of a long description only the beginning is searched.
DESCRIPTION_LENGTH_MAX = 4_000

_TAG = re.compile(r"<[^>]*>")


class BuildsDocuments(Protocol):
    """Decides what an index knows of a product."""

    def build(
        self, product: Product, tree: CategoryTree, stock: Mapping[Sku, int], now: datetime
    ) -> SearchDocument | None:
        """Return the product's document, or None when this index does not have it at that moment.

        ``stock`` says how many of each counted SKU can be bought; one it does not name cannot.
        """
        ...


@dataclass(frozen=True, slots=True)
class DocumentBuilder:
    """Builds documents with the words and ready cards of every locale and currency of the shop.

    Costs about 50 µs a product with two locales and two currencies.
    """

    locales: tuple[str, ...]
    currencies: tuple[str, ...]

    def build(
        self, product: Product, tree: CategoryTree, stock: Mapping[Sku, int], now: datetime
    ) -> SearchDocument | None:
        """Return the product's document, or None when it is not shown at that moment.

        ``stock`` says how many of each counted SKU can be bought; one it does not name cannot.
        """
        if not product.is_shown(now):
            return None
        available = is_available(product, stock)
        prices = {currency: product.prices_in(currency) for currency in self.currencies}
        return SearchDocument(
            product_id=product.id,
            version=product.version,
            texts={locale: _words(product, tree, locale) for locale in self.locales},
            vendor=product.vendor,
            product_type=product.product_type,
            tags=product.tags,
            skus=tuple(variant.sku for variant in product.variants),
            category_ids=tree.with_ancestors(product.category_ids),
            price_min={code: found[0].amount.minor_units for code, found in prices.items() if found},
            price_max={code: found[-1].amount.minor_units for code, found in prices.items() if found},
            facets=_facets(product),
            facet_labels={locale: _labels(product, locale) for locale in self.locales},
            available=available,
            created_at_ms=int(product.created_at.timestamp() * 1000),
            cards={
                card_key(locale, currency): encode_card(
                    product, locale=locale, currency=currency, tree=tree, available=available
                )
                for locale in self.locales
                for currency in self.currencies
            },
        )


def counted_skus(product: Product) -> tuple[Sku, ...]:
    """Return the SKUs whose stock decides whether they can be bought."""
    return tuple(
        variant.sku for variant in product.variants if variant.tracked and not variant.continue_selling
    )


def is_available(product: Product, stock: Mapping[Sku, int]) -> bool:
    """Return whether at least one variant can be bought."""
    return any(
        variant.continue_selling or not variant.tracked or stock.get(variant.sku, 0) > 0
        for variant in product.variants
    )


def next_change_at(product: Product, now: datetime) -> datetime | None:
    """Return when time alone will show or hide the product, or None."""
    if product.status is not ProductStatus.ACTIVE:
        return None
    moments = (product.schedule.publish_at, product.schedule.unpublish_at)
    return min((moment for moment in moments if moment is not None and moment > now), default=None)


def _words(product: Product, tree: CategoryTree, locale: str) -> LocaleText:
    text = product.text(locale)
    shelves = dict.fromkeys(
        shelf.text(locale).title for wanted in product.category_ids for shelf in tree.lineage(wanted)
    )
    facts = [attribute_text(attribute, locale) for attribute in product.attributes]
    facts.extend(option_label(option, value, locale) for option in product.options for value in option.values)
    description = unescape(_TAG.sub(" ", text.description_html[: 4 * DESCRIPTION_LENGTH_MAX]))
    return LocaleText(text.title, description[:DESCRIPTION_LENGTH_MAX], tuple(shelves), tuple(facts))


def _facets(product: Product) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for option in product.options:
        found[option.name].update(dict.fromkeys(option.values))
    for attribute in product.attributes:
        if attribute.facet:
            found[attribute.key].update(dict.fromkeys(_values(attribute)))
    return {key: tuple(values) for key, values in found.items()}


def _labels(product: Product, locale: str) -> FacetLabels:
    keys: dict[str, str] = {}
    values: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for option in product.options:
        keys[option.name] = option.labels.get(locale, option.name)
        values[option.name].update((value, option_label(option, value, locale)) for value in option.values)
    for attribute in product.attributes:
        if attribute.facet:
            keys.setdefault(attribute.key, attribute.labels.get(locale, attribute.key))
            values[attribute.key].update(_value_labels(attribute, locale))
    return FacetLabels(keys, values)


def _values(attribute: Attribute) -> tuple[str, ...]:
    """Return what a facet filter names: the value itself, the same in every locale."""
    if isinstance(attribute.value, tuple):
        return attribute.value
    if isinstance(attribute.value, bool):
        return ("true" if attribute.value else "false",)
    return (attribute_text(Attribute(attribute.key, attribute.type, attribute.value), ""),)


def _value_labels(attribute: Attribute, locale: str) -> Iterator[tuple[str, str]]:
    if isinstance(attribute.value, tuple):
        yield from ((value, value) for value in attribute.value)
        return
    words = attribute_text(attribute, locale)
    yield _values(attribute)[0], f"{words} {attribute.unit}".strip()
