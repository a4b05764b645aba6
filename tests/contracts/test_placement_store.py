"""What every PlacementStore promises: each order of a batch by itself, all of the batch or nothing."""

import asyncio
import contextlib
from dataclasses import replace

import pytest
from tests.helpers.catalog import NOON, CountedIds
from tests.helpers.placements import another_attempt, new_cart, placement_of, stored_cart, wanted
from tests.helpers.stores import Database

from vivamarket.checkout.model import Placement, PlacementAnswer, PlacementOutcome, StockLine
from vivamarket.inventory.model import MAIN_LOCATION, MoveReason, StockCount, StockLevel
from vivamarket.kernel.errors import RuleBroken
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import Sku
from vivamarket.kernel.outbox import Lane
from vivamarket.orders.errors import OrderNotFound

MUG, TEA, VASE = Sku("MUG"), Sku("TEA"), Sku("VASE")
IDS = CountedIds()


class Desk:
    """Carts and orders of a shop that sells five mugs, five teas, and vases beyond their stock."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def wish(self, *lines: tuple[Sku, int], **fields: str) -> Placement:
        cart = await stored_cart(self.database, new_cart(IDS.token(), lines, NOON))
        return placement_of(cart, IDS, NOON, backorder=frozenset({VASE}), key=fields.get("key"))

    async def place(self, *placements: Placement) -> list[PlacementAnswer]:
        return await self.database.placements.place(placements)

    async def outcomes(self, *placements: Placement) -> list[PlacementOutcome]:
        return [answer.outcome for answer in await self.place(*placements)]

    async def level(self, sku: Sku) -> StockLevel:
        return (await self.database.stock.levels(MAIN_LOCATION, [sku]))[sku]

    async def told(self, lane: Lane) -> list[tuple[str, str]]:
        return [(each.kind, each.key) for each in await self.database.outbox.claim(NOON, 0, 100, lane)]


@pytest.fixture
async def desk(database: Database) -> Desk:
    counts = [StockCount(MUG, 5), StockCount(TEA, 5)]
    await database.stock.set_on_hand(MAIN_LOCATION, counts, MoveReason.COUNT, NOON)
    await database.outbox.done(
        [each.event_id for each in await database.outbox.claim(NOON, 0, 10, Lane.STOCK)]
    )
    return Desk(database)


async def test_a_placed_order_is_there_with_its_stock_its_answer_and_its_event(desk: Desk) -> None:
    wish = await desk.wish((TEA, 2), (MUG, 1))

    (answer,) = await desk.place(wish)

    assert answer == PlacementAnswer(PlacementOutcome.PLACED, order_id=wish.order.id)
    assert (await desk.database.orders.get(wish.order.id)).lines == wish.order.lines
    assert await desk.database.keys.begin(wish.attempt) == wish.response
    assert (await desk.level(TEA)).held == 2
    assert (await desk.database.carts.get(wish.order.cart_id)).order_id == wish.order.id
    assert await desk.told(Lane.ORDINARY) == [("order.placed", wish.order.id)]
    assert await desk.told(Lane.STOCK) == []


async def test_whoever_sees_the_order_finds_its_answer_too(desk: Desk) -> None:
    wish = await desk.wish((MUG, 1))
    placing = asyncio.ensure_future(desk.place(wish))

    seen = None
    while seen is None:
        await asyncio.sleep(0)
        with contextlib.suppress(OrderNotFound):
            seen = await desk.database.orders.get(wish.order.id)

    assert await desk.database.keys.begin(wish.attempt) == wish.response
    await placing


async def test_orders_of_a_batch_see_what_those_before_them_have_left(desk: Desk) -> None:
    wishes = [await desk.wish((MUG, quantity)) for quantity in (3, 3, 2, 1)]

    answers = await desk.place(*wishes)

    assert [answer.outcome for answer in answers] == ["placed", "out_of_stock", "placed", "out_of_stock"]
    assert (answers[1].short, answers[3].short) == (((MUG, 2),), ((MUG, 0),))
    assert (await desk.level(MUG)).available == 0
    assert await desk.told(Lane.STOCK) == [("stock.availability_changed", MUG)]


async def test_all_that_is_short_is_told_and_an_order_takes_all_its_lines_or_none(desk: Desk) -> None:
    (answer,) = await desk.place(wish := await desk.wish((TEA, 6), (VASE, 1), (MUG, 9), (Sku("NONE"), 1)))

    assert answer.short == ((TEA, 5), (MUG, 5), (Sku("NONE"), 0))
    assert (await desk.level(MUG)).held == 0
    with pytest.raises(OrderNotFound):
        await desk.database.orders.get(wish.order.id)
    assert (await desk.database.carts.get(wish.order.cart_id)).order_id is None


async def test_what_sells_beyond_its_stock_is_counted_as_backordered(desk: Desk) -> None:
    await desk.place(await desk.wish((VASE, 2)), await desk.wish((VASE, 3)))

    level = await desk.level(VASE)
    assert (level.on_hand, level.held, level.backordered) == (0, 5, 5)
    assert await desk.told(Lane.STOCK) == []


async def test_the_same_attempt_again_is_answered_byte_for_byte(desk: Desk) -> None:
    wish = await desk.wish((MUG, 1))
    await desk.place(wish)

    again = replace(wish, response=StoredResponse(500, b"another"))

    assert await desk.place(again) == [PlacementAnswer(PlacementOutcome.REPLAYED, response=wish.response)]
    assert (await desk.level(MUG)).held == 1


async def test_each_obstacle_has_its_answer(desk: Desk) -> None:
    wish = await desk.wish((MUG, 1))
    changed = replace(await desk.wish((MUG, 1)), cart_version=2)
    gone = placement_of(new_cart("nobody", [(MUG, 1)], NOON), IDS, NOON)
    working = await desk.wish((MUG, 1), key="key-in-work")
    await desk.database.keys.begin(working.attempt)

    answers = await desk.place(
        wish,
        another_attempt(wish, wish.attempt.key, b"other"),
        another_attempt(wish, "another-key"),
        changed,
        gone,
        working,
    )

    assert [answer.outcome for answer in answers] == [
        "placed",
        "key_reused",
        "cart_ordered",
        "cart_changed",
        "cart_not_found",
        "in_flight",
    ]
    assert answers[2].order_id == wish.order.id
    assert (await desk.level(MUG)).held == 1


async def test_a_number_that_is_taken_takes_nothing_and_leaves_the_key_free(desk: Desk) -> None:
    first, second = await desk.wish((MUG, 1)), await desk.wish((MUG, 1))
    clash = replace(second, order=replace(second.order, number=first.order.number))

    assert await desk.outcomes(first, clash) == ["placed", "number_taken"]

    assert (await desk.level(MUG)).held == 1
    assert await desk.outcomes(second) == ["placed"]


async def test_a_batch_with_a_mistake_in_it_writes_nothing(desk: Desk) -> None:
    fine, doubled = await desk.wish((MUG, 1)), await desk.wish((MUG, 1))
    doubled = replace(doubled, stock=(*doubled.stock, StockLine(MAIN_LOCATION, MUG, 1, False)))
    same_id = await desk.wish((MUG, 1))
    same_id = replace(same_id, order=replace(same_id.order, id=fine.order.id))

    for mistake in (doubled, same_id):
        with pytest.raises(RuleBroken):
            await desk.place(fine, mistake)

    assert (await desk.level(MUG)).held == 0
    assert await desk.outcomes(fine) == ["placed"]


async def test_a_refusal_is_kept_with_no_key_so_that_it_may_be_tried_again(desk: Desk) -> None:
    wish = await desk.wish((MUG, 6))
    await desk.place(wish)
    await desk.database.stock.move(MAIN_LOCATION, MUG, 1, reason=MoveReason.RECEIPT, reference="", at=NOON)

    assert await desk.outcomes(wish) == ["placed"]
    assert await desk.database.keys.finish(wanted(wish.attempt.key), StoredResponse(1, b"")) == wish.response


async def test_an_order_that_is_refused_begins_no_stock_item(desk: Desk) -> None:
    assert await desk.outcomes(await desk.wish((VASE, 1), (MUG, 9))) == ["out_of_stock"]

    assert await desk.database.stock.levels(MAIN_LOCATION, [VASE]) == {}
