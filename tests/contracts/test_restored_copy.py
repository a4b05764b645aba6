"""A shop that was restored from a safety copy meets money for payment pages that its records never saw."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.checkout import MUG, Shop, named

from vivamarket.kernel.ids import OrderId, OrderNumber, PaymentId
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.model import (
    PaymentStatus,
    ProviderRefund,
    ProviderStatus,
    RefundStatus,
    SessionRequest,
)
from vivamarket.payments.statement import DifferenceKind, ReconciliationReport


async def paid_after_the_copy(
    shop: Shop, order_id: OrderId, payment_id: PaymentId | None = None, amount: Money | None = None
) -> str:
    """Open a payment page and pay there, both forgotten by the records; return the page's name."""
    state = await shop.state(order_id)
    request = SessionRequest(
        payment_id=payment_id or state.newest_payment.id,
        order_id=order_id,
        order_number=state.number,
        amount=state.total,
        email="jo@example.com",
        locale="en",
        lines=(),
        success_url="https://shop.example/",
        cancel_url="https://shop.example/",
        expires_at=shop.clock.now() + timedelta(hours=23),
    )
    opened = await shop.provider.create_session(request, f"before-the-failure:{request.payment_id}")
    shop.provider.pay(opened.provider_ref, amount)
    return opened.provider_ref


def fresh(shop: Shop) -> PaymentId:
    return PaymentId(shop.ids.uuid7())


def found(report: ReconciliationReport) -> list[tuple[DifferenceKind, bool]]:
    return [(each.kind, each.settled) for each in report.differences]


async def test_an_order_whose_page_was_opened_after_the_copy_is_paid_by_the_comparison(shop: Shop) -> None:
    order_id = await shop.ordered()
    await paid_after_the_copy(shop, order_id)

    report = await shop.comparison.run()

    assert (found(report), report.open_count) == ([(DifferenceKind.STATUS, True)], 0)
    assert (await shop.state(order_id)).status is OrderStatus.PAID
    await shop.check(settled=True)
    assert (await shop.comparison.run()).differences == ()


async def test_an_order_that_expired_meanwhile_takes_its_stock_again(shop: Shop) -> None:
    order_id = await shop.ordered()
    await paid_after_the_copy(shop, order_id)
    await shop.heal()
    assert (await shop.state(order_id)).status is OrderStatus.EXPIRED

    await shop.comparison.run()

    assert (await shop.state(order_id)).status is OrderStatus.PAID
    await shop.check(settled=True)


async def test_without_the_stock_the_money_goes_back_once(shop: Shop) -> None:
    order_id = await shop.ordered((MUG, 50))
    await paid_after_the_copy(shop, order_id)
    await shop.heal()
    await shop.paid((MUG, 1))

    for _ in range(2):
        await shop.comparison.run()

    state = await shop.state(order_id)
    assert (state.status, state.captured, state.refunded) == (OrderStatus.REFUNDED, state.total, state.total)
    assert len(shop.provider.refunds) == 1
    await shop.check(settled=True)


