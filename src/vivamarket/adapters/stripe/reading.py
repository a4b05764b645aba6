"""What the provider's records mean in our words. Pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from vivamarket.kernel.ids import BadId, OrderId, PaymentId, parse_uuid
from vivamarket.kernel.money import Money
from vivamarket.payments.errors import GatewayUnavailable
from vivamarket.payments.model import (
    DisputeStatus,
    ProviderDispute,
    ProviderPayment,
    ProviderRefund,
    ProviderStatus,
    RefundStatus,
)
from vivamarket.payments.statement import ProviderStatement

if TYPE_CHECKING:
    import stripe
    from stripe.checkout import Session

#: The key under which our payment id travels in metadata; the order id travels too, for people to read.
PAYMENT_KEY = "payment_id"
ORDER_KEY = "order_id"
REFUND_KEY = "refund_id"

_COMPLETE = {
    "succeeded": ProviderStatus.SUCCEEDED,
    "processing": ProviderStatus.PROCESSING,
    "requires_capture": ProviderStatus.AUTHORIZED,
    "canceled": ProviderStatus.CANCELED,
    "requires_payment_method": ProviderStatus.FAILED,
}
#: Without its session an unfinished payment may still be tried again.
_INTENT = _COMPLETE | {"requires_payment_method": ProviderStatus.OPEN}
_EXPIRED = _COMPLETE | {"requires_payment_method": ProviderStatus.CANCELED}
_REFUND = {
    "pending": RefundStatus.REQUESTED,
    "requires_action": RefundStatus.REQUESTED,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
#: A warning is an inquiry: no money moves unless it becomes a chargeback. Unknown words are open ones.
_DISPUTE = {
    "warning_closed": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "won": DisputeStatus.WON,
    "lost": DisputeStatus.LOST,
    "appeal_needs_response": DisputeStatus.APPEALED,
    "appeal_under_review": DisputeStatus.APPEALED,
}


def read_session(session: Session) -> ProviderPayment:
    """Return the session, whose ``payment_intent`` and its charge must be expanded, in our words.

    Raise ``GatewayUnavailable`` for a combination that is none of ours: better asked again than guessed.
    """
    intent = session.payment_intent
    if isinstance(intent, str):
        raise GatewayUnavailable("The payment provider sent a payment without its details.")
    status = _status(session, intent)
    taken = intent is not None and status is ProviderStatus.SUCCEEDED
    amount = intent.amount_received if intent is not None and taken else session.amount_total
    payment_id = known_id(metadata_value(session.metadata, PAYMENT_KEY))
    return ProviderPayment(
        provider_ref=session.id,
        status=status,
        amount=_money(amount, session.currency),
        redirect_url=session.url if session.status == "open" else None,
        provider_payment_ref=intent.id if intent is not None else None,
        failure_code=_failure_code(intent),
        payment_id=PaymentId(payment_id) if payment_id is not None else None,
        authorized_until=_authorized_until(intent) if status is ProviderStatus.AUTHORIZED else None,
    )


def read_refund(refund: stripe.Refund) -> ProviderRefund:
    """Return the refund in our words."""
    return ProviderRefund(
        provider_ref=refund.id,
        status=_REFUND[refund.status or "pending"],
        amount=_money(refund.amount, refund.currency),
        failure_code=getattr(refund, "failure_reason", None),
    )


def read_dispute(dispute: stripe.Dispute) -> ProviderDispute:
    """Return the dispute in our words.

    Its balance transactions, one for each movement, say whether the money is away now: their sum is
    negative then. They are in the account's own currency, so only their sign is looked at.
    """
    return ProviderDispute(
        provider_ref=dispute.id,
        status=_DISPUTE.get(dispute.status, DisputeStatus.OPEN),
        amount=_money(dispute.amount, dispute.currency),
        withdrawn=sum(each.amount for each in dispute.balance_transactions) < 0,
        reason=dispute.reason,
        opened_at=datetime.fromtimestamp(dispute.created, UTC),
    )


def read_statement(intent: stripe.PaymentIntent) -> ProviderStatement:
    """Return the account of one payment, whose ``latest_charge`` must be expanded, in our words."""
    charge = intent.latest_charge
    if isinstance(charge, str):
        raise GatewayUnavailable("The payment provider sent a payment without its charge.")
    payment_id = known_id(metadata_value(intent.metadata, PAYMENT_KEY))
    order_id = known_id(metadata_value(intent.metadata, ORDER_KEY))
    return ProviderStatement(
        provider_payment_ref=intent.id,
        payment_id=PaymentId(payment_id) if payment_id is not None else None,
        order_id=OrderId(order_id) if order_id is not None else None,
        status=_INTENT.get(intent.status, ProviderStatus.OPEN),
        captured=_money(intent.amount_received, intent.currency),
        refunded=_money(charge.amount_refunded if charge is not None else 0, intent.currency),
        disputed=charge is not None and charge.disputed,
        created_at=datetime.fromtimestamp(intent.created, UTC),
    )


def metadata_value(metadata: stripe.StripeObject | None, key: str) -> str | None:
    """Return one metadata value, None when it is not there. The library's objects are no mappings."""
    return str(metadata[key]) if metadata is not None and key in metadata else None


def known_id(told: str | None) -> str | None:
    """Return what may be an id of ours in its canonical form, else None.

    Whoever shares the provider's account may use the same metadata keys for ids of another kind. Such a
    payment is not ours, and its id must not reach a database that reads UUIDs.
    """
    try:
        return parse_uuid(told) if told else None
    except BadId:
        return None


def _status(session: Session, intent: stripe.PaymentIntent | None) -> ProviderStatus:
    if session.status == "open":
        return ProviderStatus.OPEN
    table = _EXPIRED if session.status == "expired" else _COMPLETE
    if intent is None:
        status = ProviderStatus.CANCELED if session.status == "expired" else None
    elif session.status == "expired":
        status = table.get(intent.status, ProviderStatus.CANCELED)
    else:
        status = table.get(intent.status)
    if status is None:
        raise GatewayUnavailable(
            "The payment provider is still at work on this payment.",
            session_status=str(session.status),
            intent_status=str(intent.status) if intent is not None else "none",
        )
    return status


def _authorized_until(intent: stripe.PaymentIntent | None) -> datetime | None:
    """Return until when a card's bank holds the money; None where the provider does not say it."""
    charge = intent.latest_charge if intent is not None else None
    details = charge.payment_method_details if charge is not None and not isinstance(charge, str) else None
    card = details.card if details is not None else None
    ends_at = getattr(card, "capture_before", None)
    return datetime.fromtimestamp(ends_at, UTC) if ends_at is not None else None


def _failure_code(intent: stripe.PaymentIntent | None) -> str | None:
    error = intent.last_payment_error if intent is not None else None
    if error is None:
        return None
    return getattr(error, "decline_code", None) or error.code


def _money(amount: int | None, currency: str | None) -> Money:
    if amount is None or currency is None:
        raise GatewayUnavailable("The payment provider sent a payment without an amount.")
    return Money(amount, currency.upper())
