"""From the YAML files to the catalogue's own values."""

from __future__ import annotations

import hashlib
import html
import itertools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from vivamarket.catalog.model import (
    Attribute,
    AttributeType,
    Category,
    Option,
    Price,
    Product,
    ProductStatus,
    Text,
    Variant,
)
from vivamarket.catalog.slugs import slugify
from vivamarket.demo.catalogue.schema import (
    CategoryFile,
    Fact,
    Languages,
    ProductFile,
    Term,
    Words,
    read_categories,
    read_facts,
    read_languages,
)
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.kernel.money import Money

T = TypeVar("T")

CURRENCIES = ("EUR", "USD")
NEWEST_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
AGE_DAYS_MAX = 300
NEW_AGE_DAYS_MAX = 10
SEO_DESCRIPTION_LENGTH_MAX = 160
#: EAN-13 numbers that start with 2 are for use inside one shop (GS1 General Specifications §1.4).
_INTERNAL_EAN_PREFIX = "2"
_NAMESPACE = uuid.UUID("6f1b6a1c-0d5e-5a7b-9a51-7c1d2e3f4a5b")


@dataclass(frozen=True, slots=True)
class DemoPicture:
    """One composed picture: its file in ``demo/pictures``, its words, the color it shows (or "")."""

    file: str
    alt: Mapping[str, str]
    color: str = ""


@dataclass(frozen=True, slots=True)
class DemoCatalogue:
    """Everything the demo shop sells. Ids follow from slugs, so loading twice means the same records.

    ``pictures`` names, by product or category id, the pictures that the loader adds; the products and
    categories themselves hold none yet. ``stock`` has every counted SKU.
    """

    categories: tuple[Category, ...]
    products: tuple[Product, ...]
    stock: Mapping[Sku, int]
    pictures: Mapping[str, tuple[DemoPicture, ...]]


def load() -> DemoCatalogue:
    """Read the packaged files. Raise ``ValueError`` (or msgspec's) for any that breaks a rule."""
    languages, facts = read_languages(), read_facts()
    categories: list[Category] = []
    products: list[Product] = []
    stock: dict[Sku, int] = {}
    pictures: dict[str, tuple[DemoPicture, ...]] = {}
    for position, file in enumerate(read_categories()):
        shelves = _shelves(file, position, languages)
        categories += shelves.values()
        for shelf in (file.category, *file.subcategories):
            picture = DemoPicture(f"shelf-{shelf.key}.webp", _titles(shelf.key, languages))
            pictures[shelves[shelf.key].id] = (picture,)
        for entry in file.products:
            product = _product(entry, shelves[entry.shelf or file.category.key], languages, facts)
            products.append(product)
            pictures[product.id] = _pictures(entry, languages)
            stock |= _stock(entry, product)
    return DemoCatalogue(tuple(categories), tuple(products), stock, pictures)


