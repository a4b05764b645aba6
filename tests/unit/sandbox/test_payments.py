"""What each test card, capture, cancel, refund and expiry does to the provider's records."""

from __future__ import annotations

from typing import Any

import pytest
from tests.helpers.payment import SandboxRig

from vivamarket.sandbox.cards import DISPUTE_AFTER_SECONDS, SETTLE_AFTER_SECONDS, TEST_CARDS, card_by_key
from vivamarket.sandbox.errors import ApiError


@pytest.fixture
def rig() -> SandboxRig:
    return SandboxRig()


def pay(rig: SandboxRig, session: dict[str, Any], card: str) -> None:
    test_card = card_by_key(card)
    assert test_card is not None
    rig.provider.pay(session["id"], test_card)


def read(rig: SandboxRig, session: dict[str, Any]) -> dict[str, Any]:
    return rig.json(
        "GET", f"/v1/checkout/sessions/{session['id']}", {"expand[]": "payment_intent.latest_charge"}
    )


def event_types(rig: SandboxRig) -> list[str]:
    return [event["type"] for event in rig.json("GET", "/v1/events", {"limit": 100})["data"]][::-1]


def test_a_good_card_completes_and_pays_the_session(rig: SandboxRig) -> None:
    session = rig.session()

    pay(rig, session, "visa")

    paid = read(rig, session)
    assert (paid["status"], paid["payment_status"], paid["url"]) == ("complete", "paid", None)
    assert paid["payment_intent"]["status"] == "succeeded"
    assert paid["payment_intent"]["amount_received"] == 2_500
    assert paid["payment_intent"]["latest_charge"]["payment_method_details"]["card"]["last4"] == "4242"
    assert event_types(rig) == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


@pytest.mark.parametrize("card", [card.key for card in TEST_CARDS if card.behavior == "declines"])
def test_a_declining_card_leaves_the_session_open_for_another(rig: SandboxRig, card: str) -> None:
    session = rig.session()

    pay(rig, session, card)
    if read(rig, session)["payment_intent"]["status"] == "requires_action":
        rig.provider.answer_challenge(session["id"], approved=True)

    declined = read(rig, session)
    assert (declined["status"], declined["payment_status"]) == ("open", "unpaid")
    assert declined["payment_intent"]["status"] == "requires_payment_method"
    assert declined["payment_intent"]["last_payment_error"]["type"] == "card_error"
    pay(rig, session, "visa")
    assert read(rig, session)["payment_status"] == "paid"


def test_three_d_secure_waits_for_the_shopper_and_takes_the_answer(rig: SandboxRig) -> None:
    approved, rejected = rig.session(), rig.session()
    for session in (approved, rejected):
        pay(rig, session, "three_d_secure")

    assert read(rig, approved)["payment_intent"]["next_action"]["redirect_to_url"]["url"].endswith(
        "/challenge"
    )
    rig.provider.answer_challenge(approved["id"], approved=True)
    rig.provider.answer_challenge(rejected["id"], approved=False)

    assert read(rig, approved)["payment_status"] == "paid"
    assert read(rig, rejected)["status"] == "open"


def test_a_processing_payment_settles_by_itself_later(rig: SandboxRig) -> None:
    good, bad = rig.session(), rig.session()
    pay(rig, good, "processing")
    pay(rig, bad, "processing_fails")
    assert read(rig, good)["status"] == "complete"
    assert read(rig, good)["payment_intent"]["status"] == "processing"

    rig.clock.turn(SETTLE_AFTER_SECONDS)
    rig.provider.tick()

    assert read(rig, good)["payment_status"] == "paid"
    assert read(rig, bad)["payment_intent"]["status"] == "requires_payment_method"
    assert "checkout.session.async_payment_failed" in event_types(rig)


def test_a_clock_that_was_ahead_does_not_put_off_what_the_bank_decides(rig: SandboxRig) -> None:
    session = rig.session()
    rig.clock.turn(200)
    pay(rig, session, "processing")

    rig.clock.turn(-200)
    rig.provider.tick()

    assert read(rig, session)["payment_status"] == "paid"


