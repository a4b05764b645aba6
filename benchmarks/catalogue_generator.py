"""A made-up market of any size, the same for the same seed: products, categories and Shopify CSV.

    python -m benchmarks.catalogue_generator 100000 catalogue.csv

Every tenth product has three sizes, every fifth two colours; each has one category of 40 in 8
departments, three to four typed attributes, prices in EUR and USD, English and Spanish titles and a
description of a few sentences. Numbers of products only ever add to the end: the first 1,000 of
1,000,000 are the 1,000.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO

from vivamarket.catalog.model import (
    Attribute,
    AttributeType,
    Category,
    Option,
    Price,
    Product,
    ProductStatus,
    Text,
    Variant,
)
from vivamarket.catalog.slugs import slugify
from vivamarket.kernel.ids import CategoryId, ProductId, Sku, uuid7
from vivamarket.kernel.money import Money

SEED = 20_260_501
START = datetime(2025, 1, 1, tzinfo=UTC)
START_MILLISECONDS = int(START.timestamp() * 1000)

DEPARTMENTS = {
    "Kitchen": ("Mugs", "Pans", "Knives", "Bowls", "Kettles"),
    "Home": ("Lamps", "Rugs", "Cushions", "Clocks", "Candles"),
    "Garden": ("Planters", "Tools", "Seeds", "Hoses", "Lanterns"),
    "Fashion": ("Shirts", "Scarves", "Socks", "Belts", "Jackets"),
    "Sports": ("Balls", "Mats", "Bottles", "Rackets", "Tents"),
    "Toys": ("Puzzles", "Blocks", "Dolls", "Kites", "Games"),
    "Electronics": ("Headphones", "Chargers", "Speakers", "Cables", "Keyboards"),
    "Stationery": ("Notebooks", "Pens", "Folders", "Stickers", "Calendars"),
}
_SPANISH = {
    "Mugs": "Taza", "Pans": "Sartén", "Knives": "Cuchillo", "Bowls": "Cuenco", "Kettles": "Hervidor",
    "Lamps": "Lámpara", "Rugs": "Alfombra", "Cushions": "Cojín", "Clocks": "Reloj", "Candles": "Vela",
    "Planters": "Maceta", "Tools": "Herramienta", "Seeds": "Semillas", "Hoses": "Manguera",
    "Lanterns": "Farol", "Shirts": "Camisa", "Scarves": "Bufanda", "Socks": "Calcetines",
    "Belts": "Cinturón", "Jackets": "Chaqueta", "Balls": "Pelota", "Mats": "Esterilla",
    "Bottles": "Botella", "Rackets": "Raqueta", "Tents": "Tienda", "Puzzles": "Rompecabezas",
    "Blocks": "Bloques", "Dolls": "Muñeca", "Kites": "Cometa", "Games": "Juego",
    "Headphones": "Auriculares", "Chargers": "Cargador", "Speakers": "Altavoz", "Cables": "Cable",
    "Keyboards": "Teclado", "Notebooks": "Cuaderno", "Pens": "Bolígrafo", "Folders": "Carpeta",
    "Stickers": "Pegatinas", "Calendars": "Calendario",
}  # fmt: skip
_ADJECTIVES = (
    "Sturdy", "Gentle", "Bright", "Quiet", "Classic", "Compact", "Foldable", "Handmade", "Light", "Modern",
    "Rustic", "Smooth", "Striped", "Tall", "Warm", "Woven", "Everyday", "Festive", "Little", "Generous",
)  # fmt: skip
_MATERIALS = (
    "Oak", "Linen", "Steel", "Clay", "Cotton", "Glass", "Bamboo", "Wool", "Cork", "Brass", "Paper", "Felt",
)  # fmt: skip
_COLORS = ("Blue", "Green", "Red", "Sand", "Black", "White", "Coral", "Mint")
_BRANDS = (
    "Northwind", "Alba", "Brisa", "Casa Luz", "Fjordhaus", "Harvest & Co", "Kobo", "Lumen", "Mar y Sol",
    "Nido", "Olmo", "Piccolo", "Quince", "Rivera", "Solstice", "Tierra", "Umbra", "Vela", "Willow", "Zephyr",
)  # fmt: skip
_SENTENCES = (
    "Made to be used every day and to look good while doing it.",
    "It feels solid in the hand and takes up little room.",
    "The finish is easy to clean and ages well.",
    "Packed in recycled paper, without plastic.",
    "Made in small runs by people who know their trade.",
    "A good present, also for yourself.",
    "Tested by our own staff for a whole season.",
    "Pairs well with the rest of the series.",
)


def categories() -> list[Category]:
    """Return the tree: 8 departments with 5 shelves each, parents first."""
    found: list[Category] = []
    for position, (department, shelves) in enumerate(DEPARTMENTS.items()):
        parent = _category(len(found), department, None, position)
        found.append(parent)
        for place, shelf in enumerate(shelves):
            found.append(_category(len(found), shelf, parent.id, place))
    return found


def _category(number: int, title: str, parent: CategoryId | None, position: int) -> Category:
    texts = {"en": Text(title, slugify(title))}
    if title in _SPANISH:
        texts["es"] = Text(_SPANISH[title], slugify(f"{_SPANISH[title]}-{title}"))
    return Category(
        id=CategoryId(uuid7(START_MILLISECONDS - 1_000, number)),
        version=0,
        texts=texts,
        parent_id=parent,
        position=position,
    )


def products(count: int, seed: int = SEED) -> Iterator[Product]:
    """Yield ``count`` valid products at version 0, filed in ``categories()``."""
    tree = {category.text("en").title: category.id for category in categories()}
    shelves = [(department, shelf) for department, found in DEPARTMENTS.items() for shelf in found]
    for number in range(count):
        yield _product(number, random.Random(seed * 1_000_003 + number), tree, shelves)


def _product(
    number: int, chance: random.Random, tree: dict[str, CategoryId], shelves: list[tuple[str, str]]
) -> Product:
    department, shelf = chance.choice(shelves)
    adjective, material, brand = chance.choice(_ADJECTIVES), chance.choice(_MATERIALS), chance.choice(_BRANDS)
    title = f"{adjective} {material} {shelf.removesuffix('s')} {number + 1}"
    spanish = f"{_SPANISH[shelf]} {brand} {number + 1}"
    description = "".join(
        f"<p>{sentence}</p>" for sentence in chance.sample(_SENTENCES, chance.randint(2, 5))
    )
    created = START + timedelta(seconds=30 * number)
    options, variants = _variants(number, chance)
    attributes = [
        Attribute("material", AttributeType.TEXT, material, {"en": "Material", "es": "Material"}),
        Attribute("height", AttributeType.NUMBER, str(chance.randint(4, 180)), unit="cm"),
        Attribute("handmade", AttributeType.BOOLEAN, chance.random() < 0.3),
    ]
    if chance.random() < 0.5:
        attributes.append(
            Attribute("warranty", AttributeType.NUMBER, str(chance.choice((1, 2, 3, 5))), unit="y")
        )
    return Product(
        id=ProductId(uuid7(START_MILLISECONDS + number, number)),
        version=0,
        status=ProductStatus.ACTIVE,
        texts={
            "en": Text(title, slugify(title), description, title, f"{title} by {brand}."),
            "es": Text(spanish, slugify(spanish), description),
        },
        options=options,
        variants=variants,
        vendor=brand,
        product_type=shelf,
        tags=(department.lower(), material.lower(), adjective.lower()),
        category_ids=(tree[shelf],),
        attributes=tuple(attributes),
        created_at=created,
        updated_at=created,
    )


def _variants(number: int, chance: random.Random) -> tuple[tuple[Option, ...], tuple[Variant, ...]]:
    options: tuple[Option, ...]
    values: list[tuple[str, ...]]
    if number % 10 == 0:
        options, values = (Option("Size", ("S", "M", "L")),), [("S",), ("M",), ("L",)]
    elif number % 5 == 0:
        colors = tuple(chance.sample(_COLORS, 2))
        options, values = (Option("Color", colors),), [(color,) for color in colors]
    else:
        options, values = (), [()]
    euro = chance.randint(3, 180) * 100 + 90
    former = euro + chance.randint(2, 30) * 100 if chance.random() < 0.15 else None
    weight = chance.randint(50, 4_000)
    variants = tuple(
        Variant(
            sku=Sku("-".join((f"VM{number + 1:07}", *(value.upper() for value in chosen)))),
            option_values=chosen,
            prices={"EUR": _price(euro, former, "EUR"), "USD": _price(euro * 11 // 10, None, "USD")},
            barcode=f"40{chance.randint(10**10, 10**11 - 1)}",
            weight_grams=weight,
        )
        for chosen in values
    )
    return options, variants


def _price(amount: int, former: int | None, currency: str) -> Price:
    return Price(Money(amount, currency), None if former is None else Money(former, currency))


CSV_COLUMNS = (
    "Title", "URL handle", "Description", "Vendor", "Type", "Tags", "Published on online store", "Status",
    "SKU", "Barcode", "Option1 name", "Option1 value", "Price", "Compare-at price", "Price [USD]",
    "Inventory tracker", "Inventory quantity", "Weight value (grams)", "Requires shipping", "SEO title",
    "SEO description",
    "Title [es]", "URL handle [es]", "Description [es]", "Categories",
    "Material (product.metafields.custom.material)", "height (product.metafields.custom.height)",
    "handmade (product.metafields.custom.handmade)", "warranty (product.metafields.custom.warranty)",
)  # fmt: skip


def write_csv(stream: TextIO, count: int, seed: int = SEED) -> int:
    """Write the products as a Shopify file of the newer generation; return how many rows it has."""
    writer = csv.writer(stream)
    writer.writerow(CSV_COLUMNS)
    shelf_of = {category.id: category for category in categories()}
    rows = 1
    for number, product in enumerate(products(count, seed)):
        shelf = shelf_of[product.category_ids[0]]
        department = shelf_of[shelf.parent_id].text("en").slug if shelf.parent_id is not None else ""
        for place, variant in enumerate(product.variants):
            writer.writerow(
                _csv_row(product, variant, place, f"{department} > {shelf.text('en').slug}", number)
            )
            rows += 1
    return rows


def _csv_row(product: Product, variant: Variant, place: int, path: str, number: int) -> list[str]:
    english, spanish = product.texts["en"], product.texts["es"]
    euro, dollar = variant.prices["EUR"], variant.prices["USD"]
    facts = {attribute.key: attribute.value for attribute in product.attributes}
    of_variant = [variant.sku, variant.barcode]
    option = [product.options[0].name if product.options else "Title",
              variant.option_values[0] if product.options else "Default Title"]  # fmt: skip
    former = euro.compare_at.decimal() if euro.compare_at is not None else ""
    stock = ["shopify", str((number * 7 + place) % 60), str(variant.weight_grams), "TRUE"]
    price = [euro.amount.decimal(), former, dollar.amount.decimal()]
    if place:
        lead = ["", english.slug, *[""] * 6, *of_variant, "", option[1], *price, *stock]
        return lead + [""] * (len(CSV_COLUMNS) - len(lead))
    return [
        english.title, english.slug, english.description_html, product.vendor, product.product_type,
        ", ".join(product.tags), "TRUE", "active", *of_variant, *option, *price, *stock, english.seo_title,
        english.seo_description, spanish.title, spanish.slug, spanish.description_html, path,
        str(facts["material"]), str(facts["height"]), str(facts["handmade"]).upper(),
        str(facts.get("warranty", "")),
    ]  # fmt: skip


def main() -> None:
    """Write a file: how many products, and where to."""
    if len(sys.argv) != 3:
        sys.exit("usage: python -m benchmarks.catalogue_generator COUNT FILE.csv")
    with Path(sys.argv[2]).open("w", encoding="utf-8", newline="") as stream:
        print(f"{write_csv(stream, int(sys.argv[1])):,} rows")


if __name__ == "__main__":
    main()
