"""Merchants' systems in the simulator: what they complain of, and what they are owed."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from vivamarket.checkout.invariants import Evidence, Violation
from vivamarket.proof.simulator.coverage import Coverage
from vivamarket.proof.simulator.process import START
from vivamarket.proof.simulator.receivers import Kind, ReceiverSite
from vivamarket.proof.simulator.run import Run, now
from vivamarket.proof.simulator.swarm import draw_swarm
from vivamarket.proof.simulator.tape import RecordedTape
from vivamarket.proof.simulator.world import World
from vivamarket.webhooks.model import Delivery, DeliveryId, DeliveryStatus, sign
from vivamarket.webhooks.service import payload

CALM = draw_swarm(RecordedTape(()))
LISTENING = replace(CALM, listeners=1)
NOTHING = Evidence(orders=(), stock=(), moved={}, unbalanced=())
URL = "https://merchant0.example/hooks"


def world_with(kind: Kind, wish: int = 0) -> tuple[World, ReceiverSite]:
    """Return a world in which one such system listens."""
    world = World(RecordedTape([wish, list(Kind).index(kind)]), LISTENING, Coverage())
    site = ReceiverSite(world)
    now(site.open())
    return world, site


def delivery_of(world: World, event_type: str = "order.paid", **changes: Any) -> Delivery:
    """Write a delivery to the system that listens."""
    (endpoint,) = now(world.database.webhooks.all())
    body = payload(event_type, START, {"order": {"id": "order-1"}})
    made = Delivery(
        id=DeliveryId("delivery-1"),
        endpoint_id=endpoint.id,
        event_id="event-1",
        event_type=event_type,
        body=body,
        due_at=START,
        created_at=START,
    )
    made = replace(made, **changes)
    world.database.tables.webhook_deliveries[made.id] = made
    return made


def send(world: World, site: ReceiverSite, delivery: Delivery, secret: str | None = None) -> int:
    """Send it, signed with the right secret or another; return the status."""
    (endpoint,) = now(world.database.webhooks.all())
    headers = sign([secret or endpoint.secret], delivery.id, START, delivery.body)
    return now(site.take(URL, headers, delivery.body)).status_code


def details(found: list[Violation]) -> str:
    return "\n".join(each.detail for each in found)


def test_a_right_call_is_taken_and_nothing_is_wrong() -> None:
    world, site = world_with(Kind.STEADY)

    assert send(world, site, delivery_of(world)) == 204
    assert site.found == []


@pytest.mark.parametrize(
    ("complaint", "wish", "changes", "secret"),
    [
        ("its signature is wrong", 0, {}, "whsec_b3RoZXI="),
        ("order.canceled was never asked for", 1, {"event_type": "order.canceled"}, None),
        ("somebody's address is in it", 0, {"who": "jo@example.com"}, None),
    ],
)
def test_a_wrong_call_is_complained_of(
    complaint: str, wish: int, changes: dict[str, str], secret: str | None
) -> None:
    world, site = world_with(Kind.STEADY, wish)
    kind = changes.get("event_type", "order.paid")
    body = payload(kind, START, {"order": {"id": "order-1"}, **changes})
    delivery = delivery_of(world, kind, body=body)

    send(world, site, delivery, secret)

    assert complaint in details(site.found)


def test_one_id_with_two_bodies_is_complained_of() -> None:
    world, site = world_with(Kind.STEADY)
    delivery = delivery_of(world)
    send(world, site, delivery)

    send(world, site, replace(delivery, body=delivery.body + b" "))

    assert "two bodies" in details(site.found)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"status": DeliveryStatus.SUCCEEDED}, "its receiver never said so"),
        ({"status": DeliveryStatus.DEAD, "tries": 1}, "was given up after 1 tries"),
        ({"due_at": START - timedelta(minutes=5)}, "nobody calls"),
        ({"due_at": START + timedelta(days=3), "tries": 2}, "waits until"),
    ],
)
def test_a_delivery_that_stands_wrong_is_found(changes: dict[str, Any], what: str) -> None:
    world, site = world_with(Kind.STEADY)
    delivery_of(world, "order.disputed", **changes)

    found = list(site.violations(NOTHING, Counter()))

    assert what in details(found)


def test_a_delivery_that_waits_as_the_plan_says_is_fine() -> None:
    world, site = world_with(Kind.DEAD)
    delivery_of(world, "order.disputed", due_at=START + timedelta(seconds=310), tries=2)

    assert what_stands(site) == []


def what_stands(site: ReceiverSite) -> list[str]:
    return [each.detail for each in site.violations(NOTHING, Counter()) if "webhooks owed" not in each.detail]


def test_a_delivery_that_nobody_was_owed_is_found() -> None:
    world, site = world_with(Kind.STEADY)
    delivery_of(world)

    found = list(site.violations(NOTHING, Counter()))

    assert "order.paid: 0 webhooks owed" in details(found)
    assert "1 made" in details(found)


@pytest.mark.parametrize(
    ("kind", "status", "is_fine"),
    [
        (Kind.MOODY, DeliveryStatus.SUCCEEDED, True),
        (Kind.MOODY, DeliveryStatus.DEAD, False),
        (Kind.DEAD, DeliveryStatus.DEAD, True),
        (Kind.DEAD, DeliveryStatus.PENDING, False),
        (Kind.GONE, DeliveryStatus.PENDING, True),
    ],
)
def test_after_days_every_delivery_has_ended_as_its_receiver_makes_it(
    kind: Kind, status: DeliveryStatus, is_fine: bool
) -> None:
    world, site = world_with(kind)
    delivery_of(world, status=status)

    assert (list(site.never_ended()) == []) is is_fine


def play(kind: Kind, **changes: Any) -> tuple[World, list[Violation]]:
    """Play a peaceful world to its end in which one such system listens to everything."""
    world = World(RecordedTape([0, list(Kind).index(kind)]), replace(LISTENING, **changes), Coverage())
    run = Run(world)
    found = run.play()
    run.end()
    return world, found


def statuses(world: World) -> set[str]:
    return {each.status.value for each in world.database.tables.webhook_deliveries.values()}


def test_what_a_steady_system_wants_to_hear_it_hears() -> None:
    world, found = play(Kind.STEADY)

    assert found == []
    assert statuses(world) == {"succeeded"}


def test_a_dead_system_holds_up_no_order_and_is_given_up_after_days() -> None:
    world, found = play(Kind.DEAD, days=True)

    assert found == []
    assert statuses(world) == {"dead"}
    (endpoint,) = now(world.database.webhooks.all())
    assert endpoint.status == "failing"
