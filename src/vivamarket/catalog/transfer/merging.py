"""From a product's rows, and the product as it is, to the product as the file wants it.

A column that is absent leaves its field; one that is present and empty erases it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from vivamarket.catalog.errors import BadProduct
from vivamarket.catalog.model import Attribute, Product, ProductImage, ProductStatus, Schedule, Text
from vivamarket.catalog.slugs import normalize_handle, slugify
from vivamarket.catalog.transfer.attributes import merge_attributes, read_details
from vivamarket.catalog.transfer.cells import BadCell, read_bool, read_text, read_time
from vivamarket.catalog.transfer.columns import Layout
from vivamarket.catalog.transfer.reading import Group, Row
from vivamarket.catalog.transfer.report import RowRefused
from vivamarket.catalog.transfer.variants import VariantRows, image_is_at
from vivamarket.catalog.validate import check_product
from vivamarket.kernel.ids import CategoryId, ProductId, Sku

#: Which column a rule of form speaks of.
_COLUMN_OF = {
    "title": "title",
    "slug": "handle",
    "description_html": "description",
    "vendor": "vendor",
    "product_type": "type",
    "tags": "tags",
    "seo_title": "seo_title",
    "seo_description": "seo_description",
    "options": "option1_name",
    "variants": "option1_value",
    "sku": "sku",
    "barcode": "barcode",
    "weight_grams": "weight_grams",
    "tax_class": "tax_class",
    "prices": "price",
    "images": "image_url",
    "images.alt": "image_alt",
    "schedule": "publish_at",
    "category_ids": "categories",
    "attributes": "attribute_details",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The product as the file wants it, and the counted stock that the file states."""

    product: Product
    quantities: list[tuple[Sku, int]]


