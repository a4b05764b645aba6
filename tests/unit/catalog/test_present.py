import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.helpers.catalog import category, product, shirt

from vivamarket.catalog.model import Attribute, AttributeType, AttributeValue, ProductImage
from vivamarket.catalog.present import (
    CategoryTree,
    attribute_text,
    card_key,
    encode_card,
    plain_excerpt,
    product_card,
    product_detail,
)
from vivamarket.kernel.ids import CategoryId, MediaId
from vivamarket.kernel.money import Money

HOME = category(1, "Home")
KITCHEN = category(2, "Kitchen", HOME.id)
CUPS = category(3, "Cups", KITCHEN.id)
TREE = CategoryTree.of((HOME, KITCHEN, CUPS))


def test_a_lineage_goes_from_the_top_down() -> None:
    assert [each.id for each in TREE.lineage(CUPS.id)] == [HOME.id, KITCHEN.id, CUPS.id]
    assert TREE.lineage(CategoryId("unknown")) == ()


def test_a_loop_in_the_tree_ends() -> None:
    loop = CategoryTree.of((category(1, "A", KITCHEN.id), category(2, "B", HOME.id)))

    assert len(loop.lineage(HOME.id)) == 2


def test_ancestors_are_named_once() -> None:
    found = TREE.with_ancestors((CUPS.id, KITCHEN.id))

    assert sorted(found) == sorted([HOME.id, KITCHEN.id, CUPS.id])


def test_a_card_leaves_out_what_it_does_not_know() -> None:
    silent = json.loads(encode_card(product(), locale="en", currency="EUR", tree=TREE))
    telling = json.loads(encode_card(product(), locale="en", currency="EUR", tree=TREE, available=False))

    assert "available" not in silent
    assert telling["available"] is False


def test_a_card_without_price_or_category_says_so() -> None:
    card = product_card(product(), locale="en", currency="USD", tree=TREE)

    assert (card.price, card.compare_at, card.price_varies, card.category_slug) == (None, None, False, None)


def test_a_locale_without_words_shows_the_first_one() -> None:
    assert product_card(product(), locale="es", currency="EUR", tree=TREE).title == "Blue Mug"


def test_a_detail_names_every_variant_by_its_options() -> None:
    detail = product_detail(shirt(), locale="en", currency="EUR", tree=TREE)

    assert [variant.title for variant in detail.variants] == ["S", "M", "L"]
    assert detail.price_varies is False


def test_a_picture_without_files_has_no_address() -> None:
    pictures = (
        ProductImage(None, {"en": "A mug"}, source_url="https://example.com/mug.png"),
        ProductImage(MediaId("m1"), {"es": "Una taza"}, 640, 480, (160, 320, 640), "#aabbcc"),
    )
    missing, there = product_detail(product(images=pictures), locale="en", currency="EUR", tree=TREE).images

    assert (missing.id, missing.src_base, missing.alt) == ("", "", "A mug")
    assert (there.src_base, there.alt) == ("/media/m1/", "Una taza")


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (AttributeType.TEXT, "Clay", "Clay"),
        (AttributeType.NUMBER, "1.50", "1.50"),
        (AttributeType.BOOLEAN, True, "Sí"),
        (AttributeType.BOOLEAN, False, "No"),
        (AttributeType.DATE, date(2026, 5, 1), "2026-05-01"),
        (AttributeType.MONEY, Money(1250, "EUR"), "12.50 EUR"),
        (AttributeType.LIST, ("red", "blue"), "red, blue"),
    ],
)
def test_every_kind_of_attribute_reads_well(kind: AttributeType, value: AttributeValue, text: str) -> None:
    assert attribute_text(Attribute("key", kind, value), "es") == text


def test_translated_values_win() -> None:
    attribute = Attribute("material", AttributeType.TEXT, "Clay", value_labels={"es": "Barro"})

    assert (attribute_text(attribute, "es"), attribute_text(attribute, "en")) == ("Barro", "Clay")


@given(st.text(max_size=600))
def test_an_excerpt_is_short_and_without_tags(html: str) -> None:
    excerpt = plain_excerpt(f"<p>{html}</p>", 80)

    assert len(excerpt) <= 80
    assert "<p>" not in excerpt


def test_cards_are_keyed_by_locale_and_currency() -> None:
    assert card_key("en", "EUR") != card_key("en", "USD") != card_key("es", "USD")
