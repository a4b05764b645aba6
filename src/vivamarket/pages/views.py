"""From what the API shows (``catalog.present``) to what a template is filled with. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from babel.numbers import get_currency_name, get_currency_symbol

from vivamarket.catalog.present import Crumb, Image, ProductCard, ProductDetail, ProductVariant
from vivamarket.pages.amounts import format_money
from vivamarket.pages.editions import Edition
from vivamarket.pages.markup import View
from vivamarket.pages.site import PagesConfig

Words = Mapping[str, str]
#: What follows the edition's base in a page's address, by language: ``p/mug/``.
Tails = Mapping[str, str]
FULL_WIDTH_MAX = 4_096
#: A card is at most 280 CSS pixels wide on a desktop, half a phone's width on a phone: twice that is sharp.
CARD_WIDTH_MAX = 640
#: The hues of ``.tint-0`` to ``.tint-5`` in the storefront's shop.css.
_TINT_HUES = (110, 28, 48, 205, 352, 255)
_COLOR = re.compile(r"#[0-9a-f]{6}")
_NO_PICTURE = {"avif": "", "webp": "", "src": "", "alt": "", "width": "", "height": ""}


@lru_cache(maxsize=4_096)
def tint_of(identity: str, color: str = "") -> str:
    """Return the soft background nearest to a picture's color, without one by name, as the browser does."""
    if not _COLOR.fullmatch(color):
        return f"tint-{sum(identity.encode('ascii', 'ignore')) % len(_TINT_HUES)}"
    red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    most = max(red, green, blue)
    span = max(1, most - min(red, green, blue))
    if most == red:
        hue = (green - blue) / span
    elif most == green:
        hue = 2 + (blue - red) / span
    else:
        hue = 4 + (red - green) / span
    degrees = (int(hue * 60) + 360) % 360
    distances = [min(abs(wanted - degrees), 360 - abs(wanted - degrees)) for wanted in _TINT_HUES]
    return f"tint-{distances.index(min(distances))}"


def picture_view(image: Image | None, width_max: int = FULL_WIDTH_MAX) -> dict[str, str]:
    """Prepare a picture's source sets up to a width; a picture without files becomes an empty place."""
    if image is None or not image.src_base or not image.widths:
        return _NO_PICTURE
    base = image.src_base
    widths = [width for width in image.widths if width <= width_max] or image.widths[:1]
    fallback = widths[min(1, len(widths) - 1)]
    return {
        "avif": ", ".join([f"{base}{width}.avif {width}w" for width in widths]),
        "webp": ", ".join([f"{base}{width}.webp {width}w" for width in widths]),
        "src": f"{base}{fallback}.webp",
        "alt": image.alt,
        "width": str(image.width),
        "height": str(image.height),
    }


def card_view(card: ProductCard, edition: Edition, words: Words) -> View:
    """Prepare a product card (web/storefront/src/features/catalog/view.ts does the same)."""
    return {
        "id": card.id,
        "href": product_path(edition, card.slug),
        "title": card.title,
        "vendor": card.vendor,
        # Live answers are per SKU: they say nothing about a card that stands for several.
        "sku": card.default_sku if card.skus_count == 1 else "",
        "price": format_money(card.price, edition.locale) if card.price else words["no_price"],
        "compare_at": format_money(card.compare_at, edition.locale) if card.compare_at else "",
        "sale": "true" if card.compare_at else "false",
        "varies": card.price_varies,
        "single": card.skus_count == 1 and card.price is not None,
        "state": "sold_out" if card.available is False else "available",
        "tint": tint_of(card.id, card.image.color if card.image else ""),
        "quick_add": words["quick_add"].replace("{title}", card.title),
        **picture_view(card.image, CARD_WIDTH_MAX),
    }


def product_view(
    product: ProductDetail,
    edition: Edition,
    words: Words,
    available: Mapping[str, bool],
    related: Sequence[bytes],
) -> View:
    """Prepare the main part of a product page."""
    chosen = chosen_variant(product, available)
    can_buy = chosen is not None and chosen.price is not None and available.get(chosen.sku, True)
    on_sale = chosen is not None and chosen.compare_at is not None
    return {
        "id": product.id,
        "state": "available" if can_buy else "sold_out",
        "sale": "true" if on_sale else "false",
        "breadcrumb": crumb_views(product.breadcrumb, edition),
        "title": product.title,
        "vendor_line": words["vendor"].replace("{vendor}", product.vendor) if product.vendor else "",
        "images": _gallery(product, words),
        "no_images": not product.images,
        "many_images": len(product.images) > 1,
        "price": format_money(chosen.price, edition.locale) if chosen and chosen.price else words["no_price"],
        "compare_at": format_money(chosen.compare_at, edition.locale) if chosen and chosen.compare_at else "",
        "options": _options(product, chosen, available),
        "stock": words["in_stock" if can_buy else "sold_out"],
        "flags": b"" if can_buy else b" disabled",
        "submit": words["add"] if can_buy else words["sold_out"],
        "has_description": bool(product.description_html),
        "description": product.description_html.encode(),
        "has_attributes": bool(product.attributes),
        "attributes": [
            {"label": fact.label, "text": f"{fact.text} {fact.unit}".rstrip()} for fact in product.attributes
        ],
        "has_related": bool(related),
        "related": b"".join(related),
        "product": _page_data(product, available),
    }


def chosen_variant(product: ProductDetail, available: Mapping[str, bool]) -> ProductVariant | None:
    """Return the variant a page opens with: the first that can be bought, else the first."""
    buyable = (variant for variant in product.variants if variant.price and available.get(variant.sku, True))
    return next(buyable, product.variants[0] if product.variants else None)