def test_a_disputed_charge_cannot_be_refunded(rig: SandboxRig) -> None:
    session = rig.session()
    pay(rig, session, "disputed")
    rig.clock.turn(DISPUTE_AFTER_SECONDS)
    rig.provider.tick()

    refusal = rig.json("POST", "/v1/refunds", {"payment_intent": read(rig, session)["payment_intent"]["id"]})

    assert refusal["error"]["code"] == "charge_disputed"
    assert "charge.dispute.created" in event_types(rig)


def test_held_money_is_captured_once_and_not_beyond_the_hold(rig: SandboxRig) -> None:
    session = rig.session(capture="manual")
    pay(rig, session, "visa")
    intent = read(rig, session)["payment_intent"]
    assert (intent["status"], intent["amount_capturable"]) == ("requires_capture", 2_500)

    too_much = rig.json("POST", f"/v1/payment_intents/{intent['id']}/capture", {"amount_to_capture": 2_501})
    taken = rig.json("POST", f"/v1/payment_intents/{intent['id']}/capture", {"amount_to_capture": 2_000})
    again = rig.json("POST", f"/v1/payment_intents/{intent['id']}/capture")

    assert too_much["error"]["code"] == "amount_too_large"
    assert (taken["status"], taken["amount_received"]) == ("succeeded", 2_000)
    assert again["error"]["code"] == "payment_intent_unexpected_state"


def test_a_succeeded_payment_cannot_be_canceled(rig: SandboxRig) -> None:
    session = rig.session()
    pay(rig, session, "visa")

    refusal = rig.json("POST", f"/v1/payment_intents/{read(rig, session)['payment_intent']['id']}/cancel")

    assert refusal["error"]["code"] == "payment_intent_unexpected_state"
    assert refusal["error"]["payment_intent"]["status"] == "succeeded"


def test_the_payment_of_an_open_session_is_canceled_by_expiring_it(rig: SandboxRig) -> None:
    session = rig.session()
    pay(rig, session, "three_d_secure")
    intent_id = read(rig, session)["payment_intent"]["id"]
    assert rig.call("POST", f"/v1/payment_intents/{intent_id}/cancel").status == 400

    expired = rig.json("POST", f"/v1/checkout/sessions/{session['id']}/expire")

    assert expired["status"] == "expired"
    assert rig.json("GET", f"/v1/payment_intents/{intent_id}")["status"] == "canceled"
    with pytest.raises(ApiError):
        rig.provider.answer_challenge(session["id"], approved=True)


def test_only_an_open_session_expires(rig: SandboxRig) -> None:
    session = rig.session()
    pay(rig, session, "visa")

    refusal = rig.call("POST", f"/v1/checkout/sessions/{session['id']}/expire")

    assert refusal.status == 400
    assert read(rig, session)["status"] == "complete"


def test_a_session_runs_out_at_its_time_and_takes_no_card_any_more(rig: SandboxRig) -> None:
    session = rig.session(expires_at=int(rig.clock.now().timestamp()) + 1_800)
    rig.clock.turn(1_800)

    with pytest.raises(ApiError):
        pay(rig, session, "visa")

    assert read(rig, session)["status"] == "expired"
    assert event_types(rig) == ["checkout.session.expired"]


@pytest.mark.parametrize("seconds", [1_799, 86_401])
def test_a_session_lives_between_half_an_hour_and_a_day(rig: SandboxRig, seconds: int) -> None:
    refusal = rig.session(expires_at=int(rig.clock.now().timestamp()) + seconds)

    assert refusal["error"]["param"] == "expires_at"


