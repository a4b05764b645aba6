"""What happens to a PaymentIntent: attempts, 3-D Secure, capture, cancel; and to its session with it."""

from __future__ import annotations

import msgspec

from vivamarket.sandbox.book import AUTHORIZATION_END, CHARGE_DISPUTE, INTENT_SETTLE, SESSION_EXPIRY, Book
from vivamarket.sandbox.cards import DISPUTE_AFTER_SECONDS, SETTLE_AFTER_SECONDS, TestCard, card_by_key
from vivamarket.sandbox.errors import ApiError, bad_parameter
from vivamarket.sandbox.model import Card, Charge, Dispute, Intent, IntentStatus, PaymentError, Session
from vivamarket.sandbox.ports import Duty
from vivamarket.sandbox.wire import wire

AWAITING_CARD: frozenset[IntentStatus] = frozenset(
    {"requires_payment_method", "requires_confirmation", "requires_action"}
)
CANCELABLE: frozenset[IntentStatus] = AWAITING_CARD | {"requires_capture"}

_MESSAGES = {
    "insufficient_funds": "Your card has insufficient funds.",
    "expired_card": "Your card has expired.",
    "incorrect_cvc": "Your card's security code is incorrect.",
    "processing_error": "An error occurred while processing your card. Try again in a little bit.",
    "payment_intent_authentication_failure": (
        "We are unable to authenticate your payment method. "
        "Please choose a different payment method and try again."
    ),
}


def open_intent(book: Book, session: Session) -> tuple[Session, Intent]:
    """Return the session with its PaymentIntent; make the intent at the first attempt, as Stripe does."""
    if session.payment_intent is not None:
        return session, book.get(Intent, session.payment_intent)
    intent = book.put(
        Intent(
            id=book.new_id("pi"),
            created=book.now,
            status="requires_payment_method",
            amount=session.amount_total,
            currency=session.currency,
            capture_method=session.capture_method,
            session=session.id,
            description=session.intent_description,
            receipt_email=session.customer_email,
            metadata=session.intent_metadata,
            return_url=session.success_url,
        )
    )
    book.emit("payment_intent.created", intent)
    return book.put(msgspec.structs.replace(session, payment_intent=intent.id)), intent


def attempt(book: Book, intent: Intent, test_card: TestCard, card: Card) -> Intent:
    """Try to pay with a card. A decline is an outcome, not an error: look at ``last_payment_error``."""
    if intent.status not in AWAITING_CARD:
        raise unexpected_state(book, intent, "confirm")
    intent = msgspec.structs.replace(intent, card=card, last_payment_error=None)
    if test_card.challenge:
        intent = book.put(msgspec.structs.replace(intent, status="requires_action"))
        book.emit("payment_intent.requires_action", intent)
        return intent
    return _charge(book, intent, test_card)


def answer_challenge(book: Book, intent: Intent, *, approved: bool) -> Intent:
    """Take the shopper's answer to 3-D Secure."""
    if intent.status != "requires_action" or intent.card is None:
        raise unexpected_state(book, intent, "authenticate")
    if approved:
        test_card = card_by_key(intent.card.key)
        if test_card is None:
            raise RuntimeError(f"a stored card names the unknown test card {intent.card.key!r}")
        return _charge(book, intent, test_card)
    code = "payment_intent_authentication_failure"
    error = PaymentError(code=code, decline_code=None, message=_MESSAGES[code])
    return _fail(book, intent, error)


def settle_processing(book: Book, intent: Intent) -> Intent:
    """End the ``processing`` of a payment, as its card decides; anything else is left alone."""
    if intent.status != "processing" or intent.card is None:
        return intent
    test_card = card_by_key(intent.card.key)
    if test_card is not None and test_card.behavior == "processing_succeeds":
        return _take(book, intent, test_card)
    error = PaymentError(code="card_declined", decline_code="generic_decline", message="The payment failed.")
    intent = _fail(book, intent, error)
    if intent.session is not None:
        book.emit("checkout.session.async_payment_failed", book.get(Session, intent.session))
    return intent


