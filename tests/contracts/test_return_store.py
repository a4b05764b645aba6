"""What every ReturnStore promises, and the use cases over it: asked for, answered, received, paid."""

from __future__ import annotations

import asyncio

import pytest
from tests.helpers.aftersales import RETURN_DAYS, returns_on
from tests.helpers.checkout import MUG, TEA, Shop, named
from tests.helpers.stores import Database

from vivamarket.checkout.errors import ShipmentCameBack
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import OrderId, uuid7
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import BadCursor
from vivamarket.returns import decisions
from vivamarket.returns.decisions import Arrived, Wanted
from vivamarket.returns.errors import (
    BadReturn,
    NothingToReturn,
    ReturnMoved,
    ReturnNotFound,
    ReturnTooLate,
)
from vivamarket.returns.model import Return, ReturnId, ReturnReason, ReturnStatus
from vivamarket.returns.ports import Decide
from vivamarket.returns.service import ReturnService


@pytest.fixture
def service(shop: Shop) -> ReturnService:
    return returns_on(shop)


async def sent(shop: Shop, mugs: int = 3, of: int = 3) -> OrderId:
    """Sell mugs and a tea, and send so many of the mugs and the tea."""
    order_id = await shop.paid((MUG, of), (TEA, 1))
    await shop.ship(order_id, (1, mugs), (2, 1))
    return order_id


async def asked(
    service: ReturnService, order_id: OrderId, *lines: tuple[int, int], key: str = "request-1"
) -> Return:
    """Ask to send units back: (position, quantity) each."""
    return await service.request(
        order_id,
        [Wanted(*line) for line in lines],
        ReturnReason.DOES_NOT_FIT,
        "Too small",
        request_key=key,
    )


async def events(database: Database, shop: Shop) -> list[str]:
    """Return what was told about returns since the last look."""
    told = await database.outbox.claim(shop.clock.now(), 60.0, 100)
    await database.outbox.done([each.event_id for each in told])
    return [each.kind for each in told if each.kind.startswith("return.")]


async def test_a_return_reads_back_as_it_was_asked_for(
    shop: Shop, service: ReturnService, database: Database
) -> None:
    order_id = await sent(shop)

    found = await asked(service, order_id, (1, 2))

    assert await database.returns.get(found.id) == found
    order = await service.of_order(order_id)
    assert order.returns == (found,)
    assert [(line.position, line.ordered, line.sent, line.refunded) for line in order.lines] == [
        (1, 3, 3, 0),
        (2, 1, 1, 0),
    ]
    assert (found.status, found.note, found.requested_at) == (
        ReturnStatus.REQUESTED,
        "Too small",
        shop.clock.now(),
    )
    assert await events(database, shop) == ["return.requested"]


async def test_the_same_key_is_the_same_return(
    shop: Shop, service: ReturnService, database: Database
) -> None:
    order_id = await sent(shop)

    once = await asked(service, order_id, (1, 1))
    again = await asked(service, order_id, (1, 1))

    assert again == once
    assert await events(database, shop) == ["return.requested"]


async def test_only_what_was_sent_and_is_not_coming_back_can_be_returned(
    shop: Shop, service: ReturnService
) -> None:
    order_id = await sent(shop, mugs=2, of=3)
    await asked(service, order_id, (1, 1))

    with pytest.raises(NothingToReturn) as refused:
        await asked(service, order_id, (1, 2), key="request-2")

    assert refused.value.fields == {"position": 1, "returnable": 1}
    assert (await asked(service, order_id, (1, 1), key="request-3")).status is ReturnStatus.REQUESTED


async def test_what_was_refunded_unsent_does_not_lessen_what_may_come_back(
    shop: Shop, service: ReturnService
) -> None:
    order_id = await sent(shop, mugs=2, of=3)
    await shop.refund_units(order_id, 1, 1)
    assert (await service.of_order(order_id)).returnable(1) == 2

    await shop.refund_units(order_id, 1, 1)

    assert (await service.of_order(order_id)).returnable(1) == 1


@pytest.mark.parametrize("lines", [[], [(9, 1)], [(1, 0)], [(1, 1), (1, 1)]])
async def test_a_wish_that_does_not_fit_the_order_is_refused(
    shop: Shop, service: ReturnService, lines: list[tuple[int, int]]
) -> None:
    order_id = await sent(shop)

    with pytest.raises(BadReturn):
        await asked(service, order_id, *lines)

    assert (await service.of_order(order_id)).returns == ()


