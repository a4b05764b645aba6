"""How products and categories look on the wire: pure functions from models to structs and bytes.

The API answers with these, the search index keeps ready cards, the publisher fills pages from them:
one shape, written once. Prices appear in one currency, texts in one locale.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Annotated, Protocol

import msgspec
from msgspec import Meta, Struct, UnsetType

from vivamarket.catalog.model import Attribute, AttributeType, Category, Option, Price, Product
from vivamarket.kernel.ids import CategoryId, MediaId
from vivamarket.kernel.money import Money
from vivamarket.kernel.words import DEFAULT_LOCALE, read_words

SEO_DESCRIPTION_LENGTH_MAX = 160

_TAG = re.compile(r"<[^>]*>")
_BOOLEAN_WORDS = read_words(Path(__file__).parent / "words")
_encoder = msgspec.json.Encoder()


class Image(Struct, frozen=True):
    """A picture and its prepared sizes: `{src_base}{width}.avif` and `.webp` for each of `widths`."""

    id: Annotated[str, Meta(description="Empty while an imported picture has not been fetched.")]
    alt: str
    width: int
    height: int
    widths: tuple[int, ...]
    color: Annotated[str, Meta(description="Average color, `#rrggbb`, to show while loading.")]
    src_base: Annotated[str, Meta(description="Address without file name; empty without files.")]


class ProductCard(Struct, frozen=True):
    """A product as lists show it."""

    id: str
    slug: str
    title: str
    vendor: str
    image: Image | None
    price: Annotated[Money | None, Meta(description="Lowest price; null without one in this currency.")]
    compare_at: Annotated[Money | None, Meta(description="Former, higher price of the cheapest variant.")]
    price_varies: Annotated[bool, Meta(description="Whether variants cost differently.")]
    skus_count: int
    default_sku: str
    category_slug: str | None
    available: Annotated[
        bool | UnsetType, Meta(description="Whether something is in stock; left out when not known.")
    ] = msgspec.UNSET


class Crumb(Struct, frozen=True):
    """One step of the way from the top shelf down."""

    id: str
    slug: str
    title: str


class Seo(Struct, frozen=True):
    """What search engines show."""

    title: str
    description: str


class OptionValue(Struct, frozen=True):
    """One choice on an axis."""

    value: str
    label: str


class ProductOption(Struct, frozen=True):
    """One axis of choice."""

    name: str
    label: str
    values: tuple[OptionValue, ...]


class ProductVariant(Struct, frozen=True):
    """What is sold: one combination of option values, in the options' order."""

    sku: str
    title: Annotated[str, Meta(description="The option values' labels, joined; empty without options.")]
    option_values: tuple[str, ...]
    price: Money | None
    compare_at: Money | None
    barcode: str
    weight_grams: int
    image_id: str | None


class ProductAttribute(Struct, frozen=True):
    """One fact about the product, ready to read."""

    key: str
    label: str
    type: AttributeType
    text: str
    unit: str


class ProductDetail(Struct, frozen=True):
    """Everything a product page shows, except live stock."""

    id: str
    version: int
    slug: str
    slugs: Annotated[dict[str, str], Meta(description="The slug in every locale, for hreflang.")]
    title: str
    description_html: Annotated[str, Meta(description="Sanitized HTML.")]
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    seo: Seo
    breadcrumb: tuple[Crumb, ...]
    options: tuple[ProductOption, ...]
    variants: tuple[ProductVariant, ...]
    attributes: tuple[ProductAttribute, ...]
    images: tuple[Image, ...]
    price: Money | None
    price_varies: bool
    updated_at: datetime


class CategoryNode(Struct, frozen=True):
    """One shelf and its place in the tree."""

    id: str
    slug: str
    slugs: dict[str, str]
    title: str
    description_html: str
    parent_id: str | None
    position: int
    image: Image | None
    path: Annotated[tuple[Crumb, ...], Meta(description="From the top shelf down to this one.")]
    product_count: Annotated[int, Meta(description="Products shown here and below; up to 30 s old.")]


