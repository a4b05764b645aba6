"""Products and categories as pure values. Every text exists per locale; the first locale is required."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from vivamarket.kernel.ids import CategoryId, MediaId, ProductId, Sku
from vivamarket.kernel.money import Money

TITLE_LENGTH_MAX = 300
DESCRIPTION_LENGTH_MAX = 65_536
#: Characters, and bytes of their UTF-8 too: a slug is also the name of a file, which systems cut at 255.
SLUG_LENGTH_MAX = 200
OPTIONS_MAX = 3
VARIANTS_MAX = 2_048
IMAGES_MAX = 250
TAGS_MAX = 250
ATTRIBUTES_MAX = 200
CATEGORIES_PER_PRODUCT_MAX = 50
CATEGORY_DEPTH_MAX = 8

#: An attribute's value: text and decimal numbers are ``str`` (``validate`` turns an int into one), the
#: others are what their type says.
AttributeValue = str | int | bool | date | Money | tuple[str, ...]


class ProductStatus(StrEnum):
    """Only an active product inside its schedule is shown or sold."""

    DRAFT = "draft"
    ACTIVE = "active"
    ARCHIVED = "archived"


class AttributeType(StrEnum):
    """How an attribute's value is read, checked and faceted."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    MONEY = "money"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Text:
    """A product's or category's words in one locale."""

    title: str
    slug: str
    description_html: str = ""
    seo_title: str = ""
    seo_description: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One axis of choice: ``name`` is its key; labels are per locale and default to key and value.

    ``labels``: locale → words for the name. ``value_labels``: value → locale → words for the value.
    """

    name: str
    values: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Price:
    """What one variant costs in one currency; ``compare_at`` is the former, higher price."""

    amount: Money
    compare_at: Money | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """What is sold. ``option_values`` has one value per product option, in the options' order."""

    sku: Sku
    option_values: tuple[str, ...] = ()
    prices: Mapping[str, Price] = field(default_factory=dict)
    barcode: str = ""
    weight_grams: int = 0
    tax_class: str = "standard"
    requires_shipping: bool = True
    image_id: MediaId | None = None
    #: Sold beyond the counted stock (backorder).
    continue_selling: bool = False
    #: Whether stock is counted at all.
    tracked: bool = True
    #: The gallery picture's ``source_url`` while ``image_id`` is not known yet (an import, before the fetch).
    image_url: str = ""
    #: Columns of an import that mean nothing to us (cost, unit price, …); shoppers never see them.
    extra: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One typed fact about a product. Labels are per locale and default to the key."""

    key: str
    type: AttributeType
    value: AttributeValue
    labels: Mapping[str, str] = field(default_factory=dict)
    #: The value's words per locale, where they differ from the value itself.
    value_labels: Mapping[str, str] = field(default_factory=dict)
    facet: bool = True
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ProductImage:
    """A picture's place in the gallery. ``source_url`` is where it was imported from, if anywhere.

    ``media_id`` is None while an imported picture has not been fetched (or could not be).
    """

    media_id: MediaId | None
    alt: Mapping[str, str] = field(default_factory=dict)
    width: int = 0
    height: int = 0
    widths: tuple[int, ...] = ()
    color: str = ""
    source_url: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an active product is shown: from ``publish_at`` until before ``unpublish_at``."""

    publish_at: datetime | None = None
    unpublish_at: datetime | None = None

    def covers(self, moment: datetime) -> bool:
        """Return whether the moment lies inside."""
        if self.publish_at is not None and moment < self.publish_at:
            return False
        return self.unpublish_at is None or moment < self.unpublish_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product at one version. Version 0 has never been written."""

    id: ProductId
    version: int
    status: ProductStatus
    texts: Mapping[str, Text]
    variants: tuple[Variant, ...]
    options: tuple[Option, ...] = ()
    schedule: Schedule = Schedule()
    vendor: str = ""
    product_type: str = ""
    tags: tuple[str, ...] = ()
    category_ids: tuple[CategoryId, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    images: tuple[ProductImage, ...] = ()
    #: Columns of an import that mean nothing to us; kept so that an export loses nothing.
    extra: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime
    updated_at: datetime

    def text(self, locale: str) -> Text:
        """Return the words in that locale, else in the first one the product has."""
        return self.texts.get(locale) or next(iter(self.texts.values()))

    def is_shown(self, now: datetime) -> bool:
        """Return whether a shopper may see it at that moment."""
        return self.status is ProductStatus.ACTIVE and self.schedule.covers(now)

    def variant(self, sku: Sku) -> Variant | None:
        """Return the variant with that SKU, or None."""
        return next((variant for variant in self.variants if variant.sku == sku), None)

    def archived(self) -> Product:
        """Return the product taken out of the shop."""
        return replace(self, status=ProductStatus.ARCHIVED)

    def with_gallery(self, images: Sequence[ProductImage]) -> Product:
        """Return the product with these pictures; a variant whose picture is not among them has none."""
        there = {image.media_id for image in images}
        return replace(
            self,
            images=tuple(images),
            variants=tuple(
                variant if variant.image_id in there else replace(variant, image_id=None)
                for variant in self.variants
            ),
        )

    def prices_in(self, currency: str) -> tuple[Price, ...]:
        """Return the variants' prices in that currency, cheapest first."""
        found = [variant.prices[currency] for variant in self.variants if currency in variant.prices]
        return tuple(sorted(found, key=lambda price: price.amount.minor_units))


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One shelf. ``parent_id`` makes the tree; ``position`` orders siblings."""

    id: CategoryId
    version: int
    texts: Mapping[str, Text]
    parent_id: CategoryId | None = None
    position: int = 0
    image: ProductImage | None = None

    def text(self, locale: str) -> Text:
        """Return the words in that locale, else in the first one the category has."""
        return self.texts.get(locale) or next(iter(self.texts.values()))


class ChangeKind(StrEnum):
    """What the change feed tells."""

    PRODUCT_PUT = "product_put"
    PRODUCT_REMOVED = "product_removed"
    CATEGORY_PUT = "category_put"
    CATEGORY_REMOVED = "category_removed"


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the change feed; ``position`` orders it and is opaque to readers."""

    position: str
    kind: ChangeKind
    id: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class SlugMatch:
    """What a slug leads to: the record now, and whether the slug is an old one (then redirect)."""

    id: str
    current_slug: str
    is_current: bool