async def test_the_last_parcel_begins_the_time_and_its_end_ends_it(
    shop: Shop, service: ReturnService
) -> None:
    order_id = await sent(shop, mugs=1)
    shop.later(days=RETURN_DAYS + 1)
    with pytest.raises(ReturnTooLate):
        await asked(service, order_id, (1, 1))
    await shop.ship(order_id, (1, 1))
    shop.later(days=RETURN_DAYS)

    assert (await asked(service, order_id, (1, 2))).status is ReturnStatus.REQUESTED


async def test_an_order_of_which_nothing_was_sent_has_nothing_to_return(
    shop: Shop, service: ReturnService
) -> None:
    order_id = await shop.paid((MUG, 1))

    order = await service.of_order(order_id)

    assert (order.returnable(1), service.ends_at(order)) == (0, None)
    with pytest.raises(NothingToReturn):
        await asked(service, order_id, (1, 1))


async def test_received_goods_give_money_back_once_and_fill_the_shelf_once(
    shop: Shop, service: ReturnService, database: Database
) -> None:
    order_id = await sent(shop)
    found = await asked(service, order_id, (1, 2), (2, 1))
    await service.approve(found.id, answer="Send it to us.", by="Ana")
    on_hand = (await shop.stock.levels([MUG]))[MUG].on_hand

    done = await service.receive(found.id, [Arrived(1, 2, 1)], by="Ana")
    await service.finish(found.id)
    again = await service.finish(found.id)

    assert again == done
    assert done.status is ReturnStatus.REFUNDED
    assert [(line.received, line.restocked) for line in done.lines] == [(2, 1), (0, 0)]
    assert [entry.event for entry in done.history] == ["requested", "approved", "received", "refunded"]
    assert done.answer == "Send it to us."
    (refund,) = (await shop.state(order_id)).refunds
    assert refund.amount == Money(2 * 1250, "EUR")
    assert (await shop.stock.levels([MUG]))[MUG].on_hand == on_hand + 1
    assert (await service.of_order(order_id)).returnable(1) == 1
    assert await events(database, shop) == ["return.requested", "return.approved", "return.received"]
    await shop.check(settled=True)


async def test_a_crash_after_the_receipt_is_finished_by_the_event(
    shop: Shop, service: ReturnService, database: Database
) -> None:
    order_id = await sent(shop)
    found = await asked(service, order_id, (1, 1))
    await service.approve(found.id, answer="", by="Ana")
    await database.returns.change(order_id, _received(found.id, shop), shop.clock.now())
    told = await database.outbox.claim(shop.clock.now(), 60.0, 100)

    for envelope in (*told, *told):
        await service.handle(envelope)

    assert (await service.get(found.id)).status is ReturnStatus.REFUNDED
    assert len((await shop.state(order_id)).refunds) == 1


def _received(return_id: ReturnId, shop: Shop) -> Decide:
    came, now = [Arrived(1, 1, 1)], shop.clock.now()
    return lambda order: decisions.receive(order, return_id, came, now, by="Ana")


async def test_goods_without_money_to_give_back_end_as_unrefunded(shop: Shop, service: ReturnService) -> None:
    order_id = await sent(shop)
    found = await asked(service, order_id, (1, 1))
    await service.approve(found.id, answer="", by="Ana")
    total = (await shop.state(order_id)).total
    await shop.checkout.refund_order(order_id, total, attempt=named("refund-everything"))

    done = await service.receive(found.id, [Arrived(1, 1, 1)], by="Ana")

    assert (done.status, done.refusal_code) == (ReturnStatus.UNREFUNDED, "order_not_refundable")


@pytest.mark.parametrize(
    ("first", "then"),
    [("refuse", "approve"), ("withdraw", "approve"), ("refuse", "withdraw"), ("approve", "approve")],
)
async def test_a_step_that_is_not_listed_is_refused(
    shop: Shop, service: ReturnService, first: str, then: str
) -> None:
    order_id = await sent(shop)
    found = await asked(service, order_id, (1, 1))
    steps = {
        "approve": lambda: service.approve(found.id, answer="", by="Ana"),
        "refuse": lambda: service.refuse(found.id, answer="No.", by="Ana"),
        "withdraw": lambda: service.withdraw(order_id, found.id),
    }
    await steps[first]()

    with pytest.raises(ReturnMoved):
        await steps[then]()


@pytest.mark.parametrize(
    "arrived", [[], [Arrived(1, 0, 0)], [Arrived(1, 2, 0)], [Arrived(1, 1, 2)], [Arrived(2, 1, 0)]]
)
async def test_a_receipt_that_does_not_fit_changes_nothing(
    shop: Shop, service: ReturnService, arrived: list[Arrived]
) -> None:
    order_id = await sent(shop)
    found = await asked(service, order_id, (1, 1))
    approved = await service.approve(found.id, answer="", by="Ana")

    with pytest.raises(BadReturn):
        await service.receive(found.id, arrived, by="Ana")

    assert await service.get(found.id) == approved


