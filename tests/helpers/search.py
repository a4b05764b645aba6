"""A small catalogue to search in, written in English and Spanish, and an index in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.helpers.catalog import StillClock

from vivamarket.adapters.tantivy import IndexLayout, TantivySearchReader, TantivySearchWriter
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.search.model import LocaleText, SearchDocument, SearchQuery, SearchResult, SearchSort

LAYOUT = IndexLayout(locales=("en", "es"), currencies=("EUR", "USD"))


class Shelf:
    """An index in a folder with its writer and one reader."""

    def __init__(self, folder: Path, documents: list[SearchDocument]) -> None:
        self.folder = folder
        self.clock = StillClock()
        self.writer = TantivySearchWriter(folder, LAYOUT, self.clock)
        self.writer.rebuild(documents, "0")
        self.reader = TantivySearchReader(folder, LAYOUT)
        self.reader.refresh()

    def put(self, *documents: SearchDocument, position: str = "1") -> None:
        """Bring documents in and let the reader see them."""
        self.writer.put(documents)
        self.writer.commit(position)
        self.reader.refresh()

    def result(self, text: str, locale: str = "en", **rest: Any) -> SearchResult:
        """Return the first page."""
        return self.reader.search(SearchQuery(text=text, locale=locale, currency="EUR", **rest))

    def found(self, text: str, locale: str = "en", **rest: Any) -> list[str]:
        """Return the products' ids in order."""
        return [str(hit.product_id) for hit in self.result(text, locale, **rest).hits]

    def walk(self, limit: int, **rest: Any) -> list[str]:
        """Return the ids of all pages, one after the other."""
        ids: list[str] = []
        cursor = None
        while True:
            page = self.result(rest.get("text", ""), limit=limit, cursor=cursor, **_without_text(rest))
            ids.extend(str(hit.product_id) for hit in page.hits)
            cursor = page.next_cursor
            if cursor is None:
                return ids


def _without_text(rest: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rest.items() if key != "text"}


def document(
    product_id: str,
    english: str,
    spanish: str = "",
    *,
    price: int | None = 1_000,
    price_max: int | None = None,
    description: tuple[str, str] = ("", ""),
    shelves: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    facts: tuple[tuple[str, ...], tuple[str, ...]] = ((), ()),
    categories: tuple[str, ...] = (),
    **rest: Any,
) -> SearchDocument:
    """Return a document with the usual values where nothing else is said."""
    values: dict[str, Any] = {
        "version": 1,
        "vendor": "",
        "product_type": "",
        "tags": (),
        "skus": (Sku(f"{product_id}-1"),),
        "facets": {},
        "available": True,
        "created_at_ms": 1_700_000_000_000,
        "cards": {
            f"{locale}:{currency}": f'{{"id":"{product_id}","in":"{locale}:{currency}"}}'.encode()
            for locale in LAYOUT.locales
            for currency in LAYOUT.currencies
        },
    }
    return SearchDocument(
        product_id=ProductId(product_id),
        texts={
            "en": LocaleText(english, description[0], shelves[0], facts[0]),
            "es": LocaleText(spanish or english, description[1], shelves[1], facts[1]),
        },
        category_ids=tuple(CategoryId(one) for one in categories),
        price_min={} if price is None else {"EUR": price},
        price_max={} if price is None else {"EUR": price if price_max is None else price_max},
        **(values | rest),
    )


MARKET = [
    document(
        "truck",
        "Wooden toy truck",
        "Camión de juguete de madera",
        shelves=(("Toys", "Vehicles"), ("Juguetes", "Vehículos")),
        description=("Loads sand, and parks anywhere.", "Carga arena y aparca donde sea."),
        tags=("gift",),
        price=2_490,
    ),
    document(
        "shoes",
        "Leather shoes",
        "Zapatos de cuero",
        shelves=(("Fashion",), ("Moda",)),
        facts=(("brown", "leather"), ("marrón", "cuero")),
        vendor="Casa Luna",
        price=8_900,
    ),
    document(
        "slippers",
        "Felt slippers",
        "Zapatillas de fieltro",
        description=("Warm shoes for the house.", "Calzado cálido para casa."),
        shelves=(("Fashion",), ("Moda",)),
        price=2_900,
    ),
    document(
        "coffee-maker",
        "Coffee maker for six cups",
        "Cafetera para seis tazas",
        shelves=(("Kitchen",), ("Cocina",)),
        vendor="Brava",
        skus=(Sku("BRV-6C"), Sku("BRV-9C")),
        price=3_450,
    ),
    document(
        "coffee",
        "Ground coffee 500 g",
        "Café molido 500 g",
        shelves=(("Food",), ("Alimentación",)),
        description=("Fits every maker.", "Para cualquier cafetera."),
        price=690,
    ),
    document(
        "chocolate",
        "Dark chocolate bar",
        "Tableta de chocolate negro",
        shelves=(("Food",), ("Alimentación",)),
        facts=(("70% cocoa", "vegan"), ("70% cacao", "vegano")),
        tags=("gift",),
        price=350,
    ),
    document(
        "cocoa",
        "Cocoa powder",
        "Cacao en polvo",
        description=("For drinking chocolate.", "Para chocolate a la taza."),
        shelves=(("Food",), ("Alimentación",)),
        price=420,
    ),
    document(
        "lamp",
        "Desk lamp with USB-C",
        "Lámpara de escritorio con USB-C",
        shelves=(("Home",), ("Hogar",)),
        description=("Bends where you need it, 1.5 m cable.", "Cable de 1,5 m."),
        facts=(("A4 base",), ("base A4",)),
        price=4_200,
    ),
    document(
        "garland",
        "Party decorations",
        "Decoraciones de fiesta",
        shelves=(("Home",), ("Hogar",)),
        price=990,
    ),
    document(
        "doll",
        "Rag doll for children",
        "Muñeca de trapo para niños",
        shelves=(("Toys",), ("Juguetes",)),
        price=1_990,
    ),
    document("shirt", "Men's linen shirt", "Camisa de lino de hombre", price=3_900),
]

__all__ = ["LAYOUT", "MARKET", "SearchSort", "Shelf", "document"]
