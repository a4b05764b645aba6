"""Products as staff read and write them: every language, every currency, everything that can be edited."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.schemas.catalog import NextCursor
from vivamarket.api.words import CurrencyCode, SkuText
from vivamarket.catalog.bulk import (
    BULK_PRODUCTS_MAX,
    PRICE_CHANGE_BASIS_POINTS_MAX,
    PRICE_CHANGE_BASIS_POINTS_MIN,
    UNDO_MINUTES,
)
from vivamarket.catalog.model import (
    ATTRIBUTES_MAX,
    CATEGORIES_PER_PRODUCT_MAX,
    IMAGES_MAX,
    OPTIONS_MAX,
    TAGS_MAX,
    VARIANTS_MAX,
    AttributeType,
    ProductStatus,
)
from vivamarket.catalog.present import Image
from vivamarket.kernel.money import MINOR_UNITS_MAX, Money
from vivamarket.search.staff_documents import StockState

#: More characters than any text of a product; which are too many, the catalogue says.
_Text = Annotated[str, Meta(max_length=70_000)]
#: As the catalogue has them: `es`, also `pt-BR` out of an import.
_Locale = Annotated[str, Meta(min_length=2, max_length=16)]
_Id = Annotated[str, Meta(max_length=64)]
_Labels = Annotated[dict[_Locale, _Text], Meta(max_length=50)]
_MinorUnits = Annotated[int, Meta(ge=0, le=MINOR_UNITS_MAX)]
Version = Annotated[
    int,
    Meta(ge=1, description="The `version` you read; with another one now, 409 `stale_version`: read again."),
]


class TextsOfLocale(Struct, frozen=True, forbid_unknown_fields=True):
    """A product's words in one language."""

    title: _Text
    slug: _Text
    description_html: Annotated[_Text, Meta(description="Sanitized when it is stored.")] = ""
    seo_title: _Text = ""
    seo_description: _Text = ""


class StaffOption(Struct, frozen=True, forbid_unknown_fields=True):
    """One axis of choice. Labels are per language and default to name and value."""

    name: _Text
    values: Annotated[tuple[_Text, ...], Meta(max_length=VARIANTS_MAX)]
    labels: _Labels = {}
    value_labels: Annotated[dict[_Text, _Labels], Meta(description="Value → language → words.")] = {}


class StaffPrice(Struct, frozen=True, forbid_unknown_fields=True):
    """Minor units in one currency; `compare_at` is the former, higher price."""

    amount: _MinorUnits
    compare_at: _MinorUnits | None = None


class VariantFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is sold. `option_values` has one value per option, in the options' order."""

    sku: SkuText
    option_values: Annotated[tuple[_Text, ...], Meta(max_length=OPTIONS_MAX)] = ()
    prices: dict[CurrencyCode, StaffPrice] = {}
    barcode: _Text = ""
    weight_grams: Annotated[int, Meta(ge=0, le=100_000_000)] = 0
    tax_class: _Text = "standard"
    requires_shipping: bool = True
    image_id: Annotated[_Id | None, Meta(description="A picture of the gallery.")] = None
    continue_selling: Annotated[bool, Meta(description="Sold beyond the counted stock.")] = False
    tracked: Annotated[bool, Meta(description="Whether stock is counted at all.")] = True


class StockOut(Struct, frozen=True):
    """How much there is of a SKU; `available` is what can still be promised."""

    on_hand: int
    reserved: int
    available: int


class StaffVariant(Struct, frozen=True, kw_only=True):
    """A variant with its stock."""

    sku: str
    option_values: tuple[str, ...]
    prices: dict[str, StaffPrice]
    barcode: str
    weight_grams: int
    tax_class: str
    requires_shipping: bool
    image_id: str | None
    continue_selling: bool
    tracked: bool
    stock: Annotated[StockOut | None, Meta(description="Null for a SKU that was never counted.")]


