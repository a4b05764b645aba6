"""Giving money back: never more than was taken, never twice."""

from __future__ import annotations

import msgspec

from vivamarket.sandbox.book import REFUND_SETTLE, Book
from vivamarket.sandbox.cards import SETTLE_AFTER_SECONDS, card_by_key
from vivamarket.sandbox.errors import ApiError, bad_parameter
from vivamarket.sandbox.model import Charge, Dispute, Intent, Refund, RefundStatus
from vivamarket.sandbox.ports import Duty


def create(
    book: Book,
    *,
    payment_intent: str | None,
    charge_id: str | None,
    amount: int | None,
    reason: str | None,
    metadata: dict[str, str],
) -> Refund:
    """Refund a captured charge, all that is left of it by default.

    Refuse a charge without captured money, an already refunded or disputed one, and more than is left.
    """
    charge = _charge_to_refund(book, payment_intent, charge_id)
    left = charge.amount_captured - charge.amount_refunded
    if charge.disputed and _is_charged_back(book, charge):
        raise ApiError(
            f"Charge {charge.id} has been charged back; cannot issue a refund.", code="charge_disputed"
        )
    if left == 0:
        raise ApiError(f"Charge {charge.id} has already been refunded.", code="charge_already_refunded")
    wanted = left if amount is None else amount
    if wanted > left:
        raise ApiError(
            f"Refund amount ({wanted}) is greater than unrefunded amount on charge ({left})", param="amount"
        )
    test_card = card_by_key(charge.card.key)
    behavior = test_card.refund if test_card is not None else "succeeds"
    status: RefundStatus = "pending" if behavior == "pending_succeeds" else "succeeded"
    refund = book.put(
        Refund(
            id=book.new_id("re"),
            created=book.now,
            amount=wanted,
            currency=charge.currency,
            charge=charge.id,
            payment_intent=charge.payment_intent,
            status=status,
            reason=reason,
            metadata=metadata,
        )
    )
    charge = book.put(msgspec.structs.replace(charge, amount_refunded=charge.amount_refunded + wanted))
    book.emit("refund.created", refund)
    book.emit("charge.refunded", charge)
    if behavior != "succeeds":
        book.store.schedule(Duty(REFUND_SETTLE, refund.id), book.now + SETTLE_AFTER_SECONDS)
    return refund


def settle(book: Book, refund: Refund) -> Refund:
    """End a refund that was not final at once, as its card decides; the money of a failed one comes back."""
    charge = book.get(Charge, refund.charge)
    test_card = card_by_key(charge.card.key)
    if test_card is not None and test_card.refund == "fails_later":
        if refund.status == "failed":
            return refund
        book.put(msgspec.structs.replace(charge, amount_refunded=charge.amount_refunded - refund.amount))
        refund = book.put(
            msgspec.structs.replace(refund, status="failed", failure_reason="lost_or_stolen_card")
        )
        book.emit("refund.failed", refund)
    elif refund.status == "pending":
        refund = book.put(msgspec.structs.replace(refund, status="succeeded"))
    else:
        return refund
    book.emit("refund.updated", refund)
    return refund


def _is_charged_back(book: Book, charge: Charge) -> bool:
    disputes, _ = book.store.page(Dispute, limit=1, parent=charge.payment_intent)
    return any(dispute.status != "won" for dispute in disputes)


def _charge_to_refund(book: Book, payment_intent: str | None, charge_id: str | None) -> Charge:
    if payment_intent is not None:
        intent = book.get(Intent, payment_intent, param="payment_intent")
        charge_id = intent.latest_charge
        if intent.status != "succeeded" or charge_id is None:
            raise ApiError(
                "This PaymentIntent does not have a successful charge to refund.",
                code="charge_not_refundable",
                param="payment_intent",
            )
    if charge_id is None:
        raise bad_parameter(
            "One of charge or payment_intent is required.", "payment_intent", "parameter_missing"
        )
    charge = book.get(Charge, charge_id, param="charge")
    if not charge.captured or charge.status != "succeeded":
        raise ApiError(
            f"Charge {charge.id} has no captured money to refund.",
            code="charge_not_refundable",
            param="charge",
        )
    return charge
