"""A shop that takes money when staff say so: held, captured, let go, run out, and crashes between."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON, StillClock
from tests.helpers.checkout import Shop
from tests.helpers.provider import Crash, fails

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.checkout import capturing
from vivamarket.checkout.capturing import AUTHORIZATION_LASTS, CAPTURES_MAX
from vivamarket.checkout.errors import (
    CaptureRefused,
    NotShippable,
    OrderNotCancelable,
    OrderNotCapturable,
    OrderNotPayable,
)
from vivamarket.checkout.fulfilling import TrackingWish
from vivamarket.checkout.model import CancelReason
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import ShippedUnits
from vivamarket.payments.errors import GatewayRefused
from vivamarket.payments.model import PaymentStatus, ProviderStatus
from vivamarket.payments.statement import DifferenceKind
from vivamarket.shop.model import CaptureMode

HELD = (OrderStatus.AUTHORIZED, PaymentStatus.AUTHORIZED)
WEEK = timedelta(days=7)


@pytest.fixture
async def shop() -> Shop:
    shop = Shop(MemoryDatabase(StillClock()), capture=CaptureMode.MANUAL)
    await shop.open(MUG=2, TEA=3)
    return shop


def refusal(said: str) -> GatewayRefused:
    return GatewayRefused(said, failure_code="try_again")


async def held(shop: Shop) -> OrderId:
    """Return an order whose money is held for a week, as the shop knows."""
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.hold("cs_1", NOON + WEEK)
    await shop.checkout.settle(order_id)
    return order_id


async def stands(shop: Shop, order_id: OrderId) -> tuple[OrderStatus, PaymentStatus]:
    state = await shop.state(order_id)
    return state.status, state.newest_payment.status


async def kinds(shop: Shop) -> list[str]:
    events = await shop.database.outbox.claim(shop.clock.now(), 0.0, 100)
    return [event.kind for event in events if event.kind.startswith("order.")]


async def test_money_that_is_held_waits_for_staff_and_keeps_its_stock(shop: Shop) -> None:
    order_id = await held(shop)

    state = await shop.checkout.settle(order_id)

    assert shop.provider.requests["cs_1"].manual_capture
    assert (state.status, state.newest_payment.status) == HELD
    assert (state.reservation, state.expires_at) == ("held", NOON + WEEK)
    assert shop.provider.calls["capture"] == 0
    assert await kinds(shop) == ["order.placed", "order.authorized"]
    await shop.check(settled=True)


async def test_staff_take_it_once_however_often_they_ask(shop: Shop) -> None:
    order_id = await held(shop)

    for _ in range(3):
        state = await shop.checkout.capture_order(order_id)

    assert (state.status, state.captured, state.reservation) == (OrderStatus.PAID, state.total, "claimed")
    assert shop.provider.calls["capture"] == 1
    assert await kinds(shop) == ["order.placed", "order.authorized", "order.paid"]
    await shop.check(settled=True)


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_capture_that_was_begun_is_finished_after_a_crash(shop: Shop, moment: str) -> None:
    order_id = await held(shop)
    setattr(shop.provider, moment, fails({"capture": 1}, Crash))
    with pytest.raises(Crash):
        await shop.checkout.capture_order(order_id)
    assert await stands(shop, order_id) == (OrderStatus.AUTHORIZED, PaymentStatus.CAPTURING)

    shop.later(seconds=31)
    await shop.reconciler.run_once()

    assert await stands(shop, order_id) == (OrderStatus.PAID, PaymentStatus.SUCCEEDED)
    await shop.check(settled=True)


async def test_the_intention_stands_when_the_provider_does_not_answer(shop: Shop) -> None:
    order_id = await held(shop)
    shop.provider.before = fails({"capture": 1})

    state = await shop.checkout.capture_order(order_id)

    assert state.newest_payment.status is PaymentStatus.CAPTURING
    with pytest.raises(OrderNotCancelable):
        await shop.checkout.cancel_order(order_id, CancelReason.STAFF)
    assert (await shop.checkout.capture_order(order_id)).status is OrderStatus.PAID


async def test_a_refused_capture_leaves_the_money_held_and_may_be_tried_under_another_key(shop: Shop) -> None:
    order_id = await held(shop)
    keys = [(await shop.state(order_id)).newest_payment.capture_key]
    shop.provider.before = fails({"capture": 2}, refusal)

    for _ in range(2):
        with pytest.raises(CaptureRefused) as refused:
            await shop.checkout.capture_order(order_id)
        keys.append((await shop.state(order_id)).newest_payment.capture_key)
    assert (await stands(shop, order_id), refused.value.fields["failure_code"]) == (HELD, "try_again")
    state = await shop.checkout.capture_order(order_id)

    assert (state.status, state.newest_payment.failure_code) == (OrderStatus.PAID, None)
    assert len({*keys[1:], state.newest_payment.capture_key}) == 3
    await shop.check(settled=True)


async def test_a_capture_that_is_refused_for_ever_is_not_begun_for_ever(shop: Shop) -> None:
    order_id = await held(shop)
    shop.provider.before = fails({"capture": 99}, refusal)
    for _ in range(CAPTURES_MAX):
        with pytest.raises(CaptureRefused):
            await shop.checkout.capture_order(order_id)

    with pytest.raises(OrderNotCapturable):
        await shop.checkout.capture_order(order_id)

    assert (await shop.checkout.cancel_order(order_id, CancelReason.STAFF)).status is OrderStatus.CANCELED


@pytest.mark.parametrize("reason", [CancelReason.STAFF, CancelReason.CUSTOMER])
async def test_canceling_lets_the_money_go_and_frees_the_stock(shop: Shop, reason: CancelReason) -> None:
    order_id = await held(shop)

    state = await shop.checkout.cancel_order(order_id, reason)

    assert (state.status, state.newest_payment.status) == (OrderStatus.CANCELED, PaymentStatus.CANCELED)
    assert (state.reservation, shop.provider.sessions["cs_1"].status) == ("released", "canceled")
    with pytest.raises(OrderNotCapturable):
        await shop.checkout.capture_order(order_id)
    await shop.check(settled=True)


async def test_a_capture_that_was_faster_than_the_cancellation_pays_the_order(shop: Shop) -> None:
    order_id = await held(shop)

    def taken_meanwhile(call: str) -> None:
        if call == "cancel":
            shop.provider.turn("cs_1", ProviderStatus.SUCCEEDED)

    shop.provider.before = taken_meanwhile

    state = await shop.checkout.cancel_order(order_id, CancelReason.STAFF)

    assert (state.status, state.captured) == (OrderStatus.PAID, state.total)
    await shop.check(settled=True)


async def test_the_hold_of_fifteen_minutes_ends_nothing_that_is_authorized(shop: Shop) -> None:
    order_id = await held(shop)

    shop.later(days=6)
    await shop.expiry.run_once()

    assert await stands(shop, order_id) == HELD
    assert shop.provider.calls["cancel"] == 0


async def test_an_order_expires_when_its_authorization_ends(shop: Shop) -> None:
    order_id = await held(shop)

    shop.later(days=7)
    await shop.expiry.run_once()

    state = await shop.state(order_id)
    assert (state.status, state.reservation) == (OrderStatus.EXPIRED, "released")
    assert shop.provider.sessions["cs_1"].status is ProviderStatus.CANCELED
    assert (await kinds(shop))[-1] == "order.expired"
    await shop.check(settled=True)


async def test_money_is_not_counted_on_for_longer_than_a_bank_surely_holds_it(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.hold("cs_1")

    state = await shop.checkout.settle(order_id)

    assert state.expires_at == NOON + AUTHORIZATION_LASTS


@pytest.mark.parametrize("ended", [ProviderStatus.CANCELED, ProviderStatus.FAILED])
async def test_what_the_provider_lets_go_ends_the_order_whoever_hears_of_it(
    shop: Shop, ended: ProviderStatus
) -> None:
    order_id = await held(shop)
    shop.provider.turn("cs_1", ended)

    shop.later(hours=1)
    await shop.reconciler.run_once()

    state = await shop.state(order_id)
    assert (state.status, state.reservation) == (OrderStatus.EXPIRED, "released")
    await shop.check(settled=True)


async def test_a_capture_that_comes_too_late_ends_the_order(shop: Shop) -> None:
    order_id = await held(shop)
    shop.provider.turn("cs_1", ProviderStatus.CANCELED)

    state = await shop.checkout.capture_order(order_id)

    assert (state.status, state.captured) == (OrderStatus.EXPIRED, Money(0, "EUR"))


async def test_nobody_expires_what_is_being_taken(shop: Shop) -> None:
    order_id = await held(shop)
    shop.provider.before = fails({"capture": 1})
    await shop.checkout.capture_order(order_id)

    shop.later(days=7)
    await shop.expiry.run_once()

    assert await stands(shop, order_id) == (OrderStatus.AUTHORIZED, PaymentStatus.CAPTURING)
    assert (await shop.checkout.settle(order_id)).status is OrderStatus.PAID


async def test_an_old_refusal_turns_no_later_capture_back(shop: Shop) -> None:
    order_id = await held(shop)
    shop.provider.before = fails({"capture": 1}, refusal)
    with pytest.raises(CaptureRefused):
        await shop.checkout.capture_order(order_id)
    first = replace((await shop.state(order_id)).newest_payment, captures_begun=1)
    shop.provider.before = fails({"retrieve": 1})
    await shop.checkout.capture_order(order_id)

    after = await shop.store.change(
        order_id, lambda state: capturing.refuse_capture(state, first, "late", NOON), NOON
    )

    assert after.newest_payment.status is PaymentStatus.CAPTURING


async def test_nothing_is_sent_before_the_money_is_taken(shop: Shop) -> None:
    order_id = await held(shop)

    with pytest.raises(NotShippable):
        await shop.fulfilling.ship(
            order_id, (ShippedUnits(0, 1),), TrackingWish(), shipped_by="Ana", request_key="parcel-1"
        )


async def test_what_is_held_is_not_paid_again(shop: Shop) -> None:
    order_id = await held(shop)

    with pytest.raises(OrderNotPayable):
        await shop.checkout.start_payment(order_id)

    assert shop.provider.sessions["cs_1"].status is ProviderStatus.AUTHORIZED


async def test_a_hold_that_comes_after_its_page_was_closed_is_let_go(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.turn("cs_1", ProviderStatus.FAILED)
    await shop.checkout.settle(order_id)
    shop.provider.hold("cs_1", NOON + WEEK)

    state = await shop.checkout.settle(order_id)

    assert (state.status, shop.provider.sessions["cs_1"].status) == (OrderStatus.PENDING_PAYMENT, "canceled")


async def test_nothing_is_held_for_an_order_that_costs_nothing_more(shop: Shop) -> None:
    with pytest.raises(OrderNotCapturable):
        await shop.checkout.capture_order(await shop.ordered())


async def test_a_payment_that_was_begun_keeps_its_way_when_the_shop_changes_its_mind(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    at_once = Shop(shop.database, twin=shop)
    shop.provider.hold("cs_1", NOON + WEEK)

    state = await at_once.checkout.settle(order_id)

    assert (state.status, state.newest_payment.status) == HELD


async def test_the_comparison_hears_what_somebody_did_at_the_provider(shop: Shop) -> None:
    order_id = await held(shop)
    shop.provider.turn("cs_1", ProviderStatus.CANCELED)

    report = await shop.comparison.run()

    assert [(each.kind, each.settled) for each in report.differences] == [(DifferenceKind.STATUS, True)]
    assert (await shop.state(order_id)).status is OrderStatus.EXPIRED