def capture(book: Book, intent: Intent, amount: int | None) -> Intent:
    """Take authorized money, all of it or less; the rest is released."""
    if intent.status != "requires_capture" or intent.latest_charge is None:
        raise unexpected_state(book, intent, "capture")
    taken = intent.amount_capturable if amount is None else amount
    if taken > intent.amount_capturable:
        raise ApiError(
            f"Invalid amount: at most {intent.amount_capturable} can be captured.",
            code="amount_too_large",
            param="amount_to_capture",
        )
    charge = book.get(Charge, intent.latest_charge)
    charge = book.put(
        msgspec.structs.replace(charge, captured=True, amount_captured=taken, capture_before=None)
    )
    book.emit("charge.captured", charge)
    book.store.unschedule(Duty(AUTHORIZATION_END, intent.id))
    intent = book.put(
        msgspec.structs.replace(intent, status="succeeded", amount_capturable=0, amount_received=taken)
    )
    book.emit("payment_intent.succeeded", intent)
    return _paid_session(book, intent)


def cancel(book: Book, intent: Intent, reason: str | None) -> Intent:
    """Cancel a payment that has not taken money; refuse any other."""
    if intent.status not in CANCELABLE:
        raise unexpected_state(book, intent, "cancel")
    if intent.session is not None and book.get(Session, intent.session).status == "open":
        raise ApiError(
            "You cannot cancel a PaymentIntent created by Checkout while its session is open. "
            f"Expire the Checkout Session ({intent.session}) instead.",
            code="payment_intent_unexpected_state",
        )
    return void(book, intent, reason)


def end_authorization(book: Book, intent: Intent) -> Intent:
    """Let held money go that nobody has taken in time, as a bank does."""
    return void(book, intent, "automatic") if intent.status == "requires_capture" else intent


def void(book: Book, intent: Intent, reason: str | None) -> Intent:
    """Cancel without asking; for callers that know it may be."""
    book.store.unschedule(Duty(AUTHORIZATION_END, intent.id))
    intent = book.put(
        msgspec.structs.replace(
            intent,
            status="canceled",
            amount_capturable=0,
            canceled_at=book.now,
            cancellation_reason=reason,
        )
    )
    book.emit("payment_intent.canceled", intent)
    return intent


def open_dispute(book: Book, charge: Charge) -> Dispute | None:
    """Dispute a charge once."""
    if charge.disputed:
        return None
    book.put(msgspec.structs.replace(charge, disputed=True))
    dispute = book.put(
        Dispute(
            id=book.new_id("du"),
            created=book.now,
            amount=charge.amount_captured - charge.amount_refunded,
            currency=charge.currency,
            charge=charge.id,
            payment_intent=charge.payment_intent,
            status="needs_response",
            reason="fraudulent",
            movements=(charge.amount_refunded - charge.amount_captured,),
        )
    )
    book.emit("charge.dispute.created", dispute)
    book.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def decide_dispute(book: Book, dispute: Dispute, *, won: bool) -> Dispute:
    """Decide a dispute at once, where a real bank takes weeks; the shop gets its money back if it won."""
    if dispute.status != "needs_response":
        raise ApiError("This dispute is already closed.", code="dispute_already_closed")
    dispute = book.put(
        msgspec.structs.replace(
            dispute,
            status="won" if won else "lost",
            movements=(*dispute.movements, dispute.amount) if won else dispute.movements,
        )
    )
    book.emit("charge.dispute.updated", dispute)
    book.emit("charge.dispute.closed", dispute)
    if won:
        book.emit("charge.dispute.funds_reinstated", dispute)
    return dispute


def unexpected_state(book: Book, intent: Intent, verb: str) -> ApiError:
    """Return Stripe's refusal of a call that the intent's status does not allow."""
    return ApiError(
        f"You cannot {verb} this PaymentIntent because it has a status of {intent.status}.",
        code="payment_intent_unexpected_state",
        payment_intent=wire(intent, page_url=book.page_url),
    )


