"""So many units, so many orders; one cart, one order; one key, one answer."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.helpers.checkout import MUG, TEA, id_of, named, rendered
from tests.helpers.race import CALLERS, Race, at_once, outcomes, until_answered

from vivamarket.catalog.model import Price
from vivamarket.kernel.idempotency import StoredResponse, attempt
from vivamarket.kernel.money import Money


async def test_so_many_orders_as_units_and_not_one_more(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0, TEA=0)
    for number in rounds:
        units = number % 4 + 1
        await race.restock(MUG=units, TEA=CALLERS)
        carts = [await race.shop.cart((MUG, 1), (TEA, 1)) for _ in range(CALLERS)]

        counts = await outcomes([race[n].place(cart_id) for n, cart_id in enumerate(carts)])

        assert counts == {"StoredResponse": units, "OutOfStock": CALLERS - units}
        assert await race.shop.stock.available([MUG, TEA]) == {MUG: 0, TEA: CALLERS - units}
        await race.check()


async def test_lines_of_several_units_are_taken_whole_or_not_at_all(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0)
    for _ in rounds:
        await race.restock(MUG=10)
        carts = [await race.shop.cart((MUG, n % 3 + 2)) for n in range(CALLERS)]

        placed = await at_once([race[n].place(cart_id) for n, cart_id in enumerate(carts)])

        sold = sum(n % 3 + 2 for n, each in enumerate(placed) if isinstance(each, StoredResponse))
        left = (await race.shop.stock.available([MUG]))[MUG]
        assert sold + left == 10
        assert left < 4  # no false sold-out: whoever wanted no more than was left would have got it
        await race.check()


async def test_lines_in_opposite_order_never_block_each_other_for_good(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0, TEA=0)
    for _ in rounds:
        await race.restock(MUG=CALLERS, TEA=CALLERS)
        carts = [
            await race.shop.cart(*([(MUG, 1), (TEA, 1)] if n % 2 else [(TEA, 1), (MUG, 1)]))
            for n in range(CALLERS)
        ]
        levels = await race.shop.stock.levels([MUG, TEA])
        counts = [(TEA, levels[TEA].on_hand), (MUG, levels[MUG].on_hand)]

        came = await outcomes(
            [
                *(race[n].place(cart_id) for n, cart_id in enumerate(carts)),
                *(race[n].stock.set_on_hand(counts) for n in range(4)),
            ]
        )

        assert came == {"StoredResponse": CALLERS, "CountResult": 4}
        await race.check()


async def test_counting_and_moving_stock_while_it_sells_promises_nothing_twice(
    race: Race, rounds: range
) -> None:
    await race.shop.open(MUG=0)
    for _ in rounds:
        await race.restock(MUG=20)
        carts = [await race.shop.cart((MUG, 1)) for _ in range(48)]
        before = (await race.shop.stock.levels([MUG]))[MUG]

        await outcomes(
            [
                *(race[n].place(cart_id) for n, cart_id in enumerate(carts)),
                *(race[n].stock.set_on_hand([(MUG, before.on_hand - n)]) for n in range(8)),
                *(race[n].stock.receive(MUG, 1, reference=f"delivery-{n}") for n in range(4)),
                *(race[n].stock.adjust(MUG, -1, reference=f"broken-{n}") for n in range(4)),
            ]
        )

        await race.check()


async def test_one_cart_is_one_order_whatever_the_keys(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0)
    for _ in rounds:
        await race.restock(MUG=CALLERS)
        cart_id = await race.shop.cart((MUG, 1))

        counts = await outcomes([race[n].place(cart_id) for n in range(CALLERS)])

        assert counts == {"StoredResponse": 1, "CartOrdered": CALLERS - 1}
        assert (await race.shop.stock.available([MUG]))[MUG] == CALLERS - 1
        await race.check()


async def test_one_key_is_one_order_and_the_same_bytes(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        await race.restock(MUG=CALLERS)
        cart_id = await race.shop.cart((MUG, 1))
        quote = await race.shop.pricing.quote(cart_id)
        once = named(f"place-once-{number}")

        answers = await at_once(
            [
                until_answered(race[n].checkout.place_order, cart_id, quote.hash, once, rendered)
                for n in range(CALLERS)
            ]
        )

        assert len(set(answers)) == 1
        assert (await race.shop.stock.available([MUG]))[MUG] == CALLERS - 1
        await race.check()


async def test_one_key_for_different_carts_is_one_order_and_refusals(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        await race.restock(MUG=CALLERS)
        wishes = []
        for n in range(CALLERS):
            cart_id = await race.shop.cart((MUG, 1))
            once = attempt(f"shared-key-{number}", route="POST /orders", caller="", body=b"%d" % n)
            wishes.append((cart_id, (await race.shop.pricing.quote(cart_id)).hash, once))

        counts = await outcomes(
            [until_answered(race[n].checkout.place_order, *wish, rendered) for n, wish in enumerate(wishes)]
        )

        assert counts == {"StoredResponse": 1, "IdempotencyKeyReused": CALLERS - 1}
        await race.check()


async def test_a_cart_that_changes_while_it_is_ordered_is_ordered_as_confirmed_or_not_at_all(
    race: Race, rounds: range
) -> None:
    await race.shop.open(MUG=0, TEA=0)
    for number in rounds:
        await race.restock(MUG=CALLERS, TEA=10 * CALLERS)
        cart_id = await race.shop.cart((MUG, 1), (TEA, 1))
        confirmed = await race.shop.pricing.quote(cart_id)

        results = await at_once(
            [
                *(
                    race.carts(n).set_quantity(
                        cart_id,
                        TEA,
                        2 + n,
                        named(f"change-{number}-{n}"),
                        lambda view: StoredResponse(200, b""),
                    )
                    for n in range(CALLERS // 2)
                ),
                *(
                    race[n].checkout.place_order(
                        cart_id, confirmed.hash, named(f"place-{number}-{n}"), rendered
                    )
                    for n in range(CALLERS // 2)
                ),
            ]
        )

        placed = [each for each in results if isinstance(each, StoredResponse) and each.status == 201]
        assert len(placed) <= 1
        for each in placed:
            assert json.loads(each.body)["total"] == confirmed.total.minor_units
            order = await race.shop.orders.by_id(id_of(each))
            assert [(line.sku, line.quantity) for line in order.lines] == [(MUG, 1), (TEA, 1)]
        await race.check()


async def test_whoever_confirmed_a_price_pays_that_price_while_staff_change_it(
    race: Race, rounds: range
) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        await race.restock(MUG=CALLERS)
        carts = [await race.shop.cart((MUG, 1)) for _ in range(CALLERS)]
        quotes = [await race.shop.pricing.quote(cart_id) for cart_id in carts]

        async def reprice(number: int = number) -> None:
            mug = (await race.shop.catalog.by_skus([MUG]))[MUG]
            dearer = replace(mug.variants[0], prices={"EUR": Price(Money(1_300 + number, "EUR"))})
            await race.shop.catalog.put(replace(mug, variants=(dearer,)), mug.version)

        results = await at_once(
            [
                *(
                    race[n].checkout.place_order(cart_id, quote.hash, named(f"place-{number}-{n}"), rendered)
                    for n, (cart_id, quote) in enumerate(zip(carts, quotes, strict=True))
                ),
                reprice(),
            ]
        )

        for quote, each in zip(quotes, results[:-1], strict=True):
            if isinstance(each, StoredResponse):
                assert json.loads(each.body)["total"] == quote.total.minor_units
            else:
                assert type(each).__name__ == "QuoteChanged"
        await race.check()