def test_refunds_never_exceed_what_was_captured(rig: SandboxRig) -> None:
    session = rig.session()
    pay(rig, session, "visa")
    intent_id = read(rig, session)["payment_intent"]["id"]
    assert (
        rig.json("POST", "/v1/refunds", {"payment_intent": intent_id, "amount": 1_000})["status"]
        == "succeeded"
    )

    too_much = rig.json("POST", "/v1/refunds", {"payment_intent": intent_id, "amount": 1_501})
    rest = rig.json("POST", "/v1/refunds", {"payment_intent": intent_id})
    more = rig.json("POST", "/v1/refunds", {"payment_intent": intent_id, "amount": 1})

    assert too_much["error"]["param"] == "amount"
    assert rest["amount"] == 1_500
    assert more["error"]["code"] == "charge_already_refunded"
    listed = rig.json("GET", "/v1/refunds", {"payment_intent": intent_id})["data"]
    assert sum(refund["amount"] for refund in listed) == 2_500


def test_an_unpaid_payment_has_nothing_to_refund(rig: SandboxRig) -> None:
    session = rig.session()
    pay(rig, session, "declined")

    refusal = rig.json("POST", "/v1/refunds", {"payment_intent": read(rig, session)["payment_intent"]["id"]})

    assert refusal["error"]["code"] == "charge_not_refundable"


@pytest.mark.parametrize(
    ("card", "first", "later"),
    [("refund_pending", "pending", "succeeded"), ("refund_fails", "succeeded", "failed")],
)
def test_some_refunds_are_decided_later(rig: SandboxRig, card: str, first: str, later: str) -> None:
    session = rig.session()
    pay(rig, session, card)
    intent_id = read(rig, session)["payment_intent"]["id"]
    refund = rig.json("POST", "/v1/refunds", {"payment_intent": intent_id})
    assert refund["status"] == first

    rig.clock.turn(SETTLE_AFTER_SECONDS)
    rig.provider.tick()

    assert rig.json("GET", f"/v1/refunds/{refund['id']}")["status"] == later


def test_a_payment_intent_is_confirmed_with_a_method_token(rig: SandboxRig) -> None:
    declined = rig.call(
        "POST",
        "/v1/payment_intents",
        {"amount": 900, "currency": "eur", "confirm": "true", "payment_method": "pm_card_chargeDeclined"},
    )
    paid = rig.json(
        "POST",
        "/v1/payment_intents",
        {"amount": 900, "currency": "eur", "confirm": "true", "payment_method": "pm_card_visa"},
    )

    assert declined.status == 402
    assert b'"decline_code":"generic_decline"' in declined.body
    assert paid["status"] == "succeeded"


@pytest.mark.parametrize(("evidence", "status"), [("winning_evidence", "won"), ("losing_evidence", "lost")])
def test_evidence_decides_a_dispute_once_and_moves_the_money(
    rig: SandboxRig, evidence: str, status: str
) -> None:
    session = rig.session()
    pay(rig, session, "disputed")
    rig.clock.turn(DISPUTE_AFTER_SECONDS)
    rig.provider.tick()
    (dispute,) = rig.json("GET", "/v1/disputes")["data"]
    path = f"/v1/disputes/{dispute['id']}"

    decided = rig.json("POST", path, {"evidence[uncategorized_text]": evidence})
    again = rig.json("POST", f"{path}/close")
    refund = rig.json("POST", "/v1/refunds", {"charge": dispute["charge"]})

    moved = [each["amount"] for each in decided["balance_transactions"]]
    assert decided["status"] == status
    assert again["error"]["code"] == "dispute_already_closed"
    assert moved == ([-2_500, 2_500] if status == "won" else [-2_500])
    assert ("charge.dispute.funds_reinstated" in event_types(rig)) is (status == "won")
    assert ("error" in refund) is (status == "lost")


def test_giving_in_loses_a_dispute(rig: SandboxRig) -> None:
    pay(rig, rig.session(), "disputed")
    rig.clock.turn(DISPUTE_AFTER_SECONDS)
    rig.provider.tick()
    (dispute,) = rig.json("GET", "/v1/disputes")["data"]

    closed = rig.json("POST", f"/v1/disputes/{dispute['id']}/close")

    assert (closed["status"], rig.json("GET", f"/v1/disputes/{dispute['id']}")) == ("lost", closed)
