"""The export: every product as rows that Shopify reads, and that an import here reads back unchanged.

What Shopify has no column for stands in columns of ours, which it passes over. The catalogue is read
twice: first for the columns it needs, then for the rows; memory stays bounded by one page of products.
"""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from vivamarket.catalog.model import Option, Product, ProductImage, ProductStatus, Variant
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.transfer.attributes import write_attributes
from vivamarket.catalog.transfer.categories import CategoryPaths, write_tree
from vivamarket.catalog.transfer.cells import write_text, write_time
from vivamarket.catalog.transfer.columns import (
    COLUMNS_MAX,
    EXTRA_PRODUCT_COLUMNS,
    EXTRA_VARIANT_COLUMNS,
    IMAGE_COLUMNS,
    OWN_PRODUCT_COLUMNS,
    OWN_VARIANT_COLUMNS,
    PRODUCT_COLUMNS,
    VARIANT_COLUMNS,
    Metafield,
    metafield_header,
    read_header,
)
from vivamarket.catalog.transfer.ports import StockTeller
from vivamarket.catalog.transfer.variants import DEFAULT_OPTION, EXEMPT
from vivamarket.kernel.ids import Sku

PAGE_PRODUCTS = 500
#: So many metafield columns at most; what is left stands whole in ``Attribute details``.
METAFIELDS_MAX = 300

_encoder = msgspec.json.Encoder()


class ExportFormat(StrEnum):
    """Which generation of Shopify's headers to write."""

    OLDER = "shopify"
    NEWER = "shopify-new"


@dataclass(slots=True)
class _Needs:
    """What the catalogue has beyond the columns that every export has."""

    locales: set[str] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    #: attribute key → the header of its column
    metafields: dict[str, tuple[str, str]] = field(default_factory=dict)
    product_extra: set[str] = field(default_factory=set)
    variant_extra: set[str] = field(default_factory=set)
    products: int = 0


class CatalogExporter:
    """Writes the whole catalogue as CSV text, piece by piece.

    ``media_base`` is the shop's public address: a picture without a source of its own is named by its
    file there.
    """

    def __init__(
        self,
        store: CatalogStore,
        stock: StockTeller,
        *,
        locale: str,
        currency: str,
        media_base: str,
    ) -> None:
        self._store = store
        self._stock = stock
        self._locale = locale
        self._currency = currency
        self._media_base = media_base.rstrip("/")

    async def run(
        self, form: ExportFormat, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None
    ) -> AsyncIterator[str]:
        """Yield the file's text, header first; ``on_progress`` hears of products written and in total."""
        needs = await self._needs()
        sheet = _Sheet(form, needs, self._locale, self._currency)
        yield sheet.header()
        categories = await self._store.categories()
        paths = CategoryPaths(categories, self._locale)
        trees = list(write_tree(categories, self._locale))
        done = 0
        async for products in self._pages():
            skus = [variant.sku for product in products for variant in product.variants]
            on_hand = await self._stock.on_hand(skus)
            for product in products:
                done += 1
                # What the tree needs more cells than there are products for goes into the last one.
                tree = [trees.pop(0)] if trees else []
                if done == needs.products:
                    tree, trees = [*tree, *trees], []
                row = _ProductRows(product, sheet, self._media_base)
                yield sheet.rows(row.write(paths, _join(tree), on_hand))
            on_progress(done, needs.products)

    async def _needs(self) -> _Needs:
        needs = _Needs()
        async for products in self._pages():
            for product in products:
                needs.products += 1
                self._note(product, needs)
        needs.locales.discard(self._locale)
        needs.currencies.discard(self._currency)
        return needs

    def _note(self, product: Product, needs: _Needs) -> None:
        needs.locales.update(product.texts)
        needs.product_extra.update(product.extra)
        for image in product.images:
            needs.locales.update(image.alt)
        for variant in product.variants:
            needs.currencies.update(variant.prices)
            needs.variant_extra.update(variant.extra)
        for attribute in product.attributes:
            if attribute.key not in needs.metafields and len(needs.metafields) < METAFIELDS_MAX:
                label = attribute.labels.get(self._locale, attribute.key)
                for words in (label, attribute.key):
                    header = metafield_header(attribute.key, words)
                    if header is not None:
                        needs.metafields[attribute.key] = (header, words)
                        break

    async def _pages(self) -> AsyncIterator[Sequence[Product]]:
        cursor: str | None = None
        while True:
            page = await self._store.scan(cursor, PAGE_PRODUCTS)
            if page.items:
                yield page.items
            cursor = page.next_cursor
            if cursor is None:
                return


