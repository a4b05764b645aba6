"""The columns of both header generations, ours beside them, and how one file lays them out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from vivamarket.catalog.transfer.cells import BadCell, read_text
from vivamarket.catalog.transfer.report import FileRefused

COLUMNS_MAX = 500

#: field → (newer header, older header). Source: Shopify's help page on product CSV files.
PRODUCT_COLUMNS = {
    "title": ("Title", "Title"),
    "handle": ("URL handle", "Handle"),
    "description": ("Description", "Body (HTML)"),
    "vendor": ("Vendor", "Vendor"),
    "product_category": ("Product category", "Product Category"),
    "type": ("Type", "Type"),
    "tags": ("Tags", "Tags"),
    "published": ("Published on online store", "Published"),
    "status": ("Status", "Status"),
    "option1_name": ("Option1 name", "Option1 Name"),
    "option2_name": ("Option2 name", "Option2 Name"),
    "option3_name": ("Option3 name", "Option3 Name"),
    "seo_title": ("SEO title", "SEO Title"),
    "seo_description": ("SEO description", "SEO Description"),
}
VARIANT_COLUMNS = {
    "option1_value": ("Option1 value", "Option1 Value"),
    "option2_value": ("Option2 value", "Option2 Value"),
    "option3_value": ("Option3 value", "Option3 Value"),
    "sku": ("SKU", "Variant SKU"),
    "barcode": ("Barcode", "Variant Barcode"),
    "price": ("Price", "Variant Price"),
    "compare_at": ("Compare-at price", "Variant Compare At Price"),
    "charge_tax": ("Charge tax", "Variant Taxable"),
    "inventory_tracker": ("Inventory tracker", "Variant Inventory Tracker"),
    "inventory_quantity": ("Inventory quantity", "Variant Inventory Qty"),
    "inventory_policy": ("Continue selling when out of stock", "Variant Inventory Policy"),
    "weight_grams": ("Weight value (grams)", "Variant Grams"),
    "requires_shipping": ("Requires shipping", "Variant Requires Shipping"),
    "variant_image": ("Variant image URL", "Variant Image"),
}
IMAGE_COLUMNS = {
    "image_url": ("Product image URL", "Image Src"),
    "image_position": ("Image position", "Image Position"),
    "image_alt": ("Image alt text", "Image Alt Text"),
}
#: Ours, which Shopify passes over. Texts in further languages are ``Title [es]``, prices ``Price [USD]``.
OWN_PRODUCT_COLUMNS = {
    "categories": "Categories",
    "category_tree": "Category tree",
    "publish_at": "Publish at",
    "unpublish_at": "Unpublish at",
    "option_details": "Option details",
    "attribute_details": "Attribute details",
}
OWN_VARIANT_COLUMNS = {"tax_class": "Tax class"}
LOCALIZED = ("title", "handle", "description", "seo_title", "seo_description", "image_alt")

#: Columns without a meaning here that are kept for the way back: newer header → older header.
EXTRA_VARIANT_COLUMNS = {
    "Cost per item": "Cost per item",
    "Tax code": "Variant Tax Code",
    "Unit price total measure": "Unit Price Total Measure",
    "Unit price total measure unit": "Unit Price Total Measure Unit",
    "Unit price base measure": "Unit Price Base Measure",
    "Unit price base measure unit": "Unit Price Base Measure Unit",
    "Weight unit for display": "Variant Weight Unit",
    "Fulfillment service": "Variant Fulfillment Service",
}
EXTRA_PRODUCT_COLUMNS = {
    "Gift card": "Gift Card",
    "Google Shopping / Google product category": "Google Shopping / Google Product Category",
    "Google Shopping / Age group": "Google Shopping / Age Group",
    "Google Shopping / Manufacturer part number (MPN)": "Google Shopping / MPN",
    "Google Shopping / Ad group name": "Google Shopping / AdWords Grouping",
    "Google Shopping / Ads labels": "Google Shopping / AdWords Labels",
    "Google Shopping / Custom product": "Google Shopping / Custom Product",
    **{f"Google Shopping / Custom label {n}": f"Google Shopping / Custom Label {n}" for n in range(5)},
}
_MARKET_PRICE = re.compile(r"(?i)(price|compare-at price|compare at price) / (.+)")
_TOO_MANY_OPTIONS = re.compile(r"(?i)option([4-9]|\d\d+) (?:name|value)")
_METAFIELD = re.compile(r"(.*?)\s*\(product\.metafields\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_.-]+)\)")
_LOCALIZED_HEADER = re.compile(r"(.+) \[([a-z]{2,3}(?:-[A-Z][A-Za-z0-9]{1,7})?)\]")
_PRICED_HEADER = re.compile(r"(.+) \[([A-Z]{3})\]")

_FIELDS = {
    header.casefold(): name
    for table in (PRODUCT_COLUMNS, VARIANT_COLUMNS, IMAGE_COLUMNS)
    for name, headers in table.items()
    for header in headers
} | {header.casefold(): name for name, header in (OWN_PRODUCT_COLUMNS | OWN_VARIANT_COLUMNS).items()}
_EXTRA_PRODUCT = {
    header.casefold(): new for new, old in EXTRA_PRODUCT_COLUMNS.items() for header in (new, old)
}
_EXTRA_VARIANT = {
    header.casefold(): new for new, old in EXTRA_VARIANT_COLUMNS.items() for header in (new, old)
}


@dataclass(frozen=True, slots=True)
class Metafield:
    """A column of typed facts: ``Material (product.metafields.custom.material)``."""

    index: int
    key: str
    label: str


@dataclass(slots=True)
class Layout:
    """Where one file keeps what: column numbers by field."""

    names: tuple[str, ...]
    fields: dict[str, int] = field(default_factory=dict)
    localized: dict[str, dict[str, int]] = field(default_factory=dict)
    #: currency → {"price": …, "compare_at": …}
    priced: dict[str, dict[str, int]] = field(default_factory=dict)
    metafields: list[Metafield] = field(default_factory=list)
    extra_product: list[tuple[int, str]] = field(default_factory=list)
    extra_variant: list[tuple[int, str]] = field(default_factory=list)
    fourth_options: list[int] = field(default_factory=list)
    #: Columns whose repeated cells must agree within one product.
    product_level: list[int] = field(default_factory=list)
    #: Columns of which any makes a row a variant's row.
    marks_variant: list[int] = field(default_factory=list)
    has_variant_columns: bool = False

    @property
    def width(self) -> int:
        """Return how many cells a row has."""
        return len(self.names)

    def name(self, field_name: str) -> str:
        """Return how this file calls the field; its newer Shopify name when the file does not have it."""
        if field_name in self.fields:
            return self.names[self.fields[field_name]]
        for table in (PRODUCT_COLUMNS, VARIANT_COLUMNS, IMAGE_COLUMNS):
            if field_name in table:
                return table[field_name][0]
        return (OWN_PRODUCT_COLUMNS | OWN_VARIANT_COLUMNS).get(field_name, field_name)


def attribute_key(namespace: str, key: str) -> str:
    """Return our key of a metafield; Shopify's own namespace ``custom`` goes without saying."""
    return key if namespace == "custom" else f"{namespace}.{key}"


