"""Two carts of one customer become one: nothing is lost, nothing is counted twice, nothing leaks."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.helpers.catalog import NOON

from vivamarket.addresses.model import Address
from vivamarket.cart.merging import merged
from vivamarket.cart.model import LINES_MAX, QUANTITY_MAX, Cart, CartLine, CheckoutDetails
from vivamarket.kernel.ids import CartId, Sku

HOME = Address(name="Jo", line1="Calle Mayor 1", city="Madrid", country="ES", postal_code="28013")
AWAY = replace(HOME, line1="Calle Menor 2")


def cart(cart_id: str, *lines: tuple[str, int], **details: object) -> Cart:
    return Cart(
        id=CartId(cart_id),
        version=3,
        currency="EUR",
        locale="en",
        lines=tuple(CartLine(Sku(sku), quantity) for sku, quantity in lines),
        details=CheckoutDetails(**details),  # type: ignore[arg-type]  # readable tests
        created_at=NOON,
        updated_at=NOON,
    )


def quantities(*carts: Cart) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in carts:
        for line in each.lines:
            found[line.sku] = found.get(line.sku, 0) + line.quantity
    return found


def test_lines_come_together_and_quantities_add_up() -> None:
    own, guest = cart("own", ("MUG", 1), ("TEA", 2)), cart("guest", ("MUG", 3), ("POT", 1))

    kept, emptied = merged(own, guest, NOON)

    assert quantities(kept) == {"MUG": 4, "TEA": 2, "POT": 1}
    assert emptied.lines == ()
    assert (kept.version, emptied.version) == (4, 4)
    assert kept.id == own.id


def test_what_does_not_fit_stays_where_it_was() -> None:
    full = tuple((f"SKU-{n}", 1) for n in range(LINES_MAX))
    own, guest = cart("own", *full), cart("guest", ("SKU-1", QUANTITY_MAX), ("NEW", 1))

    kept, emptied = merged(own, guest, NOON)

    assert kept.quantity_of(Sku("SKU-1")) == QUANTITY_MAX
    assert quantities(emptied) == {"SKU-1": 1, "NEW": 1}


def test_details_that_are_there_stay_and_gaps_are_filled() -> None:
    own = cart("own", email="jo@example.com", shipping_address=HOME)
    guest = cart("guest", ("MUG", 1), email="x@example.com", shipping_address=AWAY, note="ring twice")

    kept, emptied = merged(own, guest, NOON)

    assert kept.details == CheckoutDetails(email="jo@example.com", shipping_address=HOME, note="ring twice")
    assert emptied.details == CheckoutDetails()


def test_addresses_come_together_or_not_at_all() -> None:
    own, guest = cart("own", shipping_address=HOME), cart("guest", ("MUG", 1), billing_address=AWAY)

    kept, _ = merged(own, guest, NOON)

    assert (kept.details.shipping_address, kept.details.billing_address) == (HOME, None)


lines = st.lists(
    st.tuples(st.sampled_from([f"SKU-{n}" for n in range(150)]), st.integers(1, QUANTITY_MAX)),
    max_size=LINES_MAX,
    unique_by=lambda line: line[0],
)


@given(lines, lines)
def test_nothing_is_ever_lost_or_made_up(mine: list[tuple[str, int]], theirs: list[tuple[str, int]]) -> None:
    own, guest = cart("own", *mine), cart("guest", *theirs)

    kept, emptied = merged(own, guest, NOON)

    assert quantities(kept, emptied) == quantities(own, guest)
    assert len(kept.lines) <= LINES_MAX
    assert all(1 <= line.quantity <= QUANTITY_MAX for line in (*kept.lines, *emptied.lines))