def stable_id(kind: str, slug: str) -> str:
    """Return the id that this record has in every demo shop."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{slug}"))


def barcode(sku: str) -> str:
    """Return a valid EAN-13 of the shop-internal range, the same for the same SKU."""
    digits = _INTERNAL_EAN_PREFIX + f"{_number(sku, 10**11):011d}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-weighted % 10)


def _number(text: str, below: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) % below


def _shelves(file: CategoryFile, position: int, languages: Languages) -> dict[str, Category]:
    top = _category(file.category.key, None, position, languages)
    below = [_category(shelf.key, top.id, place, languages) for place, shelf in enumerate(file.subcategories)]
    keys = [file.category.key, *(shelf.key for shelf in file.subcategories)]
    return dict(zip(keys, [top, *below], strict=True))


def _category(key: str, parent_id: CategoryId | None, position: int, languages: Languages) -> Category:
    texts = _texts(key, languages)
    return Category(
        id=CategoryId(stable_id("category", key)),
        version=0,
        texts={**texts, "en": Text(**{**_fields(texts["en"]), "slug": key})},
        parent_id=parent_id,
        position=position,
    )


def _fields(text: Text) -> dict[str, str]:
    return {
        "title": text.title,
        "slug": text.slug,
        "description_html": text.description_html,
        "seo_title": text.seo_title,
        "seo_description": text.seo_description,
    }


def _product(
    entry: ProductFile, category: Category, languages: Languages, facts: Mapping[str, Fact]
) -> Product:
    texts = _texts(entry.sku, languages)
    newest = NEW_AGE_DAYS_MAX if "new" in entry.tags else AGE_DAYS_MAX
    created_at = NEWEST_AT - timedelta(minutes=_number(entry.sku, newest * 24 * 60))
    return Product(
        id=ProductId(stable_id("product", texts["en"].slug)),
        version=0,
        status=ProductStatus.ACTIVE,
        texts=texts,
        options=tuple(_option(name, values, languages) for name, values in entry.options.items()),
        variants=_variants(entry),
        vendor=entry.vendor,
        product_type=category.text("en").title,
        tags=tuple(entry.tags),
        category_ids=(category.id,),
        attributes=tuple(_attribute(key, value, facts[key], languages) for key, value in entry.facts.items()),
        created_at=created_at,
        updated_at=created_at,
    )


def _texts(key: str, languages: Languages) -> dict[str, Text]:
    return {locale: _text(language.texts[key]) for locale, language in languages.items()}


def _titles(key: str, languages: Languages) -> dict[str, str]:
    return {locale: language.texts[key].title for locale, language in languages.items()}


def _text(words: Words) -> Text:
    points = "".join(f"<li>{html.escape(point, quote=False)}</li>" for point in words.points)
    paragraph = f"<p>{html.escape(words.text, quote=False)}</p>"
    return Text(
        title=words.title,
        slug=slugify(words.title),
        description_html=paragraph + (f"<ul>{points}</ul>" if points else ""),
        seo_description=_first_sentences(words.text),
    )


def _first_sentences(text: str) -> str:
    """Return as many whole sentences as a search result shows."""
    kept = ""
    for sentence in text.split(". "):
        longer = f"{kept}. {sentence}" if kept else sentence
        if len(longer) > SEO_DESCRIPTION_LENGTH_MAX:
            break
        kept = longer
    kept = kept or text[:SEO_DESCRIPTION_LENGTH_MAX].rpartition(" ")[0] + "…"
    return kept if kept.endswith((".", "…", "!", "?")) else f"{kept}."


def _option(name: str, values: list[str], languages: Languages) -> Option:
    terms = {locale: language.options[name] for locale, language in languages.items()}
    return Option(
        name=name,
        values=tuple(values),
        labels={locale: term.name for locale, term in terms.items()},
        value_labels={value: words for value in values if (words := _words_of(value, terms))},
    )


def _words_of(value: str, terms: Mapping[str, Term]) -> dict[str, str]:
    return {locale: term.values[value] for locale, term in terms.items() if value in term.values}


def _attribute(key: str, value: str | int | bool, fact: Fact, languages: Languages) -> Attribute:
    if type(value) is not {"text": str, "number": int, "boolean": bool}[fact.type]:
        raise ValueError(f"{key}: {value!r} is no {fact.type}")
    terms = {locale: language.facts[key] for locale, language in languages.items()}
    return Attribute(
        key=key,
        type=AttributeType(fact.type),
        value=str(value) if fact.type == "number" else value,
        labels={locale: term.name for locale, term in terms.items()},
        value_labels=_value_words(key, value, languages),
        facet=fact.facet,
        unit=fact.unit,
    )


def _value_words(key: str, value: str | int | bool, languages: Languages) -> dict[str, str]:
    if isinstance(value, bool):
        return {locale: said.yes if value else said.no for locale, said in languages.items()}
    if isinstance(value, str):
        return {locale: said.facts[key].values[value] for locale, said in languages.items()}
    return {}


def _variants(entry: ProductFile) -> tuple[Variant, ...]:
    _check_overrides(entry)
    return tuple(_variant(entry, values) for values in itertools.product(*entry.options.values()))


def _variant(entry: ProductFile, values: tuple[str, ...]) -> Variant:
    sku = sku_of(entry.sku, values)
    price = _chosen(entry.price_of, values, entry.price)
    was = _chosen(entry.was_of, values, entry.was if price == entry.price else "")
    return Variant(
        sku=sku,
        option_values=values,
        prices=_prices(price, was),
        barcode=barcode(sku),
        weight_grams=_chosen(entry.grams_of, values, entry.grams),
        tax_class=entry.tax,
        continue_selling=entry.backorder,
        tracked=not entry.untracked,
    )


def sku_of(base: str, values: tuple[str, ...]) -> Sku:
    """Return the SKU of a variant: the product's, and each value cut to eight letters or digits."""
    codes = ["".join(filter(str.isalnum, value)).upper()[:8] for value in values]
    return Sku("-".join([base, *codes]))


def _prices(price: str, was: str) -> dict[str, Price]:
    amounts = price.split()
    former: list[str | None] = [*was.split()] or [None, None]
    return {
        currency: Price(Money.parse(amount, currency), Money.parse(old, currency) if old else None)
        for currency, amount, old in zip(CURRENCIES, amounts, former, strict=True)
    }


def _chosen(overrides: Mapping[str, T], values: tuple[str, ...], otherwise: T) -> T:
    for key in ("/".join(values), *values):
        if key in overrides:
            return overrides[key]
    return otherwise


def _check_overrides(entry: ProductFile) -> None:
    """Refuse an override that names no variant: it would silently do nothing."""
    known = {value for values in entry.options.values() for value in values}
    known |= {"/".join(values) for values in itertools.product(*entry.options.values())}
    for overrides in (entry.price_of, entry.was_of, entry.grams_of, entry.stock_of):
        for key in overrides:
            if key not in known:
                raise ValueError(f"{entry.sku}: {key!r} is not one of its option values")


def _stock(entry: ProductFile, product: Product) -> dict[Sku, int]:
    return {
        variant.sku: _chosen(entry.stock_of, variant.option_values, entry.stock)
        for variant in product.variants
        if variant.tracked
    }


def _pictures(entry: ProductFile, languages: Languages) -> tuple[DemoPicture, ...]:
    """Return the gallery: one picture per color where there are colors, then another view."""
    stem = entry.sku.lower()
    titles = _titles(entry.sku, languages)
    found = [
        DemoPicture(f"{stem}-{color}.webp", _colored(titles, color, languages), color)
        for color in entry.options.get("color", [])
    ] or [DemoPicture(f"{stem}.webp", titles)]
    other = {locale: f"{title}, {languages[locale].another_view}" for locale, title in titles.items()}
    return (*found, DemoPicture(f"{stem}-view.webp", other))


def _colored(titles: Mapping[str, str], color: str, languages: Languages) -> dict[str, str]:
    names = {locale: language.options["color"].values[color] for locale, language in languages.items()}
    return {locale: f"{title}, {names[locale].lower()}" for locale, title in titles.items()}