class Merger:
    """Merges the products of one file. Pure: looks at nothing but its arguments."""

    def __init__(
        self, layout: Layout, *, locale: str, currency: str, repeated_skus: Mapping[int, int]
    ) -> None:
        self._layout = layout
        self._locale = locale
        self._currency = currency
        self._repeated_skus = repeated_skus

    def merge(
        self,
        group: Group,
        existing: Product | None,
        *,
        new_id: Callable[[], ProductId],
        now: datetime,
        category_ids: tuple[CategoryId, ...] | None,
    ) -> Wanted:
        """Return what the group makes of the product; ``category_ids`` None leaves them as they are.

        Raise ``RowRefused`` with the row, the column and the reason.
        """
        if group.defect is not None:
            raise group.defect
        self._require_agreement(group)
        base = existing or Product(
            id=new_id(),
            version=0,
            status=ProductStatus.ACTIVE,
            texts={},
            variants=(),
            created_at=now,
            updated_at=now,
        )
        images = self._images(group, base)
        variants = VariantRows(
            self._layout,
            group.handle,
            group.rows,
            currency=self._currency,
            images=images,
            repeated_skus=self._repeated_skus,
        ).merge(base.options, base.variants)
        cells = _Cells(self._layout, group.rows[0])
        try:
            product = replace(
                base,
                texts=self._texts(cells, group.handle, base),
                options=variants.options,
                variants=variants.variants,
                images=images,
                vendor=cells.text("vendor", base.vendor),
                product_type=cells.text("type", base.product_type),
                tags=tuple(cells.text("tags", "").split(",")) if cells.has("tags") else base.tags,
                status=_status(cells, base.status),
                schedule=_schedule(cells, base.schedule),
                category_ids=base.category_ids if category_ids is None else category_ids,
                attributes=self._attributes(cells, base),
                extra=self._extra(cells, base),
            )
            checked = check_product(product, required_locale=self._locale)
        except BadCell as error:
            raise RowRefused(
                error.code, error.reason, row=cells.row.number, column=self._layout.name(cells.field)
            ) from error
        except BadProduct as error:
            field = _COLUMN_OF.get(str(error.fields.get("field")), "")
            code = str(error.fields.get("reason"))
            column = self._layout.name(field) if field else ""
            raise RowRefused(code, error.message, row=cells.row.number, column=column) from error
        return Wanted(checked, variants.quantities)

    def _require_agreement(self, group: Group) -> None:
        """Refuse rows of one product that contradict one another, and a fourth option."""
        first = group.rows[0].cells
        for row in group.rows:
            for index in self._layout.fourth_options:
                if row.cells[index].strip():
                    reason = "A product has at most three options."
                    column = self._layout.names[index]
                    raise RowRefused("too_many_options", reason, row=row.number, column=column)
        for row in group.rows[1:]:
            cells = row.cells
            for index in self._layout.product_level:
                if cells[index] and cells[index] != first[index]:
                    reason = f"The first row of this product says otherwise: {first[index][:40]!r}."
                    column = self._layout.names[index]
                    raise RowRefused("conflicting_value", reason, row=row.number, column=column)

    def _texts(self, cells: _Cells, handle: str, base: Product) -> dict[str, Text]:
        texts = dict(base.texts)
        before = texts.get(self._locale)
        title = cells.text("title", before.title if before is not None else "")
        if not title:
            raise BadCell("missing_title", "A title is required.")
        texts[self._locale] = Text(
            title=title,
            slug=before.slug if before is not None else handle,
            description_html=cells.text("description", before.description_html if before else ""),
            seo_title=cells.text("seo_title", before.seo_title if before else ""),
            seo_description=cells.text("seo_description", before.seo_description if before else ""),
        )
        for locale, columns in self._layout.localized.items():
            if columns.keys() != {"image_alt"}:
                translated = _translation(cells, columns, texts.pop(locale, None))
                if translated is not None:
                    texts[locale] = translated
        return texts

    def _attributes(self, cells: _Cells, base: Product) -> tuple[Attribute, ...]:
        if not self._layout.metafields and not cells.has("attribute_details"):
            return base.attributes
        details = read_details(cells.cell("attribute_details")) if cells.has("attribute_details") else None
        found = [(metafield, cells.row.cells[metafield.index]) for metafield in self._layout.metafields]
        return merge_attributes(base.attributes, found, details, self._locale)

    def _extra(self, cells: _Cells, base: Product) -> dict[str, str]:
        extra = dict(base.extra)
        for index, name in self._layout.extra_product:
            extra[name] = cells.row.cells[index].strip()
        category = self._layout.fields.get("product_category")
        if category is not None:
            extra["Product category"] = cells.row.cells[category].strip()
        return {name: value for name, value in extra.items() if value}

    def _images(self, group: Group, base: Product) -> tuple[ProductImage, ...]:
        index = self._layout.fields.get("image_url")
        variant_index = self._layout.fields.get("variant_image")
        if index is None and variant_index is None:
            return base.images
        placed: list[tuple[int, int, ProductImage]] = []
        if index is None:
            placed = [(place, 0, image) for place, image in enumerate(base.images)]
        urls: set[str] = set()
        for order, row in enumerate(group.rows):
            url = row.cells[index].strip() if index is not None else ""
            if url and url not in urls:
                urls.add(url)
                placed.append((self._position(row, order), order, self._image(row, url, base)))
        if variant_index is not None:
            for order, row in enumerate(group.rows):
                url = row.cells[variant_index].strip()
                if url and not any(image_is_at(image, url) for _, _, image in placed):
                    placed.append((10**9, order, self._image(row, url, base, alt_here=False)))
        return tuple([image for _, _, image in sorted(placed, key=lambda entry: entry[:2])])

    def _position(self, row: Row, order: int) -> int:
        index = self._layout.fields.get("image_position")
        cell = row.cells[index].strip() if index is not None else ""
        if not cell:
            return order + 1
        if not cell.isdecimal() or len(cell) > 6:
            reason = f"{cell[:40]!r} is not a position."
            column = self._layout.name("image_position")
            raise RowRefused("bad_position", reason, row=row.number, column=column)
        return int(cell)

    def _image(self, row: Row, url: str, base: Product, *, alt_here: bool = True) -> ProductImage:
        if not url.startswith(("https://", "http://")):
            reason = f"{url[:80]!r} is not an http(s) address."
            raise RowRefused("bad_url", reason, row=row.number, column=self._layout.name("image_url"))
        known = next((image for image in base.images if image_is_at(image, url)), None)
        image = known or ProductImage(media_id=None, source_url=url)
        if not alt_here:
            return image
        alt = dict(image.alt)
        columns = {self._locale: self._layout.fields.get("image_alt")}
        columns |= {locale: table.get("image_alt") for locale, table in self._layout.localized.items()}
        try:
            for locale, index in columns.items():
                if index is not None:
                    alt[locale] = read_text(row.cells[index])
        except BadCell as error:
            column = self._layout.name("image_alt")
            raise RowRefused(error.code, error.reason, row=row.number, column=column) from error
        return replace(image, alt={locale: text for locale, text in alt.items() if text})


