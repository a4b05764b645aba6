"""The shop's own texts as pages: published, led on to, withdrawn, in the footer of every page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from tests.helpers.catalog import NOON
from tests.helpers.pages import write_export
from tests.unit.pages.test_publisher import MUG, Shop

from vivamarket.content import ContentBody, ContentPage, ContentText
from vivamarket.pages import Page, Redirect

BODY = ContentBody(
    texts={
        "en": ContentText(title="About us", slug="about", body="# Hello\n\n<b>bold</b>"),
        "es": ContentText(title="Sobre nosotros", slug="sobre-nosotros", body="Hola"),
    }
)
ABOUT = ContentPage(key="about", version=0, draft=BODY, updated_at=NOON).with_draft_published(NOON)


@pytest.fixture
async def shop(pool: asyncpg.Pool, tmp_path: Path) -> Shop:
    shop = Shop(pool, tmp_path)
    await shop.catalog.put(MUG, 0)
    await shop.content.put(ABOUT, None)
    await shop.follow()
    return shop


async def _renamed(shop: Shop) -> None:
    before = await shop.content.get("about")
    texts = {**BODY.texts, "en": replace(BODY.texts["en"], slug="who-we-are", title="Who we are")}
    edited = before.with_draft(ContentBody(texts=texts), NOON).with_draft_published(NOON)
    await shop.content.put(edited, None)
    await shop.follow()


async def test_a_text_is_published_in_every_language_and_currency(shop: Shop) -> None:
    page = shop.page("/en/info/about/")

    assert '<article lang="en"><h1>About us</h1><h2>Hello</h2>' in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page
    assert '<link hreflang="es" href="https://shop.example/es/info/sobre-nosotros/"/>' in page
    assert "Hola" in shop.page("/es/usd/info/sobre-nosotros/")


async def test_a_draft_is_seen_by_nobody(shop: Shop) -> None:
    before = await shop.content.get("about")
    await shop.content.put(before.with_draft(replace(BODY, in_footer=False), NOON), None)
    draft = ContentBody(texts={"en": ContentText(title="Jobs", slug="jobs")})
    await shop.content.put(ContentPage(key="jobs", version=0, draft=draft, updated_at=NOON), None)
    await shop.follow()

    assert not shop.has("/en/info/jobs/")
    assert await shop.on_demand.render("/en/info/jobs/") is None
    assert '<a href="/en/info/about/">About us</a>' in shop.page("/en/p/blue-mug/")


async def test_a_new_title_stands_in_the_footer_of_every_page(shop: Shop) -> None:
    await _renamed(shop)

    for path in ("/en/p/blue-mug/", "/en/", "/en/cart/"):
        assert '<a href="/en/info/who-we-are/">Who we are</a>' in shop.page(path)


async def test_a_changed_body_touches_no_other_page(shop: Shop) -> None:
    (shop.folder / "pages/en/p/blue-mug.html").write_text("untouched")
    before = await shop.content.get("about")
    texts = {**BODY.texts, "en": replace(BODY.texts["en"], body="Other words")}

    await shop.content.put(before.with_draft(ContentBody(texts=texts), NOON).with_draft_published(NOON), None)
    await shop.follow()

    assert "Other words" in shop.page("/en/info/about/")
    assert shop.page("/en/p/blue-mug/") == "untouched"


@pytest.mark.parametrize("old", ["/en/info/about/", "/en/about/", "/en/info/who-we-are"])
async def test_old_addresses_and_the_key_lead_to_the_present_one(shop: Shop, old: str) -> None:
    await _renamed(shop)

    assert await shop.on_demand.render(old) == Redirect("/en/info/who-we-are/")
    assert not shop.has("/en/info/about/")


async def test_a_page_of_an_earlier_release_does_not_stand_before_a_text(shop: Shop) -> None:
    (shop.folder / "pages/en/about.html").write_text("the old release's")
    shop.export = write_export(shop.folder.parent / "out", build="two")
    shop.open()
    await shop.follow()

    assert not shop.has("/en/about/")
    assert await shop.on_demand.render("/en/about/") == Redirect("/en/info/about/")


async def test_a_text_that_is_not_translated_says_so_to_readers(shop: Shop) -> None:
    english = ContentBody(texts={"en": ContentText(title="Jobs", slug="jobs", body="Come.")})
    page = ContentPage(key="jobs", version=0, draft=english, updated_at=NOON)
    await shop.content.put(page.with_draft_published(NOON), None)
    await shop.follow()

    assert '<article lang="en"><h1>Jobs</h1>' in shop.page("/es/info/jobs/")


async def test_a_withdrawn_text_is_gone(shop: Shop) -> None:
    await shop.content.put((await shop.content.get("about")).withdrawn(NOON), None)
    await shop.follow()

    assert not shop.has("/en/info/about/")
    assert await shop.on_demand.render("/en/info/about/") is None
    assert "About us" not in shop.page("/en/p/blue-mug/")


async def test_a_text_that_is_missing_is_rendered_at_its_first_request(shop: Shop) -> None:
    (shop.folder / "pages/en/info/about.html").unlink()

    page = await shop.on_demand.render("/en/info/about/")

    assert isinstance(page, Page)
    assert shop.page("/en/info/about/").encode() == page.body
