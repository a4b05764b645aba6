import pytest

from vivamarket.checkout.transitions import TABLE, ForbiddenTransition, Machine, StockEffect, may, step
from vivamarket.checkout.transitions_document import transitions_document
from vivamarket.inventory.model import ReservationStatus
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import ShipmentStatus
from vivamarket.payments.model import DisputeStatus, PaymentStatus, RefundStatus

STATES = {
    Machine.ORDER: {status.value for status in OrderStatus},
    Machine.RESERVATION: {status.value for status in ReservationStatus},
    Machine.PAYMENT: {status.value for status in PaymentStatus},
    Machine.REFUND: {status.value for status in RefundStatus},
    Machine.DISPUTE: {status.value for status in DisputeStatus},
    Machine.SHIPMENT: {status.value for status in ShipmentStatus},
}


def test_the_table_and_the_records_know_the_same_states() -> None:
    for machine, states in STATES.items():
        listed = {row.target for row in TABLE if row.machine is machine}
        listed |= {row.source for row in TABLE if row.machine is machine and row.source}

        assert listed == states


def test_every_state_can_be_reached() -> None:
    for machine, states in STATES.items():
        reached: set[str | None] = {None}
        for _ in states:
            reached |= {row.target for row in TABLE if row.machine is machine and row.source in reached}

        assert reached == states | {None}


def test_a_state_and_an_event_lead_to_one_place() -> None:
    keys = [(row.machine, row.source, row.event) for row in TABLE]

    assert len(keys) == len(set(keys))


def test_what_is_not_listed_is_forbidden() -> None:
    assert not may(Machine.ORDER, "refunded", "paid")
    with pytest.raises(ForbiddenTransition):
        step(Machine.ORDER, "refunded", "paid")


def test_only_orders_move_stock_and_money_is_always_behind_a_claim() -> None:
    claiming = {row.event for row in TABLE if row.stock in (StockEffect.CLAIM, StockEffect.RETAKE)}

    assert {row.machine for row in TABLE if row.stock is not StockEffect.NONE} == {Machine.ORDER}
    assert claiming == {"paid", "payment_mismatched", "paid_late", "accepted_late"}


def test_the_printed_page_shows_every_transition() -> None:
    page = transitions_document()

    for row in TABLE:
        assert f"{row.source or '[*]'} --> {row.target}: {row.event}" in page