class PictureLike(Protocol):
    """A picture's place in something shown: a product's, a category's, an order line's."""

    @property
    def media_id(self) -> MediaId | None:
        """Return whose files these are; None while there are none."""
        ...

    @property
    def alt(self) -> Mapping[str, str]:
        """Return the alternative texts per locale."""
        ...

    @property
    def width(self) -> int:
        """Return the original's width in pixels."""
        ...

    @property
    def height(self) -> int:
        """Return the original's height in pixels."""
        ...

    @property
    def widths(self) -> tuple[int, ...]:
        """Return the prepared widths."""
        ...

    @property
    def color(self) -> str:
        """Return the average color."""
        ...


@dataclass(frozen=True, slots=True)
class CategoryTree:
    """The whole tree, looked up by id. Building costs one pass; at most 10,000 categories."""

    by_id: Mapping[CategoryId, Category]
    #: (locale, slug) → category, present slugs only.
    by_slug: Mapping[tuple[str, str], Category]

    @classmethod
    def of(cls, categories: Sequence[Category]) -> CategoryTree:
        """Build the tree from ``CatalogStore.categories``."""
        return cls(
            by_id={category.id: category for category in categories},
            by_slug={
                (locale, text.slug): category
                for category in categories
                for locale, text in category.texts.items()
            },
        )

    def lineage(self, category_id: CategoryId) -> tuple[Category, ...]:
        """Return the categories from the top down to this one; nothing for an unknown id."""
        found: list[Category] = []
        wanted: CategoryId | None = category_id
        while wanted is not None and wanted in self.by_id and len(found) < len(self.by_id):
            category = self.by_id[wanted]
            found.append(category)
            wanted = category.parent_id
        return tuple(reversed(found))

    def with_ancestors(self, category_ids: Sequence[CategoryId]) -> tuple[CategoryId, ...]:
        """Return the ids and all above them, each once, for subtree filters."""
        found = {category.id: None for wanted in category_ids for category in self.lineage(wanted)}
        return tuple(found)


def card_key(locale: str, currency: str) -> str:
    """Name the ready card of a locale and currency, as the search document's ``cards`` keys it."""
    return f"{locale}:{currency}"


def product_card(
    product: Product, *, locale: str, currency: str, tree: CategoryTree, available: bool | None = None
) -> ProductCard:
    """Present a product as a card. ``available`` None = not known here, and left out."""
    text = product.text(locale)
    prices = product.prices_in(currency)
    first = prices[0] if prices else None
    category = tree.by_id.get(product.category_ids[0]) if product.category_ids else None
    return ProductCard(
        id=product.id,
        slug=text.slug,
        title=text.title,
        vendor=product.vendor,
        image=present_image(product.images[0], locale) if product.images else None,
        price=first.amount if first else None,
        compare_at=first.compare_at if first else None,
        price_varies=_varies(prices),
        skus_count=len(product.variants),
        default_sku=product.variants[0].sku if product.variants else "",
        category_slug=category.text(locale).slug if category else None,
        available=msgspec.UNSET if available is None else available,
    )


def encode_card(
    product: Product, *, locale: str, currency: str, tree: CategoryTree, available: bool | None = None
) -> bytes:
    """Return ``product_card`` as the JSON bytes that lists and search results are joined from."""
    return _encoder.encode(
        product_card(product, locale=locale, currency=currency, tree=tree, available=available)
    )


def product_detail(product: Product, *, locale: str, currency: str, tree: CategoryTree) -> ProductDetail:
    """Present everything a product page shows."""
    text = product.text(locale)
    prices = product.prices_in(currency)
    lineage = tree.lineage(product.category_ids[0]) if product.category_ids else ()
    return ProductDetail(
        id=product.id,
        version=product.version,
        slug=text.slug,
        slugs={key: words.slug for key, words in product.texts.items()},
        title=text.title,
        description_html=text.description_html,
        vendor=product.vendor,
        product_type=product.product_type,
        tags=product.tags,
        seo=Seo(
            title=text.seo_title or text.title,
            description=text.seo_description or plain_excerpt(text.description_html),
        ),
        breadcrumb=_crumbs(lineage, locale),
        options=tuple(_option(option, locale) for option in product.options),
        variants=_variants(product, locale, currency),
        attributes=tuple(_attribute(attribute, locale) for attribute in product.attributes),
        images=tuple(present_image(image, locale) for image in product.images),
        price=prices[0].amount if prices else None,
        price_varies=_varies(prices),
        updated_at=product.updated_at,
    )