def crumb_views(crumbs: Sequence[Crumb], edition: Edition) -> list[View]:
    """Prepare the way down from the top shelf."""
    return [{"href": category_path(edition, crumb.slug), "title": crumb.title} for crumb in crumbs]


def switch_view(config: PagesConfig, tails: Tails, current: Edition, names: Mapping[str, str]) -> View:
    """Prepare the links to the same page in every language and in every currency.

    A page without ``tails`` is a preview, which stands at no address of the shop: its links name language
    and currency alone, so that they lead to the same preview again.
    """
    languages = [edition for edition in config.editions if edition.currency == current.currency]
    currencies = [edition for edition in config.editions if edition.locale == current.locale]
    return {
        "locale": current.locale,
        "currency": current.currency,
        "many_currencies": len(currencies) > 1,
        "languages": [
            {"code": other.locale, "name": names[other.locale], **_switch_link(other, tails, current)}
            for other in languages
        ],
        "currencies": [
            {
                "code": other.currency,
                "name": get_currency_name(other.currency, locale=current.locale),
                "symbol": get_currency_symbol(other.currency, locale=current.locale),
                **_switch_link(other, tails, current),
            }
            for other in currencies
        ],
    }


def _switch_link(other: Edition, tails: Tails, current: Edition) -> dict[str, str]:
    return {
        "href": other.base + tails[other.locale]
        if tails
        else f"?locale={other.locale}&currency={other.currency}",
        "current": "true" if other == current else "false",
    }


def head_view(
    config: PagesConfig,
    *,
    title: str,
    description: str,
    tails: Tails,
    edition: Edition,
    og_type: str = "website",
    image: Image | None = None,
    json_ld: Sequence[object] = (),
    hidden: bool = False,
) -> View:
    """Prepare what search engines and link previews read. ``hidden`` pages ask not to be listed.

    In the other currencies a page says the same but for its amounts: it names the one in the shop's first
    currency as the one to list, which alone names its languages.
    """
    base = config.public_url
    alternates: list[View] = []
    if edition.is_main and not hidden:
        mains = config.main_editions
        alternates = [{"code": main.locale, "href": base + main.base + tails[main.locale]} for main in mains]
        alternates.append({"code": "x-default", "href": base + mains[0].base + tails[mains[0].locale]})
    canonical = f"{base}/{edition.locale}/{tails[edition.locale]}"
    picture = image is not None and image.src_base and image.widths
    return {
        "title": title if config.shop_name in title else f"{title} · {config.shop_name}",
        "description": description,
        "robots": "noindex" if hidden else "",
        "canonical": "" if hidden else canonical,
        "alternates": alternates,
        "og_type": og_type,
        "og_image": f"{base}{image.src_base}{image.widths[-1]}.webp" if image and picture else "",
        "json_ld": [{"document": document} for document in json_ld],
    }


def product_tail(slug: str) -> str:
    """Return the address of a product page below its edition's base."""
    return f"p/{slug}/"


def category_tail(slug: str) -> str:
    """Return the address of a category page below its edition's base."""
    return f"c/{slug}/"


def content_tail(slug: str) -> str:
    """Return the address of one of the shop's own texts below its edition's base."""
    return f"info/{slug}/"


def product_path(edition: Edition, slug: str) -> str:
    """Return the address of a product page."""
    return edition.base + product_tail(slug)


def category_path(edition: Edition, slug: str) -> str:
    """Return the address of a category page."""
    return edition.base + category_tail(slug)


def _gallery(product: ProductDetail, words: Words) -> list[View]:
    return [
        {
            **picture_view(image),
            "id": image.id,
            "tint": tint_of(product.id, image.color),
            "first": index == 0,
            "later": index > 0,
            "current": "true" if index == 0 else "false",
            "zoom": f"{image.src_base}{image.widths[-1]}.webp" if image.src_base and image.widths else "",
            "small": f"{image.src_base}{image.widths[0]}.webp" if image.src_base and image.widths else "",
            "thumb_label": words["picture"].replace("{number}", str(index + 1)),
        }
        for index, image in enumerate(product.images)
    ]


def _options(
    product: ProductDetail, chosen: ProductVariant | None, available: Mapping[str, bool]
) -> list[View]:
    picked = chosen.option_values if chosen else ()
    views: list[View] = []
    for axis, option in enumerate(product.options):
        offered = {
            variant.option_values[axis]
            for variant in product.variants
            if available.get(variant.sku, True)
            and all(value == picked[at] for at, value in enumerate(variant.option_values) if at != axis)
        }
        values = [
            {
                "value": choice.value,
                "label": choice.label,
                "group": f"option-{axis}",
                "flags": b" checked" if picked[axis : axis + 1] == (choice.value,) else b"",
                "sold_out": "false" if choice.value in offered else "true",
            }
            for choice in option.values
        ]
        label = next(
            (choice.label for choice in option.values if picked[axis : axis + 1] == (choice.value,)), ""
        )
        views.append({"label": option.label, "chosen": label, "values": values})
    return views


def _page_data(product: ProductDetail, available: Mapping[str, bool]) -> object:
    """Return what the page's own script needs to follow choices without asking the server."""
    return {
        "id": product.id,
        "variants": [
            {
                "sku": variant.sku,
                "option_values": variant.option_values,
                "price": variant.price,
                "compare_at": variant.compare_at,
                "available": available.get(variant.sku, True),
                "image_id": variant.image_id,
            }
            for variant in product.variants
        ],
    }
