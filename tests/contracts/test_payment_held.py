"""What every ``PaymentGateway`` promises of money that is held first, and taken or let go later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.gateway import REQUEST, Rig, eur
from tests.helpers.payment import START

from vivamarket.payments.errors import (
    AlreadySucceeded,
    GatewayRefused,
)
from vivamarket.payments.model import (
    ProviderPayment,
    ProviderStatus,
)
from vivamarket.sandbox.cards import (
    AUTHORIZATION_SECONDS,
)


async def held(rig: Rig) -> ProviderPayment:
    session = await rig.gateway.create_session(replace(REQUEST, manual_capture=True), "pay:order-1:1")
    rig.pay(session)
    return await rig.gateway.retrieve(session.provider_ref)


async def test_money_that_is_to_be_held_is_authorized_and_says_until_when(rig: Rig) -> None:
    payment = await held(rig)

    assert (payment.status, payment.amount) == (ProviderStatus.AUTHORIZED, REQUEST.amount)
    assert payment.authorized_until == START + timedelta(seconds=AUTHORIZATION_SECONDS)
    assert payment.provider_payment_ref is not None
    statement = await rig.gateway.statement(payment.provider_payment_ref)
    assert (statement.status, statement.captured) == (ProviderStatus.AUTHORIZED, eur(0))


async def test_held_money_is_taken_once_whatever_the_key(rig: Rig) -> None:
    payment = await held(rig)

    taken = await rig.gateway.capture(payment.provider_ref, "capture:1")
    again = await rig.gateway.capture(payment.provider_ref, "capture:1")
    another = await rig.gateway.capture(payment.provider_ref, "capture:1:2")

    assert taken == again == another
    assert (taken.status, taken.amount, taken.authorized_until) == (
        ProviderStatus.SUCCEEDED,
        REQUEST.amount,
        None,
    )
    with pytest.raises(AlreadySucceeded):
        await rig.gateway.cancel(payment.provider_ref)


async def test_held_money_that_is_let_go_is_never_taken(rig: Rig) -> None:
    payment = await held(rig)

    closed = await rig.gateway.cancel(payment.provider_ref)

    assert closed.status is ProviderStatus.CANCELED
    assert (await rig.gateway.cancel(payment.provider_ref)).status is ProviderStatus.CANCELED
    with pytest.raises(GatewayRefused):
        await rig.gateway.capture(payment.provider_ref, "capture:1")


async def test_held_money_that_nobody_takes_is_let_go_in_the_end(rig: Rig) -> None:
    payment = await held(rig)

    rig.provider.clock.turn(AUTHORIZATION_SECONDS)
    rig.provider.provider.tick()

    assert (await rig.gateway.retrieve(payment.provider_ref)).status is ProviderStatus.CANCELED


async def test_nothing_is_taken_of_a_page_that_nobody_has_paid(rig: Rig) -> None:
    session = await rig.gateway.create_session(replace(REQUEST, manual_capture=True), "pay:order-1:1")

    with pytest.raises(GatewayRefused):
        await rig.gateway.capture(session.provider_ref, "capture:1")
