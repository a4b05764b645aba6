"""What may not be for a moment: each wrong state of an order on its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.checkout import MUG, TEA, Shop, named

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.checkout.allocation import RefundWish
from vivamarket.checkout.model import OrderState
from vivamarket.inventory.model import MAIN_LOCATION, StockLevel
from vivamarket.kernel.ids import RefundId
from vivamarket.kernel.money import Money
from vivamarket.payments.model import PaymentStatus, RefundStatus
from vivamarket.proof.simulator.moments import broken_now, oversold


@pytest.fixture
async def sound() -> OrderState:
    """A paid order of which 0.50 was given back."""
    shop = Shop(MemoryDatabase(StillClock()))
    await shop.open(MUG=2, TEA=3)
    order_id = await shop.paid((MUG, 2), (TEA, 1))
    wish = RefundWish(goodwill=Money(50, "EUR"))
    return await shop.checkout.refund_order(order_id, wish, attempt=named("refund-1"))


def with_second_refund(state: OrderState, **changes: Any) -> OrderState:
    second = replace(state.refunds[0], id=RefundId("second"), **changes)
    return replace(state, refunds=(*state.refunds, second))


def test_a_sound_order_breaks_nothing(sound: OrderState) -> None:
    assert list(broken_now(sound)) == []


@pytest.mark.parametrize(
    ("changes", "detail"),
    [
        (
            {"status": RefundStatus.NEW, "request_key": "other", "amount": Money(9_000, "EUR")},
            "2 refunds promise more",
        ),
        ({}, "2 refunds of one wish"),
    ],
)
def test_a_refund_too_much_is_found_while_it_is_only_promised(
    sound: OrderState, changes: dict[str, Any], detail: str
) -> None:
    (found,) = broken_now(with_second_refund(sound, **changes))

    assert found.invariant == "I8"
    assert detail in found.detail


def test_a_refund_that_was_refused_promises_nothing(sound: OrderState) -> None:
    refused = with_second_refund(
        sound, status=RefundStatus.FAILED, request_key="other", amount=Money(9_000, "EUR")
    )

    assert list(broken_now(refused)) == []


def test_two_payments_that_may_bring_money_are_found(sound: OrderState) -> None:
    (payment,) = sound.payments
    live = replace(payment, status=PaymentStatus.REQUIRES_ACTION, captured=None)

    (found,) = broken_now(replace(sound, payments=(payment, live, replace(live, attempt=3))))

    assert found.invariant == "I4"


@pytest.mark.parametrize(("backordered", "count"), [(1, 1), (0, 0)])
def test_what_waits_for_stock_is_oversold_unless_it_may_be_sold_so(backordered: int, count: int) -> None:
    level = StockLevel(
        sku=MUG, location_id=MAIN_LOCATION, on_hand=1, held=2, claimed=0, backordered=backordered
    )

    assert len(list(oversold([level], {MUG}))) == count
    assert list(oversold([level], {TEA})) == []
