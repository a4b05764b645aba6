"""What every database promises of parcels: stock, books and history stay right, whatever comes first."""

from __future__ import annotations

import asyncio
import random
from dataclasses import replace

import pytest
from tests.helpers.checkout import EBOOK, MUG, TEA, VASE, Shop

from vivamarket.checkout.errors import NothingToShip, NotShippable, OrderNotRefundable, ShipmentNotFound
from vivamarket.checkout.fulfilling import TrackingWish
from vivamarket.checkout.fulfillment import left_to_ship
from vivamarket.inventory.errors import NotEnoughOnHand
from vivamarket.inventory.model import MoveReason
from vivamarket.kernel.ids import OrderId, ShipmentId, Sku, uuid7
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import Fulfillment, ShipmentStatus, ShippedUnits
from vivamarket.payments.errors import NothingToRefund
from vivamarket.shipping.carriers import UnknownCarrier

UNKNOWN = ShipmentId(uuid7(1, 1))
STORIES = 6
STEPS = 14


async def left(shop: Shop, order_id: OrderId) -> dict[int, int]:
    return {each.position: each.quantity for each in left_to_ship(await shop.state(order_id))}


async def figures(shop: Shop, sku: Sku) -> tuple[int, int, int]:
    """Return what is on hand, claimed and available."""
    level = (await shop.stock.levels([sku]))[sku]
    return level.on_hand, level.claimed, level.available


async def fulfillment(shop: Shop, order_id: OrderId) -> Fulfillment:
    return (await shop.orders.by_id(order_id)).fulfillment


async def test_two_parcels_fulfill_an_order_and_leave_the_stock(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 3), (TEA, 1))

    first = await shop.ship(order_id, (1, 2))
    half = await fulfillment(shop, order_id)
    await shop.ship(order_id, (1, 1), (2, 1), number="ES 2/b")
    order = await shop.orders.by_id(order_id)

    assert (half, order.fulfillment) == (Fulfillment.PARTIALLY_FULFILLED, Fulfillment.FULFILLED)
    assert order.status is OrderStatus.PAID
    assert [each.units for each in order.shipments] == [
        (ShippedUnits(1, 2),),
        (ShippedUnits(1, 1), ShippedUnits(2, 1)),
    ]
    assert order.shipments[0].id == first
    assert (order.shipments[0].shipped_by, order.shipments[0].tracking.carrier_name) == ("Ana", "Correos")
    assert order.shipments[1].tracking.url is not None
    assert order.shipments[1].tracking.url.endswith("=ES%202%2Fb")
    assert [each.kind for each in order.timeline][-2:] == ["shipment.shipped", "shipment.shipped"]
    assert await figures(shop, MUG) == (47, 0, 47)
    moves = await shop.stock.moves(MUG)
    assert [(each.quantity, each.reason, each.reference) for each in moves[:2]] == [
        (-1, MoveReason.SHIPMENT, order.number),
        (-2, MoveReason.SHIPMENT, order.number),
    ]
    await shop.check(settled=True)


async def test_what_is_written_is_what_is_read(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 2))

    state = await shop.fulfilling.ship(
        order_id, (ShippedUnits(1, 1),), TrackingWish(carrier_name="Rosa"), shipped_by="Ana", request_key="k"
    )

    assert state == await shop.state(order_id)
    assert state.shipments == (await shop.orders.by_id(order_id)).shipments
    assert (state.shipments[0].tracking.carrier_name, state.shipments[0].tracking.url) == ("Rosa", None)


async def test_a_digital_line_owes_no_parcel(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 2), (EBOOK, 1))
    order = await shop.orders.by_id(order_id)

    with pytest.raises(NothingToShip):
        await shop.ship(order_id, (1, 2), (2, 1))
    owed, before = await left(shop, order_id), await fulfillment(shop, order_id)
    await shop.ship(order_id, (1, 2))

    assert [line.requires_shipping for line in order.lines] == [True, False]
    assert (owed, before) == ({1: 2}, Fulfillment.UNFULFILLED)
    assert await fulfillment(shop, order_id) is Fulfillment.FULFILLED
    await shop.check(settled=True)


