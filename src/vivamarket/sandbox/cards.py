"""Test cards: what each one does, and the check of a card form. The one table; the guide prints it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vivamarket.sandbox.model import Card

Behavior = Literal["succeeds", "declines", "processing_succeeds", "processing_fails"]
RefundBehavior = Literal["succeeds", "pending_succeeds", "fails_later"]

#: How long a payment stays ``processing``, a refund ``pending``, or a dispute waits, in seconds.
SETTLE_AFTER_SECONDS = 8
#: How long a card's bank holds money that nobody takes.
AUTHORIZATION_SECONDS = 7 * 24 * 60 * 60
DISPUTE_AFTER_SECONDS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class TestCard:
    """One test card. ``key`` names it in the control API, ``method`` is Stripe's ``pm_card_…`` token."""

    __test__ = False  # not a test case, whatever pytest thinks of the name

    key: str
    number: str
    brand: str
    title: str
    method: str
    behavior: Behavior = "succeeds"
    challenge: bool = False
    code: str = ""
    decline_code: str | None = None
    disputed: bool = False
    refund: RefundBehavior = "succeeds"
    #: Shown as a button on the hosted page.
    offered: bool = False


TEST_CARDS: tuple[TestCard, ...] = (
    TestCard(
        key="visa",
        number="4242424242424242",
        brand="visa",
        title="Succeeds",
        method="pm_card_visa",
        offered=True,
    ),
    TestCard(
        key="mastercard",
        number="5555555555554444",
        brand="mastercard",
        title="Succeeds (Mastercard)",
        method="pm_card_mastercard",
    ),
    TestCard(
        key="amex",
        number="378282246310005",
        brand="amex",
        title="Succeeds (American Express, 4-digit code)",
        method="pm_card_amex",
    ),
    TestCard(
        key="declined",
        number="4000000000000002",
        brand="visa",
        title="Declined",
        method="pm_card_chargeDeclined",
        behavior="declines",
        code="card_declined",
        decline_code="generic_decline",
        offered=True,
    ),
    TestCard(
        key="insufficient_funds",
        number="4000000000009995",
        brand="visa",
        title="Declined: insufficient funds",
        method="pm_card_chargeDeclinedInsufficientFunds",
        behavior="declines",
        code="card_declined",
        decline_code="insufficient_funds",
        offered=True,
    ),
    TestCard(
        key="lost",
        number="4000000000009987",
        brand="visa",
        title="Declined: lost card",
        method="pm_card_chargeDeclinedLostCard",
        behavior="declines",
        code="card_declined",
        decline_code="lost_card",
    ),
    TestCard(
        key="expired",
        number="4000000000000069",
        brand="visa",
        title="Declined: expired card",
        method="pm_card_chargeDeclinedExpiredCard",
        behavior="declines",
        code="expired_card",
    ),
    TestCard(
        key="incorrect_cvc",
        number="4000000000000127",
        brand="visa",
        title="Declined: wrong security code",
        method="pm_card_chargeDeclinedIncorrectCvc",
        behavior="declines",
        code="incorrect_cvc",
    ),
    TestCard(
        key="processing_error",
        number="4000000000000119",
        brand="visa",
        title="Declined: processing error",
        method="pm_card_chargeDeclinedProcessingError",
        behavior="declines",
        code="processing_error",
    ),
    TestCard(
        key="three_d_secure",
        number="4000002500003155",
        brand="visa",
        title="Asks for 3-D Secure",
        method="pm_card_authenticationRequiredOnSetup",
        challenge=True,
        offered=True,
    ),
    TestCard(
        key="three_d_secure_always",
        number="4000002760003184",
        brand="visa",
        title="Asks for 3-D Secure, every time",
        method="pm_card_authenticationRequired",
        challenge=True,
    ),
    TestCard(
        key="three_d_secure_declined",
        number="4000008400001629",
        brand="visa",
        title="Asks for 3-D Secure, then declined",
        method="pm_card_threeDSecureRequiredChargeDeclined",
        behavior="declines",
        challenge=True,
        code="card_declined",
        decline_code="generic_decline",
    ),
    TestCard(
        key="processing",
        number="4000000000003220",
        brand="visa",
        title="Stays processing, then succeeds",
        method="pm_card_processing",
        behavior="processing_succeeds",
        offered=True,
    ),
    TestCard(
        key="processing_fails",
        number="4000000000003238",
        brand="visa",
        title="Stays processing, then fails",
        method="pm_card_processingFails",
        behavior="processing_fails",
        code="card_declined",
        decline_code="generic_decline",
    ),
    TestCard(
        key="disputed",
        number="4000000000000259",
        brand="visa",
        title="Succeeds, disputed later",
        method="pm_card_createDispute",
        disputed=True,
    ),
    TestCard(
        key="refund_pending",
        number="4000000000007726",
        brand="visa",
        title="Succeeds; a refund stays pending for a while",
        method="pm_card_pendingRefund",
        refund="pending_succeeds",
    ),
    TestCard(
        key="refund_fails",
        number="4000000000005126",
        brand="visa",
        title="Succeeds; a refund fails later",
        method="pm_card_refundFail",
        refund="fails_later",
    ),
)

