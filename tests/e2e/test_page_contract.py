"""The contract between the export, the publisher and the browser, on a product with a hostile name."""

from __future__ import annotations

import json
import re
from dataclasses import replace

from playwright.sync_api import Page, expect
from tests.helpers.catalog import eur, product

from vivamarket.catalog.model import Option, Text, Variant
from vivamarket.catalog.present import CategoryTree
from vivamarket.kernel.ids import Sku
from vivamarket.pages import PagesConfig, Site
from vivamarket.pages.render import Renderer
from vivamarket.settings import CHECKOUT_FOLDER

NAME = """Jo's "best" <b>mug</b> & cup </script><!-- 🍵 @@title@@ <vm-if name="x">"""
PATH = "/en/p/hostile/"
CONFIG = PagesConfig(
    public_url="https://shop.example", shop_name="VivaMarket", locales=("en", "es"), currencies=("EUR",)
)
HOSTILE = replace(
    product(1),
    texts={"en": Text(NAME, "hostile", f"<p>{'Long words. ' * 40}</p>")},
    vendor='<img src=x onerror="alert(1)">',
    options=(Option("Size", ("S", '"><script>L', "XL")),),
    variants=(
        Variant(Sku("H-S"), ("S",), eur("10.00")),
        Variant(Sku("H-L"), ('"><script>L',), eur("12.50")),
        Variant(Sku("H-XL"), ("XL",), eur("99.00")),
    ),
)


def rendered() -> str:
    site = Site.load(CHECKOUT_FOLDER / "web" / "storefront" / "out")
    available = {"H-S": True, "H-L": True, "H-XL": False}
    return (
        Renderer(site, CONFIG, CategoryTree.of(()))
        .product(HOSTILE, CONFIG.editions[0], available, [])
        .decode()
    )


def test_a_hostile_product_is_whole_and_harmless(page: Page) -> None:
    html = rendered()
    page.route(f"**{PATH}", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))

    page.goto(PATH)
    page.wait_for_load_state("networkidle")

    expect(page.locator("h1")).to_have_text(NAME)
    assert page.title().startswith(NAME)
    documents = [json.loads(body) for body in re.findall(r'ld\+json">(.*?)</script>', html, re.DOTALL)]
    assert documents[0]["name"] == NAME
    assert [variant["sku"] for variant in documents[0]["hasVariant"]] == ["H-S", "H-L", "H-XL"]


def test_its_choices_work(page: Page) -> None:
    html = rendered()
    page.route("**/api/v1/live*", lambda route: route.fulfill(json={"items": []}))
    page.route(f"**{PATH}*", lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    page.goto(PATH)
    page.wait_for_load_state("networkidle")

    page.locator("input[value='\"><script>L']").check(force=True)
    expect(page.locator("[data-buy] [data-price]")).to_have_text("€12.50")

    page.locator("input[value='XL']").check(force=True)
    expect(page.locator("[data-stock]")).to_have_text("Currently sold out")
    expect(page.locator("[data-submit]")).to_be_disabled()
