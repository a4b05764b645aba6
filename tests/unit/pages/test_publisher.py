from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from tests.helpers.catalog import NOON, StillClock, category, category_id, product
from tests.helpers.pages import CONFIG, write_export

from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.memory.companions import MemoryCompanionStore
from vivamarket.adapters.memory.content import MemoryContentStore
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.catalog.model import Product, ProductStatus, Schedule, Text
from vivamarket.kernel.ids import OrderId, Sku
from vivamarket.pages import OnDemandPages, Page, PagesFollower, PagesPublisher, Redirect, Site

MUG = replace(
    product(1, "Blue Mug"),
    texts={"en": Text("Blue Mug", "blue-mug", "<p>Warm.</p>"), "es": Text("Taza azul", "taza-azul")},
    category_ids=(category_id(1),),
)
HOSTILE = 'Jo\'s "best" <b>mug</b> & cup </script> 🍵'


class Stock:
    """What is left, as a test says."""

    def __init__(self) -> None:
        self.left: dict[Sku, int] = {Sku("SKU-1"): 5, Sku("SKU-2"): 5}

    async def available(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        return {sku: self.left[sku] for sku in skus if sku in self.left}


class Shop:
    """A catalogue, its files and everything of ``pages``, on a clock that stands still."""

    def __init__(self, pool: asyncpg.Pool, folder: Path) -> None:
        self.clock = StillClock()
        self.stock = Stock()
        self.content = MemoryContentStore(self.clock)
        self.companions = MemoryCompanionStore()
        self.folder = folder / "objects"
        self.export = write_export(folder / "out")
        self.catalog = PostgresCatalogStore(pool, self.clock)
        self.files = FolderObjectStore(self.folder, durable=False)
        self.open()

    def open(self) -> None:
        """Start anew, as after a restart."""
        self.publisher = PagesPublisher(
            site=Site.load(self.export),
            config=CONFIG,
            catalog=self.catalog,
            stock=self.stock,
            content=self.content,
            companions=self.companions,
            files=self.files,
            clock=self.clock,
        )
        self.follower = PagesFollower(publisher=self.publisher, catalog=self.catalog, clock=self.clock)
        self.on_demand = OnDemandPages(publisher=self.publisher, catalog=self.catalog)

    async def follow(self) -> None:
        """Run until there is nothing left to do."""
        for _ in range(10):
            if not await self.follower.run_once():
                return
        pytest.fail("the follower never came to rest")

    def page(self, path: str) -> str:
        return (self.folder / "pages" / f"{path.strip('/')}.html").read_text()

    def has(self, path: str) -> bool:
        return (self.folder / "pages" / f"{path.strip('/')}.html").exists()


@pytest.fixture
async def shop(pool: asyncpg.Pool, tmp_path: Path) -> Shop:
    shop = Shop(pool, tmp_path)
    shelf = replace(category(1, "Cups"), texts={"en": Text("Cups", "cups"), "es": Text("Tazas", "tazas")})
    await shop.catalog.put_category(shelf, 0)
    await shop.catalog.put(MUG, 0)
    await shop.follow()
    return shop


async def test_everything_is_published_in_every_language(shop: Shop) -> None:
    for path in ("/en/", "/es/", "/en/p/blue-mug/", "/es/p/taza-azul/", "/en/c/cups/", "/es/cart/"):
        assert "@@" not in shop.page(path)
    assert "<title>Blue Mug · VivaMarket</title>" in shop.page("/en/p/blue-mug/")
    assert "12,50\u00a0€" in shop.page("/es/p/taza-azul/")
    assert 'href="/en/p/blue-mug/"' in shop.page("/en/c/cups/")
    assert (shop.folder / "pages" / "_next" / "static" / "app.js").exists()
    assert (shop.folder / "pages" / "es" / "404.html").exists()


async def test_addresses_name_each_other(shop: Shop) -> None:
    page = shop.page("/en/p/blue-mug/")

    assert '<link rel="canonical" href="https://shop.example/en/p/blue-mug/"/>' in page
    assert '<link hreflang="es" href="https://shop.example/es/p/taza-azul/"/>' in page
    assert '<link hreflang="x-default" href="https://shop.example/en/p/blue-mug/"/>' in page
    assert '<a href="/es/p/taza-azul/" lang="es">' in page


async def test_a_hostile_title_stays_text_everywhere(shop: Shop) -> None:
    await _change(shop, texts={"en": Text(HOSTILE, "blue-mug"), "es": Text(HOSTILE, "taza-azul")})

    page = shop.page("/en/p/blue-mug/")

    assert "<b>mug</b>" not in page
    documents = [
        json.loads(body) for body in re.findall(r"<script[^>]*json\"?>(.*?)</script>", page, re.DOTALL)
    ]
    assert documents[0]["name"] == HOSTILE


async def test_the_structured_price_is_the_catalogues(shop: Shop) -> None:
    page = shop.page("/en/p/blue-mug/")

    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert found is not None
    offer = json.loads(found[1])["offers"]
    assert (offer["price"], offer["priceCurrency"]) == ("12.50", "EUR")
    assert offer["availability"] == "https://schema.org/InStock"


async def test_a_change_is_followed(shop: Shop) -> None:
    await _change(shop, vendor="Casa", texts={**MUG.texts, "en": Text("Red Mug", "blue-mug")})

    assert "Red Mug" in shop.page("/en/p/blue-mug/")
    assert "Red Mug" in shop.page("/en/c/cups/")
    assert "Red Mug" in shop.page("/en/")
    assert await shop.follower.run_once() is False


async def test_a_renamed_product_leaves_its_old_page_and_redirects(shop: Shop) -> None:
    await _change(shop, texts={**MUG.texts, "en": Text("Blue Mug", "azure-mug")})

    assert not shop.has("/en/p/blue-mug/")
    assert shop.has("/en/p/azure-mug/")
    assert await shop.on_demand.render("/en/p/blue-mug/") == Redirect("/en/p/azure-mug/")
    missing = await shop.on_demand.render_missing("/en/p/blue-mug/")
    assert missing is not None
    assert (missing[0], missing[1]["location"]) == (301, "/en/p/azure-mug/")


async def test_a_hidden_or_removed_product_has_no_page(shop: Shop) -> None:
    hidden = await _change(shop, status=ProductStatus.DRAFT)
    assert not shop.has("/en/p/blue-mug/")
    assert await shop.on_demand.render("/en/p/blue-mug/") is None

    await shop.catalog.remove(hidden.id, hidden.version)
    await shop.follow()
    assert await shop.on_demand.render("/en/p/blue-mug/") is None
    assert "Blue Mug" not in shop.page("/en/c/cups/")


async def test_a_lost_page_is_rendered_on_demand_and_kept(shop: Shop) -> None:
    for path in ("/en/p/blue-mug/", "/es/c/tazas/", "/en/", "/en/cart/"):
        await shop.files.delete(f"pages{path.rstrip('/')}.html")
        rendered = await shop.on_demand.render(path)

        assert isinstance(rendered, Page)
        assert shop.page(path).encode() == rendered.body


@pytest.mark.parametrize(
    "path", ["/en/p/nothing/", "/fr/p/blue-mug/", "/en/x/", "/nothing", "//", "/en/c/no/"]
)
async def test_an_unknown_address_stays_unknown(shop: Shop, path: str) -> None:
    assert await shop.on_demand.render(path) is None


async def test_an_address_without_its_slash_leads_to_the_page(shop: Shop) -> None:
    assert await shop.on_demand.render("/en/p/blue-mug") == Redirect("/en/p/blue-mug/")


async def test_stock_that_ran_out_is_shown(shop: Shop) -> None:
    shop.stock.left[Sku("SKU-1")] = 0

    await shop.follower.on_availability_changed([Sku("SKU-1")])

    assert 'data-state="sold_out"' in shop.page("/en/p/blue-mug/")
    assert 'data-state="sold_out"' in shop.page("/en/c/cups/")


async def test_a_scheduled_product_appears_when_its_time_comes(shop: Shop) -> None:
    later = replace(product(2, "Tea Pot"), schedule=Schedule(publish_at=NOON + timedelta(hours=1)))
    await shop.catalog.put(later, 0)
    await shop.follow()
    assert not shop.has("/en/p/tea-pot/")

    await shop.clock.sleep(3_601)
    await shop.follow()
    assert shop.has("/en/p/tea-pot/")


async def test_a_restart_goes_on_where_it_stopped(shop: Shop) -> None:
    shop.open()

    assert await shop.follower.run_once() is False


async def test_a_new_build_publishes_everything_again(shop: Shop) -> None:
    write_export(shop.export, build="two")
    shop.open()

    assert await shop.follower.run_once() is True
    assert await shop.follower.run_once() is False


async def test_a_renamed_shop_writes_its_pages_again(shop: Shop) -> None:
    shop.publisher.take(replace(CONFIG, shop_name="Mercado", return_days=0))

    await shop.follow()

    assert "<title>Blue Mug · Mercado</title>" in shop.page("/en/p/blue-mug/")
    assert "MerchantReturnNotPermitted" in shop.page("/en/")
    assert "Mercado" in shop.page("/en/")
    assert "merchantReturnDays" not in shop.page("/en/")
    assert await shop.follower.run_once() is False


async def test_the_days_to_send_something_back_are_told_to_search_engines(shop: Shop) -> None:
    shop.publisher.take(replace(CONFIG, return_days=14))

    await shop.follow()

    assert '"merchantReturnDays":14' in shop.page("/es/").replace(": ", ":")


async def test_a_new_category_reaches_the_navigation_of_every_page(shop: Shop) -> None:
    await shop.catalog.put_category(category(2, "Plates"), 0)
    await shop.follow()

    assert 'href="/en/c/plates/"' in shop.page("/en/p/blue-mug/")


async def test_the_sitemap_lists_shown_products_only(shop: Shop) -> None:
    await shop.publisher.publish_all()
    sitemap = (shop.folder / "pages" / "sitemaps" / "products-1.xml").read_text()

    assert "https://shop.example/en/p/blue-mug/" in sitemap
    assert "/cart/" not in sitemap
    assert "Sitemap: https://shop.example/sitemap.xml" in (shop.folder / "pages" / "robots.txt").read_text()


async def test_the_sitemap_follows_changes_at_its_own_pace(shop: Shop) -> None:
    await shop.catalog.put(product(2, "Tea Pot"), 0)
    await shop.follow()
    sitemap = shop.folder / "pages" / "sitemaps" / "products-1.xml"
    assert "tea-pot" not in sitemap.read_text()

    await shop.clock.sleep(600)
    await shop.follow()
    assert "tea-pot" in sitemap.read_text()


async def _change(shop: Shop, **fields: object) -> Product:
    current = await shop.catalog.get(MUG.id)
    changed = replace(current, **fields)  # type: ignore[arg-type]  # the test names real fields
    stored = await shop.catalog.put(changed, current.version)
    await shop.follow()
    return stored


async def test_only_the_pictures_of_a_categorys_first_cards_come_at_once(shop: Shop) -> None:
    for number in range(2, 8):
        text = {"en": Text(f"Cup {number}", f"cup-{number}"), "es": Text(f"Taza {number}", f"taza-{number}")}
        await shop.catalog.put(replace(product(number), texts=text, category_ids=MUG.category_ids), 0)
    await shop.follow()

    cards = shop.page("/en/c/cups/").split("<article")[1:]

    assert [" data-first" in card for card in cards] == [True] * 2 + [False] * 5


async def test_what_is_bought_together_comes_first_if_it_can_be_bought(shop: Shop) -> None:
    for number in range(2, 6):
        text = {"en": Text(f"Cup {number}", f"cup-{number}"), "es": Text(f"Taza {number}", f"taza-{number}")}
        await shop.catalog.put(replace(product(number), texts=text, category_ids=MUG.category_ids), 0)
    _neighbor, sold_out, hidden, bought = (product(number) for number in range(2, 6))
    shop.stock.left[bought.variants[0].sku] = 5
    await shop.catalog.put(replace(await shop.catalog.get(hidden.id), status=ProductStatus.ARCHIVED), 1)
    start = await shop.companions.counted_to()
    scores = {(MUG.id, sold_out.id): 3.0, (MUG.id, hidden.id): 2.0, (MUG.id, bought.id): 1.0}
    await shop.companions.add(scores, counted_from=start, counted_to=OrderId("1"))
    await shop.follow()
    await shop.follower.on_companions_changed([MUG.id])

    links = re.findall(r'<article.*?href="([^"]*)"', shop.page("/en/p/blue-mug/"))

    assert links[0] == "/en/p/cup-5/"
    assert "/en/p/cup-4/" not in links
    assert sorted(links) == sorted(set(links))
