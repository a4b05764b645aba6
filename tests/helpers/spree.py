"""Turns Spree's sample CSVs into our import format.

Spree writes a master row per product and then its variants; options only on variants; prices in further
currencies as rows at the end that name only the SKU; translations in a file of their own.
``convert`` gives one CSV of Shopify's newer generation with
our columns for further languages and currencies.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

GRAMS = {"lb": 453.59237, "oz": 28.349523125, "kg": 1000.0, "g": 1.0, "": 1.0}
FIELD_PREFIX = "custom_field."

Row = Mapping[str, str]


def convert(products: str, translations: str = "", *, currency: str = "EUR") -> str:
    """Return the import file's text; ``currency`` is that of the plain price columns."""
    rows = list(csv.DictReader(io.StringIO(products)))
    words: dict[str, dict[str, Row]] = {}
    for row in csv.DictReader(io.StringIO(translations)):
        words.setdefault(row["slug"], {})[row["locale"]] = row
    found: list[dict[str, str]] = []
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["slug"], []).append(row)
    for slug, group in groups.items():
        found += _product(group, words.get(slug, {}), currency)
    columns = list(dict.fromkeys(column for cells in found for column in cells))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="")
    writer.writeheader()
    writer.writerows(found)
    return text.getvalue()


def _product(rows: Sequence[Row], words: Mapping[str, Row], currency: str) -> Iterator[dict[str, str]]:
    master, variants = rows[0], _variants(rows)
    pictures = list(dict.fromkeys(row["image1_src"] for row in rows if row["image1_src"]))
    for number in range(max(len(variants), len(pictures))):
        cells = {"URL handle": master["slug"]}
        if number == 0:
            cells |= _first(master, variants, words)
        if number < len(variants):
            cells |= _variant(variants[number], currency)
        if number < len(pictures):
            cells |= {"Product image URL": pictures[number], "Image position": str(number + 1)}
        yield cells


def _variants(rows: Sequence[Row]) -> list[list[Row]]:
    """Return the rows of each variant (one per currency); the master counts when there is no other."""
    sold = [row for row in rows if row["option1_value"]] or list(rows[:1])
    return [
        [row, *(other for other in rows if other is not row and other["sku"] == row["sku"])] for row in sold
    ]


def _first(master: Row, variants: Sequence[Sequence[Row]], words: Mapping[str, Row]) -> dict[str, str]:
    cells = {
        "Title": master["name"],
        "Description": master["description"],
        "Type": master["product_type"],
        "Tags": master["tags"],
        "Status": master["status"],
        "SEO title": master["meta_title"],
        "SEO description": master["meta_description"],
        "Categories": master["category1"].replace("->", ">"),
        "Option1 name": variants[0][0]["option1_name"],
        "Option2 name": variants[0][0]["option2_name"],
    }
    for column, value in master.items():
        if column.startswith(FIELD_PREFIX):
            namespace, key = column.removeprefix(FIELD_PREFIX).split(".", 1)
            label = key.replace("_", " ").capitalize()
            cells[f"{label} (product.metafields.{namespace}.{key})"] = value
    for locale, row in words.items():
        cells |= {
            f"Title [{locale}]": row["name"],
            f"Description [{locale}]": row["description"],
            f"SEO title [{locale}]": row["meta_title"],
            f"SEO description [{locale}]": row["meta_description"],
        }
    return cells


def _variant(rows: Sequence[Row], currency: str) -> dict[str, str]:
    first = rows[0]
    cells = {
        "SKU": first["sku"],
        "Option1 value": first["option1_value"],
        "Option2 value": first["option2_value"],
        "Weight value (grams)": _grams(first["weight"], first["weight_unit"]),
        "Inventory tracker": "shopify" if first["track_inventory"].upper() == "TRUE" else "",
        "Inventory quantity": first["inventory_count"],
        "Continue selling when out of stock": "continue"
        if first["inventory_backorderable"].upper() == "TRUE"
        else "deny",
        "Variant image URL": first["image1_src"],
    }
    for row in rows:
        suffix = "" if row["currency"] == currency else f" [{row['currency']}]"
        if row["price"] not in ("", "0"):
            cells[f"Price{suffix}"] = row["price"]
            cells[f"Compare-at price{suffix}"] = row["compare_at_price"]
    return cells


def _grams(weight: str, unit: str) -> str:
    return str(round(float(weight) * GRAMS[unit])) if weight else ""
