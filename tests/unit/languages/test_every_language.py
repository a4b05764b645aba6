"""Every language of the shipped profile is whole: wherever a shopper reads, its words are there."""

from __future__ import annotations

from pathlib import Path

import pytest

from vivamarket.bootstrap.content import FIRST_PAGES
from vivamarket.demo.catalogue.schema import read_languages
from vivamarket.search.languages import language
from vivamarket.shop_file import read_shop_file

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "src/vivamarket"
SHOP = read_shop_file()
LOCALES = SHOP.profile.locales
WORDS = sorted(SOURCE.rglob("words/en.toml"))


@pytest.mark.parametrize("english", WORDS, ids=lambda path: path.parent.parent.name)
@pytest.mark.parametrize("locale", LOCALES)
def test_the_servers_words_are_there(english: Path, locale: str) -> None:
    # What stands in them is compared whenever they are read: test_words.py.
    assert english.with_stem(locale).is_file()


@pytest.mark.parametrize("locale", LOCALES)
def test_the_storefronts_words_are_there(locale: str) -> None:
    # TypeScript says which key one of these files lacks.
    english = ROOT / "web/storefront/src/messages/en"

    assert {file.name for file in english.iterdir()} == {
        file.name for file in (english.parent / locale).iterdir()
    }


@pytest.mark.parametrize("locale", LOCALES)
def test_a_new_shops_own_texts_are_there(locale: str) -> None:
    texts = {file.stem for file in (SOURCE / "content/first" / locale).glob("*.md")}

    assert texts == set(FIRST_PAGES)


@pytest.mark.parametrize("locale", LOCALES)
def test_words_are_stemmed_in_search(locale: str) -> None:
    assert language(locale).stemmer is not None


@pytest.mark.parametrize("locale", LOCALES)
def test_the_demos_words_are_there(locale: str) -> None:
    assert locale in read_languages()


def test_shipping_methods_are_named_in_every_language() -> None:
    for zone in SHOP.shipping.zones:
        for method in zone.methods:
            assert set(method.labels) >= set(LOCALES), method.key


def test_the_servers_words_are_in_few_places() -> None:
    """The guide on languages names them; a new one is named there too."""
    guide = (ROOT / "docs/guide/languages.md").read_text()

    for english in WORDS:
        assert str(english.parent.relative_to(SOURCE)) in guide