class _Sheet:
    """The columns of one export, and rows as CSV text."""

    def __init__(self, form: ExportFormat, needs: _Needs, locale: str, currency: str) -> None:
        self.locale = locale
        self.currency = currency
        self.locales = sorted(needs.locales)
        self.currencies = sorted(needs.currencies)
        newer = form is ExportFormat.NEWER
        self._place = 0 if newer else 1
        tables = PRODUCT_COLUMNS | VARIANT_COLUMNS | IMAGE_COLUMNS
        order = list(tables) if newer else ["handle", *(name for name in tables if name != "handle")]
        self.names = {name: tables[name][self._place] for name in order}
        self.names |= OWN_PRODUCT_COLUMNS | OWN_VARIANT_COLUMNS
        self.columns = list(self.names.values())
        for other in self.locales:
            self.columns += [self.translated(name, other) for name in _TRANSLATED]
        for other in self.currencies:
            self.columns += [self.priced(name, other) for name in ("price", "compare_at")]
        metafields = [(key, *named) for key, named in sorted(needs.metafields.items())]
        extra = [self.extra(name) for name in sorted(needs.product_extra | needs.variant_extra)]
        self.columns += [column for column in extra if column not in self.columns]
        room = max(0, COLUMNS_MAX - len(self.columns))
        self.columns += [header for _, header, _ in metafields[:room]]
        self.metafields = [Metafield(0, key, label) for key, _, label in metafields[:room]]
        self.metafield_headers = [header for _, header, _ in metafields[:room]]
        # An export that the import would not take is a mistake of ours: find it before anything is written.
        read_header(list(map(write_text, self.columns)))
        self._text = io.StringIO(newline="")
        self._writer = csv.DictWriter(self._text, self.columns, restval="", lineterminator="\r\n")

    def translated(self, name: str, locale: str) -> str:
        """Return the header of a text in a further language."""
        return f"{self.names[name]} [{locale}]"

    def priced(self, name: str, currency: str) -> str:
        """Return the header of a price in a further currency."""
        return f"{self.names[name]} [{currency}]"

    def extra(self, name: str) -> str:
        """Return this generation's header of a column that is only kept."""
        if self._place == 0:
            return name
        if name.startswith("Compare-at price / "):
            return name.replace("Compare-at price", "Compare At Price", 1)
        if name in _EXTRA_MEANT:
            return self.names[_EXTRA_MEANT[name]]
        return (EXTRA_PRODUCT_COLUMNS | EXTRA_VARIANT_COLUMNS).get(name, name)

    def header(self) -> str:
        """Return the first row."""
        self._writer.writerow({column: write_text(column) for column in self.columns})
        return self._take()

    def rows(self, rows: Sequence[dict[str, str]]) -> str:
        """Return a product's rows."""
        self._writer.writerows(rows)
        return self._take()

    def _take(self) -> str:
        text = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return text


_TRANSLATED = ("title", "handle", "description", "seo_title", "seo_description", "image_alt")
#: What is kept as an extra but has its column among the known ones.
_EXTRA_MEANT = {"Product category": "product_category", "Inventory tracker": "inventory_tracker"}


