"""Paying, settling, canceling, expiring, refunding: at once, from two processes, and each happens once."""

from __future__ import annotations

import asyncio

from tests.helpers.checkout import MUG, TEA, named
from tests.helpers.race import CALLERS, Race, at_once, outcomes

from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.checkout.model import CancelReason, OrderState
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.model import RefundStatus


async def test_many_tabs_that_start_to_pay_get_one_page(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        await race.restock(MUG=1)
        order_id = await race.shop.ordered()

        starts = await at_once([race[n].checkout.start_payment(order_id) for n in range(CALLERS)])

        assert len({start.redirect_url for start in starts}) == 1
        assert len(race.shop.provider.sessions) == number + 1
        await race.check()


async def test_webhooks_return_pages_and_reconciler_at_once_have_one_effect(
    race: Race, rounds: range
) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        await race.restock(MUG=1)
        order_id = await race.shop.ordered()
        await race.shop.pay(order_id)
        for name in ("a", "b", "c"):
            await race.shop.webhook(order_id, f"evt_{number}_{name}")
        race.shop.later(seconds=61)

        await outcomes(
            [
                *(race[n].checkout.settle(order_id) for n in range(CALLERS - 16)),
                *(race[n].inbox.run_once() for n in range(8)),
                *(race[n].reconciler.run_once() for n in range(8)),
            ]
        )

        order = next(each for each in (await race.shop.evidence.read()).orders if each.state.id == order_id)
        assert [step.event for step in order.steps].count("paid") == 1
        await race.check()


async def test_one_event_that_comes_many_times_at_once_is_kept_once(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        await race.restock(MUG=1)
        order_id = await race.shop.ordered()
        await race.shop.pay(order_id)
        payment_id = (await race.shop.state(order_id)).newest_payment.id
        body = race.shop.provider.event(f"evt_{number}", payment_id, race.shop.clock.now())

        await at_once([race[n].checkout.receive_event(body, "signed") for n in range(CALLERS)])
        handled = sum(await at_once([race[n].inbox.run_once() for n in range(8)]))

        assert handled == 1
        assert (await race.shop.state(order_id)).status is OrderStatus.PAID
        await race.check()


async def test_cancel_pay_and_expire_at_once_end_in_one_of_them(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0)
    for _ in rounds:
        await race.restock(MUG=16)
        orders = [await race.shop.ordered() for _ in range(16)]
        for order_id in orders:
            await race.shop.checkout.start_payment(order_id)
        race.shop.later(minutes=15, seconds=1)

        await outcomes(
            [
                *(_pay(race, order_id) for order_id in orders),
                *(race[n].expiry.run_once() for n in range(8)),
                *(race[n].checkout.cancel_order(order_id) for n, order_id in enumerate(orders[::2])),
                *(race[n].checkout.settle(order_id) for n, order_id in enumerate(orders)),
            ]
        )

        await race.shop.heal()
        await race.shop.check(settled=True)
        statuses = {(await race.shop.state(order_id)).status for order_id in orders}
        assert statuses <= {OrderStatus.PAID, OrderStatus.EXPIRED, OrderStatus.CANCELED}


async def test_canceling_and_starting_to_pay_at_once_leave_no_live_payment_behind(
    race: Race, rounds: range
) -> None:
    await race.shop.open(MUG=0)
    for _ in rounds:
        await race.restock(MUG=1)
        order_id = await race.shop.ordered()

        await outcomes(
            [
                *(race[n].checkout.start_payment(order_id) for n in range(CALLERS // 2)),
                *(
                    race[n].checkout.cancel_order(
                        order_id, (CancelReason.CUSTOMER, CancelReason.STAFF)[n % 2]
                    )
                    for n in range(CALLERS // 2)
                ),
            ]
        )

        await race.shop.heal()
        state = await race.shop.state(order_id)
        assert state.status is OrderStatus.CANCELED
        assert not any(payment.is_live for payment in state.payments)
        await race.shop.check(settled=True)


async def test_one_refund_asked_for_many_times_is_one_refund(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        await race.restock(MUG=2)
        order_id = await race.shop.paid((MUG, 2))
        part = _share(await race.shop.state(order_id), 3)

        await at_once(
            [
                race[n].checkout.refund_order(order_id, part, reason="", attempt=named(f"refund-{number}"))
                for n in range(CALLERS)
            ]
        )

        state = await race.shop.state(order_id)
        assert [refund.amount for refund in state.refunds] == [part]
        await race.check()


async def test_different_refunds_never_exceed_what_was_paid(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        await race.restock(MUG=2)
        order_id = await race.shop.paid((MUG, 2))
        part = _share(await race.shop.state(order_id), 5)

        counts = await outcomes(
            [
                race[n].checkout.refund_order(
                    order_id, part, reason="", attempt=named(f"refund-{number}-{n}")
                )
                for n in range(CALLERS)
            ]
        )

        assert counts == {"OrderState": 4, "NothingToRefund": CALLERS - 4}
        await race.check()


async def test_refunds_of_all_that_is_left_give_it_back_once(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0, TEA=0)
    for number in rounds:
        await race.restock(MUG=1, TEA=2)
        order_id = await race.shop.paid((MUG, 1), (TEA, 2))

        counts = await outcomes(
            [
                race[n].checkout.refund_order(
                    order_id, None, reason="", attempt=named(f"all-of-{number}-{n}")
                )
                for n in range(CALLERS)
            ]
        )

        state = await race.shop.state(order_id)
        assert counts["OrderState"] == 1
        assert state.status is OrderStatus.REFUNDED
        assert [refund.status for refund in state.refunds] == [RefundStatus.SUCCEEDED]
        await race.check()


async def test_one_unit_of_a_line_goes_back_once_however_many_ask(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0, TEA=0)
    for number in rounds:
        await race.restock(MUG=3, TEA=1)
        order_id = await race.shop.paid((MUG, 3), (TEA, 1))
        one_mug = RefundWish(lines=(RefundLine(1, 1),))

        counts = await outcomes(
            [
                race[n].checkout.refund_order(order_id, one_mug, attempt=named(f"unit-{number}-{n}"))
                for n in range(CALLERS)
            ]
        )

        assert counts["OrderState"] == 3
        assert set(counts) == {"OrderState", "NothingToRefund"}
        await race.check()


async def test_units_shipping_and_goodwill_at_once_never_exceed_what_was_paid(
    race: Race, rounds: range
) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        await race.restock(MUG=4)
        order_id = await race.shop.paid((MUG, 4))
        wishes = [
            RefundWish(lines=(RefundLine(1, 1),)),
            RefundWish(lines=(RefundLine(1, 3),)),
            RefundWish(shipping=Money(390, "EUR")),
            RefundWish(goodwill=Money(700, "EUR")),
        ]

        await outcomes(
            [
                race[n].checkout.refund_order(order_id, wishes[n % 4], attempt=named(f"mixed-{number}-{n}"))
                for n in range(CALLERS)
            ]
        )

        state = await race.shop.state(order_id)
        assert state.refunded <= state.captured
        await race.shop.heal()
        await race.shop.check(settled=True)


async def test_an_order_in_review_is_accepted_once_or_given_back_and_never_both(
    race: Race, rounds: range
) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        await race.restock(MUG=2)
        order_ids = [await _in_review(race, f"{number}-{n}") for n in range(2)]

        await outcomes([race[n].checkout.accept_review(order_ids[0]) for n in range(CALLERS)])
        await outcomes(
            [
                *(race[n].checkout.accept_review(order_ids[1]) for n in range(CALLERS // 2)),
                *(
                    race[n].checkout.refund_order(order_ids[1], None, attempt=named(f"back-{number}-{n}"))
                    for n in range(CALLERS // 2)
                ),
            ]
        )

        orders = {each.state.id: each for each in (await race.shop.evidence.read()).orders}
        assert orders[order_ids[0]].state.status is OrderStatus.PAID
        assert [step.event for step in orders[order_ids[0]].steps].count("accepted") == 1
        assert orders[order_ids[1]].state.status is OrderStatus.REFUNDED
        await race.shop.heal()
        await race.shop.check(settled=True)


async def _in_review(race: Race, name: str) -> OrderId:
    """Let a shopper pay a euro too much, and give that back: the rest is the order's total."""
    order_id = await race.shop.ordered((MUG, 1))
    total = (await race.shop.state(order_id)).total
    too_much = Money(100, total.currency)
    await race.shop.pay(order_id, total + too_much)
    await race.shop.checkout.settle(order_id)
    state = await race.shop.checkout.refund_order(order_id, too_much, attempt=named(f"too-much-{name}"))
    assert state.status is OrderStatus.REVIEW
    return order_id


async def _pay(race: Race, order_id: OrderId) -> None:
    await asyncio.sleep(0)
    await race.shop.pay(order_id)
    await race[1].checkout.settle(order_id)


def _share(state: OrderState, parts: int) -> Money:
    """Return a little more than that share of the total, so that one refund fewer fits."""
    return Money(state.total.minor_units // parts + 1, state.total.currency)
