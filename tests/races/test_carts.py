"""Two tabs, many clicks: no change is lost, none is made twice."""

from __future__ import annotations

from dataclasses import replace

from tests.helpers.checkout import MADRID, MUG, TEA, named
from tests.helpers.race import CALLERS, Race, at_once, outcomes, until_answered

from vivamarket.cart.service import CartView, DetailsPatch
from vivamarket.kernel.idempotency import StoredResponse


def shown(view: CartView) -> StoredResponse:
    return StoredResponse(200, str(view.cart.item_count).encode())


async def test_no_change_of_a_cart_is_lost_and_what_is_refused_changes_nothing(
    race: Race, rounds: range
) -> None:
    await race.shop.open(MUG=1)
    for number in rounds:
        cart_id = await race.shop.cart((MUG, 1))

        counts = await outcomes(
            [
                race.carts(n).add(cart_id, MUG, 1, named(f"add-one-{number}-{n}"), shown)
                for n in range(CALLERS)
            ]
        )

        cart = await race.shop.carts.get(cart_id)
        assert set(counts) <= {"StoredResponse", "StaleVersion"}
        assert cart.quantity_of(MUG) == 1 + counts["StoredResponse"]
        assert cart.version == 1 + counts["StoredResponse"]


async def test_one_click_sent_many_times_is_one_change(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=1)
    for number in rounds:
        cart_id = await race.shop.cart((TEA, 1))
        once = named(f"one-click-{number}")

        answers = await at_once(
            [until_answered(race.carts(n).add, cart_id, MUG, 1, once, shown) for n in range(CALLERS)]
        )

        assert set(answers) == {StoredResponse(200, b"2")}
        assert (await race.shop.carts.get(cart_id)).quantity_of(MUG) == 1


async def test_addresses_of_several_tabs_are_never_mixed(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=1)
    for number in rounds:
        cart_id = await race.shop.cart((MUG, 1))
        patches = [
            DetailsPatch(
                email=f"jo{n}@example.com", shipping_address=replace(MADRID, line1=f"Calle {n}"), note=str(n)
            )
            for n in range(CALLERS)
        ]

        counts = await outcomes(
            [
                race.carts(n).set_details(cart_id, patch, named(f"details-{number}-{n}"), shown)
                for n, patch in enumerate(patches)
            ]
        )

        details = (await race.shop.carts.get(cart_id)).details
        assert set(counts) <= {"StoredResponse", "StaleVersion"}
        assert details.shipping_address is not None
        assert details.email == f"jo{details.note}@example.com"
        assert details.shipping_address.line1 == f"Calle {details.note}"
