from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivamarket.cart.errors import BadQuantity, CartFull, CartOrdered, LineNotFound
from vivamarket.cart.model import LINES_MAX, QUANTITY_MAX, Cart, CartLine
from vivamarket.kernel.ids import CartId, OrderId, Sku

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MUG = Sku("MUG")


def empty(**changes):
    return Cart(
        id=CartId("c"), version=1, currency="EUR", locale="en", created_at=NOW, updated_at=NOW, **changes
    )


def test_adding_twice_makes_one_line():
    cart = empty().with_added(MUG, 1, NOW).with_added(MUG, 2, NOW)

    assert cart.lines == (CartLine(MUG, 3),)
    assert cart.version == 3


def test_zero_removes_the_line():
    assert empty().with_added(MUG, 1, NOW).with_quantity(MUG, 0, NOW).lines == ()


def test_removing_what_is_not_there_is_refused():
    with pytest.raises(LineNotFound):
        empty().with_quantity(MUG, 0, NOW)


@pytest.mark.parametrize("quantity", [-1, QUANTITY_MAX + 1])
def test_a_quantity_out_of_bounds_is_refused(quantity):
    with pytest.raises(BadQuantity):
        empty().with_quantity(MUG, quantity, NOW)


def test_adding_past_the_limit_is_refused():
    with pytest.raises(BadQuantity):
        empty().with_added(MUG, QUANTITY_MAX, NOW).with_added(MUG, 1, NOW)


def test_a_full_cart_takes_no_other_sku_but_more_of_one_it_has():
    lines = tuple(CartLine(Sku(f"S{n}"), 1) for n in range(LINES_MAX))
    cart = empty(lines=lines)

    with pytest.raises(CartFull):
        cart.with_added(MUG, 1, NOW)
    assert cart.with_added(Sku("S0"), 1, NOW).quantity_of(Sku("S0")) == 2


def test_an_ordered_cart_never_changes():
    cart = empty(order_id=OrderId("o"))

    with pytest.raises(CartOrdered):
        cart.with_added(MUG, 1, NOW)
    with pytest.raises(CartOrdered):
        cart.with_details(cart.details, NOW)


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 5)), max_size=20))
def test_a_cart_counts_what_was_added(additions):
    cart = empty()
    for name, quantity in additions:
        cart = cart.with_added(Sku(name), quantity, NOW)

    assert cart.item_count == sum(quantity for _, quantity in additions)
    assert len(cart.lines) == len({name for name, _ in additions})
