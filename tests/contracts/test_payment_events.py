"""What every ``PaymentGateway`` promises of the events that the provider sends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.gateway import REQUEST, Rig
from tests.helpers.payment import START, WEBHOOK_SECRET

from vivamarket.adapters.stripe import WEBHOOK_EVENTS
from vivamarket.kernel.ids import OrderId, PaymentId
from vivamarket.payments.errors import (
    BadSignature,
)
from vivamarket.sandbox.deliveries import sign


async def test_a_signed_event_says_which_payment_to_look_at(rig: Rig) -> None:
    rig.provider.provider.configure_endpoint(
        url="https://shop.example/hook", enabled_events=WEBHOOK_EVENTS, secret=WEBHOOK_SECRET
    )
    payment = await rig.paid()
    await rig.provider.deliver()
    ((_, signature, body),) = rig.provider.sender.sent

    event = rig.gateway.read_event(body, signature, rig.provider.clock.now())

    assert event.kind == "checkout.session.completed"
    assert (event.payment_id, event.provider_ref) == (payment.id, payment.provider_ref)


async def test_ids_of_another_kind_in_the_same_metadata_are_none_of_ours(rig: Rig) -> None:
    theirs = replace(REQUEST, payment_id=PaymentId("booking 7"), order_id=OrderId("table 3"))
    rig.provider.provider.configure_endpoint(
        url="https://shop.example/hook", enabled_events=WEBHOOK_EVENTS, secret=WEBHOOK_SECRET
    )
    session = await rig.gateway.create_session(theirs, "pay:other:1")
    rig.pay(session)
    await rig.provider.deliver()
    ((_, signature, body),) = rig.provider.sender.sent

    event = rig.gateway.read_event(body, signature, rig.provider.clock.now())
    (listed,) = (await rig.gateway.list_payments(START, None, 10)).items

    assert (event.payment_id, event.provider_ref) == (None, session.provider_ref)
    assert (await rig.gateway.retrieve(session.provider_ref)).payment_id is None
    assert (listed.payment_id, listed.order_id) == (None, None)


@pytest.mark.parametrize(
    ("body", "secret", "age_seconds"),
    [
        (b'{"id":"evt_1","type":"x","created":1,"data":{"object":{}}}', "whsec_other", 0),
        (b'{"id":"evt_1","type":"x","created":1,"data":{"object":{}}}', WEBHOOK_SECRET, 301),
        (b'{"id":"evt_1"}', WEBHOOK_SECRET, 0),
        (b"\xff\xfe", WEBHOOK_SECRET, 0),
    ],
)
def test_an_event_of_somebody_else_too_old_or_unreadable_is_refused(
    rig: Rig, body: bytes, secret: str, age_seconds: int
) -> None:
    signature = sign(body, secret, START - timedelta(seconds=age_seconds))

    with pytest.raises(BadSignature):
        rig.gateway.read_event(body, signature, START)


@pytest.mark.parametrize("signature", ["", "t=1", "v1=ab", "t=x,v1=ab", "nonsense"])
def test_a_malformed_signature_is_refused(rig: Rig, signature: str) -> None:
    with pytest.raises(BadSignature):
        rig.gateway.read_event(b"{}", signature, START)
