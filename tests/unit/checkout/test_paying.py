"""Paying: starting, settling from every side, canceling, refunding; and everything that may go wrong."""

import asyncpg
import pytest
from tests.helpers.checkout import EBOOK, MUG, TEA, Shop, named
from tests.helpers.provider import Crash, fails
from tests.helpers.telemetry import Notes

from vivamarket.checkout.errors import OrderNotCancelable, OrderNotPayable, OrderNotRefundable
from vivamarket.checkout.model import CancelReason
from vivamarket.checkout.repairs import Inbox
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.errors import BadSignature, GatewayRefused, GatewayUnavailable, NothingToRefund
from vivamarket.payments.model import PaymentStatus, ProviderStatus, RefundStatus


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    shop = Shop(pool)
    await shop.open(MUG=2, TEA=3)
    return shop


async def test_the_return_page_settles_a_paid_order(shop: Shop) -> None:
    order_id = await shop.ordered((MUG, 1), (TEA, 2))
    await shop.pay(order_id)

    state = await shop.checkout.settle(order_id)

    assert (state.status, state.newest_payment.status) == (OrderStatus.PAID, PaymentStatus.SUCCEEDED)
    level = (await shop.stock.levels([MUG]))[MUG]
    assert (level.held, level.claimed, level.on_hand) == (0, 1, 2)
    await shop.check(settled=True)