async def test_an_order_of_digital_lines_is_fulfilled_once_it_is_paid(shop: Shop) -> None:
    order_id = await shop.ordered((EBOOK, 2))
    waiting = await fulfillment(shop, order_id)

    await shop.pay(order_id)
    await shop.checkout.settle(order_id)
    paid = await fulfillment(shop, order_id)
    await shop.refund_units(order_id, 1, 2)

    assert (waiting, paid) == (Fulfillment.UNFULFILLED, Fulfillment.FULFILLED)
    assert (await shop.orders.by_id(order_id)).fulfillment is Fulfillment.FULFILLED
    await shop.check(settled=True)


async def test_what_is_digital_stays_so_whatever_the_catalogue_says_later(shop: Shop) -> None:
    order_id = await shop.paid((EBOOK, 1))
    (book,) = (await shop.catalog.by_skus([EBOOK])).values()

    printed = replace(book.variants[0], requires_shipping=True)
    await shop.catalog.put(replace(book, variants=(printed,)), book.version)

    assert await left(shop, order_id) == {}
    assert await left(shop, await shop.paid((EBOOK, 1))) == {1: 1}


async def test_when_the_goods_are_refunded_unsent_the_digital_rest_is_fulfilled(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 1), (EBOOK, 1))
    before = await fulfillment(shop, order_id)

    await shop.refund_units(order_id, 1, 1)

    assert (before, await fulfillment(shop, order_id)) == (Fulfillment.UNFULFILLED, Fulfillment.FULFILLED)
    assert await figures(shop, MUG) == (50, 0, 50)
    await shop.check(settled=True)


async def test_only_what_is_paid_is_sent(shop: Shop) -> None:
    order_id = await shop.ordered((MUG, 1))

    with pytest.raises(NotShippable):
        await shop.ship(order_id, (1, 1))

    assert await left(shop, order_id) == {}
    assert await figures(shop, MUG) == (50, 0, 49)


@pytest.mark.parametrize("units", [(), ((1, 3),), ((9, 1),), ((1, 1), (1, 1)), ((1, 0),)])
async def test_a_parcel_holds_what_is_left_and_nothing_else(shop: Shop, units) -> None:
    order_id = await shop.paid((MUG, 2))

    with pytest.raises(NothingToShip):
        await shop.ship(order_id, *units)

    assert (await shop.state(order_id)).shipments == ()


async def test_the_same_wish_is_one_parcel(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 2))

    first = await shop.ship(order_id, (1, 1), key="click")
    again = await shop.ship(order_id, (1, 1), key="click")

    assert first == again
    assert await left(shop, order_id) == {1: 1}


async def test_two_who_send_the_last_unit_send_it_once(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 1))

    answers = await asyncio.gather(*(shop.ship(order_id, (1, 1)) for _ in range(8)), return_exceptions=True)

    assert [type(each) for each in answers if isinstance(each, BaseException)] == [NothingToShip] * 7
    assert await figures(shop, MUG) == (49, 0, 49)
    await shop.check(settled=True)


async def test_units_refunded_before_they_were_sent_are_free_again(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 3))
    await shop.ship(order_id, (1, 1))

    await shop.refund_units(order_id, 1, 1)

    assert await left(shop, order_id) == {1: 1}
    assert await figures(shop, MUG) == (49, 1, 48)
    await shop.ship(order_id, (1, 1))
    assert await fulfillment(shop, order_id) is Fulfillment.FULFILLED
    await shop.check(settled=True)


async def test_units_refunded_after_they_were_sent_stay_away(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 2))
    await shop.ship(order_id, (1, 2))

    await shop.refund_units(order_id, 1, 1)

    assert await figures(shop, MUG) == (48, 0, 48)
    assert await fulfillment(shop, order_id) is Fulfillment.FULFILLED
    await shop.check(settled=True)