class _Cells:
    """The cells of a product's first row by field; remembers which one was read last, for refusals."""

    def __init__(self, layout: Layout, row: Row) -> None:
        self._layout = layout
        self.row = row
        self.field = ""

    def has(self, field: str) -> bool:
        """Return whether the file has the column."""
        return field in self._layout.fields

    def cell(self, field: str) -> str:
        """Return the cell, "" where the file has no such column."""
        self.field = field
        index = self._layout.fields.get(field)
        return self.row.cells[index].strip() if index is not None else ""

    def text(self, field: str, absent: str) -> str:
        """Return the cell's text, or ``absent`` where the file has no such column."""
        self.field = field
        index = self._layout.fields.get(field)
        return absent if index is None else read_text(self.row.cells[index])

    def at(self, field: str, index: int) -> str:
        """Return the text of the cell at that column."""
        self.field = field
        return read_text(self.row.cells[index])


def _translation(cells: _Cells, columns: Mapping[str, int], before: Text | None) -> Text | None:
    """Return the words in one further language; None when its title is (now) empty."""
    told = {name: cells.at(name, index) for name, index in columns.items() if name != "image_alt"}
    title = told.get("title", before.title if before is not None else "")
    if not title:
        if any(told.values()):
            raise BadCell("missing_title", "A translation needs a title.")
        return None
    slug = normalize_handle(told.get("handle", "")) or (before.slug if before is not None else slugify(title))
    return Text(
        title=title,
        slug=slug,
        description_html=told.get("description", before.description_html if before else ""),
        seo_title=told.get("seo_title", before.seo_title if before else ""),
        seo_description=told.get("seo_description", before.seo_description if before else ""),
    )


def _status(cells: _Cells, before: ProductStatus) -> ProductStatus:
    """Read Status and Published: what is active but not published is a draft to a shop with one window."""
    word = cells.cell("status").lower()
    if word == "unlisted":
        word = ProductStatus.DRAFT.value
    if word and word not in set(ProductStatus):
        raise BadCell("bad_status", f"{word[:40]!r} is not a status: active, draft or archived.")
    status = ProductStatus(word) if word else (ProductStatus.ACTIVE if cells.has("status") else before)
    published = cells.cell("published")
    if not published:
        return status
    if not read_bool(published):
        return ProductStatus.DRAFT if status is ProductStatus.ACTIVE else status
    return ProductStatus.ACTIVE if not word and status is ProductStatus.DRAFT else status


def _schedule(cells: _Cells, before: Schedule) -> Schedule:
    publish_at, unpublish_at = before.publish_at, before.unpublish_at
    if cells.has("publish_at"):
        cell = cells.cell("publish_at")
        publish_at = read_time(cell) if cell else None
    if cells.has("unpublish_at"):
        cell = cells.cell("unpublish_at")
        unpublish_at = read_time(cell) if cell else None
    return Schedule(publish_at, unpublish_at)