_BY_NUMBER = {card.number: card for card in TEST_CARDS}
_BY_KEY = {card.key: card for card in TEST_CARDS}
_BY_METHOD = {card.method: card for card in TEST_CARDS}


@dataclass(frozen=True, slots=True)
class CardInput:
    """What the shopper typed, as typed."""

    number: str
    expiry: str
    cvc: str


@dataclass(frozen=True, slots=True)
class CardProblem:
    """A field of the card form and the reason it is refused (a key of ``texts``)."""

    field: Literal["number", "expiry", "cvc"]
    reason: Literal[
        "incomplete_number",
        "invalid_number",
        "not_a_test_card",
        "invalid_expiry",
        "past_expiry",
        "invalid_cvc",
    ]


def card_by_key(key: str) -> TestCard | None:
    """Return the card named by ``key``, by its number or by its ``pm_card_…`` token."""
    return _BY_KEY.get(key) or _BY_NUMBER.get(key) or _BY_METHOD.get(key)


def luhn_valid(digits: str) -> bool:
    """Return whether the digits pass the Luhn check (ISO/IEC 7812-1, annex B)."""
    total = 0
    for index, digit in enumerate(reversed(digits)):
        value = int(digit)
        if index % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def read_card(typed: CardInput, now: datetime) -> tuple[TestCard, Card] | list[CardProblem]:
    """Return the test card and what is kept of it, or every problem of the form at once."""
    problems: list[CardProblem] = []
    digits = re.sub(r"[\s-]", "", typed.number)
    test_card = _BY_NUMBER.get(digits)
    if not re.fullmatch(r"[0-9]{12,19}", digits):
        problems.append(CardProblem("number", "incomplete_number"))
    elif not luhn_valid(digits):
        problems.append(CardProblem("number", "invalid_number"))
    elif test_card is None:
        problems.append(CardProblem("number", "not_a_test_card"))
    expiry = _read_expiry(typed.expiry)
    if expiry is None:
        problems.append(CardProblem("expiry", "invalid_expiry"))
    elif expiry < (now.year, now.month):
        problems.append(CardProblem("expiry", "past_expiry"))
    cvc_digits = 4 if test_card is not None and test_card.brand == "amex" else 3
    if not re.fullmatch(rf"[0-9]{{{cvc_digits}}}", typed.cvc.strip()):
        problems.append(CardProblem("cvc", "invalid_cvc"))
    if problems or test_card is None or expiry is None:
        return problems
    return test_card, kept_card(test_card, exp_year=expiry[0], exp_month=expiry[1])


def kept_card(test_card: TestCard, *, exp_year: int, exp_month: int) -> Card:
    """Return what the provider keeps of a card after an attempt."""
    return Card(
        key=test_card.key,
        brand=test_card.brand,
        last4=test_card.number[-4:],
        exp_month=exp_month,
        exp_year=exp_year,
    )


def _read_expiry(text: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"\s*([0-9]{1,2})\s*/?\s*(?:20)?([0-9]{2})\s*", text)
    if match is None or not 1 <= int(match.group(1)) <= 12:
        return None
    return 2000 + int(match.group(2)), int(match.group(1))
