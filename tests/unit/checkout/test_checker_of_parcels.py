"""The checker sees wrong parcels: each wrong record on its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.checkout import MUG, TEA, Shop

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.checkout.invariants import Evidence, OrderEvidence, order_violations, violations
from vivamarket.inventory.model import MAIN_LOCATION
from vivamarket.orders.shipments import Fulfillment, ShipmentStatus, ShippedUnits


@pytest.fixture
async def sound() -> Evidence:
    """A paid order of three mugs and a tea: two mugs were sent, one was refunded before it was."""
    shop = Shop(MemoryDatabase(StillClock()))
    await shop.open(MUG=5, TEA=3)
    order_id = await shop.paid((MUG, 3), (TEA, 1))
    await shop.ship(order_id, (1, 2))
    await shop.refund_units(order_id, 1, 1)
    await shop.check(settled=True)
    return await shop.evidence.read()


def sent_three(order: OrderEvidence) -> OrderEvidence:
    (parcel,) = order.state.shipments
    more = replace(parcel, units=(ShippedUnits(1, 4),))
    return replace(order, state=replace(order.state, shipments=(more,)))


def sent_after_the_refund(order: OrderEvidence) -> OrderEvidence:
    """The same records, but the history says that the refund came first and three were sent after it."""
    (parcel,) = order.state.shipments
    steps = sorted(order.steps, key=lambda step: step.subject_id == parcel.id)
    more = replace(parcel, units=(ShippedUnits(1, 3),))
    return replace(order, steps=tuple(steps), state=replace(order.state, shipments=(more,)))


def sent_what_is_digital(order: OrderEvidence) -> OrderEvidence:
    lines = tuple(replace(line, requires_shipping=line.sku == TEA) for line in order.state.lines)
    return replace(order, state=replace(order.state, lines=lines))


def not_noted(order: OrderEvidence) -> OrderEvidence:
    mugs, teas = order.reservations
    return replace(order, reservations=(replace(mugs, shipped=1), teas))


def not_freed(order: OrderEvidence) -> OrderEvidence:
    mugs, teas = order.reservations
    return replace(order, reservations=(replace(mugs, freed=0), teas))


def without_history(order: OrderEvidence) -> OrderEvidence:
    (parcel,) = order.state.shipments
    canceled = replace(parcel, status=ShipmentStatus.CANCELED)
    return replace(order, state=replace(order.state, shipments=(canceled,)))


def called_fulfilled(order: OrderEvidence) -> OrderEvidence:
    return replace(order, fulfillment=Fulfillment.FULFILLED)


@pytest.mark.parametrize(
    ("wrong", "invariant", "detail"),
    [
        (sent_three, "I20", "4 of 3 MUG were sent when 3 were owed"),
        (sent_after_the_refund, "I20", "3 of 3 MUG were sent when 2 were owed"),
        (sent_what_is_digital, "I20", "2 of 3 MUG were sent when 0 were owed"),
        (not_noted, "I2", "of 3 MUG, 1 are noted as sent and 1 as free"),
        (not_freed, "I2", "of 3 MUG, 2 are noted as sent and 0 as free"),
        (without_history, "I15", "its history ends at shipped, its record says canceled"),
        (called_fulfilled, "I20", "it says fulfilled, it is partially_fulfilled"),
    ],
)
def test_a_wrong_record_is_found(
    sound: Evidence, wrong: Callable[[OrderEvidence], OrderEvidence], invariant: str, detail: str
) -> None:
    found = list(order_violations(wrong(sound.orders[0])))

    assert any(each.invariant == invariant and detail in each.detail for each in found)


def test_a_parcel_that_never_left_the_journal_is_found(sound: Evidence) -> None:
    found = violations(replace(sound, sent={(MAIN_LOCATION, MUG): 1}))

    assert [(each.invariant, each.subject) for each in found] == [("I2", MUG)]
    assert "1 were sent, the orders' parcels hold 2" in found[0].detail
