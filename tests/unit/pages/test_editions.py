"""The same shop in other currencies: where its pages lie, what they say, and how they stay true."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from tests.helpers.pages import CONFIG
from tests.unit.pages.test_publisher import MUG, Shop

from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.catalog.model import Price, Product, Text, Variant
from vivamarket.kernel.money import Money
from vivamarket.pages import OnDemandPages, Page, PagesPublisher
from vivamarket.pages.editions import edition_at, editions_of

EDITIONS = editions_of(("en", "es"), ("EUR", "USD"))


def dollars(product: Product, minor_units: int) -> Product:
    def priced(variant: Variant) -> Variant:
        return replace(variant, prices={**variant.prices, "USD": Price(Money(minor_units, "USD"))})

    return replace(product, variants=tuple(priced(variant) for variant in product.variants))


@pytest.fixture
async def shop(pool: asyncpg.Pool, tmp_path: Path) -> Shop:
    shop = Shop(pool, tmp_path)
    await shop.catalog.put(dollars(MUG, 1390), 0)
    await shop.follow()
    return shop


async def _asked(shop: Shop, path: str) -> str:
    page = await shop.on_demand.render(path)
    assert isinstance(page, Page)
    return page.body.decode()


def test_the_first_currency_has_no_part_in_the_address() -> None:
    assert [edition.base for edition in EDITIONS] == ["/en/", "/es/", "/en/usd/", "/es/usd/"]


def test_an_address_belongs_to_the_nearest_edition() -> None:
    assert edition_at(EDITIONS, "/en/usd/p/mug/") == (EDITIONS[2], "p/mug/")
    assert edition_at(EDITIONS, "/en/p/usd/") == (EDITIONS[0], "p/usd/")
    assert edition_at(EDITIONS, "/fr/p/mug/") is None


async def test_a_page_in_another_currency_is_written_when_first_asked_for(shop: Shop) -> None:
    assert not shop.has("/en/usd/p/blue-mug/")

    page = await _asked(shop, "/en/usd/p/blue-mug/")

    assert "$13.90" in page
    assert shop.page("/en/usd/p/blue-mug/") == page
    assert "€12.50" in shop.page("/en/p/blue-mug/")


async def test_its_structured_price_is_in_that_currency(shop: Shop) -> None:
    page = await _asked(shop, "/en/usd/p/blue-mug/")

    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found is not None
    offer = json.loads(found[1])["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("13.90", "USD")
    assert offer["url"] == "https://shop.example/en/usd/p/blue-mug/"


async def test_it_names_the_page_in_the_first_currency_as_the_one_to_list(shop: Shop) -> None:
    page = await _asked(shop, "/en/usd/p/blue-mug/")

    assert '<link rel="canonical" href="https://shop.example/en/p/blue-mug/"/>' in page
    assert "hreflang" not in page


async def test_its_links_stay_in_it_in_markup_and_in_what_react_is_told(shop: Shop) -> None:
    page = await _asked(shop, "/en/usd/p/blue-mug/")

    assert '<html data-base="/en/usd/" data-currency="USD" lang="en">' in page
    assert '<a href="/en/usd/cart/">' in page
    assert r"\"href\":\"/en/usd/cart/\"" in page
    assert '<a href="/es/usd/p/taza-azul/" lang="es">' in page
    assert '<a href="/en/p/blue-mug/" rel="nofollow">EUR</a>' in page


async def test_a_changed_price_removes_it_and_the_next_reader_sees_the_new_one(shop: Shop) -> None:
    await _asked(shop, "/en/usd/p/blue-mug/")
    before = await shop.catalog.get(MUG.id)

    await shop.catalog.put(dollars(before, 1490), before.version)
    await shop.follow()

    assert not shop.has("/en/usd/p/blue-mug/")
    assert "$14.90" in await _asked(shop, "/en/usd/p/blue-mug/")


async def test_a_renamed_product_leaves_no_page_in_any_currency(shop: Shop) -> None:
    await _asked(shop, "/en/usd/p/blue-mug/")
    before = await shop.catalog.get(MUG.id)
    texts = {**before.texts, "en": Text("Blue Mug", "azure-mug")}

    await shop.catalog.put(replace(before, texts=texts), before.version)
    await shop.follow()

    assert not shop.has("/en/usd/p/blue-mug/")
    assert not shop.has("/en/p/blue-mug/")


class ChangedMeanwhile(FolderObjectStore):
    """A folder before whose first write the product changes and the worker follows."""

    def __init__(self, folder: Path, change: Callable[[], Awaitable[object]]) -> None:
        super().__init__(folder, durable=False)
        self._changes = [change]

    async def put_many(self, items: Sequence[tuple[str, bytes, str]], *, cache_control: str = "") -> None:
        while self._changes:
            await self._changes.pop()()
        await super().put_many(items, cache_control=cache_control)


async def test_a_change_between_reading_and_writing_is_not_missed(shop: Shop) -> None:
    before = await shop.catalog.get(MUG.id)

    async def change() -> None:
        await shop.catalog.put(dollars(before, 1590), before.version)
        await shop.follow()

    reader = PagesPublisher(
        site=shop.publisher.site,
        config=CONFIG,
        catalog=shop.catalog,
        stock=shop.stock,
        content=shop.content,
        companions=shop.companions,
        files=ChangedMeanwhile(shop.folder, change),
        clock=shop.clock,
    )
    page = await OnDemandPages(publisher=reader, catalog=shop.catalog).render("/en/usd/p/blue-mug/")

    assert isinstance(page, Page)
    assert "$15.90" in page.body.decode()
    assert "$15.90" in shop.page("/en/usd/p/blue-mug/")


async def test_front_pages_and_categories_are_there_in_every_currency(shop: Shop) -> None:
    for path in ("/en/", "/es/usd/", "/en/usd/cart/"):
        assert "@@" not in shop.page(path)
    assert "$13.90" in shop.page("/en/usd/")


async def test_another_list_of_currencies_has_every_page_written_again(shop: Shop) -> None:
    config = shop.publisher.config

    assert replace(config, currencies=("EUR",)).name != config.name
    assert shop.publisher.build.endswith(config.name)
