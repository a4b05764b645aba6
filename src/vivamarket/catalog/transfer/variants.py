"""Option and variant rows of one product, laid over the variants it has."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from vivamarket.catalog.model import OPTIONS_MAX, Option, Price, ProductImage, Variant
from vivamarket.catalog.slugs import slugify
from vivamarket.catalog.transfer.cells import (
    BadCell,
    read_bool,
    read_grams,
    read_price,
    read_quantity,
    read_text,
)
from vivamarket.catalog.transfer.columns import Layout
from vivamarket.catalog.transfer.reading import Row
from vivamarket.catalog.transfer.report import RowRefused
from vivamarket.kernel.ids import SKU_LENGTH_MAX, Sku
from vivamarket.kernel.money import Money

EXEMPT = "exempt"
STANDARD = "standard"
DEFAULT_OPTION = ("Title", "Default Title")

_PRICE_COLUMNS: tuple[str, ...] = ("price", "compare_at")
_options_decoder = msgspec.json.Decoder(tuple[Option, ...])


@dataclass(slots=True)
class MergedVariants:
    """What the rows make of a product's options and variants, and the stock they state."""

    options: tuple[Option, ...]
    variants: tuple[Variant, ...]
    quantities: list[tuple[Sku, int]]


class VariantRows:
    """Reads the variants of one product; every refusal is a ``RowRefused``."""

    def __init__(
        self,
        layout: Layout,
        handle: str,
        rows: Sequence[Row],
        *,
        currency: str,
        images: Sequence[ProductImage],
        repeated_skus: Mapping[int, int],
    ) -> None:
        self._layout = layout
        self._handle = handle
        self._rows = rows
        self._currency = currency
        self._images = images
        self._repeated_skus = repeated_skus

    def merge(self, options: tuple[Option, ...], variants: tuple[Variant, ...]) -> MergedVariants:
        """Lay the rows over the present options and variants (none for a new product)."""
        if not self._layout.has_variant_columns:
            default = (Variant(self._derived_sku(())),)
            return MergedVariants(options, variants or default, [])
        rows = [row for row in self._rows if any(row.cells[index] for index in self._layout.marks_variant)]
        rows = rows or [self._rows[0]]
        if "option1_value" in self._layout.fields:
            return self._replace(options, variants, rows)
        return self._update(options, variants, rows)

    def _replace(
        self, options: tuple[Option, ...], variants: tuple[Variant, ...], rows: Sequence[Row]
    ) -> MergedVariants:
        """Make the variants exactly what the rows say; one that was there keeps what the file leaves out."""
        names = self._option_names(options, rows)
        by_values = {variant.option_values: variant for variant in variants}
        by_sku = {variant.sku: variant for variant in variants}
        merged: dict[tuple[str, ...], Variant] = {}
        quantities: list[tuple[Sku, int]] = []
        for row in rows:
            values = self._option_values(row, len(names))
            if values in merged:
                reason = "Two rows of this product have the same option values."
                raise self._refusal(row, "option1_value", "duplicate_variant", reason)
            base = by_sku.get(self._sku_cell(row)) or by_values.get(values)
            merged[values] = self._variant(row, base, values, quantities)
        found = [tuple(dict.fromkeys(column)) for column in zip(*merged, strict=True)]
        return MergedVariants(
            self._options(options, names, found),
            tuple(merged.values()),
            self._checked(rows, merged, quantities),
        )

    def _update(
        self, options: tuple[Option, ...], variants: tuple[Variant, ...], rows: Sequence[Row]
    ) -> MergedVariants:
        """Change what a file without option columns names by SKU; the other variants stay."""
        merged = {variant.sku: variant for variant in variants}
        quantities: list[tuple[Sku, int]] = []
        for row in rows:
            base = merged.get(self._sku_cell(row))
            if base is None and len(variants) <= 1 and len(rows) == 1:
                base = variants[0] if variants else None
                merged.clear()
                changed = self._variant(row, base, base.option_values if base else (), quantities)
                merged[changed.sku] = changed
            elif base is None:
                reason = "Which variant is meant? Name its SKU, or add the Option1 name and value columns."
                raise self._refusal(row, "sku", "unknown_variant", reason)
            else:
                merged[base.sku] = self._variant(row, base, base.option_values, quantities)
        return MergedVariants(options, tuple(merged.values()), self._checked(rows, merged, quantities))

    def _checked(
        self, rows: Sequence[Row], merged: Mapping[Any, Variant], quantities: list[tuple[Sku, int]]
    ) -> list[tuple[Sku, int]]:
        """Return the quantities; refuse a SKU that the file names twice."""
        for row in rows:
            if row.number in self._repeated_skus:
                reason = f"This SKU stands in row {self._repeated_skus[row.number]} already."
                raise self._refusal(row, "sku", "duplicate_sku", reason)
        if len({variant.sku for variant in merged.values()}) != len(merged):
            raise self._refusal(rows[0], "sku", "duplicate_sku", "Two variants would have the same SKU.")
        return quantities

    # Options

    def _option_names(self, options: Sequence[Option], rows: Sequence[Row]) -> list[str]:
        first = self._rows[0]
        names: list[str] = []
        for place in range(1, OPTIONS_MAX + 1):
            field = f"option{place}_name"
            if field in self._layout.fields:
                names.append(self._text(first, field))
            else:
                names.append(options[place - 1].name if place <= len(options) else "")
        values = [self._text(row, "option1_value") for row in rows]
        if len(rows) == 1 and values[0] in ("", DEFAULT_OPTION[1]) and names[0] in ("", DEFAULT_OPTION[0]):
            names[0] = ""
        while names and not names[-1]:
            names.pop()
        if "" in names:
            reason = "Options are filled from the first on, without gaps."
            raise self._refusal(first, f"option{names.index('') + 1}_name", "missing_option_name", reason)
        return names

    def _option_values(self, row: Row, count: int) -> tuple[str, ...]:
        values: list[str] = []
        for place in range(1, OPTIONS_MAX + 1):
            field = f"option{place}_value"
            text = " ".join(self._text(row, field).split()) if field in self._layout.fields else ""
            if place <= count:
                if not text:
                    raise self._refusal(
                        row, field, "missing_option_value", "The row names no value for this option."
                    )
                values.append(text)
            elif text and not (place == 1 and text == DEFAULT_OPTION[1]):
                raise self._refusal(
                    row, field, "missing_option_name", f"{text[:40]!r} belongs to no named option."
                )
        return tuple(values)

    def _options(
        self, before: Sequence[Option], names: Sequence[str], found: Sequence[tuple[str, ...]]
    ) -> tuple[Option, ...]:
        told = self._told_options()
        known = {option.name: option for option in (before if told is None else told)}
        merged = []
        for name, values in zip(names, found, strict=True):
            option = known.get(" ".join(name.split()))
            if option is None:
                merged.append(Option(" ".join(name.split()), values))
            elif set(values) <= set(option.values) and (
                told is not None or set(values) == set(option.values)
            ):
                merged.append(option)
            else:
                labels = {
                    value: option.value_labels[value] for value in values if value in option.value_labels
                }
                merged.append(replace(option, values=values, value_labels=labels))
        return tuple(merged)

    def _told_options(self) -> tuple[Option, ...] | None:
        if "option_details" not in self._layout.fields:
            return None
        cell = self._cell(self._rows[0], "option_details")
        if not cell:
            return ()
        try:
            return _options_decoder.decode(cell)
        except (msgspec.DecodeError, RecursionError) as error:
            reason = f"Option details cannot be read: {error}."
            raise self._refusal(self._rows[0], "option_details", "bad_details", reason) from error

    # One variant

    def _variant(
        self, row: Row, base: Variant | None, values: tuple[str, ...], quantities: list[tuple[Sku, int]]
    ) -> Variant:
        sku = self._sku_cell(row) or (base.sku if base is not None else self._derived_sku(values))
        variant = base or Variant(sku)
        try:
            field = "sku"
            fields: dict[str, Any] = {"sku": sku, "option_values": values}
            for field, read in _VARIANT_FIELDS.items():
                if field in self._layout.fields:
                    read(self._cell(row, field), variant, fields)
            field = "price"
            fields["prices"] = self._prices(row, variant)
            field = "inventory_quantity"
            if self._cell(row, field):
                quantities.append((sku, read_quantity(self._cell(row, field))))
        except BadCell as error:
            raise self._refusal(row, field, error.code, error.reason) from error
        self._read_image(row, fields)
        self._read_extra(row, variant, fields)
        return replace(variant, **fields)

    def _prices(self, row: Row, variant: Variant) -> dict[str, Price]:
        prices = dict(variant.prices)
        own = {name: self._layout.fields[name] for name in _PRICE_COLUMNS if name in self._layout.fields}
        tables: list[tuple[str, dict[str, int]]] = [(self._currency, own), *self._layout.priced.items()]
        for currency, columns in tables:
            if not columns:
                continue
            before = prices.get(currency)
            amount = before.amount if before is not None else None
            former = before.compare_at if before is not None else None
            if "price" in columns:
                cell = row.cells[columns["price"]].strip()
                amount = read_price(cell, currency) if cell else None
            if "compare_at" in columns:
                cell = row.cells[columns["compare_at"]].strip()
                former = read_price(cell, currency) if cell else None
            if amount is None:
                prices.pop(currency, None)
            else:
                prices[currency] = Price(amount, _higher(former, amount))
        return prices

    def _read_image(self, row: Row, fields: dict[str, Any]) -> None:
        if "variant_image" not in self._layout.fields:
            return
        url = self._cell(row, "variant_image")
        image = next((image for image in self._images if url and image_is_at(image, url)), None)
        fields["image_id"] = image.media_id if image is not None else None
        fields["image_url"] = url if image is None or image.media_id is None else ""

    def _read_extra(self, row: Row, variant: Variant, fields: dict[str, Any]) -> None:
        extra = dict(variant.extra)
        for index, name in self._layout.extra_variant:
            extra[name] = row.cells[index].strip()
        tracker = self._layout.fields.get("inventory_tracker")
        if tracker is not None:
            cell = row.cells[tracker].strip()
            extra["Inventory tracker"] = "" if cell.lower() == "shopify" else cell
        if row is not self._rows[0]:
            extra |= {name: row.cells[index].strip() for index, name in self._layout.extra_product}
        fields["extra"] = {name: value for name, value in extra.items() if value}

    def _sku_cell(self, row: Row) -> Sku:
        return Sku(self._text(row, "sku") if "sku" in self._layout.fields else "")

    def _derived_sku(self, values: Sequence[str]) -> Sku:
        """Name a variant without a SKU after its product and values, the same at every import."""
        name = "-".join(filter(None, [self._handle, *map(slugify, values)]))
        if len(name) > SKU_LENGTH_MAX or not all(map(slugify, values)):
            whole = "\n".join([self._handle, *values]).encode()
            name = f"{name[: SKU_LENGTH_MAX - 13]}-{hashlib.blake2b(whole, digest_size=6).hexdigest()}"
        return Sku(name)

    def _cell(self, row: Row, field: str) -> str:
        index = self._layout.fields.get(field)
        return row.cells[index].strip() if index is not None else ""

    def _text(self, row: Row, field: str) -> str:
        try:
            return read_text(self._cell(row, field))
        except BadCell as error:
            raise self._refusal(row, field, error.code, error.reason) from error

    def _refusal(self, row: Row, field: str, code: str, reason: str) -> RowRefused:
        return RowRefused(code, reason, row=row.number, column=self._layout.name(field))


