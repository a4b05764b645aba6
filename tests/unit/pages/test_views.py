import pytest
from tests.helpers.catalog import product, shirt

from vivamarket.catalog.present import CategoryTree, Image, product_card, product_detail
from vivamarket.kernel.money import Money
from vivamarket.pages.amounts import format_money
from vivamarket.pages.editions import Edition
from vivamarket.pages.views import card_view, picture_view, product_view, tint_of

WORDS = {
    "no_price": "Ask",
    "quick_add": "Add {title}",
    "vendor": "by {vendor}",
    "picture": "Picture {number}",
    "in_stock": "In stock",
    "sold_out": "Sold out",
    "add": "Add",
}
EN = Edition("en", "EUR", "/en/")
NO_TREE = CategoryTree.of(())


@pytest.mark.parametrize(
    ("units", "currency", "locale", "shown"),
    [
        (1250, "EUR", "en", "€12.50"),
        (1250, "EUR", "es", "12,50\u00a0€"),
        (123456, "EUR", "en", "€1,234.56"),
        (123456, "EUR", "es", "1234,56\u00a0€"),
        (1234567, "EUR", "es", "12.345,67\u00a0€"),
        (5, "USD", "en", "$0.05"),
    ],
)
def test_amounts_look_as_in_the_browser(units: int, currency: str, locale: str, shown: str) -> None:
    assert format_money(Money(units, currency), locale) == shown


def test_the_tint_follows_the_pictures_color() -> None:
    assert tint_of("x", "#8bc34a") == "tint-0"
    assert tint_of("x", "#ff9800") == "tint-1"
    assert tint_of("x", "#2196f3") == "tint-3"
    assert tint_of("x", "#f8bbd0") == "tint-4"


def test_a_picture_without_files_is_an_empty_place() -> None:
    image = Image(id="", alt="", width=0, height=0, widths=(), color="", src_base="")

    assert picture_view(image)["src"] == ""
    assert picture_view(None)["src"] == ""


def test_a_card_of_several_variants_has_no_live_sku() -> None:
    card = product_card(shirt(), locale="en", currency="EUR", tree=NO_TREE)

    view = card_view(card, EN, WORDS)

    assert view["sku"] == ""
    assert view["single"] is False


def test_a_page_opens_with_the_first_variant_that_can_be_bought() -> None:
    detail = product_detail(shirt(), locale="en", currency="EUR", tree=NO_TREE)

    view = product_view(detail, EN, WORDS, {"SHIRT-S": False, "SHIRT-M": True, "SHIRT-L": True}, [])

    (size,) = view["options"]
    assert size["chosen"] == "M"
    assert [value["sold_out"] for value in size["values"]] == ["true", "false", "false"]
    assert [value["flags"] for value in size["values"]] == [b"", b" checked", b""]
    assert view["state"] == "available"


def test_a_product_that_is_sold_out_cannot_be_added() -> None:
    detail = product_detail(product(), locale="en", currency="EUR", tree=NO_TREE)

    view = product_view(detail, EN, WORDS, {"SKU-1": False}, [])

    assert view["state"] == "sold_out"
    assert view["flags"] == b" disabled"
    assert view["stock"] == "Sold out"
