"""The product feed for Google Merchant Center: RSS 2.0 with the ``g:`` namespace, one item a variant.

Fields and limits: https://support.google.com/merchants/answer/7052112, of shipping prices
https://support.google.com/merchants/answer/6324484, of GTINs https://support.google.com/merchants/answer/6324461.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape

from vivamarket.catalog.present import Image, ProductDetail, ProductVariant, plain_excerpt
from vivamarket.kernel.money import Money
from vivamarket.pages.editions import Edition
from vivamarket.pages.site import PagesConfig

ID_LENGTH_MAX = 50
TITLE_LENGTH_MAX = 150
DESCRIPTION_LENGTH_MAX = 5_000
BRAND_LENGTH_MAX = 70
PRODUCT_TYPE_LENGTH_MAX = 750
ADDITIONAL_IMAGES_MAX = 10
#: GTIN-8, UPC, EAN, and GTIN-14.
GTIN_LENGTHS = (8, 12, 13, 14)
#: Of a GTIN-13: for use inside one company, and coupons; Google refuses both.
RESTRICTED_PREFIXES = ("2", "02", "04", "05", "98", "99")
SHIPPING_PRICES_MAX = 100


def feed(config: PagesConfig, edition: Edition, items: Sequence[str]) -> bytes:
    """Return one feed file of items made by ``feed_items``."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>\n'
        f"<title>{escape(config.shop_name)}</title><link>{escape(config.public_url + edition.base)}</link>"
        f"<description>{escape(config.shop_name)} {edition.locale} {edition.currency}</description>\n"
        f"{''.join(items)}</channel></rss>\n"
    ).encode()


def feed_items(
    config: PagesConfig, edition: Edition, product: ProductDetail, path: str, available: Mapping[str, bool]
) -> list[str]:
    """Return the product's items. What Google requires and the product lacks leaves an item out: a price
    in this currency, a picture, words that describe it.
    """
    picture = _picture(config, product.images[0]) if product.images else ""
    description = plain_excerpt(product.description_html, DESCRIPTION_LENGTH_MAX)
    if not picture or not description:
        return []
    common = list(_common(config, product, description))
    return [
        "<item>"
        + "".join(
            [*_own(config, product, variant, path, available), *_sent(config, edition, variant), *common]
        )
        + "</item>\n"
        for variant in product.variants
        if variant.price is not None
    ]


def item_id(sku: str) -> str:
    """Return the SKU, or a digest of one that is too long to be an id."""
    return sku if len(sku) <= ID_LENGTH_MAX else sha256(sku.encode()).hexdigest()[:ID_LENGTH_MAX]


def _own(
    config: PagesConfig,
    product: ProductDetail,
    variant: ProductVariant,
    path: str,
    available: Mapping[str, bool],
) -> Iterator[str]:
    """Yield what differs from variant to variant."""
    several = len(product.variants) > 1
    image = next((each for each in product.images if each.id == variant.image_id), product.images[0])
    yield _field("id", item_id(variant.sku))
    yield _field("title", f"{product.title} {variant.title}".strip()[:TITLE_LENGTH_MAX])
    yield _field(
        "link", f"{config.public_url}{path}?sku={variant.sku}" if several else config.public_url + path
    )
    yield _field("image_link", _picture(config, image) or _picture(config, product.images[0]))
    yield _field("availability", "in_stock" if available.get(variant.sku, True) else "out_of_stock")
    if variant.price is not None and variant.compare_at is not None:
        yield _field("price", _amount(variant.compare_at))
        yield _field("sale_price", _amount(variant.price))
    elif variant.price is not None:
        yield _field("price", _amount(variant.price))
    if several:
        yield _field("item_group_id", item_id(product.id))
    if is_gtin(variant.barcode):
        yield _field("gtin", variant.barcode)
    else:
        yield _field("identifier_exists", "no")


def _sent(config: PagesConfig, edition: Edition, variant: ProductVariant) -> Iterator[str]:
    """Yield what it weighs and what the cheapest way to send one costs, country by country."""
    if variant.weight_grams:
        yield _field("shipping_weight", f"{variant.weight_grams} g")
    if variant.price is None:
        return
    for country in config.countries[:SHIPPING_PRICES_MAX]:
        options = config.shipping.options(country, weight_grams=variant.weight_grams, subtotal=variant.price)
        if options:
            service = _field("service", options[0].method.label(edition.locale))
            cost = _field("price", _amount(options[0].price))
            yield f"<g:shipping>{_field('country', country)}{service}{cost}</g:shipping>"


def is_gtin(barcode: str) -> bool:
    """Return whether the number names one product everywhere: its length, its prefix and its check digit."""
    if not (barcode.isascii() and barcode.isdigit()) or len(barcode) not in GTIN_LENGTHS:
        return False
    digits = [int(digit) for digit in reversed(barcode)]
    if (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10:
        return False
    return len(barcode) == GTIN_LENGTHS[0] or not barcode.zfill(14)[1:].startswith(RESTRICTED_PREFIXES)


def _common(config: PagesConfig, product: ProductDetail, description: str) -> Iterator[str]:
    """Yield what all variants share."""
    yield _field("description", description)
    yield _field("condition", "new")
    if product.vendor:
        yield _field("brand", product.vendor[:BRAND_LENGTH_MAX])
    shelves = " > ".join(crumb.title for crumb in product.breadcrumb)
    if shelves:
        yield _field("product_type", shelves[:PRODUCT_TYPE_LENGTH_MAX])
    for image in product.images[1 : ADDITIONAL_IMAGES_MAX + 1]:
        address = _picture(config, image)
        if address:
            yield _field("additional_image_link", address)


def _picture(config: PagesConfig, image: Image) -> str:
    return (
        f"{config.public_url}{image.src_base}{image.widths[-1]}.webp"
        if image.src_base and image.widths
        else ""
    )


def _amount(money: Money) -> str:
    return f"{money.decimal()} {money.currency}"


def _field(name: str, value: str) -> str:
    return f"<g:{name}>{escape(value)}</g:{name}>"
