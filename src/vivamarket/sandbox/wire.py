"""The wire form of every record, with Stripe's field names, and ``expand[]``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vivamarket.sandbox.errors import bad_parameter
from vivamarket.sandbox.model import (
    Card,
    Charge,
    Dispute,
    Endpoint,
    Intent,
    LineItem,
    PaymentError,
    ProviderEvent,
    Record,
    Refund,
    Session,
)

#: The version the records are shaped after; a test holds it against the installed ``stripe`` library.
API_VERSION = "2026-10-28.endive"
EXPAND_DEPTH_MAX = 4
#: Fields that hold ids and may be expanded.
_EXPANDABLE = frozenset({"payment_intent", "latest_charge", "charge", "data"})

Wire = dict[str, object]


def wire(record: Record, *, page_url: str) -> Wire:
    """Return the record as Stripe would send it. ``page_url`` is where hosted pages live."""
    match record:
        case Session():
            return _session(record, page_url)
        case Intent():
            return _intent(record, page_url)
        case Charge():
            return _charge(record)
        case Refund():
            return _refund(record)
        case Dispute():
            return _dispute(record)
        case ProviderEvent():
            return _event(record)
        case Endpoint():
            return _endpoint(record)
    raise TypeError(f"{type(record).__name__} has no wire form")


def line_item(line: LineItem, currency: str) -> Wire:
    """Return one line of a Checkout Session."""
    return {
        "id": line.id,
        "object": "item",
        "amount_discount": 0,
        "amount_subtotal": line.amount,
        "amount_tax": 0,
        "amount_total": line.amount,
        "currency": currency,
        "description": line.name,
        "price": {
            "object": "price",
            "currency": currency,
            "type": "one_time",
            "unit_amount": line.unit_amount,
        },
        "quantity": line.quantity,
    }


def expand(body: Wire, paths: Sequence[str], lookup: Callable[[str], Wire | None]) -> None:
    """Replace ids by their objects along the dotted paths (``payment_intent.latest_charge``), in place."""
    for path in paths:
        parts = path.split(".")
        if len(parts) > EXPAND_DEPTH_MAX:
            raise bad_parameter("You cannot expand more than 4 levels of a property.", "expand")
        _expand(body, parts, path, lookup)


def _expand(node: Wire, parts: Sequence[str], path: str, lookup: Callable[[str], Wire | None]) -> None:
    name = parts[0]
    if name not in _EXPANDABLE or name not in node:
        raise bad_parameter(f"This property cannot be expanded ({path[:80]}).", "expand")
    value = node[name]
    if isinstance(value, str):
        node[name] = value = lookup(value)
    targets = value if isinstance(value, list) else [value]
    if len(parts) > 1:
        for target in targets:
            if isinstance(target, dict):
                _expand(target, parts[1:], path, lookup)


def _session(session: Session, page_url: str) -> Wire:
    return {
        "id": session.id,
        "object": "checkout.session",
        "amount_subtotal": session.amount_subtotal,
        "amount_total": session.amount_total,
        "cancel_url": session.cancel_url,
        "client_reference_id": session.client_reference_id,
        "created": session.created,
        "currency": session.currency,
        "customer": None,
        "customer_email": session.customer_email,
        "expires_at": session.expires_at,
        "livemode": False,
        "locale": session.locale,
        "metadata": session.metadata,
        "mode": "payment",
        "payment_intent": session.payment_intent,
        "payment_method_types": ["card"],
        "payment_status": session.payment_status,
        "status": session.status,
        "success_url": session.success_url,
        "total_details": {"amount_discount": 0, "amount_shipping": session.shipping_amount, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": f"{page_url}/{session.id}" if session.status == "open" else None,
    }


def _intent(intent: Intent, page_url: str) -> Wire:
    next_action = None
    if intent.status == "requires_action":
        where = intent.session or intent.id
        next_action = {
            "type": "redirect_to_url",
            "redirect_to_url": {"url": f"{page_url}/{where}/challenge", "return_url": intent.return_url},
        }
    return {
        "id": intent.id,
        "object": "payment_intent",
        "amount": intent.amount,
        "amount_capturable": intent.amount_capturable,
        "amount_received": intent.amount_received,
        "canceled_at": intent.canceled_at,
        "cancellation_reason": intent.cancellation_reason,
        "capture_method": intent.capture_method,
        "client_secret": None,
        "confirmation_method": "automatic",
        "created": intent.created,
        "currency": intent.currency,
        "customer": None,
        "description": intent.description,
        "last_payment_error": _payment_error(intent.last_payment_error),
        "latest_charge": intent.latest_charge,
        "livemode": False,
        "metadata": intent.metadata,
        "next_action": next_action,
        "payment_method": None,
        "payment_method_types": ["card"],
        "receipt_email": intent.receipt_email,
        "status": intent.status,
    }


def _payment_error(error: PaymentError | None) -> Wire | None:
    if error is None:
        return None
    fields: Wire = {"type": "card_error", "code": error.code, "message": error.message}
    if error.decline_code is not None:
        fields["decline_code"] = error.decline_code
    if error.charge is not None:
        fields["charge"] = error.charge
    return fields


def _charge(charge: Charge) -> Wire:
    failure = charge.failure
    return {
        "id": charge.id,
        "object": "charge",
        "amount": charge.amount,
        "amount_captured": charge.amount_captured,
        "amount_refunded": charge.amount_refunded,
        "captured": charge.captured,
        "created": charge.created,
        "currency": charge.currency,
        "disputed": charge.disputed,
        "failure_code": failure.code if failure else None,
        "failure_message": failure.message if failure else None,
        "livemode": False,
        "metadata": charge.metadata,
        "outcome": {
            "network_status": "declined_by_network" if failure else "approved_by_network",
            "reason": (failure.decline_code or failure.code) if failure else None,
            "risk_level": "normal",
            "seller_message": failure.message if failure else "Payment complete.",
            "type": "issuer_declined" if failure else "authorized",
        },
        "paid": charge.status == "succeeded",
        "payment_intent": charge.payment_intent,
        "payment_method_details": {
            "type": "card",
            "card": {
                **_card(charge.card),
                **({"capture_before": charge.capture_before} if charge.capture_before is not None else {}),
            },
        },
        "refunded": charge.amount_refunded == charge.amount_captured and charge.amount_refunded > 0,
        "status": charge.status,
    }


def _card(card: Card) -> Wire:
    return {
        "brand": card.brand,
        "exp_month": card.exp_month,
        "exp_year": card.exp_year,
        "funding": "credit",
        "last4": card.last4,
    }


def _refund(refund: Refund) -> Wire:
    fields: Wire = {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "charge": refund.charge,
        "created": refund.created,
        "currency": refund.currency,
        "metadata": refund.metadata,
        "payment_intent": refund.payment_intent,
        "reason": refund.reason,
        "status": refund.status,
    }
    if refund.failure_reason is not None:
        fields["failure_reason"] = refund.failure_reason
    return fields


def _dispute(dispute: Dispute) -> Wire:
    return {
        "id": dispute.id,
        "object": "dispute",
        "amount": dispute.amount,
        "balance_transactions": [
            {
                "id": f"txn_{dispute.id}_{number}",
                "object": "balance_transaction",
                "amount": amount,
                "currency": dispute.currency,
                "fee": 0,
                "net": amount,
                "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
                "type": "adjustment",
            }
            for number, amount in enumerate(dispute.movements, start=1)
        ],
        "charge": dispute.charge,
        "created": dispute.created,
        "currency": dispute.currency,
        "is_charge_refundable": dispute.status == "won",
        "livemode": False,
        "metadata": {},
        "payment_intent": dispute.payment_intent,
        "reason": dispute.reason,
        "status": dispute.status,
    }


def _event(event: ProviderEvent) -> Wire:
    return {
        "id": event.id,
        "object": "event",
        "api_version": API_VERSION,
        "created": event.created,
        "data": {"object": event.object},
        "livemode": False,
        "pending_webhooks": 0,
        "request": {"id": event.request_id, "idempotency_key": event.idempotency_key},
        "type": event.type,
    }


def _endpoint(endpoint: Endpoint) -> Wire:
    return {
        "id": endpoint.id,
        "object": "webhook_endpoint",
        "api_version": API_VERSION,
        "created": endpoint.created,
        "enabled_events": list(endpoint.enabled_events),
        "livemode": False,
        "metadata": {},
        "status": endpoint.status,
        "url": endpoint.url,
    }
