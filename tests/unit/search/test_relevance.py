"""What shoppers type and what they must find, in English and Spanish."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers.search import MARKET, Shelf, document

from vivamarket.kernel.ids import Sku
from vivamarket.search.errors import BadQuery
from vivamarket.search.model import QUERY_LENGTH_MAX


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("search"), MARKET)


@pytest.mark.parametrize(
    ("text", "locale", "first"),
    [
        ("truck", "en", "truck"),
        ("trucks", "en", "truck"),
        ("camión", "es", "truck"),
        ("camion", "es", "truck"),
        ("CAMIÓN", "es", "truck"),
        ("camiones", "es", "truck"),
        ("zapato", "es", "shoes"),
        ("zapatos", "es", "shoes"),
        ("shoe", "en", "shoes"),
        ("decoracion", "es", "garland"),
        ("decoración", "es", "garland"),
        ("nino", "es", "doll"),
        ("muneca", "es", "doll"),
        ("coffee maker", "en", "coffee-maker"),
        ("maker coffee", "en", "coffee-maker"),
        ("the coffee maker", "en", "coffee-maker"),
        ("café", "es", "coffee"),
        ("cafe", "es", "coffee"),
        ("500g coffee", "en", "coffee"),
        ("coffee 500 g", "en", "coffee"),
        ("usb c lamp", "en", "lamp"),
        ("USB-C", "en", "lamp"),
        ("1,5 m", "en", "lamp"),
        ("a4", "en", "lamp"),
        ("mens shirt", "en", "shirt"),
        ("men’s shirt", "en", "shirt"),
        ("casa luna", "en", "shoes"),
        ("vegan", "en", "chocolate"),
        ("sand", "en", "truck"),
    ],
)
def test_words_find_their_product_first(shelf: Shelf, text: str, locale: str, first: str) -> None:
    result = shelf.result(text, locale)

    assert result.hits[0].product_id == first
    assert not result.corrected


@pytest.mark.parametrize(
    ("text", "locale", "first"),
    [
        ("choclate", "en", "chocolate"),
        ("chocolaet", "en", "chocolate"),
        ("choccolate bar", "en", "chocolate"),
        ("lether shoes", "en", "shoes"),
        ("zapatilals", "es", "slippers"),
        ("coffe mak", "en", "coffee-maker"),
        ("cofee mak", "en", "coffee-maker"),
        ("decorashons", "en", "garland"),
    ],
)
def test_typos_are_forgiven_when_nothing_reads_so(shelf: Shelf, text: str, locale: str, first: str) -> None:
    result = shelf.result(text, locale)

    assert result.hits[0].product_id == first
    assert result.corrected


@pytest.mark.parametrize(
    ("text", "first"),
    [("cho", "chocolate"), ("coffee ma", "coffee-maker"), ("leath", "shoes"), ("decorat", "garland")],
)
def test_the_last_word_may_be_a_beginning(shelf: Shelf, text: str, first: str) -> None:
    result = shelf.result(text)

    assert result.hits[0].product_id == first
    assert not result.corrected


def test_a_word_that_is_ended_by_a_space_is_no_beginning(shelf: Shelf) -> None:
    assert shelf.found("cof") == shelf.found("coffee")
    assert shelf.found("cof ") == []


def test_three_letters_have_no_typos(shelf: Shelf) -> None:
    assert shelf.found("bax ") == []


def test_seven_letters_have_one_typo_only(shelf: Shelf) -> None:
    assert shelf.found("slixxers "[:8]) == ["slippers"]
    assert shelf.found("lexthxr ") == []


def test_a_title_counts_more_than_a_description(shelf: Shelf) -> None:
    assert shelf.found("shoes ") == ["shoes", "slippers"]
    assert shelf.found("chocolate ") == ["chocolate", "cocoa"]


def test_all_words_must_match_while_they_can(shelf: Shelf) -> None:
    assert shelf.found("leather shoes ") == ["shoes"]


def test_half_of_the_words_must_match_when_no_product_has_all(shelf: Shelf) -> None:
    result = shelf.result("leather truck ")

    assert {hit.product_id for hit in result.hits} == {"shoes", "truck"}
    assert result.corrected


def test_filters_do_not_loosen_the_words(shelf: Shelf) -> None:
    result = shelf.result("chocolate ", price_min=100_000)

    assert result.hits == ()
    assert result.total == 0
    assert not result.corrected


def test_an_exact_sku_stands_first(shelf: Shelf) -> None:
    assert shelf.found("brv-6c")[0] == "coffee-maker"
    assert shelf.found("  BRV-9C ")[0] == "coffee-maker"


def test_a_sku_stands_above_titles_of_its_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    shelf = Shelf(
        tmp_path_factory.mktemp("search"),
        [document("title", "Mug 7 Mug 7"), document("sku", "Cup", skus=(Sku("MUG-7"),))],
    )

    assert shelf.found("mug-7") == ["sku", "title"]


def test_words_side_by_side_stand_above_words_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    shelf = Shelf(
        tmp_path_factory.mktemp("search"),
        [
            document("apart", "Green cotton and bag tea"),
            document("near", "Green leaf tea cotton bag"),
            document("phrase", "Cotton bag green tea"),
        ],
    )

    assert shelf.found("green tea ")[0] == "phrase"
    assert shelf.found("green tea ")[1] == "near"


@pytest.mark.parametrize(
    "text",
    [
        'title_en:truck" OR *',
        "truck AND NOT (",
        '+-&&||!(){}[]^"~*?:\\/',
        "truck~2 ^9",
        "\x00\x1f",
        "''",
        "🚚",
        "   ",
    ],
)
def test_syntax_is_only_text(shelf: Shelf, text: str) -> None:
    shelf.result(text)
    shelf.reader.suggest(text, "en", 5)


def test_long_queries_are_refused_and_many_words_cut(shelf: Shelf) -> None:
    with pytest.raises(BadQuery):
        shelf.result("x" * 201)

    assert shelf.found("coffee " * 20)[0] == "coffee"


def test_a_word_that_its_accent_makes_too_long_is_searched_as_typed(shelf: Shelf) -> None:
    for letters in range(50, 65):
        shelf.result("x" * letters + "cion", "es")


def test_unknown_languages_and_currencies_are_refused(shelf: Shelf) -> None:
    with pytest.raises(BadQuery):
        shelf.result("truck", "de")


def test_suggestions_are_words_then_products(shelf: Shelf) -> None:
    found = shelf.reader.suggest("cho", "en", 6)

    assert [one.text for one in found if one.product_id] == ["Dark chocolate bar", "Cocoa powder"][:1]
    assert shelf.reader.suggest("fash", "en", 6)[0].text == "Fashion"
    assert shelf.reader.suggest("luna", "en", 6)[0].text == "Casa Luna"


def test_suggestions_forgive_a_typo(shelf: Shelf) -> None:
    assert shelf.reader.suggest("fahsi", "en", 6)[0].text == "Fashion"
    assert shelf.reader.suggest("choclat", "en", 6)[0].product_id == "chocolate"


def test_suggestions_and_results_carry_the_card_of_the_language_and_currency(shelf: Shelf) -> None:
    suggestion = shelf.reader.suggest("camion", "es", 6, "USD")[0]

    assert suggestion.text == "Camión de juguete de madera"
    assert suggestion.card == b'{"id":"truck","in":"es:USD"}'
    assert shelf.result("camion", "es").hits[0].card == b'{"id":"truck","in":"es:EUR"}'


@given(text=st.text(max_size=QUERY_LENGTH_MAX), locale=st.sampled_from(["en", "es"]))
def test_any_text_is_answered(shelf: Shelf, text: str, locale: str) -> None:
    for typed in (text, text[: len(text) // 2] + "ciones", f"{text} "):
        shelf.result(typed[:QUERY_LENGTH_MAX], locale)
        shelf.reader.suggest(typed[:QUERY_LENGTH_MAX], locale, 5)
