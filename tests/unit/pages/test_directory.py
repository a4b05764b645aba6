"""Sitemap and feeds: cut into files, true after every change, and no more written than changed."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from tests.helpers.catalog import product
from tests.unit.pages.test_publisher import MUG, Shop

from vivamarket.catalog.model import ProductImage, ProductStatus
from vivamarket.kernel.ids import MediaId
from vivamarket.pages import seo
from vivamarket.pages.directory import shard_products_max

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
async def shop(pool: asyncpg.Pool, tmp_path: Path) -> Shop:
    shop = Shop(pool, tmp_path)
    shop.publisher.directory.products_max = 2
    await shop.catalog.put(MUG, 0)
    for number in range(2, 6):
        await shop.catalog.put(product(number, f"Pot {number}"), 0)
    await shop.follow()
    return shop


def read(shop: Shop, name: str) -> ET.Element:
    return ET.fromstring((shop.folder / "pages" / name).read_bytes())


def files(shop: Shop) -> list[str]:
    return [each.text or "" for each in read(shop, "sitemap.xml").iter(f"{MAP}loc")]


def listed(shop: Shop) -> list[str]:
    names = [name.removeprefix("https://shop.example/") for name in files(shop)]
    return [each.text or "" for name in names for each in read(shop, name).iter(f"{MAP}loc")]


async def _later(shop: Shop) -> None:
    await shop.follow()
    await shop.clock.sleep(600)
    await shop.follow()


async def test_the_index_names_files_that_together_list_every_page(shop: Shop) -> None:
    assert files(shop) == [
        "https://shop.example/sitemaps/pages.xml",
        *(f"https://shop.example/sitemaps/products-{number}.xml" for number in (1, 2, 3)),
    ]
    assert sorted(url for url in listed(shop) if "/en/p/" in url) == [
        "https://shop.example/en/p/blue-mug/",
        *(f"https://shop.example/en/p/pot-{number}/" for number in range(2, 6)),
    ]
    assert not any("/usd/" in url for url in listed(shop))


async def test_every_address_names_all_its_languages_and_when_it_changed(shop: Shop) -> None:
    entry = next(iter(read(shop, "sitemaps/products-1.xml").iter(f"{MAP}url")))

    links = {link.get("hreflang"): link.get("href") for link in entry.iter(f"{XHTML}link")}
    assert links == {
        "en": "https://shop.example/en/p/blue-mug/",
        "es": "https://shop.example/es/p/taza-azul/",
    }
    changed = entry.find(f"{MAP}lastmod")
    stored = await shop.catalog.get(MUG.id)
    assert changed is not None
    assert changed.text == stored.updated_at.isoformat(timespec="seconds")


async def test_a_change_writes_its_own_file_and_no_other(shop: Shop) -> None:
    untouched = shop.folder / "pages/sitemaps/products-3.xml"
    untouched.write_text("untouched")
    before = await shop.catalog.get(MUG.id)

    await shop.catalog.put(replace(before, status=ProductStatus.ARCHIVED), before.version)
    await _later(shop)

    assert "blue-mug" not in (shop.folder / "pages/sitemaps/products-1.xml").read_text()
    assert untouched.read_text() == "untouched"


async def test_new_products_go_to_the_end_and_a_full_file_is_cut(shop: Shop) -> None:
    for number in range(6, 9):
        await shop.catalog.put(product(number, f"Pot {number}"), 0)
    await _later(shop)

    urls = [url for url in listed(shop) if "/en/p/" in url]
    assert len(urls) == len(set(urls)) == 8
    assert len(files(shop)) == 5


async def test_files_of_a_larger_catalogue_do_not_stay(shop: Shop) -> None:
    for number in range(2, 6):
        found = await shop.catalog.get(product(number).id)
        await shop.catalog.remove(found.id, found.version)
    await shop.publisher.publish_all()

    assert not (shop.folder / "pages/sitemaps/products-3.xml").exists()
    assert not (shop.folder / "pages/feeds/google-en-eur-3.xml").exists()


async def test_nothing_is_written_while_nothing_changed(shop: Shop) -> None:
    await shop.clock.sleep(600)

    assert await shop.follower.run_once() is False


async def test_a_feed_file_of_each_edition_follows_the_stock(shop: Shop) -> None:
    for edition in ("en-eur", "es-eur", "en-usd", "es-usd"):
        assert (shop.folder / f"pages/feeds/google-{edition}-1.xml").exists()

    before = await shop.catalog.get(MUG.id)
    picture = ProductImage(MediaId("a" * 32), {}, 800, 800, (320, 800), "#e9f5dc")
    await shop.catalog.put(replace(before, images=(picture,)), before.version)
    await _later(shop)
    feed = shop.folder / "pages/feeds/google-en-eur-1.xml"
    assert "<g:availability>in_stock</g:availability>" in feed.read_text()

    shop.stock.left = {}
    await shop.follower.on_availability_changed([MUG.variants[0].sku])
    await _later(shop)

    assert "<g:availability>out_of_stock</g:availability>" in feed.read_text()


@pytest.mark.parametrize("locales", [1, 2, 3, 7, 20, 40])
def test_a_file_keeps_the_protocols_limits_whatever_the_languages(locales: int) -> None:
    products = shard_products_max(locales)

    assert products >= 1
    assert products * locales <= seo.SITEMAP_URLS_MAX
    assert products * locales * (locales + 2) * seo.URL_BYTES_MAX <= seo.SITEMAP_BYTES_MAX