def known_method(token: str | None) -> TestCard:
    """Return the test card of a ``pm_card_…`` token; refuse real-looking ids."""
    test_card = card_by_key(token or "")
    if test_card is None or token != test_card.method:
        raise bad_parameter(
            f"No such PaymentMethod: '{(token or '')[:80]}'", "payment_method", "resource_missing"
        )
    return test_card


def _charge(book: Book, intent: Intent, test_card: TestCard) -> Intent:
    if test_card.behavior == "declines":
        reason = test_card.decline_code or test_card.code
        message = _MESSAGES.get(reason, "Your card was declined.")
        error = PaymentError(code=test_card.code, decline_code=test_card.decline_code, message=message)
        return _fail(book, intent, error)
    if test_card.behavior in {"processing_succeeds", "processing_fails"}:
        intent = book.put(msgspec.structs.replace(intent, status="processing"))
        book.emit("payment_intent.processing", intent)
        book.store.schedule(Duty(INTENT_SETTLE, intent.id), book.now + SETTLE_AFTER_SECONDS)
        return _close_session(book, intent)
    return _take(book, intent, test_card)


def _take(book: Book, intent: Intent, test_card: TestCard) -> Intent:
    manual = intent.capture_method == "manual"
    charge = _write_charge(book, intent, captured=not manual, failure=None)
    book.emit("charge.succeeded", charge)
    intent = book.put(
        msgspec.structs.replace(
            intent,
            status="requires_capture" if manual else "succeeded",
            latest_charge=charge.id,
            amount_capturable=intent.amount if manual else 0,
            amount_received=0 if manual else intent.amount,
        )
    )
    book.emit("payment_intent.amount_capturable_updated" if manual else "payment_intent.succeeded", intent)
    if manual:
        book.store.schedule(Duty(AUTHORIZATION_END, intent.id), book.now + book.authorization_seconds)
    if test_card.disputed:
        book.store.schedule(Duty(CHARGE_DISPUTE, charge.id), book.now + DISPUTE_AFTER_SECONDS)
    return _close_session(book, intent) if manual else _paid_session(book, intent)


def _fail(book: Book, intent: Intent, error: PaymentError) -> Intent:
    charge = _write_charge(book, intent, captured=False, failure=error)
    book.emit("charge.failed", charge)
    intent = book.put(
        msgspec.structs.replace(
            intent,
            status="requires_payment_method",
            latest_charge=charge.id,
            last_payment_error=msgspec.structs.replace(error, charge=charge.id),
        )
    )
    book.emit("payment_intent.payment_failed", intent)
    return intent


def _write_charge(book: Book, intent: Intent, *, captured: bool, failure: PaymentError | None) -> Charge:
    if intent.card is None:
        raise RuntimeError("a charge needs a card")
    return book.put(
        Charge(
            id=book.new_id("ch"),
            created=book.now,
            payment_intent=intent.id,
            amount=intent.amount,
            currency=intent.currency,
            status="failed" if failure else "succeeded",
            captured=captured,
            amount_captured=intent.amount if captured else 0,
            capture_before=None if captured or failure else book.now + book.authorization_seconds,
            card=intent.card,
            failure=failure,
            metadata=intent.metadata,
        )
    )


def _paid_session(book: Book, intent: Intent) -> Intent:
    if intent.session is None:
        return intent
    session = book.get(Session, intent.session)
    was_open = session.status == "open"
    session = book.put(msgspec.structs.replace(session, status="complete", payment_status="paid"))
    book.store.unschedule(Duty(SESSION_EXPIRY, session.id))
    if was_open:
        book.emit("checkout.session.completed", session)
    elif intent.capture_method != "manual":
        book.emit("checkout.session.async_payment_succeeded", session)
    return intent


def _close_session(book: Book, intent: Intent) -> Intent:
    if intent.session is not None:
        session = book.get(Session, intent.session)
        session = book.put(msgspec.structs.replace(session, status="complete"))
        book.store.unschedule(Duty(SESSION_EXPIRY, session.id))
        book.emit("checkout.session.completed", session)
    return intent
