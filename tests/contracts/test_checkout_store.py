"""What every CheckoutStore promises: decide under the lock, write all or nothing, hand out what is due."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON
from tests.helpers.checkout import MUG, Shop, named
from tests.helpers.provider import fails
from tests.helpers.stores import Database

from vivamarket.checkout import capturing, decisions
from vivamarket.checkout.model import CancelReason, Change, OrderState
from vivamarket.checkout.ports import CheckoutStore
from vivamarket.kernel.errors import RuleBroken
from vivamarket.kernel.ids import OrderId, PaymentId, RefundId, uuid7
from vivamarket.kernel.money import Money
from vivamarket.orders.errors import OrderNotFound
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.errors import GatewayUnavailable, NothingToRefund
from vivamarket.payments.model import PaymentStatus, ProviderPayment, ProviderStatus

LEASE = 60.0
UNKNOWN = OrderId(uuid7(1, 1))


class Refusal(Exception):
    """A decision that says no."""


@pytest.fixture
def store(shop: Shop) -> CheckoutStore:
    return shop.store


def begin(state: OrderState) -> Change:
    return decisions.begin_payment(state, PaymentId(uuid7(2, 2)), NOON)


async def test_the_state_is_what_was_placed(shop: Shop, store: CheckoutStore) -> None:
    state = await store.state(await shop.ordered((MUG, 2)))

    assert (state.status, state.reservation) == (OrderStatus.PENDING_PAYMENT, "held")
    assert state.parts.total == state.total
    assert [(each.attempt, each.status, each.amount) for each in state.payments] == [
        (1, PaymentStatus.NEW, state.total)
    ]


async def test_a_change_is_returned_and_read_back_whole(shop: Shop, store: CheckoutStore) -> None:
    order_id = await shop.ordered()

    after = await store.change(order_id, begin, NOON)

    assert after == await store.state(order_id)
    assert after.newest_payment.status is PaymentStatus.REQUESTED


async def test_unknown_orders_are_not_found(store: CheckoutStore) -> None:
    with pytest.raises(OrderNotFound):
        await store.state(UNKNOWN)
    with pytest.raises(OrderNotFound):
        await store.change(UNKNOWN, begin, NOON)


async def test_a_decision_that_refuses_writes_nothing(shop: Shop, store: CheckoutStore) -> None:
    order_id = await shop.ordered()
    before = await store.state(order_id)

    def refuse(state: OrderState) -> Change:
        raise Refusal

    with pytest.raises(Refusal):
        await store.change(order_id, refuse, NOON)

    assert await store.state(order_id) == before


async def test_a_change_of_an_earlier_attempt_keeps_its_place(shop: Shop, store: CheckoutStore) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    first = (await store.state(order_id)).newest_payment
    assert first.provider_ref is not None
    shop.provider.turn(first.provider_ref, ProviderStatus.FAILED)
    await shop.checkout.settle(order_id)
    await shop.checkout.start_payment(order_id)

    def late(state: OrderState) -> Change:
        seen = replace(shop.provider.sessions[first.provider_ref or ""], status=ProviderStatus.SUCCEEDED)
        return decisions.observe(state, first.id, seen, refund_id=RefundId(uuid7(5, 5)), now=NOON)

    after = await store.change(order_id, late, NOON)

    assert [each.attempt for each in after.payments] == [1, 2]
    assert after == await store.state(order_id)


async def test_decisions_about_one_order_happen_one_after_the_other(
    shop: Shop, store: CheckoutStore, database: Database
) -> None:
    order_id = await shop.ordered()

    after = await asyncio.gather(*(store.change(order_id, begin, NOON) for _ in range(16)))

    assert {state.newest_payment.status for state in after} == {PaymentStatus.REQUESTED}
    (order,) = (await database.evidence.read()).orders
    assert [step.event for step in order.steps if step.machine == "payment"] == ["begun", "requested"]


async def test_no_decision_rests_on_a_state_that_is_gone(shop: Shop, store: CheckoutStore) -> None:
    order_id = await shop.paid()
    total = (await store.state(order_id)).total
    most = Money(total.minor_units // 2 + 1, total.currency)

    async def refund(number: int) -> OrderState:
        refund_id = RefundId(uuid7(4, number))
        return await store.change(
            order_id,
            lambda state: decisions.request_refund(
                state, most, refund_id=refund_id, reason="", request_key=f"refund-{number}", now=NOON
            ),
            NOON,
        )

    answers = await asyncio.gather(*(refund(number) for number in range(16)), return_exceptions=True)

    assert [type(each) for each in answers if isinstance(each, BaseException)] == [NothingToRefund] * 15
    assert [each.amount for each in (await store.state(order_id)).refunds] == [most]


async def test_an_inbox_event_and_its_effect_commit_together_once(
    shop: Shop, store: CheckoutStore, database: Database
) -> None:
    order_id = await shop.ordered()
    await shop.checkout.receive_event(shop.provider.event("evt_1", None, NOON), "signed")

    def refuse(state: OrderState) -> Change:
        raise Refusal

    with pytest.raises(Refusal):
        await store.change(order_id, refuse, NOON, inbox_event_id="evt_1")
    assert [each.event_id for each in await database.inbox.claim(NOON, LEASE, 10)] == ["evt_1"]
    await store.change(order_id, begin, NOON, inbox_event_id="evt_1")
    await store.change(order_id, refuse, NOON, inbox_event_id="evt_1")

    assert await database.inbox.claim(NOON + timedelta(days=1), LEASE, 10) == ()
    assert await database.inbox.forget(NOON + timedelta(days=1), 10) == 1


async def test_an_event_nobody_kept_marks_nothing_and_stops_nothing(shop: Shop, store: CheckoutStore) -> None:
    order_id = await shop.ordered()

    after = await store.change(order_id, begin, NOON, inbox_event_id="evt_none")

    assert after.newest_payment.status is PaymentStatus.REQUESTED


async def test_a_second_live_payment_is_impossible_even_for_a_wrong_decision(
    shop: Shop, store: CheckoutStore
) -> None:
    order_id = await shop.ordered()

    def second(state: OrderState) -> Change:
        change = begin(state)
        extra = replace(state.newest_payment, id=PaymentId(uuid7(3, 3)), attempt=2)
        return replace(change, payments=(*change.payments, extra))

    with pytest.raises(RuleBroken):
        await store.change(order_id, second, NOON)
    assert len((await store.state(order_id)).payments) == 1


async def test_payments_are_found_by_our_name_and_by_the_providers(shop: Shop, store: CheckoutStore) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    payment = (await store.state(order_id)).newest_payment

    assert await store.find_payment(payment.id, None) == (order_id, payment.id)
    assert await store.find_payment(None, payment.provider_ref) == (order_id, payment.id)
    assert await store.find_payment(PaymentId(uuid7(4, 4)), "cs_none") is None


async def test_only_a_payment_that_succeeded_and_has_no_open_refund_is_finished(
    shop: Shop, store: CheckoutStore
) -> None:
    open_one = await shop.ordered()
    await shop.checkout.start_payment(open_one)
    paid, refunding = await shop.paid(), await shop.paid()
    shop.provider.before = fails({"refund": 1})
    await shop.checkout.refund_order(refunding, None, reason="", attempt=named("refund-key-1"))
    payments = {each: (await store.state(each)).newest_payment.id for each in (open_one, paid, refunding)}

    finished = await store.finished([*payments.values(), PaymentId(uuid7(4, 4))])

    assert finished == {payments[paid]}


async def test_late_money_takes_no_stock_that_is_not_there_any_more(shop: Shop, store: CheckoutStore) -> None:
    late = await shop.ordered((MUG, 50))
    await shop.checkout.start_payment(late)
    ref = (await store.state(late)).newest_payment.provider_ref
    assert ref is not None
    await shop.checkout.cancel_order(late)
    await shop.ordered((MUG, 50))

    shop.provider.turn(ref, ProviderStatus.SUCCEEDED)
    await shop.checkout.settle(late)

    state = await store.state(late)
    assert (state.status, state.reservation) == (OrderStatus.REFUNDED, "released")
    await shop.check()


async def test_what_is_due_is_handed_out_once_per_lease(shop: Shop, store: CheckoutStore) -> None:
    orders = {await shop.ordered() for _ in range(5)}
    due = NOON + timedelta(minutes=15)
    assert await store.claim_expiring(due - timedelta(seconds=1), LEASE, 10) == ()

    batches = await asyncio.gather(*(store.claim_expiring(due, LEASE, 2) for _ in range(6)))

    claimed = [order_id for batch in batches for order_id in batch]
    assert len(claimed) == 5
    assert set(claimed) == orders
    again = await store.claim_expiring(due + timedelta(seconds=LEASE), LEASE, 10)
    assert set(again) == orders


async def test_a_payment_begun_by_a_clock_that_was_ahead_is_looked_at_all_the_same(
    shop: Shop, store: CheckoutStore
) -> None:
    shop.later(minutes=10)
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)

    assert await store.claim_unsettled(NOON, LEASE, 10) == (order_id,)
    assert await store.claim_unsettled(NOON, LEASE, 10) == ()


async def test_a_hold_that_a_clock_that_was_ahead_looked_away_from_ends_all_the_same(
    shop: Shop, store: CheckoutStore
) -> None:
    order_id = await shop.ordered()
    over = NOON + timedelta(minutes=15)
    assert await store.claim_expiring(over + timedelta(minutes=5), LEASE, 10) == (order_id,)
    assert await store.claim_expiring(over - timedelta(seconds=1), LEASE, 10) == ()

    assert await store.claim_expiring(over, LEASE, 10) == (order_id,)
    assert await store.claim_expiring(over, LEASE, 10) == ()


async def test_an_order_that_a_clock_that_was_ahead_began_to_cancel_is_ended_all_the_same(
    shop: Shop, store: CheckoutStore
) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.before = fails({"cancel": 1})
    shop.later(minutes=10)
    with pytest.raises(GatewayUnavailable):
        await shop.checkout.cancel_order(order_id)
    assert (await store.state(order_id)).status is OrderStatus.CANCELING

    assert await store.claim_expiring(NOON, LEASE, 10) == (order_id,)
    assert await store.claim_expiring(NOON, LEASE, 10) == ()


async def test_open_payments_are_due_for_the_reconciler_and_ended_orders_for_nobody(
    shop: Shop, store: CheckoutStore
) -> None:
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    assert await store.claim_unsettled(NOON + timedelta(seconds=60), LEASE, 10) == (order_id,)

    await shop.checkout.cancel_order(order_id, CancelReason.STAFF)

    later = NOON + timedelta(days=1)
    assert await store.claim_unsettled(later, LEASE, 10) == ()
    assert await store.claim_expiring(later, LEASE, 10) == ()


async def held(shop: Shop, store: CheckoutStore) -> OrderId:
    """Return an order whose money is held for a week, decided at noon."""
    order_id = await shop.ordered()
    begun = await store.change(
        order_id,
        lambda state: decisions.begin_payment(state, PaymentId(uuid7(2, 2)), NOON, manual_capture=True),
        NOON,
    )
    seen = ProviderPayment(
        provider_ref="cs_1",
        status=ProviderStatus.AUTHORIZED,
        amount=begun.total,
        provider_payment_ref="pi_1",
        authorized_until=NOON + timedelta(days=7),
    )
    payment_id, unused = begun.newest_payment.id, RefundId(uuid7(5, 5))
    await store.change(
        order_id, lambda state: decisions.observe(state, payment_id, seen, refund_id=unused, now=NOON), NOON
    )
    return order_id


async def test_money_that_is_held_and_begun_to_be_taken_is_read_back_whole(
    shop: Shop, store: CheckoutStore, database: Database
) -> None:
    order_id = await held(shop, store)

    after = await store.change(order_id, lambda state: capturing.begin_capture(state, NOON), NOON)

    assert after == await store.state(order_id)
    assert (after.status, after.expires_at) == (OrderStatus.AUTHORIZED, NOON + timedelta(days=7))
    assert (await database.orders.get(order_id)).expires_at == after.expires_at
    payment = after.newest_payment
    assert (payment.status, payment.captures_begun) == (PaymentStatus.CAPTURING, 1)
    assert payment.manual_capture


async def test_nothing_lives_beside_money_that_is_held(shop: Shop, store: CheckoutStore) -> None:
    order_id = await held(shop, store)

    def second(state: OrderState) -> Change:
        extra = replace(
            state.newest_payment,
            id=PaymentId(uuid7(3, 3)),
            attempt=2,
            status=PaymentStatus.NEW,
            provider_ref=None,
            provider_payment_ref=None,
        )
        change = capturing.begin_capture(state, NOON)
        return replace(change, payments=(*change.payments, extra))

    with pytest.raises(RuleBroken):
        await store.change(order_id, second, NOON)


async def test_held_money_is_due_when_its_authorization_ends_and_looked_at_once_an_hour(
    shop: Shop, store: CheckoutStore
) -> None:
    order_id = await held(shop, store)

    assert await store.claim_expiring(NOON + timedelta(days=6), LEASE, 10) == ()
    assert await store.claim_unsettled(NOON + timedelta(seconds=60), LEASE, 10) == (order_id,)
    assert await store.claim_unsettled(NOON + timedelta(minutes=60), LEASE, 10) == ()
    assert await store.claim_unsettled(NOON + timedelta(minutes=61), LEASE, 10) == (order_id,)
    assert await store.claim_expiring(NOON + timedelta(days=7), LEASE, 10) == (order_id,)


async def test_money_that_is_being_taken_is_looked_at_as_often_as_any_other(
    shop: Shop, store: CheckoutStore
) -> None:
    order_id = await held(shop, store)
    await store.change(order_id, lambda state: capturing.begin_capture(state, NOON), NOON)

    assert await store.claim_unsettled(NOON + timedelta(seconds=30), LEASE, 10) == (order_id,)
    assert await store.claim_unsettled(NOON + timedelta(seconds=90), LEASE, 10) == (order_id,)


async def test_a_capture_that_a_clock_that_was_ahead_looked_away_from_is_looked_at_all_the_same(
    shop: Shop, store: CheckoutStore
) -> None:
    order_id = await held(shop, store)
    await store.change(order_id, lambda state: capturing.begin_capture(state, NOON), NOON)
    assert await store.claim_unsettled(NOON + timedelta(minutes=10), LEASE, 10) == (order_id,)

    assert await store.claim_unsettled(NOON, LEASE, 10) == (order_id,)