def metafield_header(key: str, label: str) -> str | None:
    """Return the header that reads back as this attribute key; None when no header does."""
    namespace, _, rest = key.rpartition(".") if key.count(".") == 1 else key.partition(".")
    if not rest:
        namespace, rest = "custom", key
    header = f"{label} (product.metafields.{namespace}.{rest})"
    if header != header.strip():
        return None
    match = _METAFIELD.fullmatch(header)
    fits = match is not None and match[1] == label and attribute_key(match[2], match[3]) == key
    return header if fits else None


def read_header(cells: Sequence[str]) -> Layout:
    """Return the file's layout.

    Raise ``FileRefused`` (wrong_delimiter, missing_header, duplicate_header, too_many_columns,
    formula_cell).
    """
    names = tuple(map(_read_name, cells))
    if len(names) > COLUMNS_MAX:
        raise FileRefused("too_many_columns", f"The file has more than {COLUMNS_MAX} columns.", row=1)
    layout = Layout(names)
    taken: dict[str, str] = {}
    repeated: FileRefused | None = None
    for index, name in enumerate(names):
        if not name:
            continue
        meaning = _place(layout, index, name)
        if meaning in taken and repeated is None:
            repeated = FileRefused(
                "duplicate_header",
                f"Two columns mean the same: {taken[meaning]!r} and {name!r}. Remove one of them.",
                row=1,
                column=name,
            )
        taken[meaning] = name
    if "handle" not in layout.fields and "title" not in layout.fields:
        _refuse_header(cells)
    if repeated is not None:
        raise repeated
    _finish(layout)
    return layout