async def test_the_next_attempt_which_the_copy_never_saw_pays_the_order(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.turn("cs_1", ProviderStatus.FAILED, "card_declined")
    await shop.checkout.settle(order_id)
    second = fresh(shop)
    await paid_after_the_copy(shop, order_id, second)

    report = await shop.comparison.run()

    state = await shop.state(order_id)
    assert found(report) == [(DifferenceKind.UNKNOWN_TO_US, True)]
    assert (state.status, state.payment(second).status) == (OrderStatus.PAID, PaymentStatus.SUCCEEDED)
    await shop.check(settled=True)


async def test_a_page_opened_anew_is_closed_when_the_forgotten_one_was_paid(shop: Shop) -> None:
    order_id = await shop.ordered()
    forgotten = fresh(shop)
    await paid_after_the_copy(shop, order_id, forgotten)
    page = (await shop.checkout.start_payment(order_id)).payment_id

    await shop.comparison.run()

    state = await shop.state(order_id)
    assert (state.status, state.payment(page).status) == (OrderStatus.PAID, PaymentStatus.CANCELED)
    await shop.check(settled=True)


async def test_the_second_money_of_one_order_goes_back(shop: Shop) -> None:
    order_id = await shop.ordered()
    first = (await shop.state(order_id)).newest_payment.id
    await paid_after_the_copy(shop, order_id, first)
    await shop.pay(order_id)
    await shop.checkout.settle(order_id)

    for _ in range(2):
        await shop.comparison.run()

    state = await shop.state(order_id)
    assert (state.status, state.captured, state.refunded) == (OrderStatus.PAID, state.total * 2, state.total)
    assert len(shop.provider.refunds) == 1
    await shop.check(settled=True)


async def test_money_that_was_given_back_at_the_provider_is_not_given_back_again(shop: Shop) -> None:
    order_id = await shop.ordered()
    total = (await shop.state(order_id)).total
    await paid_after_the_copy(shop, order_id)
    by_hand = ProviderRefund(provider_ref="re_9", status=RefundStatus.SUCCEEDED, amount=total)
    shop.provider.refunds["re_9"] = (by_hand, order_id, "by hand")
    await shop.heal()

    report = await shop.comparison.run()

    assert (report.differences, report.open_count) == ((), 0)
    assert (await shop.state(order_id)).status is OrderStatus.EXPIRED
    assert len(shop.provider.refunds) == 1


async def test_money_of_which_a_part_was_given_back_without_us_is_left_to_staff(shop: Shop) -> None:
    order_id = await shop.ordered()
    await paid_after_the_copy(shop, order_id)
    by_hand = ProviderRefund(provider_ref="re_9", status=RefundStatus.SUCCEEDED, amount=Money(1, "EUR"))
    shop.provider.refunds["re_9"] = (by_hand, order_id, "by hand")

    report = await shop.comparison.run()

    assert found(report) == [(DifferenceKind.STATUS, False)]
    assert (await shop.state(order_id)).status is OrderStatus.PENDING_PAYMENT


async def test_another_amount_than_the_total_goes_into_review(shop: Shop) -> None:
    order_id = await shop.ordered()
    await paid_after_the_copy(shop, order_id, amount=Money(1, "EUR"))

    await shop.comparison.run()

    assert (await shop.state(order_id)).status is OrderStatus.REVIEW
    await shop.check(settled=True)


async def test_money_of_an_order_that_the_copy_does_not_have_is_named_and_kept(shop: Shop) -> None:
    order_id = await shop.ordered()
    ref = await paid_after_the_copy(shop, order_id, fresh(shop))
    stranger = OrderId(shop.ids.uuid7())
    shop.provider.requests[ref] = replace(
        shop.provider.requests[ref], order_id=stranger, order_number=OrderNumber("VM-AAAAAA")
    )

    report = await shop.comparison.run()

    (difference,) = report.differences
    assert (difference.kind, difference.settled) == (DifferenceKind.UNKNOWN_TO_US, False)
    assert (difference.order_id, difference.provider_payment_ref) == (stranger, f"pi_{ref}")
    assert shop.provider.refunds == {}


async def test_money_unknown_to_us_that_was_given_back_whole_is_no_difference_any_more(shop: Shop) -> None:
    order_id = await shop.ordered()
    total = (await shop.state(order_id)).total
    ref = await paid_after_the_copy(shop, order_id, fresh(shop))
    stranger = OrderId(shop.ids.uuid7())
    shop.provider.requests[ref] = replace(shop.provider.requests[ref], order_id=stranger)
    by_hand = ProviderRefund(provider_ref="re_9", status=RefundStatus.SUCCEEDED, amount=total)
    shop.provider.refunds["re_9"] = (by_hand, stranger, "by hand")

    assert (await shop.comparison.run()).differences == ()


@pytest.mark.parametrize("told", ["the page", "the money"])
async def test_the_providers_message_about_a_forgotten_page_pays_the_order(shop: Shop, told: str) -> None:
    order_id = await shop.ordered()
    page = await paid_after_the_copy(shop, order_id)
    payment_id = (await shop.state(order_id)).newest_payment.id
    event = shop.provider.event(
        "told", payment_id, shop.clock.now(), ref=page if told == "the page" else f"pi_{page}"
    )
    await shop.checkout.receive_event(event, "signed")

    await shop.inbox.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.PAID
    await shop.check(settled=True)


async def test_a_message_about_a_page_that_is_gone_has_no_effect_and_is_done(shop: Shop) -> None:
    order_id = await shop.ordered()
    payment_id = (await shop.state(order_id)).newest_payment.id
    event = shop.provider.event("told", payment_id, shop.clock.now(), ref="cs_gone")
    await shop.checkout.receive_event(event, "signed")

    await shop.inbox.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.PENDING_PAYMENT
    shop.later(minutes=10)
    assert await shop.inbox.run_once() == 0


async def test_a_refund_of_adopted_money_is_an_ordinary_one(shop: Shop) -> None:
    order_id = await shop.ordered()
    await paid_after_the_copy(shop, order_id)
    await shop.comparison.run()

    await shop.checkout.refund_order(order_id, None, attempt=named("refund-1"))

    assert (await shop.state(order_id)).status is OrderStatus.REFUNDED
    await shop.check(settled=True)
