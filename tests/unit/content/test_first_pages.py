"""What a new shop's texts are, and that a language more is a folder more."""

import pytest

from vivamarket.bootstrap.content import FIRST_PAGES, first_pages
from vivamarket.content.model import check_body


@pytest.mark.parametrize("locales", [("en",), ("es", "en"), ("en", "es", "de")])
def test_the_first_pages_can_be_published_in_the_shops_languages(locales: tuple[str, ...]) -> None:
    pages = first_pages(locales)

    assert [page.key for page in pages] == list(FIRST_PAGES)
    for page in pages:
        assert list(check_body(page.body, locales=locales).texts) == list(locales)


def test_a_shop_of_an_unknown_language_starts_with_english_words_of_its_own() -> None:
    about = first_pages(("xx", "es"))[0]

    assert about.body.texts["xx"].slug == "about"
    assert about.body.texts["es"].slug == "sobre-nosotros"


def test_no_slug_is_used_twice() -> None:
    slugs = [slug for page in first_pages(("en", "es", "de")) for slug in page.body.slugs()]

    assert len(slugs) == len(set(slugs))
