"""Products as the staff's API answers them, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from vivamarket.api.schemas.staff_products import (
    BulkEditOut,
    BulkPreviewOut,
    BulkWishIn,
    FieldChangeOut,
    GalleryImage,
    OutcomeOut,
    PreviewedOut,
    ProductFields,
    RefusalOut,
    ScheduleOut,
    StaffAttribute,
    StaffImage,
    StaffOption,
    StaffPrice,
    StaffProduct,
    StaffProductRow,
    StaffVariant,
    StockOut,
    TextsOfLocale,
    VariantFields,
)
from vivamarket.catalog.bulk import BulkWish, PriceChange
from vivamarket.catalog.bulk_edits import Done, Previewed
from vivamarket.catalog.errors import BadProduct
from vivamarket.catalog.model import (
    Attribute,
    AttributeType,
    AttributeValue,
    Option,
    Price,
    Product,
    ProductImage,
    Schedule,
    Text,
    Variant,
)
from vivamarket.catalog.present import present_image
from vivamarket.inventory.model import StockLevel
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import CategoryId, MediaId, Sku
from vivamarket.kernel.money import Money
from vivamarket.media.model import Picture
from vivamarket.search.documents import counted_skus, is_available
from vivamarket.search.staff_documents import StockState

Levels = Mapping[Sku, StockLevel]


def product_out(product: Product, levels: Levels, now: datetime) -> StaffProduct:
    """Present everything about a product."""
    return StaffProduct(
        id=product.id,
        version=product.version,
        status=product.status,
        is_shown=product.is_shown(now),
        texts={
            locale: TextsOfLocale(
                text.title, text.slug, text.description_html, text.seo_title, text.seo_description
            )
            for locale, text in product.texts.items()
        },
        options=tuple(
            StaffOption(
                option.name,
                option.values,
                dict(option.labels),
                {value: dict(labels) for value, labels in option.value_labels.items()},
            )
            for option in product.options
        ),
        variants=tuple(_variant_out(variant, levels.get(variant.sku)) for variant in product.variants),
        schedule=ScheduleOut(product.schedule.publish_at, product.schedule.unpublish_at),
        vendor=product.vendor,
        product_type=product.product_type,
        tags=product.tags,
        category_ids=tuple(product.category_ids),
        attributes=tuple(_attribute_out(attribute) for attribute in product.attributes),
        images=tuple(image_out(image) for image in product.images),
        created_at=product.created_at,
        updated_at=product.updated_at,
    )


def row_out(
    product: Product, levels: Levels, now: datetime, *, locale: str, currency: str
) -> StaffProductRow:
    """Present a product in the list."""
    text, prices = product.text(locale), product.prices_in(currency)
    counted = [variant.sku for variant in product.variants if variant.tracked]
    stock = {sku: levels[sku].available for sku in counted_skus(product) if sku in levels}
    return StaffProductRow(
        id=product.id,
        version=product.version,
        status=product.status,
        is_shown=product.is_shown(now),
        title=text.title,
        slug=text.slug,
        image=present_image(product.images[0], locale) if product.images else None,
        vendor=product.vendor,
        product_type=product.product_type,
        category_ids=tuple(product.category_ids),
        variants_count=len(product.variants),
        price_min=prices[0].amount if prices else None,
        price_max=prices[-1].amount if prices else None,
        available=sum(levels[sku].available for sku in counted if sku in levels) if counted else None,
        stock=StockState.IN_STOCK if is_available(product, stock) else StockState.SOLD_OUT,
        updated_at=product.updated_at,
    )


def stock_out(level: StockLevel) -> StockOut:
    """Present how much there is."""
    return StockOut(level.on_hand, level.reserved, level.available)


def image_out(image: ProductImage) -> StaffImage:
    """Present a picture of the gallery."""
    return StaffImage(
        media_id=image.media_id,
        source_url=image.source_url,
        alt=dict(image.alt),
        width=image.width,
        height=image.height,
        widths=image.widths,
        color=image.color,
        src_base=f"/media/{image.media_id}/" if image.media_id is not None else "",
    )


def filled(product: Product, data: ProductFields, images: Sequence[ProductImage]) -> Product:
    """Return the product with all content as sent; what an import left in ``extra`` stays."""
    known = {variant.sku: variant for variant in product.variants}
    return replace(
        product,
        status=data.status,
        texts={
            locale: Text(text.title, text.slug, text.description_html, text.seo_title, text.seo_description)
            for locale, text in data.texts.items()
        },
        options=tuple(
            Option(option.name, option.values, option.labels, option.value_labels) for option in data.options
        ),
        variants=tuple(_variant(variant, known.get(Sku(variant.sku))) for variant in data.variants),
        schedule=Schedule(data.schedule.publish_at, data.schedule.unpublish_at),
        vendor=data.vendor,
        product_type=data.product_type,
        tags=data.tags,
        category_ids=tuple(CategoryId(each) for each in data.category_ids),
        attributes=tuple(_attribute(attribute) for attribute in data.attributes),
        images=tuple(images),
    )


def gallery(
    wanted: Sequence[GalleryImage], known: Sequence[ProductImage], pictures: Mapping[MediaId, Picture]
) -> list[ProductImage]:
    """Return the gallery as sent; facts come from the product itself or from the stored pictures.

    Raise ``BadProduct`` for a picture that is neither.
    """
    by_id = {image.media_id: image for image in known if image.media_id is not None}
    by_url = {image.source_url: image for image in known if image.media_id is None}
    return [replace(_image(each, by_id, by_url, pictures), alt=each.alt) for each in wanted]


def _image(
    wanted: GalleryImage,
    by_id: Mapping[MediaId, ProductImage],
    by_url: Mapping[str, ProductImage],
    pictures: Mapping[MediaId, Picture],
) -> ProductImage:
    if wanted.media_id is not None:
        found = by_id.get(MediaId(wanted.media_id))
        picture = pictures.get(MediaId(wanted.media_id))
        if found is not None:
            return found
        if picture is not None:
            return ProductImage(
                picture.id,
                width=picture.width,
                height=picture.height,
                widths=picture.widths,
                color=picture.color,
            )
    elif wanted.source_url in by_url:
        return by_url[wanted.source_url]
    raise BadProduct("There is no such picture: upload it first.", field="images", reason="unknown_picture")


def wish_of(data: BulkWishIn) -> BulkWish:
    """Return the wish as sent. Raise ``BadBulkEdit``."""
    price = data.price
    return BulkWish(
        status=data.status,
        vendor=data.vendor,
        product_type=data.product_type,
        add_tags=data.add_tags,
        remove_tags=data.remove_tags,
        add_category_ids=tuple(CategoryId(each) for each in data.add_category_ids),
        remove_category_ids=tuple(CategoryId(each) for each in data.remove_category_ids),
        price=PriceChange(price.currency, price.basis_points) if price is not None else None,
    )


def preview_out(previewed: Sequence[Previewed], locale: str) -> BulkPreviewOut:
    """Present what a bulk edit would do."""
    return BulkPreviewOut(
        tuple(
            PreviewedOut(
                id=each.product.id,
                version=each.product.version,
                title=each.product.text(locale).title,
                changes=tuple(
                    FieldChangeOut(change.field, change.before, change.after) for change in each.changes
                ),
                refusal=_refusal(each.refusal),
            )
            for each in previewed
        )
    )


def done_out(done: Done) -> BulkEditOut:
    """Present what became of a bulk edit, or of undoing it."""
    items = tuple(OutcomeOut(each.product_id, each.version, _refusal(each.refusal)) for each in done.outcomes)
    return BulkEditOut(done.edit.id, done.edit.expires_at, items)


def _refusal(error: DomainError | None) -> RefusalOut | None:
    return RefusalOut(error.code, error.message) if error is not None else None


def _variant_out(variant: Variant, level: StockLevel | None) -> StaffVariant:
    return StaffVariant(
        sku=variant.sku,
        option_values=variant.option_values,
        prices={
            currency: StaffPrice(
                price.amount.minor_units, price.compare_at.minor_units if price.compare_at else None
            )
            for currency, price in variant.prices.items()
        },
        barcode=variant.barcode,
        weight_grams=variant.weight_grams,
        tax_class=variant.tax_class,
        requires_shipping=variant.requires_shipping,
        image_id=variant.image_id,
        continue_selling=variant.continue_selling,
        tracked=variant.tracked,
        stock=stock_out(level) if level is not None else None,
    )


def _variant(data: VariantFields, known: Variant | None) -> Variant:
    return Variant(
        sku=Sku(data.sku),
        option_values=data.option_values,
        prices={
            currency: Price(
                Money(price.amount, currency),
                Money(price.compare_at, currency) if price.compare_at is not None else None,
            )
            for currency, price in data.prices.items()
        },
        barcode=data.barcode,
        weight_grams=data.weight_grams,
        tax_class=data.tax_class,
        requires_shipping=data.requires_shipping,
        image_id=MediaId(data.image_id) if data.image_id is not None else None,
        continue_selling=data.continue_selling,
        tracked=data.tracked,
        image_url=known.image_url if known is not None and data.image_id is None else "",
        extra=known.extra if known is not None else {},
    )


def _attribute_out(attribute: Attribute) -> StaffAttribute:
    value = attribute.value
    return StaffAttribute(
        key=attribute.key,
        type=attribute.type,
        value=value.isoformat() if isinstance(value, date) else value,
        labels=dict(attribute.labels),
        value_labels=dict(attribute.value_labels),
        facet=attribute.facet,
        unit=attribute.unit,
    )


def _attribute(data: StaffAttribute) -> Attribute:
    value: AttributeValue = data.value
    if data.type is AttributeType.DATE and isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            raise BadProduct(
                f"Attribute {data.key[:80]!r}: write a date as 2026-05-01.",
                field="attributes",
                reason="not_a_date",
                key=data.key[:80],
            ) from None
    return Attribute(
        key=data.key,
        type=data.type,
        value=value,
        labels=data.labels,
        value_labels=data.value_labels,
        facet=data.facet,
        unit=data.unit,
    )
