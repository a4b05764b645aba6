"""What a cart or an order needs to know of one SKU, taken from its product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from vivamarket.catalog.model import Price, Product, ProductImage, Variant
from vivamarket.kernel.ids import ProductId, Sku


@dataclass(frozen=True, slots=True, kw_only=True)
class Sellable:
    """One SKU as it is sold now, in one language and currency."""

    sku: Sku
    product_id: ProductId
    product_version: int
    slug: str
    title: str
    #: The chosen option values in that language, such as ``Large / Blue``; empty for a single variant.
    variant_title: str
    image: ProductImage | None
    price: Price
    tax_class: str
    weight_grams: int
    requires_shipping: bool
    tracked: bool
    continue_selling: bool


def sellable(product: Product, sku: Sku, *, locale: str, currency: str, now: datetime) -> Sellable | None:
    """Return how the product sells that SKU; None when it is not shown or has no price in the currency."""
    variant = product.variant(sku)
    if variant is None or not product.is_shown(now) or currency not in variant.prices:
        return None
    text = product.text(locale)
    return Sellable(
        sku=sku,
        product_id=product.id,
        product_version=product.version,
        slug=text.slug,
        title=text.title,
        variant_title=variant_title(product, variant, locale),
        image=_image_of(product, variant),
        price=variant.prices[currency],
        tax_class=variant.tax_class,
        weight_grams=variant.weight_grams,
        requires_shipping=variant.requires_shipping,
        tracked=variant.tracked,
        continue_selling=variant.continue_selling,
    )


def variant_title(product: Product, variant: Variant, locale: str) -> str:
    """Return the variant's option values in that language, joined by `` / ``."""
    labels = [
        option.value_labels.get(value, {}).get(locale, value)
        for option, value in zip(product.options, variant.option_values, strict=True)
    ]
    return " / ".join(labels)


def _image_of(product: Product, variant: Variant) -> ProductImage | None:
    fetched = [image for image in product.images if image.media_id is not None]
    own = next((image for image in fetched if image.media_id == variant.image_id), None)
    return own or next(iter(fetched), None)
