"""The rules of form for products and categories: what is let in, and in which canonical spelling.

Everything that writes to a ``CatalogStore`` passes here first. Checking a checked value changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

import nh3

from vivamarket.catalog.errors import BadCategory, BadProduct
from vivamarket.catalog.model import (
    ATTRIBUTES_MAX,
    CATEGORIES_PER_PRODUCT_MAX,
    DESCRIPTION_LENGTH_MAX,
    IMAGES_MAX,
    OPTIONS_MAX,
    TAGS_MAX,
    TITLE_LENGTH_MAX,
    VARIANTS_MAX,
    Attribute,
    Category,
    Option,
    Price,
    Product,
    ProductImage,
    Schedule,
    Text,
    Variant,
)
from vivamarket.catalog.slugs import is_slug
from vivamarket.catalog.validate_attributes import check_attribute
from vivamarket.kernel.clock import require_utc
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import BadId, CategoryId, parse_sku, parse_uuid

LOCALES_MAX = 20
LABEL_LENGTH_MAX = 255
SEO_DESCRIPTION_LENGTH_MAX = 1_000
BARCODE_LENGTH_MAX = 64
WEIGHT_GRAMS_MAX = 100_000_000
ALT_LENGTH_MAX = 1_000
URL_LENGTH_MAX = 2_048
EXTRA_COLUMNS_MAX = 200
EXTRA_LENGTH_MAX = 65_536

_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Z][A-Za-z0-9]{1,7})?")
_TAX_CLASS = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
#: Never wanted in any text, and NUL is what no PostgreSQL text can hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: What a description may hold: structure, emphasis, lists, tables, links, pictures; no script, style, form.
_cleaner = nh3.Cleaner(
    tags={
        "p", "br", "hr", "div", "span", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd",
        "strong", "b", "em", "i", "u", "s", "small", "sub", "sup", "blockquote", "code", "pre",
        "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "a", "img",
    },
    attributes={"a": {"href", "title"}, "img": {"src", "alt", "width", "height"},
                "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}},
    url_schemes={"http", "https", "mailto", "tel"},
)  # fmt: skip


def check_product(product: Product, *, required_locale: str) -> Product:
    """Return the product in canonical spelling: trimmed texts, sanitised descriptions, numbers as text.

    Raise ``BadProduct`` with ``field`` and ``reason`` for the first rule it breaks. Pure; no look at
    other products (the store guards slugs and SKUs).
    """
    try:
        parse_uuid(product.id)
        return replace(
            product,
            texts=_texts(product.texts, required_locale, BadProduct),
            vendor=_line("vendor", product.vendor, LABEL_LENGTH_MAX),
            product_type=_line("product_type", product.product_type, LABEL_LENGTH_MAX),
            tags=_tags(product.tags),
            options=_options(product.options),
            variants=_variants(product),
            category_ids=_category_ids(product),
            attributes=_attributes(product),
            images=_images(product.images),
            schedule=_schedule(product),
            extra=_extra("extra", product.extra),
        )
    except BadProduct:
        raise
    except DomainError as error:
        raise BadProduct(error.message, field="product", reason=error.code, **error.fields) from error


def check_category(category: Category, *, required_locale: str) -> Category:
    """Return the category in canonical spelling; raise ``BadCategory`` with ``field`` and ``reason``."""
    image = category.image
    if image is not None:
        try:
            image = _image(image)
        except BadProduct as error:
            raise BadCategory(error.message, **error.fields) from error
    if not 0 <= category.position <= 1_000_000:
        raise BadCategory("A position is 0 to 1,000,000.", field="position", reason="out_of_range")
    for name, found in (("id", category.id), ("parent_id", category.parent_id)):
        try:
            if found is not None:
                parse_uuid(found)
        except BadId as error:
            raise BadCategory(error.message, field=name, reason=error.code) from error
    return replace(category, texts=_texts(category.texts, required_locale, BadCategory), image=image)


def clean_html(html: str) -> str:
    """Return the HTML without anything that could run, style or submit; plain text stays plain text."""
    if "<" not in html and "&" not in html and ">" not in html:
        return html.replace("\r\n", "\n").replace("\r", "\n").strip()
    return _cleaner.clean(html).strip()


def _refuse(field: str, reason: str, message: str) -> NoReturn:
    raise BadProduct(message, field=field, reason=reason)


def _texts(
    texts: Mapping[str, Text], required_locale: str, error: type[BadProduct] | type[BadCategory]
) -> dict[str, Text]:
    if required_locale not in texts:
        raise error(f"A title in {required_locale!r} is required.", field="title", reason="missing")
    if len(texts) > LOCALES_MAX:
        raise error(f"At most {LOCALES_MAX} languages.", field="texts", reason="too_many")
    checked = {}
    for locale in sorted(texts, key=lambda name: (name != required_locale, name)):
        if not _LOCALE.fullmatch(locale):
            raise error(f"{locale[:20]!r} is not a locale such as en.", field="texts", reason="bad_locale")
        try:
            checked[locale] = _text(texts[locale])
        except BadProduct as refusal:
            raise error(refusal.message, locale=locale, **refusal.fields) from refusal
    return checked


def _text(text: Text) -> Text:
    title = _line("title", text.title, TITLE_LENGTH_MAX)
    if not title:
        _refuse("title", "missing", "A title is required.")
    if not is_slug(text.slug):
        _refuse(
            "slug",
            "bad_slug",
            f"{text.slug[:80]!r} is not a slug: lower-case letters, digits and dashes only.",
        )
    if len(text.description_html) > DESCRIPTION_LENGTH_MAX:
        _refuse(
            "description_html", "too_long", f"A description has at most {DESCRIPTION_LENGTH_MAX} characters."
        )
    if _CONTROL.search(text.description_html):
        _refuse(
            "description_html", "control_character", "The description holds an invisible control character."
        )
    description = clean_html(text.description_html)
    if len(description) > DESCRIPTION_LENGTH_MAX:
        _refuse(
            "description_html", "too_long", f"A description has at most {DESCRIPTION_LENGTH_MAX} characters."
        )
    return Text(
        title,
        text.slug,
        description,
        _line("seo_title", text.seo_title, TITLE_LENGTH_MAX),
        _line("seo_description", text.seo_description, SEO_DESCRIPTION_LENGTH_MAX),
    )


def _line(field: str, text: str, length_max: int) -> str:
    """Return the text on one line with single spaces."""
    if not text:
        return ""
    if _CONTROL.search(text):
        _refuse(field, "control_character", f"{field} holds an invisible control character.")
    line = " ".join(text.split())
    if len(line) > length_max:
        _refuse(field, "too_long", f"{field} has {len(line)} characters; at most {length_max} are allowed.")
    return line


def _tags(tags: Sequence[str]) -> tuple[str, ...]:
    if len(tags) > TAGS_MAX:
        _refuse("tags", "too_many", f"At most {TAGS_MAX} tags.")
    checked: dict[str, str] = {}
    for tag in tags:
        line = _line("tags", tag, LABEL_LENGTH_MAX)
        if "," in line:
            _refuse("tags", "comma", f"A tag has no comma: {line[:80]!r}.")
        if line:
            checked.setdefault(line.casefold(), line)
    return tuple(checked.values())


def _options(options: Sequence[Option]) -> tuple[Option, ...]:
    if len(options) > OPTIONS_MAX:
        _refuse("options", "too_many", f"At most {OPTIONS_MAX} options.")
    checked = []
    for option in options:
        name = _label("options", option.name)
        values = tuple(_label("options", value) for value in option.values)
        if not values or len(set(values)) != len(values):
            _refuse("options", "bad_values", f"Option {name!r} needs values, each named once.")
        checked.append(
            replace(
                option,
                name=name,
                values=values,
                labels=_labels(option.labels),
                value_labels={
                    " ".join(value.split()): _labels(labels) for value, labels in option.value_labels.items()
                },
            )
        )
    if len({option.name.casefold() for option in checked}) != len(checked):
        _refuse("options", "repeated", "Two options have the same name.")
    return tuple(checked)


def _label(field: str, text: str) -> str:
    line = _line(field, text, LABEL_LENGTH_MAX)
    if not line:
        _refuse(field, "missing", f"{field} has an empty name or value.")
    return line


def _labels(labels: Mapping[str, str]) -> dict[str, str]:
    return {locale: _label("labels", words) for locale, words in labels.items()}


def _variants(product: Product) -> tuple[Variant, ...]:
    if not 1 <= len(product.variants) <= VARIANTS_MAX:
        _refuse("variants", "bad_count", f"A product has 1 to {VARIANTS_MAX} variants.")
    allowed = [{" ".join(value.split()) for value in option.values} for option in product.options]
    checked = tuple(_variant(variant, allowed) for variant in product.variants)
    if len({variant.sku for variant in checked}) != len(checked):
        _refuse("sku", "repeated", "Two variants have the same SKU.")
    if len({variant.option_values for variant in checked}) != len(checked):
        _refuse("variants", "repeated", "Two variants have the same option values.")
    return checked


def _variant(variant: Variant, allowed: Sequence[set[str]]) -> Variant:
    values = tuple([" ".join(value.split()) for value in variant.option_values])
    if len(values) != len(allowed) or any(
        value not in known for value, known in zip(values, allowed, strict=True)
    ):
        _refuse(
            "variants",
            "bad_option_values",
            f"Variant {variant.sku[:64]!r} needs one of the product's values for each of its options.",
        )
    if not 0 <= variant.weight_grams <= WEIGHT_GRAMS_MAX:
        _refuse("weight_grams", "out_of_range", f"A weight is 0 to {WEIGHT_GRAMS_MAX} grams.")
    if not _TAX_CLASS.fullmatch(variant.tax_class):
        _refuse(
            "tax_class", "bad_tax_class", f"{variant.tax_class[:40]!r} is not a tax class such as standard."
        )
    _check_prices(variant)
    parse_sku(variant.sku)
    _url(variant.image_url)
    _extra("variants.extra", variant.extra)
    barcode = _line("barcode", variant.barcode, BARCODE_LENGTH_MAX)
    if values == variant.option_values and barcode == variant.barcode:
        return variant
    return replace(variant, option_values=values, barcode=barcode)


def _check_prices(variant: Variant) -> None:
    for currency, price in variant.prices.items():
        if price.amount.currency != currency or (
            price.compare_at is not None and price.compare_at.currency != currency
        ):
            _refuse("prices", "currency_mismatch", f"The price in {currency} is in another currency.")
        if price.amount.minor_units < 0:
            _refuse("prices", "negative", f"A price is not negative ({price.amount.decimal()} {currency}).")
        if not _compare_at_fits(price):
            _refuse("prices", "compare_at_too_low", "The former price must be higher than the price.")


def _compare_at_fits(price: Price) -> bool:
    return price.compare_at is None or price.compare_at.minor_units > price.amount.minor_units


def _category_ids(product: Product) -> tuple[CategoryId, ...]:
    if len(product.category_ids) > CATEGORIES_PER_PRODUCT_MAX:
        _refuse("category_ids", "too_many", f"At most {CATEGORIES_PER_PRODUCT_MAX} categories.")
    for category_id in product.category_ids:
        parse_uuid(category_id)
    return tuple(dict.fromkeys(product.category_ids))


def _attributes(product: Product) -> tuple[Attribute, ...]:
    if len(product.attributes) > ATTRIBUTES_MAX:
        _refuse("attributes", "too_many", f"At most {ATTRIBUTES_MAX} attributes.")
    checked = tuple([check_attribute(attribute) for attribute in product.attributes])
    if len({attribute.key for attribute in checked}) != len(checked):
        _refuse("attributes", "repeated", "Two attributes have the same key.")
    return checked


def _images(images: Sequence[ProductImage]) -> tuple[ProductImage, ...]:
    if len(images) > IMAGES_MAX:
        _refuse("images", "too_many", f"At most {IMAGES_MAX} pictures.")
    return tuple([_image(image) for image in images])


def _image(image: ProductImage) -> ProductImage:
    if image.media_id is None and not image.source_url:
        _refuse("images", "missing", "A picture needs an id or an address.")
    alt = {locale: _line("images.alt", text, ALT_LENGTH_MAX) for locale, text in image.alt.items() if text}
    _url(image.source_url)
    return image if alt == image.alt else replace(image, alt=alt)


def _url(url: str) -> None:
    if len(url) > URL_LENGTH_MAX or _CONTROL.search(url):
        _refuse("images", "bad_url", f"{url[:80]!r} is not an address.")


def _schedule(product: Product) -> Schedule:
    schedule = product.schedule
    try:
        for moment in (schedule.publish_at, schedule.unpublish_at, product.created_at, product.updated_at):
            if moment is not None:
                require_utc(moment)
    except ValueError as error:
        raise BadProduct("Times are aware and in UTC.", field="schedule", reason="not_utc") from error
    if (
        schedule.publish_at is not None
        and schedule.unpublish_at is not None
        and schedule.publish_at >= schedule.unpublish_at
    ):
        _refuse("schedule", "empty", "A product is published before it is unpublished.")
    return schedule


def _extra(field: str, extra: Mapping[str, str]) -> dict[str, str]:
    if len(extra) > EXTRA_COLUMNS_MAX:
        _refuse(field, "too_many", f"At most {EXTRA_COLUMNS_MAX} further columns.")
    for column, value in extra.items():
        if len(column) > LABEL_LENGTH_MAX or len(value) > EXTRA_LENGTH_MAX:
            _refuse(field, "too_long", f"Column {column[:80]!r} is too long.")
        if _CONTROL.search(column) or _CONTROL.search(value):
            _refuse(
                field, "control_character", f"Column {column[:80]!r} holds an invisible control character."
            )
    return dict(extra)
