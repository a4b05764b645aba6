"""The checker sees what must never be: each wrong record on its own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.checkout import MUG, TEA, Shop, named
from tests.helpers.provider import fails

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.checkout.invariants import OrderEvidence, order_violations
from vivamarket.checkout.model import OrderState
from vivamarket.kernel.ids import DisputeId
from vivamarket.kernel.money import Money
from vivamarket.payments.errors import GatewayUnavailable
from vivamarket.payments.model import Dispute, DisputeStatus, PaymentStatus, Refund


def eur(minor_units: int) -> Money:
    return Money(minor_units, "EUR")


@pytest.fixture
async def sound() -> OrderEvidence:
    """A paid order of two mugs and a tea; one mug, a part of the shipping and 0.50 for nothing went back."""
    shop = Shop(MemoryDatabase(StillClock()))
    await shop.open(MUG=2, TEA=3)
    order_id = await shop.paid((MUG, 2), (TEA, 1))
    wish = RefundWish(lines=(RefundLine(1, 1),), shipping=eur(100), goodwill=eur(50))
    await shop.checkout.refund_order(order_id, wish, attempt=named("refund-1"))
    (order,) = (await shop.evidence.read()).orders
    assert not list(order_violations(order))
    return order


def with_refund(**changes: Any) -> Callable[[OrderState], OrderState]:
    def change(state: OrderState) -> OrderState:
        (refund,) = state.refunds
        return replace(state, refunds=(replace(refund, **changes),))

    return change


def with_line(**changes: Any) -> Callable[[OrderState], OrderState]:
    def change(state: OrderState) -> OrderState:
        refund: Refund = state.refunds[0]
        (line,) = refund.lines
        return replace(state, refunds=(replace(refund, lines=(replace(line, **changes),)),))

    return change


def with_second_payment(**changes: Any) -> Callable[[OrderState], OrderState]:
    def change(state: OrderState) -> OrderState:
        second = replace(state.newest_payment, attempt=2, **changes)
        return replace(state, payments=(*state.payments, second))

    return change


def lost_dispute(state: OrderState) -> OrderState:
    dispute = Dispute(
        id=DisputeId("dispute"),
        order_id=state.id,
        payment_id=state.newest_payment.id,
        provider_ref="du_1",
        status=DisputeStatus.LOST,
        amount=eur(1),
        withdrawn=True,
        reason="fraudulent",
        opened_at=state.placed_at,
        updated_at=state.placed_at,
    )
    return replace(state, disputes=(dispute,))


@pytest.mark.parametrize(
    ("change", "invariant"),
    [
        (with_line(quantity=3), "I8"),
        (with_line(amount=eur(2_501)), "I8"),
        (with_line(tax=eur(900)), "I8"),
        (with_line(quantity=2), "I8"),
        (with_refund(goods=eur(1)), "I8"),
        (with_refund(shipping=eur(2_000)), "I8"),
        (with_refund(amount=eur(1_401)), "I7"),
        (with_refund(of_deposit=True), "I7"),
        (lost_dispute, "I7"),
        (with_second_payment(is_deposit=True), "I5"),
        (with_second_payment(), "I4"),
    ],
)
def test_a_wrong_record_is_found(
    sound: OrderEvidence, change: Callable[[OrderState], OrderState], invariant: str
) -> None:
    wrong = replace(sound, state=change(sound.state))

    assert invariant in {each.invariant for each in order_violations(wrong)}


def test_a_page_that_is_open_beside_a_paid_order_is_found_once_all_is_settled(sound: OrderEvidence) -> None:
    change = with_second_payment(status=PaymentStatus.REQUIRES_ACTION, captured=None)
    wrong = replace(sound, state=change(sound.state))
    later = sound.state.expires_at + timedelta(hours=1)

    found = {(each.invariant, each.detail) for each in order_violations(wrong, settled_at=later)}

    assert ("I4", "it is partially_refunded, and another payment may still come") in found


async def test_an_order_that_is_canceling_long_after_the_last_fault_is_seen() -> None:
    shop = Shop(MemoryDatabase(StillClock()))
    await shop.open(MUG=1)
    order_id = await shop.ordered()
    await shop.checkout.start_payment(order_id)
    shop.provider.before = fails({"cancel": 1})
    with pytest.raises(GatewayUnavailable):
        await shop.checkout.cancel_order(order_id)
    (order,) = (await shop.evidence.read()).orders

    found = list(order_violations(order, settled_at=shop.clock.now()))

    assert [(each.invariant, each.detail) for each in found] == [("I16", "it is still canceling")]
