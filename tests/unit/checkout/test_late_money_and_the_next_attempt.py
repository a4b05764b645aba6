"""What the explorer found: money comes late for one attempt while the shopper is at the next one."""

from __future__ import annotations

import pytest
from tests.helpers.checkout import Shop, named
from tests.helpers.provider import fails

from vivamarket.checkout.errors import ReviewNotAcceptable
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.errors import GatewayRefused
from vivamarket.payments.model import PaymentStatus, ProviderStatus


@pytest.fixture
async def shop(pool) -> Shop:
    shop = Shop(pool)
    await shop.open(MUG=5)
    return shop


async def failed_attempt(shop: Shop) -> tuple[OrderId, str]:
    """Place an order whose first attempt the provider calls failed; return its page's name too."""
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    ref = (await shop.state(order_id)).newest_payment.provider_ref
    assert ref is not None
    shop.provider.turn(ref, ProviderStatus.FAILED, "card_declined")
    await shop.checkout.settle(order_id)
    return order_id, ref


async def pays_after_all(shop: Shop, order_id: OrderId, ref: str) -> None:
    """Let the failed attempt succeed, and the provider tell it."""
    shop.provider.turn(ref, ProviderStatus.SUCCEEDED)
    first = min((await shop.state(order_id)).payments, key=lambda payment: payment.attempt)
    event = shop.provider.event("late", first.id, shop.clock.now())
    await shop.checkout.receive_event(event, "signed")
    await shop.inbox.run_once()


async def test_the_page_of_the_next_attempt_takes_no_second_payment(shop) -> None:
    order_id, ref = await failed_attempt(shop)
    await shop.checkout.start_payment(order_id)
    second = (await shop.state(order_id)).newest_payment
    assert second.provider_ref is not None

    await pays_after_all(shop, order_id, ref)

    state = await shop.state(order_id)
    assert state.status is OrderStatus.PAID
    assert state.newest_payment.status is PaymentStatus.CANCELED
    assert shop.provider.sessions[second.provider_ref].status is ProviderStatus.CANCELED
    await shop.check(settled=True)


async def test_a_page_that_could_not_be_closed_is_closed_by_the_reconciler(shop) -> None:
    order_id, ref = await failed_attempt(shop)
    await shop.checkout.start_payment(order_id)
    shop.provider.before = fails({"cancel": 1})
    await pays_after_all(shop, order_id, ref)
    assert (await shop.state(order_id)).newest_payment.is_live

    shop.later(minutes=2)
    await shop.reconciler.run_once()

    assert (await shop.state(order_id)).newest_payment.status is PaymentStatus.CANCELED
    await shop.check(settled=True)


async def test_a_refund_is_pushed_although_the_newest_attempt_never_reached_the_provider(shop) -> None:
    order_id, ref = await failed_attempt(shop)
    shop.provider.before = fails({"create_session": 1}, GatewayRefused)
    with pytest.raises(GatewayRefused):
        await shop.checkout.start_payment(order_id)
    await pays_after_all(shop, order_id, ref)
    shop.provider.before = fails({"refund": 1})
    await shop.checkout.refund_order(order_id, None, reason="", attempt=named("refund-all"))
    assert (await shop.state(order_id)).status is OrderStatus.PAID

    shop.later(minutes=2)
    await shop.reconciler.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.REFUNDED
    await shop.check(settled=True)


async def test_money_in_review_is_not_accepted_while_a_refund_may_still_fail(shop) -> None:
    order_id = await shop.ordered()
    total = (await shop.state(order_id)).total
    await shop.pay(order_id, total + Money(300, "EUR"))
    await shop.checkout.settle(order_id)
    shop.provider.before = fails({"refund": 1})
    too_much = Money(300, "EUR")
    await shop.checkout.refund_order(order_id, too_much, reason="", attempt=named("refund-300"))

    with pytest.raises(ReviewNotAcceptable):
        await shop.checkout.accept_review(order_id)

    assert (await shop.state(order_id)).status is OrderStatus.REVIEW
    await shop.heal()
    await shop.checkout.accept_review(order_id)
    assert (await shop.state(order_id)).status is OrderStatus.PAID
    await shop.check(settled=True)
