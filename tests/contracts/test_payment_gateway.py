"""The promises of ``PaymentGateway``, kept by every adapter. One joins by a line in ``rig`` (conftest)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.helpers.gateway import PAYMENTS, REFUND, REQUEST, Rig, eur
from tests.helpers.payment import BASE, SECRET_KEY, START, WEBHOOK_SECRET, SandboxRig

from vivamarket.adapters.stripe import WEBHOOK_EVENTS, AppTransport, StripeGateway
from vivamarket.adapters.stripe.gateway import FIND_PAGES_MAX
from vivamarket.kernel.ids import PaymentId, RefundId, Sku, uuid7
from vivamarket.payments.errors import (
    AlreadySucceeded,
    GatewayBusy,
    GatewayRefused,
    GatewayUnavailable,
    ProviderRecordNotFound,
    StillProcessing,
)
from vivamarket.payments.model import (
    DisputeStatus,
    EventSubject,
    ProviderStatus,
    RefundStatus,
    SessionLine,
)
from vivamarket.sandbox.cards import (
    DISPUTE_AFTER_SECONDS,
    SETTLE_AFTER_SECONDS,
)
from vivamarket.sandbox.faults import CallRule


async def test_a_new_session_is_open_for_the_whole_amount_and_names_our_payment(rig: Rig) -> None:
    session = await rig.gateway.create_session(REQUEST, "pay:order-1:1")

    assert session.status is ProviderStatus.OPEN
    assert session.amount == REQUEST.amount
    assert session.payment_id == REQUEST.payment_id
    assert session.redirect_url == f"{BASE}/pay/{session.provider_ref}"


async def test_a_repeated_creation_is_the_same_session(rig: Rig) -> None:
    first = await rig.gateway.create_session(REQUEST, "pay:order-1:1")
    rig.provider.clock.turn(600)
    second = await rig.gateway.create_session(REQUEST, "pay:order-1:1")

    assert second == first


async def test_a_key_used_for_another_amount_is_refused(rig: Rig) -> None:
    await rig.gateway.create_session(REQUEST, "pay:order-1:1")

    with pytest.raises(GatewayRefused):
        await rig.gateway.create_session(replace(REQUEST, amount=eur(1), lines=()), "pay:order-1:1")


async def test_a_wrong_key_of_the_account_refuses_no_payment_and_no_refund(rig: Rig) -> None:
    paid = await rig.paid()
    stranger = StripeGateway(
        api_base=BASE,
        secret_key="sk_test_other",
        webhook_secret=WEBHOOK_SECRET,
        clock=rig.provider.clock,
        ids=rig.provider.ids,
        transport=AppTransport(rig.provider.app),
    )

    with pytest.raises(GatewayUnavailable):
        await stranger.create_session(REQUEST, "pay:order-1:1")
    with pytest.raises(GatewayUnavailable):
        await stranger.refund(paid, REFUND, "refund:refund-1")


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (SessionLine(sku=None, title="Sum does not fit", quantity=1, total=eur(1)),),
        (SessionLine(sku=Sku("TEA"), title="Tea", quantity=3, total=eur(3_499)),),
        (
            SessionLine(sku=Sku("TEA"), title="Tea" * 200, quantity=1, total=eur(3_600)),
            SessionLine(sku=None, title="Discount", quantity=1, total=eur(-101)),
        ),
    ],
)
async def test_the_amount_is_exact_whatever_the_lines_are(rig: Rig, lines: tuple[SessionLine, ...]) -> None:
    session = await rig.gateway.create_session(replace(REQUEST, lines=lines), "pay:order-1:1")

    assert session.amount == REQUEST.amount


async def test_a_paid_session_has_succeeded_with_what_was_captured(rig: Rig) -> None:
    session = await rig.gateway.create_session(REQUEST, "pay:order-1:1")
    rig.pay(session)

    paid = await rig.gateway.retrieve(session.provider_ref)

    assert (paid.status, paid.amount, paid.redirect_url) == (ProviderStatus.SUCCEEDED, REQUEST.amount, None)
    assert paid.provider_payment_ref is not None


async def test_a_declined_card_leaves_the_session_open_and_says_why(rig: Rig) -> None:
    session = await rig.gateway.create_session(REQUEST, "pay:order-1:1")
    rig.pay(session, "insufficient_funds")

    declined = await rig.gateway.retrieve(session.provider_ref)

    assert (declined.status, declined.failure_code) == (ProviderStatus.OPEN, "insufficient_funds")
    assert declined.redirect_url == session.redirect_url


@pytest.mark.parametrize(
    ("card", "later"),
    [("processing", ProviderStatus.SUCCEEDED), ("processing_fails", ProviderStatus.FAILED)],
)
async def test_a_slow_payment_is_processing_until_it_is_decided(
    rig: Rig, card: str, later: ProviderStatus
) -> None:
    session = await rig.gateway.create_session(REQUEST, "pay:order-1:1")
    rig.pay(session, card)
    assert (await rig.gateway.retrieve(session.provider_ref)).status is ProviderStatus.PROCESSING

    rig.provider.clock.turn(SETTLE_AFTER_SECONDS)
    rig.provider.provider.tick()

    assert (await rig.gateway.retrieve(session.provider_ref)).status is later


async def test_canceling_closes_an_open_session_for_good_and_may_be_repeated(rig: Rig) -> None:
    session = await rig.gateway.create_session(REQUEST, "pay:order-1:1")
    rig.pay(session, "three_d_secure")

    first = await rig.gateway.cancel(session.provider_ref)
    second = await rig.gateway.cancel(session.provider_ref)

    assert first.status is second.status is ProviderStatus.CANCELED


async def test_a_paid_session_cannot_be_canceled(rig: Rig) -> None:
    payment = await rig.paid()

    with pytest.raises(AlreadySucceeded):
        await rig.gateway.cancel(payment.provider_ref or "")


async def test_a_processing_session_cannot_be_canceled_yet(rig: Rig) -> None:
    session = await rig.gateway.create_session(REQUEST, "pay:order-1:1")
    rig.pay(session, "processing")

    with pytest.raises(StillProcessing):
        await rig.gateway.cancel(session.provider_ref)


async def test_a_session_is_found_by_our_payment(rig: Rig) -> None:
    made = await rig.gateway.create_session(REQUEST, "pay:order-1:1")
    for number in range(2, 5):
        other = replace(REQUEST, payment_id=PAYMENTS[number])
        await rig.gateway.create_session(other, f"pay:order-{number}:1")

    assert await rig.gateway.find(REQUEST.payment_id, START) == made
    assert await rig.gateway.find(PaymentId(uuid7(1, 99)), START) is None


async def test_a_session_is_found_in_the_time_in_which_it_can_have_been_made(rig: Rig) -> None:
    rig.provider.clock.turn(20 * 3600)
    now = rig.provider.clock.now()
    request = replace(REQUEST, expires_at=now + timedelta(hours=1))
    made = await rig.gateway.create_session(request, "pay:order-1:1")

    assert await rig.gateway.find(REQUEST.payment_id, START) == made
    assert await rig.gateway.find(REQUEST.payment_id, now + timedelta(seconds=3)) == made
    assert await rig.gateway.find(REQUEST.payment_id, now + timedelta(minutes=1)) is None
    assert await rig.gateway.find(REQUEST.payment_id, now - timedelta(hours=25)) is None


class EndlessSessions(AppTransport):
    """A provider whose list of sessions never ends: the first page comes again and again."""

    asked = 0
    page: tuple[bytes, int, Mapping[str, str]] | None = None

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        if method != "GET":
            return await super().request(method, url, headers, body)
        if self.page is None:
            listed, status, told = await super().request(method, url, headers, body)
            self.page = json.dumps(json.loads(listed) | {"has_more": True}).encode(), status, told
        self.asked += 1
        return self.page


async def test_not_found_is_never_said_of_sessions_that_were_not_looked_at() -> None:
    provider = SandboxRig()
    endless = EndlessSessions(provider.app)
    gateway = StripeGateway(
        api_base=BASE,
        secret_key=SECRET_KEY,
        webhook_secret=WEBHOOK_SECRET,
        clock=provider.clock,
        ids=provider.ids,
        transport=endless,
    )
    await gateway.create_session(replace(REQUEST, payment_id=PAYMENTS[2]), "pay:order-2:1")

    with pytest.raises(GatewayBusy):
        await gateway.find(REQUEST.payment_id, START)

    assert endless.asked == FIND_PAGES_MAX


async def test_a_session_is_looked_up_by_its_own_name_and_by_its_moneys(rig: Rig) -> None:
    payment = await rig.paid()
    seen = await rig.gateway.retrieve(payment.provider_ref or "")

    assert await rig.gateway.look_up(payment.provider_ref or "") == seen
    assert await rig.gateway.look_up(payment.provider_payment_ref or "") == seen
    for stranger in ("cs_test_none", "pi_none"):
        with pytest.raises(ProviderRecordNotFound):
            await rig.gateway.look_up(stranger)


async def test_a_refund_is_made_once_and_found_by_our_id(rig: Rig) -> None:
    payment = await rig.paid()

    first = await rig.gateway.refund(payment, REFUND, REFUND.provider_key)
    second = await rig.gateway.refund(payment, REFUND, REFUND.provider_key)

    assert first == second
    assert (first.status, first.amount) == (RefundStatus.SUCCEEDED, REFUND.amount)
    assert await rig.gateway.retrieve_refund(first.provider_ref) == first
    assert await rig.gateway.find_refund(payment, REFUND) == first
    assert await rig.gateway.find_refund(payment, replace(REFUND, id=RefundId("other"))) is None


async def test_the_account_lists_what_began_newest_first_page_by_page(rig: Rig) -> None:
    await rig.gateway.create_session(replace(REQUEST, payment_id=PAYMENTS[0]), "pay:order-0:1")
    for number in range(1, 4):
        request = replace(REQUEST, payment_id=PAYMENTS[number])
        session = await rig.gateway.create_session(request, f"pay:order-{number}:1")
        rig.pay(session, "declined" if number == 2 else "visa")
        rig.provider.clock.turn(1)

    first = await rig.gateway.list_payments(START, None, 2)
    second = await rig.gateway.list_payments(START, first.next_cursor, 2)

    told = [(each.payment_id, each.status, each.captured) for each in (*first.items, *second.items)]
    assert told == [
        (PAYMENTS[3], ProviderStatus.SUCCEEDED, REQUEST.amount),
        (PAYMENTS[2], ProviderStatus.OPEN, eur(0)),
        (PAYMENTS[1], ProviderStatus.SUCCEEDED, REQUEST.amount),
    ]
    assert second.next_cursor is None
    assert {each.order_id for each in first.items} == {REQUEST.order_id}
    later = await rig.gateway.list_payments(START + timedelta(seconds=2), None, 2)
    assert [each.payment_id for each in later.items] == [PAYMENTS[3]]


async def test_the_account_of_a_payment_tells_what_went_back(rig: Rig) -> None:
    payment = await rig.paid()
    await rig.gateway.refund(payment, REFUND, REFUND.provider_key)

    statement = await rig.gateway.statement(payment.provider_payment_ref or "")

    assert (statement.captured, statement.refunded) == (REQUEST.amount, REFUND.amount)
    assert (statement.payment_id, statement.disputed) == (payment.id, False)
    (listed,) = (await rig.gateway.list_payments(START, None, 100)).items
    assert listed == statement
    with pytest.raises(ProviderRecordNotFound):
        await rig.gateway.statement("pi_none")


@pytest.mark.parametrize(
    ("evidence", "status", "withdrawn"),
    [
        (None, DisputeStatus.OPEN, True),
        ("winning_evidence", DisputeStatus.WON, False),
        ("losing_evidence", DisputeStatus.LOST, True),
    ],
)
async def test_a_dispute_is_told_as_it_stands(
    rig: Rig, evidence: str | None, status: DisputeStatus, withdrawn: bool
) -> None:
    payment = await rig.paid("disputed")
    assert await rig.gateway.disputes(payment) == ()
    rig.provider.clock.turn(DISPUTE_AFTER_SECONDS)
    rig.provider.provider.tick()

    if evidence is not None:
        (made,) = rig.provider.json("GET", "/v1/disputes")["data"]
        rig.provider.json("POST", f"/v1/disputes/{made['id']}", {"evidence[uncategorized_text]": evidence})

    (dispute,) = await rig.gateway.disputes(payment)
    assert (dispute.status, dispute.withdrawn) == (status, withdrawn)
    assert (dispute.amount, dispute.reason) == (REQUEST.amount, "fraudulent")
    assert (await rig.gateway.statement(payment.provider_payment_ref or "")).disputed


async def test_an_event_of_a_dispute_names_the_money(rig: Rig) -> None:
    payment = await rig.paid("disputed")
    rig.provider.provider.configure_endpoint(
        url="https://shop.example/hook", enabled_events=WEBHOOK_EVENTS, secret=WEBHOOK_SECRET
    )
    rig.provider.clock.turn(DISPUTE_AFTER_SECONDS)
    await rig.provider.deliver()

    now = rig.provider.clock.now()
    events = [rig.gateway.read_event(body, signed, now) for _, signed, body in rig.provider.sender.sent]

    assert [each.kind for each in events] == ["charge.dispute.created", "charge.dispute.funds_withdrawn"]
    assert {each.about for each in events} == {EventSubject.DISPUTE}
    assert {each.provider_ref for each in events} == {payment.provider_payment_ref}


async def test_more_than_was_captured_is_never_refunded(rig: Rig) -> None:
    payment = await rig.paid()

    with pytest.raises(GatewayRefused):
        await rig.gateway.refund(payment, replace(REFUND, amount=eur(3_500)), "refund:too-much")


async def test_what_the_provider_does_not_know_is_not_found(rig: Rig) -> None:
    with pytest.raises(ProviderRecordNotFound):
        await rig.gateway.retrieve("cs_test_none")
    with pytest.raises(ProviderRecordNotFound):
        await rig.gateway.retrieve_refund("re_none")


async def test_one_broken_connection_is_repeated_with_one_effect(rig: Rig) -> None:
    rig.provider.faults.set([CallRule(fault="drop_after", method="POST", times=1)], [])

    session = await rig.gateway.create_session(REQUEST, "pay:order-1:1")

    assert session.status is ProviderStatus.OPEN
    assert len(rig.provider.json("GET", "/v1/checkout/sessions")["data"]) == 1


@pytest.mark.parametrize(
    "rule",
    [CallRule(fault="drop_before"), CallRule(fault="error", status=500), CallRule(fault="error", status=503)],
)
async def test_a_provider_that_is_down_is_unavailable_and_the_same_key_works_later(
    rig: Rig, rule: CallRule
) -> None:
    rig.provider.faults.set([rule], [])
    with pytest.raises(GatewayUnavailable):
        await rig.gateway.create_session(REQUEST, "pay:order-1:1")

    rig.provider.faults.set([], [])

    assert (await rig.gateway.create_session(REQUEST, "pay:order-1:1")).status is ProviderStatus.OPEN
