"""What is exported imports back to the same catalogue."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import asyncpg
import pytest
from tests.helpers.catalog import NOON, CountedIds, StillClock, category, eur, product, product_id, shirt
from tests.helpers.transfer import FakeStock, import_text, imported

from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.catalog.model import (
    Attribute,
    AttributeType,
    Option,
    Price,
    Product,
    ProductImage,
    ProductStatus,
    Schedule,
    Text,
    Variant,
)
from vivamarket.catalog.ports import CatalogStore, Write
from vivamarket.catalog.transfer.exporting import CatalogExporter, ExportFormat
from vivamarket.catalog.validate import check_product
from vivamarket.kernel.ids import CategoryId, MediaId, Sku
from vivamarket.kernel.money import Money


@pytest.fixture
def store(pool: asyncpg.Pool) -> CatalogStore:
    return PostgresCatalogStore(pool, StillClock())


def everything() -> Product:
    """Return a product that has one of everything a product can have."""
    return replace(
        shirt(7),
        status=ProductStatus.ARCHIVED,
        texts={
            "en": Text("=Shirt “A”, 1", "shirt-a", "<p>Soft, <b>light</b>\nand 'fine'.</p>", "+Buy", "@you"),
            "es": Text("Camisa", "camisa", "<p>Suave</p>", "Compra", "Hoy"),
        },
        options=(
            Option(
                "Size",
                ("S", "L", "M"),
                {"es": "Talla"},
                {"S": {"es": "Pequeña"}},
            ),
            Option("Color", ("Red", "-5 °C")),
        ),
        variants=(
            Variant(
                Sku("A-1"),
                ("L", "Red"),
                {
                    "EUR": Price(Money(1990, "EUR"), Money(2990, "EUR")),
                    "USD": Price(Money(2100, "USD"), Money(2500, "USD")),
                },
                barcode="4006381333931",
                weight_grams=250,
                tax_class="reduced",
                image_id=MediaId("abc123"),
                extra={"Cost per item": "7.00", "Price / South America": "30", "Inventory tracker": "amazon"},
            ),
            Variant(Sku("A-2"), ("S", "Red"), {"JPY": Price(Money(900, "JPY"))}, tracked=False),
            Variant(Sku("A-3"), ("M", "-5 °C"), eur("0"), requires_shipping=False, continue_selling=True),
            Variant(Sku("A-4"), ("M", "Red"), tax_class="exempt", image_url="https://pics.example/b.jpg"),
        ),
        schedule=Schedule(datetime(2026, 1, 1, 8, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
        vendor="-Ann & Co",
        product_type="Shirts",
        tags=("linen", "Summer 2026"),
        attributes=(
            Attribute(
                "material", AttributeType.TEXT, "Linen", {"en": "Material", "es": "Tela"}, {"es": "Lino"}
            ),
            Attribute("code", AttributeType.TEXT, "12"),
            Attribute(
                "care.temperature",
                AttributeType.NUMBER,
                "-30.5",
                {"en": "=Temperature"},
                unit="°C",
                facet=False,
            ),
            Attribute("organic", AttributeType.BOOLEAN, True),
            Attribute("since", AttributeType.DATE, date(2025, 2, 3)),
            Attribute("deposit", AttributeType.MONEY, Money(250, "EUR")),
            Attribute("uses", AttributeType.LIST, ("beach; sun", "office")),
            Attribute("custom.odd.key", AttributeType.TEXT, "=1+1"),
        ),
        images=(
            ProductImage(MediaId("abc123"), {"en": "Front", "es": "Frente"}, 640, 480, (160, 640), "#aabbcc"),
            ProductImage(None, {}, source_url="https://pics.example/b.jpg"),
        ),
        extra={
            "Gift card": "FALSE",
            "Google Shopping / Gender": "unisex",
            "=Odd": "x",
            "Product category": "Clothing > Shirts",
        },
    )


async def fill(store: CatalogStore) -> list[Product]:
    home = await store.put_category(
        replace(
            category(1, "Home"),
            texts={"en": Text("Home & Living", "home", "<b>x</b>"), "es": Text("Casa", "casa")},
        ),
        0,
    )
    mugs = await store.put_category(category(2, "Mugs", home.id, position=3), 0)
    await store.put_category(category(3, "Empty", home.id), 0)
    products = [
        replace(everything(), category_ids=(mugs.id, home.id)),
        product(1, "Plain Mug", category_ids=(mugs.id,)),
        product(2, "Unpriced", status=ProductStatus.DRAFT, variants=(Variant(Sku("NO-PRICE")),)),
        shirt(3),
    ]
    writes = [Write(check_product(each, required_locale="en"), 0) for each in products]
    results = await store.put_many(writes)
    assert [result.refusal for result in results] == [None] * len(products)
    return [result.product for result in results if result.product is not None]


async def export(store: CatalogStore, form: ExportFormat, stock: FakeStock | None = None) -> str:
    exporter = CatalogExporter(
        store, stock or FakeStock(), locale="en", currency="EUR", media_base="https://shop.example"
    )
    return "".join([part async for part in exporter.run(form)])


async def contents(store: CatalogStore) -> list[object]:
    """Return the catalogue without ids, versions and times; pictures by their addresses."""
    slugs = {node.id: node.text("en").slug for node in await store.categories()}
    tree = [
        (node.texts, slugs.get(node.parent_id) if node.parent_id else None, node.position)
        for node in await store.categories()
    ]
    products = sorted((await store.scan(None, 1_000)).items, key=lambda each: each.text("en").slug)
    return [tree, *(_contents(each, slugs) for each in products)]


def _contents(each: Product, slugs: dict[CategoryId, str]) -> object:
    plain = replace(
        each,
        id=product_id(0),
        version=0,
        created_at=NOON,
        updated_at=NOON,
        category_ids=(),
        images=(),
        variants=tuple(replace(variant, image_id=None, image_url="") for variant in each.variants),
    )
    pictures = [
        (image.alt, image.source_url or f"https://shop.example/media/{image.media_id}/640.webp")
        for image in each.images
    ]
    return plain, [slugs[category_id] for category_id in each.category_ids], pictures


@pytest.mark.parametrize("form", list(ExportFormat))
async def test_an_export_imports_into_the_same_shop_as_unchanged(
    store: CatalogStore, form: ExportFormat
) -> None:
    await fill(store)
    before, head = await contents(store), await store.change_head()

    report = await import_text(store, await export(store, form))

    assert imported(report) == {"unchanged": 4}, report.issues
    assert await store.change_head() == head
    assert await contents(store) == before


@pytest.mark.parametrize("form", list(ExportFormat))
async def test_an_export_imports_into_an_empty_shop_as_the_same_catalogue(
    store: CatalogStore, form: ExportFormat, pool: asyncpg.Pool
) -> None:
    await fill(store)
    before = await contents(store)
    stock = FakeStock({Sku("A-1"): 4, Sku("SKU-1"): 9})
    text = await export(store, form, stock)
    await _empty(pool)
    assert (await store.scan(None, 10)).items == ()
    taken = FakeStock()

    report = await import_text(store, text, stock=taken, ids=CountedIds())

    assert imported(report) == {"created": 4}, report.issues
    assert await contents(store) == before
    assert taken.counts == stock.counts
    assert await export(store, form, stock) == text


async def test_an_export_runs_nothing_in_a_spreadsheet(store: CatalogStore) -> None:
    await fill(store)

    text = await export(store, ExportFormat.NEWER)

    assert "'=Shirt" in text
    assert ",=Shirt" not in text
    assert "'-Ann & Co" in text


async def _empty(pool: asyncpg.Pool) -> None:
    await pool.execute(
        "TRUNCATE product, product_sku, product_slug, product_category, product_newest, product_by_name, "
        "category, category_slug"
    )