def category_node(category: Category, *, locale: str, tree: CategoryTree, product_count: int) -> CategoryNode:
    """Present a category with its path."""
    text = category.text(locale)
    return CategoryNode(
        id=category.id,
        slug=text.slug,
        slugs={key: words.slug for key, words in category.texts.items()},
        title=text.title,
        description_html=text.description_html,
        parent_id=category.parent_id,
        position=category.position,
        image=present_image(category.image, locale) if category.image else None,
        path=_crumbs(tree.lineage(category.id), locale),
        product_count=product_count,
    )


def plain_excerpt(html: str, length_max: int = SEO_DESCRIPTION_LENGTH_MAX) -> str:
    """Return the HTML's words as plain text, cut at a word with an ellipsis."""
    words = unescape(_TAG.sub(" ", html)).split()
    text = " ".join(words)
    if len(text) <= length_max:
        return text
    return text[: length_max - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + "…"


def option_label(option: Option, value: str, locale: str) -> str:
    """Return a value's words (``value_labels``: value → locale → words), else the value itself."""
    return option.value_labels.get(value, {}).get(locale, value)


def attribute_text(attribute: Attribute, locale: str) -> str:
    """Return an attribute's value as a person reads it, without its unit."""
    if locale in attribute.value_labels:
        return attribute.value_labels[locale]
    match attribute.value:
        case bool(truth):
            return _BOOLEAN_WORDS.get(locale, _BOOLEAN_WORDS[DEFAULT_LOCALE])["yes" if truth else "no"]
        case Money() as amount:
            return f"{amount.decimal()} {amount.currency}"
        case date() as day:
            return day.isoformat()
        case tuple() as parts:
            return ", ".join(parts)
        case other:
            return str(other)


def _varies(prices: Sequence[Price]) -> bool:
    return len({price.amount.minor_units for price in prices}) > 1


def present_image(image: PictureLike, locale: str) -> Image:
    """Present a picture with its alternative text in that locale, else in the first one it has."""
    return Image(
        id=image.media_id or "",
        alt=image.alt.get(locale) or next(iter(image.alt.values()), ""),
        width=image.width,
        height=image.height,
        widths=image.widths,
        color=image.color,
        src_base=f"/media/{image.media_id}/" if image.media_id else "",
    )


def _crumbs(lineage: Sequence[Category], locale: str) -> tuple[Crumb, ...]:
    return tuple(
        Crumb(id=category.id, slug=category.text(locale).slug, title=category.text(locale).title)
        for category in lineage
    )


def _option(option: Option, locale: str) -> ProductOption:
    return ProductOption(
        name=option.name,
        label=option.labels.get(locale, option.name),
        values=tuple(OptionValue(value, option_label(option, value, locale)) for value in option.values),
    )


def _variants(product: Product, locale: str, currency: str) -> tuple[ProductVariant, ...]:
    found = []
    for variant in product.variants:
        price = variant.prices.get(currency)
        labels = [
            option_label(option, value, locale)
            for option, value in zip(product.options, variant.option_values, strict=False)
        ]
        found.append(
            ProductVariant(
                sku=variant.sku,
                title=" / ".join(labels),
                option_values=variant.option_values,
                price=price.amount if price else None,
                compare_at=price.compare_at if price else None,
                barcode=variant.barcode,
                weight_grams=variant.weight_grams,
                image_id=variant.image_id,
            )
        )
    return tuple(found)


def _attribute(attribute: Attribute, locale: str) -> ProductAttribute:
    return ProductAttribute(
        key=attribute.key,
        label=attribute.labels.get(locale, attribute.key),
        type=attribute.type,
        text=attribute_text(attribute, locale),
        unit=attribute.unit,
    )
