"""The follower over the real catalogue and stock: what PostgreSQL keeps is what searches find."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import asyncpg
from tests.helpers.catalog import StillClock, category, product
from tests.helpers.search import LAYOUT

from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.adapters.postgres.inventory import PostgresStockStore
from vivamarket.adapters.tantivy import TantivySearchReader, TantivySearchWriter
from vivamarket.catalog.model import Product, Text
from vivamarket.inventory.service import StockService
from vivamarket.kernel.ids import Sku
from vivamarket.search.documents import DocumentBuilder
from vivamarket.search.follower import SearchFollower
from vivamarket.search.model import SearchQuery


async def test_products_categories_and_stock_reach_the_index(pool: asyncpg.Pool, tmp_path: Path) -> None:
    clock = StillClock()
    catalog = PostgresCatalogStore(pool, clock)
    stock = StockService(stock=PostgresStockStore(pool), clock=clock)
    reader = TantivySearchReader(tmp_path / "search", LAYOUT)
    follower = SearchFollower(
        catalog=catalog,
        availability=stock,
        documents=DocumentBuilder(LAYOUT.locales, LAYOUT.currencies),
        writer=TantivySearchWriter(tmp_path / "search", LAYOUT, clock),
        clock=clock,
    )

    def found(text: str, *, available_only: bool = False) -> list[str]:
        reader.refresh()
        query = SearchQuery(text=text, locale="en", currency="EUR", available_only=available_only)
        return [hit.product_id for hit in reader.search(query).hits]

    await follower.run_once()
    assert found("mug ") == []

    shelf = await catalog.put_category(category(1, "Kitchen"), 0)
    mug: Product = await catalog.put(product(1, "Blue Mug", category_ids=(shelf.id,)), 0)
    await follower.run_once()
    assert found("mug ") == found("kitchen ") == [mug.id]

    await catalog.put_category(replace(shelf, texts={"en": Text("Tableware", "tableware")}), shelf.version)
    await follower.run_once()
    assert found("tableware ") == [mug.id]

    assert found("mug ", available_only=True) == []
    await stock.set_on_hand([(Sku("SKU-1"), 3)])
    await follower.availability_changed([Sku("SKU-1")])
    assert found("mug ", available_only=True) == [mug.id]

    await catalog.remove(mug.id, mug.version)
    await follower.run_once()
    assert found("") == []
    assert await follower.run_once() == 0