async def test_a_refund_of_what_came_back_leaves_the_rest_to_be_sent(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 3))
    await shop.ship(order_id, (1, 1))

    await shop.refund_units(order_id, 1, 1, returned=True)

    assert await left(shop, order_id) == {1: 2}
    assert await figures(shop, MUG) == (49, 2, 47)
    await shop.check(settled=True)


async def test_a_canceled_parcel_is_on_hand_again_and_owed_again(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 3))
    parcel = await shop.ship(order_id, (1, 3))
    await shop.refund_units(order_id, 1, 1)

    await shop.fulfilling.cancel(order_id, parcel)
    await shop.fulfilling.cancel(order_id, parcel)

    order = await shop.orders.by_id(order_id)
    assert [each.status for each in order.shipments] == [ShipmentStatus.CANCELED]
    assert order.fulfillment is Fulfillment.UNFULFILLED
    assert await left(shop, order_id) == {1: 2}
    assert await figures(shop, MUG) == (50, 2, 48)
    await shop.check(settled=True)


async def test_a_parcel_of_an_order_given_back_whole_can_still_come_home(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 2), (TEA, 1))
    parcel = await shop.ship(order_id, (1, 1))
    await shop.refund_units(order_id, 1, 2)
    await shop.refund_units(order_id, 2, 1)

    await shop.fulfilling.cancel(order_id, parcel)

    assert await figures(shop, MUG) == (50, 0, 50)
    assert await figures(shop, TEA) == (50, 0, 50)
    await shop.check()


async def test_tracking_is_corrected_on_the_parcel(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 1))
    parcel = await shop.ship(order_id, (1, 1))

    for _ in range(2):
        await shop.fulfilling.correct(order_id, parcel, TrackingWish(carrier="dhl", number="42"))

    order = await shop.orders.by_id(order_id)
    assert (order.shipments[0].tracking.carrier_name, order.shipments[0].tracking.number) == ("DHL", "42")
    assert [each.kind for each in order.timeline].count("shipment.corrected") == 1
    await shop.check(settled=True)


async def test_parcels_and_carriers_must_be_known(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 1))

    with pytest.raises(ShipmentNotFound):
        await shop.fulfilling.cancel(order_id, UNKNOWN)
    with pytest.raises(UnknownCarrier):
        await shop.fulfilling.correct(order_id, UNKNOWN, TrackingWish(carrier="pigeon"))


async def test_what_is_not_on_hand_cannot_be_sent(shop: Shop) -> None:
    order_id = await shop.paid((VASE, 2))

    with pytest.raises(NotEnoughOnHand):
        await shop.ship(order_id, (1, 1))
    await shop.stock.set_on_hand([(VASE, 1)])
    await shop.ship(order_id, (1, 1))

    assert await left(shop, order_id) == {1: 1}
    await shop.check(settled=True)


@pytest.mark.parametrize("seed", range(STORIES))
async def test_no_order_of_parcels_refunds_and_cancellations_breaks_a_promise(shop: Shop, seed: int) -> None:
    draw = random.Random(seed)
    orders = [await shop.paid((MUG, 3), (TEA, 2)) for _ in range(2)]

    for _ in range(STEPS):
        order_id = draw.choice(orders)
        state = await shop.state(order_id)
        try:
            match draw.randrange(4):
                case 0 | 1:
                    await shop.ship(order_id, (draw.randint(1, 2), draw.randint(1, 2)))
                case 2:
                    await shop.refund_units(order_id, draw.randint(1, 2), 1, returned=draw.random() < 0.4)
                case _ if state.shipments:
                    await shop.fulfilling.cancel(order_id, draw.choice(state.shipments).id)
                case _:
                    pass
        except (NothingToShip, NotShippable, NothingToRefund, OrderNotRefundable):
            pass
        await shop.check(settled=True)
