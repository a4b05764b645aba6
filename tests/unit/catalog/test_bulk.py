"""What one wish does to a product."""

from __future__ import annotations

from typing import Any

import pytest
from tests.helpers.catalog import category_id, eur, product, shirt

from vivamarket.catalog.bulk import BulkWish, FieldChange, PriceChange, changes
from vivamarket.catalog.errors import BadBulkEdit
from vivamarket.catalog.model import ProductStatus, Variant
from vivamarket.kernel.ids import Sku

MUG = product(1, tags=("Blue", "sale"), category_ids=(category_id(1),), vendor="Azul")


@pytest.mark.parametrize(
    ("wish", "field", "after"),
    [
        ({"status": ProductStatus.DRAFT}, "status", ("draft",)),
        ({"vendor": ""}, "vendor", ()),
        ({"product_type": "Cups"}, "product_type", ("Cups",)),
        ({"add_tags": ("new", "SALE")}, "tags", ("Blue", "sale", "new")),
        ({"remove_tags": ("BLUE", "none")}, "tags", ("sale",)),
        ({"add_category_ids": (category_id(2),)}, "category_ids", (category_id(1), category_id(2))),
        ({"remove_category_ids": (category_id(1),)}, "category_ids", ()),
    ],
)
def test_a_wish_changes_what_it_names(wish: dict[str, Any], field: str, after: tuple[str, ...]) -> None:
    (change,) = changes(MUG, BulkWish(**wish).of(MUG))

    assert (change.field, change.after) == (field, after)


@pytest.mark.parametrize(
    ("before", "basis_points", "after"),
    [
        ("12.50", 1_000, "13.75"),
        ("12.50", -1_000, "11.25"),
        ("0.05", 1_000, "0.06"),
        ("0.05", -1_000, "0.04"),
    ],
)
def test_prices_change_by_a_share_rounded_half_to_even(before: str, basis_points: int, after: str) -> None:
    mug = product(1, variants=(Variant(Sku("MUG"), prices=eur(before)),))

    changed = BulkWish(price=PriceChange("EUR", basis_points)).of(mug)

    wanted = FieldChange("price:MUG", (f"{before} EUR",), (f"{after} EUR",))
    assert changes(mug, changed) == ((wanted,) if before != after else ())


def test_prices_of_another_currency_stay() -> None:
    assert BulkWish(price=PriceChange("USD", 1_000)).of(shirt()) == shirt()


def test_what_changes_nothing_leaves_an_equal_product() -> None:
    assert BulkWish(vendor="Azul", add_tags=("sale",)).of(MUG) == MUG


@pytest.mark.parametrize(
    "wish", [{}, {"price": PriceChange("EUR", -10_000)}, {"price": PriceChange("EUR", 200_000)}]
)
def test_a_wish_for_nothing_or_for_too_much_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(BadBulkEdit):
        BulkWish(**wish)