def _read_name(cell: str) -> str:
    try:
        return read_text(cell)
    except BadCell as error:
        raise FileRefused(error.code, error.reason, row=1, column=cell[:80]) from error


def _place(layout: Layout, index: int, name: str) -> str:
    """Note the column in the layout and return what it means, so that a repetition is noticed."""
    folded = name.casefold()
    if folded in _FIELDS:
        layout.fields[_FIELDS[folded]] = index
        return _FIELDS[folded]
    priced = _PRICED_HEADER.fullmatch(name)
    if priced is not None and _FIELDS.get(priced[1].casefold()) in ("price", "compare_at"):
        meaning = _FIELDS[priced[1].casefold()]
        layout.priced.setdefault(priced[2], {})[meaning] = index
        return f"{meaning}[{priced[2]}]"
    localized = _LOCALIZED_HEADER.fullmatch(name)
    if localized is not None and _FIELDS.get(localized[1].casefold()) in LOCALIZED:
        meaning = _FIELDS[localized[1].casefold()]
        layout.localized.setdefault(localized[2], {})[meaning] = index
        return f"{meaning}[{localized[2]}]"
    metafield = _METAFIELD.fullmatch(name)
    if metafield is not None:
        key = attribute_key(metafield[2], metafield[3])
        layout.metafields.append(Metafield(index, key, metafield[1]))
        return f"metafield:{key}"
    if _TOO_MANY_OPTIONS.fullmatch(name):
        layout.fourth_options.append(index)
        return folded
    return _place_extra(layout, index, name)


def _place_extra(layout: Layout, index: int, name: str) -> str:
    folded = name.casefold()
    market = _MARKET_PRICE.fullmatch(name)
    if market is not None:
        kind = "Price" if market[1].casefold() == "price" else "Compare-at price"
        canonical = f"{kind} / {market[2]}"
        layout.extra_variant.append((index, canonical))
    elif folded in _EXTRA_VARIANT:
        canonical = _EXTRA_VARIANT[folded]
        layout.extra_variant.append((index, canonical))
    else:
        canonical = _EXTRA_PRODUCT.get(folded, name)
        layout.extra_product.append((index, canonical))
    return f"extra:{canonical.casefold()}"


def _finish(layout: Layout) -> None:
    """Derive which columns speak of the product and which make a row a variant's."""
    own = [*PRODUCT_COLUMNS, *OWN_PRODUCT_COLUMNS]
    layout.product_level = [layout.fields[name] for name in own if name in layout.fields]
    layout.product_level += [
        index for table in layout.localized.values() for name, index in table.items() if name != "image_alt"
    ]
    layout.product_level += [metafield.index for metafield in layout.metafields]
    marks = (
        "option1_value",
        "option2_value",
        "option3_value",
        "sku",
        "barcode",
        "price",
        "inventory_quantity",
    )
    layout.marks_variant = [layout.fields[name] for name in marks if name in layout.fields]
    layout.marks_variant += [table["price"] for table in layout.priced.values() if "price" in table]
    variant_fields = VARIANT_COLUMNS | OWN_VARIANT_COLUMNS
    layout.has_variant_columns = bool(
        layout.extra_variant or layout.priced or any(name in layout.fields for name in variant_fields)
    )


def _refuse_header(cells: Sequence[str]) -> None:
    line = ",".join(cells)
    for delimiter, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if any(part.strip().strip('"').casefold() in _FIELDS for part in line.split(delimiter)[:-1]):
            raise FileRefused(
                "wrong_delimiter",
                f"The columns are separated by {word}. Save the file as CSV with commas.",
                row=1,
            )
    raise FileRefused(
        "missing_header",
        "The first row must name the columns; at least Title, or Handle (URL handle), is needed.",
        row=1,
    )