def image_is_at(image: ProductImage, url: str) -> bool:
    """Return whether that address is the picture's: its source, or one of our own files of it."""
    if image.source_url:
        return image.source_url == url
    return image.media_id is not None and f"/media/{image.media_id}/" in url


def _higher(former: Money | None, amount: Money) -> Money | None:
    """Return the former price if it is one; files repeat the price, or write 0, where there is none."""
    return former if former is not None and former.minor_units > amount.minor_units else None


def _read_barcode(cell: str, _: Variant, fields: dict[str, Any]) -> None:
    fields["barcode"] = read_text(cell)


def _read_weight(cell: str, _: Variant, fields: dict[str, Any]) -> None:
    fields["weight_grams"] = read_grams(cell) if cell else 0


def _read_shipping(cell: str, _: Variant, fields: dict[str, Any]) -> None:
    fields["requires_shipping"] = read_bool(cell) if cell else True


def _read_tracker(cell: str, _: Variant, fields: dict[str, Any]) -> None:
    fields["tracked"] = bool(cell)


def _read_policy(cell: str, _: Variant, fields: dict[str, Any]) -> None:
    word = cell.lower()
    if word not in ("", "deny", "continue"):
        raise BadCell("bad_policy", f"{cell[:40]!r} is neither deny nor continue.")
    fields["continue_selling"] = word == "continue"


def _read_charge_tax(cell: str, variant: Variant, fields: dict[str, Any]) -> None:
    if cell and not read_bool(cell):
        fields["tax_class"] = EXEMPT
    elif variant.tax_class == EXEMPT:
        fields["tax_class"] = STANDARD


def _read_tax_class(cell: str, _: Variant, fields: dict[str, Any]) -> None:
    if cell:
        fields["tax_class"] = cell


_VARIANT_FIELDS = {
    "barcode": _read_barcode,
    "weight_grams": _read_weight,
    "requires_shipping": _read_shipping,
    "inventory_tracker": _read_tracker,
    "inventory_policy": _read_policy,
    "charge_tax": _read_charge_tax,
    "tax_class": _read_tax_class,
}
