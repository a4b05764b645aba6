"""What of a product can be searched, filtered and shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import msgspec
from tests.helpers.catalog import NOON, category, category_id, eur, product, shirt

from vivamarket.catalog.model import Attribute, AttributeType, Option, ProductStatus, Schedule, Text, Variant
from vivamarket.catalog.present import CategoryTree
from vivamarket.kernel.ids import Sku
from vivamarket.search.documents import DocumentBuilder, next_change_at
from vivamarket.search.model import SearchDocument

BUILDER = DocumentBuilder(locales=("en", "es"), currencies=("EUR", "USD"))
HOME = category(1, "Home")
LAMPS = category(2, "Lamps", parent=category_id(1))
TREE = CategoryTree.of((HOME, LAMPS))


def built(one: object, stock: dict[Sku, int] | None = None) -> SearchDocument:
    document = BUILDER.build(one, TREE, stock or {}, NOON)  # type: ignore[arg-type]  # products only
    assert document is not None
    return document


def test_words_come_in_every_language_with_the_first_as_fallback() -> None:
    both = product(texts={"en": Text("Mug", "mug", "<p>For &amp; tea</p>"), "es": Text("Taza", "taza")})

    assert built(both).texts["es"].title == "Taza"
    assert built(both).texts["en"].description.split() == ["For", "&", "tea"]
    assert built(product(title="Only English")).texts["es"].title == "Only English"


def test_a_product_is_found_on_its_shelf_and_all_above() -> None:
    document = built(product(category_ids=(category_id(2),)))

    assert document.category_ids == (category_id(1), category_id(2))
    assert document.texts["en"].category_titles == ("Home", "Lamps")


def test_facets_are_options_and_marked_attributes_with_their_words() -> None:
    tea = product(
        options=(
            Option("size", ("s",), {"es": "Tamaño"}, {"s": {"es": "Pequeño"}}),
        ),
        attributes=(
            Attribute("material", AttributeType.TEXT, "steel", {"es": "Material"}, {"es": "acero"}),
            Attribute("weight", AttributeType.NUMBER, "250", unit="g"),
            Attribute("vegan", AttributeType.BOOLEAN, True),
            Attribute("colors", AttributeType.LIST, ("red", "blue")),
            Attribute("note", AttributeType.TEXT, "hidden", facet=False),
        ),
    )  # fmt: skip

    document = built(tea)

    assert document.facets == {
        "size": ("s",),
        "material": ("steel",),
        "weight": ("250",),
        "vegan": ("true",),
        "colors": ("red", "blue"),
    }
    spanish = document.facet_labels["es"]
    assert spanish.keys["size"] == "Tamaño"
    assert spanish.values["size"]["s"] == "Pequeño"
    assert spanish.values["material"]["steel"] == "acero"
    assert spanish.values["weight"]["250"] == "250 g"
    assert spanish.values["vegan"]["true"] == "Sí"
    assert "hidden" in document.texts["en"].attribute_texts


def test_prices_span_from_the_lowest_to_the_highest_variant() -> None:
    priced = product(variants=tuple(Variant(Sku(f"S-{amount}"), prices=eur(amount)) for amount in ("9", "3")))

    document = built(priced)

    assert (document.price_min, document.price_max) == ({"EUR": 300}, {"EUR": 900})


def test_one_variant_in_stock_makes_a_product_available() -> None:
    assert not built(shirt()).available
    assert not built(shirt(), {Sku("SHIRT-M"): 0}).available
    assert built(shirt(), {Sku("SHIRT-M"): 1}).available


def test_variants_that_are_not_counted_or_keep_selling_are_available() -> None:
    plain = product().variants[0]

    assert built(product(variants=(replace(plain, tracked=False),))).available
    assert built(product(variants=(replace(plain, continue_selling=True),))).available


def test_a_card_is_ready_for_every_language_and_currency() -> None:
    document = built(product(title="Blue Mug"), {Sku("SKU-1"): 4})

    assert set(document.cards) == {"en:EUR", "en:USD", "es:EUR", "es:USD"}
    card = msgspec.json.decode(document.cards["en:EUR"])
    assert card["title"] == "Blue Mug"
    assert card["price"] == {"minor_units": 1250, "currency": "EUR"}
    assert card["available"] is True
    assert msgspec.json.decode(document.cards["en:USD"])["price"] is None


def test_only_what_is_shown_now_has_a_document() -> None:
    soon = Schedule(publish_at=NOON + timedelta(hours=1))

    assert BUILDER.build(product(status=ProductStatus.DRAFT), TREE, {}, NOON) is None
    assert BUILDER.build(product(schedule=soon), TREE, {}, NOON) is None


def test_the_next_change_is_the_next_moment_of_an_active_schedule() -> None:
    hour = timedelta(hours=1)
    sale = product(schedule=Schedule(NOON + hour, NOON + 3 * hour))

    assert next_change_at(sale, NOON) == NOON + hour
    assert next_change_at(sale, NOON + hour) == NOON + 3 * hour
    assert next_change_at(sale, NOON + 3 * hour) is None
    assert next_change_at(replace(sale, status=ProductStatus.DRAFT), NOON) is None
