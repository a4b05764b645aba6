"""A language that nobody has heard of: the publisher needs its words, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import asyncpg
from tests.helpers.catalog import StillClock
from tests.helpers.pages import CONFIG, write_export
from tests.unit.pages.test_publisher import MUG, Stock

from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.memory.companions import MemoryCompanionStore
from vivamarket.adapters.memory.content import MemoryContentStore
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.catalog.model import Text
from vivamarket.pages import OnDemandPages, Page, PagesPublisher, Site
from vivamarket.search.languages import language

LOCALES = ("en", "es", "de", "eo")


async def test_a_made_up_fourth_language_is_published_from_its_words_alone(
    pool: asyncpg.Pool, tmp_path: Path
) -> None:
    clock = StillClock()
    catalog = PostgresCatalogStore(pool, clock, locales=LOCALES)
    texts = {**MUG.texts, "eo": Text("Blua taso", "blua-taso")}
    await catalog.put(replace(MUG, texts=texts), 0)
    publisher = PagesPublisher(
        site=Site.load(write_export(tmp_path / "out", locales=LOCALES)),
        config=replace(CONFIG, locales=LOCALES),
        catalog=catalog,
        stock=Stock(),
        companions=MemoryCompanionStore(),
        content=MemoryContentStore(clock),
        files=FolderObjectStore(tmp_path / "objects", durable=False),
        clock=clock,
    )
    await publisher.publish_all()

    page = (tmp_path / "objects/pages/eo/p/blua-taso.html").read_text()
    assert '<link hreflang="eo" href="https://shop.example/eo/p/blua-taso/"/>' in page
    assert '<a href="/de/p/blue-mug/" lang="de">' in page
    dollars = await OnDemandPages(publisher=publisher, catalog=catalog).render("/eo/usd/p/blua-taso/")
    assert isinstance(dollars, Page)
    untranslated = await OnDemandPages(publisher=publisher, catalog=catalog).render("/de/p/blue-mug/")
    assert isinstance(untranslated, Page)


def test_a_language_without_a_row_is_searched_without_stemming() -> None:
    assert language("eo").stemmer is None
    assert language("de-AT").stemmer == "German"