class StaffAttribute(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One typed fact. A number is decimal text, a date is ISO text, money is an amount, a list is texts."""

    key: _Text
    type: AttributeType
    value: str | int | bool | Money | tuple[str, ...]
    labels: _Labels = {}
    value_labels: _Labels = {}
    facet: bool = True
    unit: _Text = ""


class ScheduleOut(Struct, frozen=True, forbid_unknown_fields=True):
    """When an active product is shown."""

    publish_at: datetime | None = None
    unpublish_at: datetime | None = None


class GalleryImage(Struct, frozen=True, forbid_unknown_fields=True):
    """A picture's place: one that was uploaded, or one of an import that could not be fetched (yet)."""

    media_id: Annotated[_Id | None, Meta(description="From uploading it; see `uploadStaffMedia`.")] = None
    source_url: Annotated[_Text, Meta(description="Keeps the imported picture of that address.")] = ""
    alt: Annotated[_Labels, Meta(description="What it shows, per language.")] = {}


class StaffImage(Struct, frozen=True, kw_only=True):
    """A picture of the gallery and its prepared sizes: `{src_base}{width}.avif` and `.webp`."""

    media_id: str | None
    source_url: str
    alt: dict[str, str]
    width: int
    height: int
    widths: tuple[int, ...]
    color: str
    src_base: Annotated[str, Meta(description="Address without file name; empty without files.")]


class ProductFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that is content of a product. What is left out is empty."""

    status: ProductStatus = ProductStatus.DRAFT
    texts: dict[_Locale, TextsOfLocale]
    options: Annotated[tuple[StaffOption, ...], Meta(max_length=OPTIONS_MAX)] = ()
    variants: Annotated[tuple[VariantFields, ...], Meta(max_length=VARIANTS_MAX)]
    schedule: ScheduleOut = ScheduleOut()
    vendor: _Text = ""
    product_type: _Text = ""
    tags: Annotated[tuple[_Text, ...], Meta(max_length=TAGS_MAX)] = ()
    category_ids: Annotated[tuple[_Id, ...], Meta(max_length=CATEGORIES_PER_PRODUCT_MAX)] = ()
    attributes: Annotated[tuple[StaffAttribute, ...], Meta(max_length=ATTRIBUTES_MAX)] = ()
    images: Annotated[tuple[GalleryImage, ...], Meta(max_length=IMAGES_MAX)] = ()


class ProductEdit(ProductFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product as it shall be, over the version that was read."""

    version: Version


class GalleryEdit(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole gallery as it shall be, in its order: leaving a picture out takes it off the product."""

    version: Version
    images: Annotated[tuple[GalleryImage, ...], Meta(max_length=IMAGES_MAX)]


class VersionIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Which version is meant."""

    version: Version


class StaffProduct(Struct, frozen=True, kw_only=True):
    """Everything about one product."""

    id: str
    version: int
    status: ProductStatus
    is_shown: Annotated[bool, Meta(description="Whether shoppers see it now.")]
    texts: dict[str, TextsOfLocale]
    options: tuple[StaffOption, ...]
    variants: tuple[StaffVariant, ...]
    schedule: ScheduleOut
    vendor: str
    product_type: str
    tags: tuple[str, ...]
    category_ids: tuple[str, ...]
    attributes: tuple[StaffAttribute, ...]
    images: tuple[StaffImage, ...]
    created_at: datetime
    updated_at: datetime


class StaffProductRow(Struct, frozen=True, kw_only=True):
    """A product in the list, in one language and currency."""

    id: str
    version: int
    status: ProductStatus
    is_shown: bool
    title: str
    slug: str
    image: Image | None
    vendor: str
    product_type: str
    category_ids: tuple[str, ...]
    variants_count: int
    price_min: Money | None
    price_max: Money | None
    available: Annotated[
        int | None, Meta(description="Of all counted variants together; null when nothing is counted.")
    ]
    stock: StockState
    updated_at: datetime


class StaffProductPage(Struct, frozen=True):
    """A page of products. Membership and order may be a second old, the rows never are."""

    items: tuple[StaffProductRow, ...]
    total: int
    next_cursor: NextCursor


class PriceChangeIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Raises or lowers every price in one currency; 100 basis points are 1 %."""

    currency: CurrencyCode
    basis_points: Annotated[int, Meta(ge=PRICE_CHANGE_BASIS_POINTS_MIN, le=PRICE_CHANGE_BASIS_POINTS_MAX)]


class BulkWishIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What shall change in all of them; what is left out stays."""

    status: ProductStatus | None = None
    vendor: _Text | None = None
    product_type: _Text | None = None
    add_tags: Annotated[tuple[_Text, ...], Meta(max_length=TAGS_MAX)] = ()
    remove_tags: Annotated[tuple[_Text, ...], Meta(max_length=TAGS_MAX)] = ()
    add_category_ids: Annotated[tuple[_Id, ...], Meta(max_length=CATEGORIES_PER_PRODUCT_MAX)] = ()
    remove_category_ids: Annotated[tuple[_Id, ...], Meta(max_length=CATEGORIES_PER_PRODUCT_MAX)] = ()
    price: PriceChangeIn | None = None


class BulkPreviewRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Which products, and what shall change."""

    product_ids: Annotated[tuple[_Id, ...], Meta(min_length=1, max_length=BULK_PRODUCTS_MAX)]
    wish: BulkWishIn


class ProductAtVersion(Struct, frozen=True, forbid_unknown_fields=True):
    """A product as it was shown."""

    id: _Id
    version: Version


class BulkEditRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Which products at which versions, and what shall change."""

    products: Annotated[tuple[ProductAtVersion, ...], Meta(min_length=1, max_length=BULK_PRODUCTS_MAX)]
    wish: BulkWishIn


class FieldChangeOut(Struct, frozen=True):
    """How one field changes. A price's field is `price:` and its SKU; categories are named by id."""

    field: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class RefusalOut(Struct, frozen=True):
    """Why one product is not changed."""

    code: str
    detail: str


class PreviewedOut(Struct, frozen=True):
    """What would change in one product."""

    id: str
    version: int
    title: str
    changes: tuple[FieldChangeOut, ...]
    refusal: RefusalOut | None


class BulkPreviewOut(Struct, frozen=True):
    """What would change, in the order asked. Products that are gone are left out."""

    items: tuple[PreviewedOut, ...]


class OutcomeOut(Struct, frozen=True):
    """What became of one product; `version` is null when it was refused."""

    id: str
    version: int | None
    refusal: RefusalOut | None


class BulkEditOut(Struct, frozen=True):
    """What became of a bulk edit."""

    id: Annotated[str, Meta(description=f"Undo it with this within {UNDO_MINUTES} minutes.")]
    undo_until: datetime
    items: tuple[OutcomeOut, ...]