async def test_the_webhook_alone_settles(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.pay(order_id)
    await shop.webhook(order_id, "evt_1")

    assert await shop.inbox.run_once() == 1

    assert (await shop.state(order_id)).status is OrderStatus.PAID
    assert await shop.inbox.run_once() == 0
    await shop.check(settled=True)


async def test_an_event_leaves_the_first_word_to_the_return_page(shop: Shop) -> None:
    patient = Inbox(
        inbox=shop.database.inbox,
        store=shop.store,
        settlement=shop.settlement,
        clock=shop.clock,
        patience_seconds=1.0,
    )
    returned, left = await shop.ordered(), await shop.ordered()
    for order_id in (returned, left):
        await shop.pay(order_id)
        await shop.webhook(order_id, f"evt_{order_id}")

    at_once = await patient.run_once()
    await shop.checkout.settle(returned)
    asked = shop.provider.calls["retrieve"]
    shop.later(seconds=1)
    in_the_end = await patient.run_once()

    assert (at_once, in_the_end) == (0, 2)
    assert {(await shop.state(each)).status for each in (returned, left)} == {OrderStatus.PAID}
    assert shop.provider.calls["retrieve"] == asked + 1


async def test_the_reconciler_alone_settles_within_a_minute(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.pay(order_id)

    shop.later(seconds=61)
    await shop.reconciler.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.PAID


async def test_settling_again_and_again_changes_nothing(shop: Shop, pool: asyncpg.Pool) -> None:
    order_id = await shop.paid()
    before = await pool.fetchval("SELECT count(*) FROM order_step")

    for name in ("evt_1", "evt_1", "evt_2"):
        await shop.webhook(order_id, name)
        await shop.inbox.run_once()
        await shop.checkout.settle(order_id)

    assert await pool.fetchval("SELECT count(*) FROM order_step") == before
    assert await pool.fetchval("SELECT count(*) FROM inbox WHERE done_at IS NULL") == 0
    await shop.check(settled=True)


async def test_two_tabs_get_one_page(shop: Shop) -> None:
    order_id = await shop.ordered()

    first = await shop.checkout.start_payment(order_id)
    second = await shop.checkout.start_payment(order_id)

    assert first == second
    assert first.redirect_url == "https://pay.example/cs_1"
    assert len(shop.provider.sessions) == 1


async def test_a_failed_payment_may_be_tried_again_with_a_new_page(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.turn("cs_1", ProviderStatus.FAILED, "card_declined")

    state = await shop.checkout.settle(order_id)
    assert (state.status, state.newest_payment.failure_code) == (OrderStatus.PENDING_PAYMENT, "card_declined")
    again = await shop.checkout.start_payment(order_id)

    assert again.redirect_url == "https://pay.example/cs_2"
    shop.provider.pay("cs_2")
    assert (await shop.checkout.settle(order_id)).status is OrderStatus.PAID
    await shop.check(settled=True)


async def test_an_order_of_nothing_but_zero_needs_no_provider(shop: Shop, pool: asyncpg.Pool) -> None:
    order_id = await shop.ordered((EBOOK, 1))
    await pool.execute("UPDATE orders SET total = 0, goods = 0, tax = 0, shipping = 0")
    await pool.execute("UPDATE payment SET amount = 0")

    start = await shop.checkout.start_payment(order_id)

    assert (start.status, start.redirect_url) == (PaymentStatus.SUCCEEDED, None)
    assert (await shop.state(order_id)).status is OrderStatus.PAID
    assert not shop.provider.sessions


async def test_another_amount_than_the_total_needs_a_person(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.pay(order_id, Money(1, "EUR"))

    state = await shop.checkout.settle(order_id)

    assert state.status is OrderStatus.REVIEW
    await shop.check(settled=True)


async def test_the_answer_to_opening_a_page_may_be_lost(shop: Shop) -> None:
    order_id = await shop.ordered()
    shop.provider.after = fails({"create_session": 1})
    with pytest.raises(GatewayUnavailable):
        await shop.checkout.start_payment(order_id)
    assert (await shop.state(order_id)).newest_payment.status is PaymentStatus.REQUESTED

    start = await shop.checkout.start_payment(order_id)

    assert start.redirect_url == "https://pay.example/cs_1"
    assert len(shop.provider.sessions) == 1


async def test_a_refused_page_fails_the_attempt_and_asks_never_again(shop: Shop) -> None:
    order_id = await shop.ordered()
    shop.provider.before = fails({"create_session": 1}, refused)
    with pytest.raises(GatewayRefused):
        await shop.checkout.start_payment(order_id)
    calls = shop.provider.calls.total()

    state = await shop.checkout.settle(order_id)

    assert (state.newest_payment.status, state.newest_payment.failure_code) == (
        PaymentStatus.FAILED,
        "amount_too_small",
    )
    assert shop.provider.calls.total() == calls
    assert (await shop.checkout.start_payment(order_id)).status is PaymentStatus.REQUIRES_ACTION


def refused(_: str) -> GatewayRefused:
    return GatewayRefused("no", failure_code="amount_too_small")


async def test_canceling_asks_the_provider_first_and_then_frees_the_stock(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)

    state = await shop.checkout.cancel_order(order_id)

    assert state.status is OrderStatus.CANCELED
    assert shop.provider.sessions["cs_1"].status is ProviderStatus.CANCELED
    assert (await shop.stock.available([MUG]))[MUG] == 2
    with pytest.raises(OrderNotPayable):
        await shop.checkout.start_payment(order_id)
    await shop.check(settled=True)


async def test_canceling_what_was_never_to_be_paid_needs_no_provider(shop: Shop) -> None:
    order_id = await shop.ordered()

    assert (await shop.checkout.cancel_order(order_id)).status is OrderStatus.CANCELED
    assert (await shop.checkout.cancel_order(order_id)).status is OrderStatus.CANCELED
    assert not shop.provider.calls
    await shop.check(settled=True)


async def test_the_stock_stays_held_while_the_provider_does_not_confirm(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.before = fails({"cancel": 2})

    with pytest.raises(GatewayUnavailable):
        await shop.checkout.cancel_order(order_id)
    assert (await shop.stock.available([MUG]))[MUG] == 1
    shop.later(seconds=31)
    await shop.expiry.run_once()
    assert (await shop.state(order_id)).status is OrderStatus.CANCELING
    shop.later(seconds=31)
    await shop.expiry.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.CANCELED
    assert (await shop.stock.available([MUG]))[MUG] == 2


async def test_money_that_is_faster_than_the_cancellation_wins(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.pay(order_id)

    assert (await shop.checkout.cancel_order(order_id)).status is OrderStatus.PAID
    with pytest.raises(OrderNotCancelable):
        await shop.checkout.cancel_order(order_id)
    await shop.check(settled=True)


async def test_an_unpaid_order_expires_and_frees_its_stock(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)

    shop.later(minutes=14)
    await shop.expiry.run_once()
    assert (await shop.state(order_id)).status is OrderStatus.PENDING_PAYMENT
    shop.later(minutes=1, seconds=1)
    await shop.expiry.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.EXPIRED
    assert (await shop.stock.available([MUG]))[MUG] == 2
    await shop.check(settled=True)


async def test_an_order_whose_page_request_was_lost_still_expires(shop: Shop) -> None:
    order_id = await shop.ordered()
    shop.provider.before = fails({"create_session": 1}, Crash)
    with pytest.raises(Crash):
        await shop.checkout.start_payment(order_id)

    shop.later(minutes=16)
    await shop.expiry.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.EXPIRED
    assert shop.provider.sessions["cs_1"].status is ProviderStatus.CANCELED
    await shop.check(settled=True)


async def test_a_request_older_than_the_providers_memory_is_looked_for_never_repeated(
    shop: Shop,
) -> None:
    order_id = await shop.ordered()
    shop.provider.before = fails({"create_session": 1})
    with pytest.raises(GatewayUnavailable):
        await shop.checkout.start_payment(order_id)

    shop.later(hours=30)
    await shop.expiry.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.EXPIRED
    assert shop.provider.calls["create_session"] == 1
    assert shop.provider.calls["find"] == 1


async def test_a_late_payment_takes_the_stock_again_when_it_is_there(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    await shop.checkout.cancel_order(order_id, CancelReason.STAFF)
    shop.provider.turn("cs_1", ProviderStatus.OPEN)
    shop.provider.pay("cs_1")

    state = await shop.checkout.settle(order_id)

    assert state.status is OrderStatus.PAID
    assert (await shop.stock.levels([MUG]))[MUG].claimed == 1
    await shop.check(settled=True)


async def test_a_late_payment_without_stock_goes_back_at_once(shop: Shop) -> None:
    order_id = await shop.ordered((MUG, 2))
    await shop.checkout.start_payment(order_id)
    await shop.checkout.cancel_order(order_id)
    await shop.paid((MUG, 1))
    shop.provider.turn("cs_1", ProviderStatus.OPEN)
    shop.provider.pay("cs_1")

    await shop.checkout.settle(order_id)

    state = await shop.state(order_id)
    assert state.status is OrderStatus.REFUNDED
    assert state.refunds[0].amount == state.total
    await shop.check(settled=True)


async def test_a_late_payment_that_cannot_go_back_needs_a_person(shop: Shop) -> None:
    order_id = await shop.ordered((MUG, 2))
    await shop.checkout.start_payment(order_id)
    await shop.checkout.cancel_order(order_id)
    await shop.paid((MUG, 1))
    shop.provider.turn("cs_1", ProviderStatus.OPEN)
    shop.provider.pay("cs_1")
    shop.provider.refunds_fail = True

    await shop.checkout.settle(order_id)

    assert (await shop.state(order_id)).status is OrderStatus.REVIEW
    await shop.check()


async def test_a_second_payment_of_a_paid_order_goes_back(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.turn("cs_1", ProviderStatus.FAILED, "card_declined")
    await shop.checkout.settle(order_id)
    await shop.pay(order_id)
    await shop.checkout.settle(order_id)
    shop.provider.turn("cs_1", ProviderStatus.OPEN)
    shop.provider.pay("cs_1")
    first = min((await shop.state(order_id)).payments, key=lambda payment: payment.attempt)
    await shop.checkout.receive_event(shop.provider.event("evt_9", first.id, shop.clock.now()), "signed")

    await shop.inbox.run_once()

    state = await shop.state(order_id)
    assert (state.status, state.captured - state.refunded) == (OrderStatus.PAID, state.total)
    await shop.check(settled=True)


async def test_a_full_refund_gives_money_and_stock_back_once(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 1), (TEA, 1))

    for _ in range(2):
        state = await shop.checkout.refund_order(order_id, None, reason="broken", attempt=named("refund-1"))

    assert (state.status, len(state.refunds)) == (OrderStatus.REFUNDED, 1)
    assert (await shop.stock.available([MUG]))[MUG] == 2
    with pytest.raises(OrderNotRefundable):
        await shop.checkout.refund_order(order_id, None, reason="again", attempt=named("refund-2"))
    await shop.check(settled=True)


async def test_partial_refunds_add_up_to_the_whole_and_never_more(shop: Shop) -> None:
    order_id = await shop.paid((MUG, 1), (TEA, 1))
    total = (await shop.state(order_id)).total

    await shop.checkout.refund_order(order_id, Money(333, "EUR"), reason="", attempt=named("refund-1"))
    assert (await shop.state(order_id)).status is OrderStatus.PARTIALLY_REFUNDED
    with pytest.raises(NothingToRefund):
        await shop.checkout.refund_order(order_id, total, reason="", attempt=named("refund-2"))
    await shop.checkout.refund_order(order_id, None, reason="", attempt=named("refund-3"))

    assert (await shop.state(order_id)).status is OrderStatus.REFUNDED
    await shop.check(settled=True)


async def test_a_refund_whose_answer_was_lost_is_finished_by_the_worker_and_made_once(shop: Shop) -> None:
    order_id = await shop.paid()
    shop.provider.after = fails({"refund": 1})

    state = await shop.checkout.refund_order(order_id, None, reason="", attempt=named("refund-1"))
    assert state.refunds[0].status is RefundStatus.NEW
    shop.later(seconds=31)
    await shop.reconciler.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.REFUNDED
    assert len(shop.provider.refunds) == 1
    await shop.check(settled=True)


async def test_a_webhook_that_is_not_signed_is_not_kept(shop: Shop, pool: asyncpg.Pool) -> None:
    with pytest.raises(BadSignature):
        await shop.checkout.receive_event(b"{}", "forged")
    assert await pool.fetchval("SELECT count(*) FROM inbox") == 0


async def test_an_event_about_nobody_is_done_without_effect(shop: Shop, pool: asyncpg.Pool) -> None:
    await shop.checkout.receive_event(shop.provider.event("evt_1", None, shop.clock.now()), "signed")

    await shop.inbox.run_once()

    assert await pool.fetchval("SELECT done_at IS NOT NULL FROM inbox")


async def test_what_succeeded_is_not_asked_about_again(shop: Shop, pool: asyncpg.Pool) -> None:
    order_id = await shop.paid()
    asked = shop.provider.calls.total()
    await shop.webhook(order_id, "evt_1")

    await shop.checkout.settle(order_id)
    await shop.inbox.run_once()

    assert shop.provider.calls.total() == asked
    assert await pool.fetchval("SELECT done_at IS NOT NULL FROM inbox")
    await shop.check(settled=True)


async def test_an_event_of_an_open_refund_pushes_it(shop: Shop) -> None:
    order_id = await shop.paid()
    shop.provider.before = fails({"refund": 1})
    await shop.checkout.refund_order(order_id, None, reason="", attempt=named("refund-key-1"))
    await shop.webhook(order_id, "evt_1")

    await shop.inbox.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.REFUNDED
    await shop.check(settled=True)


async def test_a_poisonous_event_is_buried_and_blocks_nobody(shop: Shop, pool: asyncpg.Pool) -> None:
    poisoned, sound = await shop.ordered(), await shop.ordered()
    await shop.pay(poisoned)
    await shop.pay(sound)
    await shop.webhook(poisoned, "evt_bad")
    await shop.webhook(sound, "evt_good")
    del shop.provider.sessions["cs_1"]

    for _ in range(12):
        await shop.inbox.run_once()
        shop.later(minutes=6)

    assert (await shop.state(sound)).status is OrderStatus.PAID
    assert await pool.fetchval("SELECT died_at IS NOT NULL FROM inbox WHERE event_id = 'evt_bad'")


async def test_a_revived_event_has_its_effect_once_what_hurt_it_is_gone(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.pay(order_id)
    await shop.webhook(order_id, "evt_bad")
    session = shop.provider.sessions.pop("cs_1")
    for _ in range(12):
        await shop.inbox.run_once()
        shop.later(minutes=6)
    (dead,) = await shop.database.inbox.dead_letters(10)
    shop.provider.sessions["cs_1"] = session

    assert await shop.database.inbox.revive(dead.event.event_id, shop.clock.now())
    await shop.inbox.run_once()

    assert (await shop.state(order_id)).status is OrderStatus.PAID
    await shop.check(settled=True)


async def test_a_provider_that_is_down_buries_no_event(shop: Shop, pool: asyncpg.Pool) -> None:
    order_id = await shop.ordered()
    await shop.pay(order_id)
    await shop.webhook(order_id, "evt_1")
    shop.provider.before = fails({"retrieve": 15})

    for _ in range(17):
        await shop.inbox.run_once()
        shop.later(minutes=6)

    assert (await shop.state(order_id)).status is OrderStatus.PAID


async def test_every_step_of_a_checkout_is_measured(pool: asyncpg.Pool) -> None:
    notes = Notes()
    shop = Shop(pool, telemetry=notes)
    await shop.open(MUG=1)

    await shop.paid((MUG, 1))
    await shop.checkout.cancel_order(await shop.ordered((EBOOK, 1)))

    steps = ["checkout.quote", "checkout.quote", "checkout.place"]
    assert notes.spans == [
        *steps,
        "checkout.start_payment",
        "checkout.settle",
        *steps,
        "checkout.cancel",
    ]