async def test_a_return_of_another_order_cannot_be_withdrawn(shop: Shop, service: ReturnService) -> None:
    found = await asked(service, await sent(shop), (1, 1))

    with pytest.raises(ReturnNotFound):
        await service.withdraw(await sent(shop), found.id)


async def test_two_that_ask_for_the_last_unit_at_once_get_it_once(shop: Shop, service: ReturnService) -> None:
    order_id = await sent(shop, mugs=1, of=1)

    asks = [asked(service, order_id, (1, 1), key=f"request-{n}") for n in range(8)]
    answers = await asyncio.gather(*asks, return_exceptions=True)

    assert sum(isinstance(each, Return) for each in answers) == 1
    assert all(isinstance(each, Return | DomainError) for each in answers)
    assert len((await service.of_order(order_id)).returns) == 1


async def came(shop: Shop, service: ReturnService, order_id: OrderId) -> Return:
    """Take one mug of the order back."""
    found = await asked(service, order_id, (1, 1), key=f"request-{shop.ids.token()}")
    await service.approve(found.id, answer="", by="Ana")
    return await service.receive(found.id, [Arrived(1, 1, 1)], by="Ana")


async def test_a_parcel_that_came_back_is_not_said_not_to_have_left(
    shop: Shop, service: ReturnService
) -> None:
    order_id = await shop.paid((MUG, 3))
    first, second = await shop.ship(order_id, (1, 1)), await shop.ship(order_id, (1, 1))
    await came(shop, service, order_id)

    await shop.fulfilling.cancel(order_id, first)
    with pytest.raises(ShipmentCameBack):
        await shop.fulfilling.cancel(order_id, second)

    parcels = (await shop.state(order_id)).shipments
    assert [each.is_under_way for each in parcels] == [False, True]
    await shop.check()


async def test_nothing_comes_of_a_parcel_that_did_not_leave(shop: Shop, service: ReturnService) -> None:
    order_id = await shop.paid((MUG, 1))
    parcel = await shop.ship(order_id, (1, 1))
    found = await asked(service, order_id, (1, 1))
    await service.approve(found.id, answer="", by="Ana")
    await shop.fulfilling.cancel(order_id, parcel)

    with pytest.raises(BadReturn):
        await service.receive(found.id, [Arrived(1, 1, 1)], by="Ana")


async def test_a_parcel_is_taken_back_or_comes_back_and_never_both(
    shop: Shop, service: ReturnService
) -> None:
    order_id = await shop.paid((MUG, 1))
    parcel = await shop.ship(order_id, (1, 1))
    found = await asked(service, order_id, (1, 1))
    await service.approve(found.id, answer="", by="Ana")

    answers = await asyncio.gather(
        shop.fulfilling.cancel(order_id, parcel),
        service.receive(found.id, [Arrived(1, 1, 1)], by="Ana"),
        return_exceptions=True,
    )

    refusals = [each for each in answers if isinstance(each, ShipmentCameBack | BadReturn)]
    assert len(refusals) == 1
    assert (await shop.stock.levels([MUG]))[MUG].on_hand == 50


async def test_pages_hold_every_return_once_newest_first(shop: Shop, service: ReturnService) -> None:
    order_id = await sent(shop)
    made = [(await asked(service, order_id, (1, 1), key=f"request-{n}")).id for n in range(3)]
    await service.approve(made[0], answer="", by="Ana")

    seen, cursor = [], None
    for _ in range(2):
        page = await service.newest(cursor=cursor, limit=2)
        seen += [row.id for row in page.items]
        cursor = page.next_cursor
    (approved,) = (await service.newest(ReturnStatus.APPROVED)).items

    assert (seen, cursor) == (made[::-1], None)
    assert (approved.id, approved.units, approved.number) == (
        made[0],
        1,
        (await shop.orders.by_id(order_id)).number,
    )
    with pytest.raises(BadCursor):
        await service.newest(cursor="nonsense")


async def test_erasing_takes_the_words_and_leaves_the_rest(
    shop: Shop, service: ReturnService, database: Database
) -> None:
    order_id = await sent(shop)
    found = await asked(service, order_id, (1, 1))

    assert await database.returns.erase([order_id]) == 1
    assert await database.returns.erase([order_id]) == 0

    erased = await service.get(found.id)
    assert (erased.note, erased.lines, erased.status) == ("", found.lines, found.status)


async def test_what_is_unknown_is_not_found(service: ReturnService) -> None:
    with pytest.raises(ReturnNotFound):
        await service.get(ReturnId(uuid7(1, 1)))
    with pytest.raises(ReturnNotFound):
        await service.of_order(OrderId(uuid7(1, 1)))