class _ProductRows:
    """One product's rows: the first says everything about it, each further one a variant or a picture."""

    def __init__(self, product: Product, sheet: _Sheet, media_base: str) -> None:
        self._product = product
        self._sheet = sheet
        self._media_base = media_base
        self._names = sheet.names

    def write(self, paths: CategoryPaths, tree: str, on_hand: dict[Sku, int]) -> list[dict[str, str]]:
        product, names = self._product, self._names
        handle = product.text(self._sheet.locale).slug
        rows: list[dict[str, str]] = [
            {names["handle"]: handle} for _ in range(max(len(product.variants), len(product.images)))
        ]
        rows[0] |= self._product_cells()
        rows[0][names["categories"]] = paths.cell(product.category_ids)
        rows[0][names["category_tree"]] = tree
        for row, variant in zip(rows, product.variants, strict=False):
            row.update(self._variant_cells(variant, on_hand))
        for number, (row, image) in enumerate(zip(rows, product.images, strict=False), 1):
            row[names["image_url"]] = self._address(image)
            row[names["image_position"]] = str(number)
            row[names["image_alt"]] = write_text(image.alt.get(self._sheet.locale, ""))
            for locale in self._sheet.locales:
                row[self._sheet.translated("image_alt", locale)] = write_text(image.alt.get(locale, ""))
        return rows

    def _product_cells(self) -> dict[str, str]:
        product, names, sheet = self._product, self._names, self._sheet
        text = product.text(sheet.locale)
        cells = {
            names["title"]: write_text(text.title),
            names["description"]: write_text(text.description_html),
            names["vendor"]: write_text(product.vendor),
            names["type"]: write_text(product.product_type),
            names["tags"]: write_text(", ".join(product.tags)),
            names["published"]: _flag(product.status is ProductStatus.ACTIVE),
            names["status"]: product.status.value,
            names["seo_title"]: write_text(text.seo_title),
            names["seo_description"]: write_text(text.seo_description),
            names["option1_name"]: DEFAULT_OPTION[0],
        }
        for place, option in enumerate(product.options, 1):
            cells[names[f"option{place}_name"]] = write_text(option.name)
        cells[names["option_details"]] = _option_details(product)
        for name, moment in (
            ("publish_at", product.schedule.publish_at),
            ("unpublish_at", product.schedule.unpublish_at),
        ):
            cells[names[name]] = write_time(moment) if moment is not None else ""
        for locale, other in product.texts.items():
            if locale != sheet.locale:
                cells |= {
                    sheet.translated("title", locale): write_text(other.title),
                    sheet.translated("handle", locale): other.slug,
                    sheet.translated("description", locale): write_text(other.description_html),
                    sheet.translated("seo_title", locale): write_text(other.seo_title),
                    sheet.translated("seo_description", locale): write_text(other.seo_description),
                }
        values, details = write_attributes(product.attributes, sheet.metafields, sheet.locale)
        cells |= dict(zip(sheet.metafield_headers, values, strict=True))
        cells[names["attribute_details"]] = details
        return cells | {sheet.extra(name): value for name, value in product.extra.items()}

    def _variant_cells(self, variant: Variant, on_hand: dict[Sku, int]) -> dict[str, str]:
        names, sheet = self._names, self._sheet
        price = variant.prices.get(sheet.currency)
        cells = {
            names["option1_value"]: DEFAULT_OPTION[1],
            names["sku"]: write_text(variant.sku),
            names["barcode"]: write_text(variant.barcode),
            names["price"]: price.amount.decimal() if price is not None else "",
            names["compare_at"]: price.compare_at.decimal() if price is not None and price.compare_at else "",
            names["charge_tax"]: _flag(variant.tax_class != EXEMPT),
            names["tax_class"]: variant.tax_class,
            names["inventory_tracker"]: "shopify" if variant.tracked else "",
            names["inventory_quantity"]: str(on_hand[variant.sku]) if variant.sku in on_hand else "",
            names["inventory_policy"]: "continue" if variant.continue_selling else "deny",
            names["weight_grams"]: str(variant.weight_grams),
            names["requires_shipping"]: _flag(variant.requires_shipping),
            names["variant_image"]: self._variant_address(variant),
        }
        for place, value in enumerate(variant.option_values, 1):
            cells[names[f"option{place}_value"]] = write_text(value)
        for currency in sheet.currencies:
            other = variant.prices.get(currency)
            if other is not None:
                cells[sheet.priced("price", currency)] = other.amount.decimal()
                former = other.compare_at.decimal() if other.compare_at else ""
                cells[sheet.priced("compare_at", currency)] = former
        return cells | {sheet.extra(name): value for name, value in variant.extra.items()}

    def _address(self, image: ProductImage) -> str:
        if image.source_url.startswith(("https://", "http://")) or image.media_id is None:
            return image.source_url
        widest = max(image.widths, default=image.width)
        return f"{self._media_base}/media/{image.media_id}/{widest}.webp"

    def _variant_address(self, variant: Variant) -> str:
        if variant.image_id is None:
            return variant.image_url
        found = (image for image in self._product.images if image.media_id == variant.image_id)
        return next(map(self._address, found), "")


def _option_details(product: Product) -> str:
    """Return what the option cells cannot say: labels, and an order that the variants do not show."""
    columns = zip(*(variant.option_values for variant in product.variants), strict=True)
    told = tuple(
        Option(option.name, tuple(dict.fromkeys(values)))
        for option, values in zip(product.options, columns, strict=True)
    )
    return "" if told == product.options else _encoder.encode(product.options).decode()


def _flag(value: bool) -> str:
    return "TRUE" if value else "FALSE"


def _join(trees: Sequence[str]) -> str:
    """Join lists in JSON text without reading them."""
    if len(trees) < 2:
        return "".join(trees)
    return "[" + ",".join(tree[1:-1] for tree in trees) + "]"
