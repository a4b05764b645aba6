"""A catalogue in Spree's format imports after the conversion of ``tests.helpers.spree``."""

from __future__ import annotations

import asyncpg
from tests.helpers.catalog import StillClock
from tests.helpers.spree import convert
from tests.helpers.transfer import FakeStock, import_text, imported

from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.kernel.ids import ProductId, Sku

PRODUCTS = """\
slug,sku,name,price,compare_at_price,currency,status,description,meta_title,meta_description,tags,\
product_type,category1,option1_name,option1_value,option2_name,option2_value,image1_src,weight,weight_unit,inventory_count,\
inventory_backorderable,track_inventory,custom_field.custom.wattage,custom_field.custom.warranty
kettle,KETTLE,Tea Kettle,0,0,USD,active,Boils water.,Kettle,Boils,"tea, kitchen",Appliance,\
Kitchen -> Kettles,,,,,https://pics.example/kettle.webp,,lb,,FALSE,,1400W,2 Years
kettle,KETTLE-RED,,49.99,59.99,USD,,,,,,,,Color,Red,,,https://pics.example/red.webp,2.2,lb,50,FALSE,TRUE,,
kettle,KETTLE-BLUE,,51.00,0,USD,,,,,,,,Color,Blue,,,https://pics.example/blue.webp,2.2,lb,0,FALSE,TRUE,,
kettle,KETTLE-RED,,44.99,0,EUR,,,,,,,,,,,,,,,,FALSE,,,
"""
TRANSLATIONS = """\
slug,locale,name,description,meta_title,meta_description
kettle,de,Teekessel,Kocht Wasser.,Kessel,Kocht
"""


async def test_a_spree_catalogue_arrives_whole(pool: asyncpg.Pool) -> None:
    store, stock = PostgresCatalogStore(pool, StillClock()), FakeStock()
    text = convert(PRODUCTS, TRANSLATIONS)

    report = await import_text(store, text, stock=stock)

    assert imported(report) == {"created": 1}, report.issues
    found = await store.get(ProductId((await store.by_slug("en", "kettle")).id))
    assert {locale: words.title for locale, words in found.texts.items()} == {
        "en": "Tea Kettle",
        "de": "Teekessel",
    }
    assert [variant.option_values for variant in found.variants] == [("Red",), ("Blue",)]
    red = found.variants[0]
    assert {code: price.amount.decimal() for code, price in red.prices.items()} == {
        "USD": "49.99",
        "EUR": "44.99",
    }
    former = red.prices["USD"].compare_at
    assert former is not None
    assert former.decimal() == "59.99"
    assert (red.weight_grams, red.image_url) == (998, "https://pics.example/red.webp")
    assert {attribute.key: attribute.value for attribute in found.attributes} == {
        "wattage": "1400W",
        "warranty": "2 Years",
    }
    assert [node.text("en").title for node in await store.categories()] == ["Kitchen", "Kettles"]
    assert len(found.images) == 3
    assert stock.counts == {Sku("KETTLE-RED"): 50, Sku("KETTLE-BLUE"): 0}
    assert imported(await import_text(store, text)) == {"unchanged": 1}
