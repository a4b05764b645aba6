"""The shop's own texts: their use cases, and the pages that a new shop starts with."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from importlib.resources import files

import msgspec

from vivamarket.adapters.postgres.content import PostgresContentStore
from vivamarket.bootstrap.shop import Shop
from vivamarket.content import ContentBody, ContentService, ContentText
from vivamarket.content.service import FirstPage

#: In the order of the footer. Their words lie in ``content/first/<locale>/<key>.md``.
FIRST_PAGES = ("about", "shipping", "returns", "privacy")
_FENCE = "+++\n"
#: Between one page and the next there is room for those of the shop.
_POSITION_STEP = 10


def content_store_of(shop: Shop) -> PostgresContentStore:
    """Build the store of content pages."""
    return PostgresContentStore(shop.pool, shop.clock)


def content_of(shop: Shop) -> ContentService:
    """Build the use cases of content pages."""
    return ContentService(store=content_store_of(shop), clock=shop.clock, locales=shop.file.profile.locales)


def first_pages(locales: Sequence[str]) -> list[FirstPage]:
    """Return the pages a new shop starts with, in those of the languages that have words for them.

    A language is a folder of ``content/first``; a shop of other languages starts with the English words
    under its own first language.
    """
    pages: list[FirstPage] = []
    for place, key in enumerate(FIRST_PAGES):
        texts = {locale: text for locale in locales if (text := _text(locale, key)) is not None}
        if locales[0] not in texts and (english := _text("en", key)) is not None:
            texts = {locales[0]: english, **texts}
        pages.append(FirstPage(key, ContentBody(texts=texts, position=place * _POSITION_STEP)))
    return pages


def _text(locale: str, key: str) -> ContentText | None:
    file = files("vivamarket.content").joinpath("first", locale, f"{key}.md")
    if not file.is_file():
        return None
    _, head, body = file.read_text("utf-8").split(_FENCE, 2)
    return msgspec.convert({**tomllib.loads(head), "body": body.strip()}, ContentText)
