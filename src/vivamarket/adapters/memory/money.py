"""Payments, refunds and the books of one order, with the rules the database keeps for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vivamarket.adapters.memory.tables import OrderRecord, Tables
from vivamarket.checkout.model import OrderState
from vivamarket.kernel.errors import RuleBroken
from vivamarket.payments.ledger import LedgerKind, LedgerTransaction
from vivamarket.payments.model import Dispute, Payment, Refund


def kept_payments(
    tables: Tables, record: OrderRecord, changed: Sequence[Payment], at: datetime
) -> tuple[Payment, ...]:
    """Write payments, one after the other; return all of the order's by attempt.

    Of a known payment, what it asks for never changes. Raise ``RuleBroken`` for a second live payment,
    a second payment of one attempt and a provider's name that another payment has.
    """
    kept = {each.id: each for each in record.state.payments}
    for each in changed:
        before = kept.get(each.id)
        now = _with_fixed_fields(each, before, at)
        kept[each.id] = now
        if now.is_live and sum(other.is_live for other in kept.values()) > 1:
            raise RuleBroken("An order has one live payment at most.", rule="one_live_payment")
        if len({other.attempt for other in kept.values()}) < len(kept):
            raise RuleBroken("Every attempt is one payment.", rule="payment_attempt")
        if before is None:
            tables.put(tables.order_of_payment, each.id, record.order.id)
        _name_at_provider(tables, now, before)
    return tuple(sorted(kept.values(), key=lambda payment: payment.attempt))


def _with_fixed_fields(payment: Payment, before: Payment | None, at: datetime) -> Payment:
    if before is None:
        return replace(payment, updated_at=at)
    return replace(
        payment,
        attempt=before.attempt,
        amount=before.amount,
        created_at=before.created_at,
        updated_at=at,
    )


def _name_at_provider(tables: Tables, now: Payment, before: Payment | None) -> None:
    if now.provider_payment_ref is not None:
        tables.put(tables.payment_of_money, now.provider_payment_ref, now.id)
    old = before.provider_ref if before is not None else None
    if now.provider_ref == old:
        return
    if old is not None:
        tables.drop(tables.payment_of_ref, old)
    if now.provider_ref is not None:
        if now.provider_ref in tables.payment_of_ref:
            raise RuleBroken("The provider's name belongs to another payment.", rule="payment_provider_ref")
        tables.put(tables.payment_of_ref, now.provider_ref, now.id)


def kept_refunds(
    tables: Tables, record: OrderRecord, changed: Sequence[Refund], at: datetime
) -> tuple[Refund, ...]:
    """Write refunds; return all of the order's, oldest first.

    Of a known refund, what it gives back never changes. Raise ``RuleBroken`` for a second refund of one
    request and for an amount below zero.
    """
    kept = {each.id: each for each in record.state.refunds}
    for each in changed:
        before = kept.get(each.id)
        if before is not None:
            kept[each.id] = replace(
                before,
                status=each.status,
                provider_ref=each.provider_ref,
                failure_code=each.failure_code,
                updated_at=at,
            )
            continue
        if each.amount.minor_units < 0:
            raise RuleBroken("A refund gives back, it never takes.", rule="refund_amount_check")
        if any(other.request_key == each.request_key for other in kept.values()):
            raise RuleBroken("A request is one refund.", rule="refund_request")
        kept[each.id] = replace(each, updated_at=at)
        tables.put(tables.order_of_refund, each.id, record.order.id)
    return tuple(sorted(kept.values(), key=lambda refund: (refund.created_at, refund.id)))


def kept_disputes(record: OrderRecord, changed: Sequence[Dispute], at: datetime) -> tuple[Dispute, ...]:
    """Write disputes; return all of the order's, oldest first. Of a known one, only its standing changes."""
    if not changed:
        return record.state.disputes
    kept = {each.id: each for each in record.state.disputes}
    for each in changed:
        before = kept.get(each.id, each)
        kept[each.id] = replace(before, status=each.status, withdrawn=each.withdrawn, updated_at=at)
    if len({each.provider_ref for each in kept.values()}) < len(kept):
        raise RuleBroken("The provider's name belongs to another dispute.", rule="dispute_provider_ref")
    return tuple(sorted(kept.values(), key=lambda dispute: (dispute.opened_at, dispute.id)))


def posted(
    record: OrderRecord, state: OrderState, added: Sequence[LedgerTransaction], at: datetime
) -> tuple[LedgerTransaction, ...]:
    """Return the order's books with what is posted now.

    Raise ``RuleBroken`` when a capture or a refund is posted twice.
    """
    if not added:
        return record.ledger
    books = (*record.ledger, *(_as_read(each, at) for each in added))
    captures = [each.payment_id for each in books if each.kind in (LedgerKind.SALE, LedgerKind.DEPOSIT)]
    accepted = [each.payment_id for each in books if each.kind is LedgerKind.ACCEPTANCE]
    refunds = [each.refund_id for each in books if each.refund_id is not None]
    if len(set(captures)) < len(captures):
        raise RuleBroken("A capture is posted once.", rule="capture_posted_once")
    if len(set(accepted)) < len(accepted):
        raise RuleBroken("A deposit becomes a sale once.", rule="acceptance_posted_once")
    if len(set(refunds)) < len(refunds):
        raise RuleBroken("A refund is posted once.", rule="refund_posted_once")
    if not set(refunds) <= {each.id for each in state.refunds}:
        raise RuleBroken("Only a known refund is posted.", rule="ledger_transaction_refund_id_fkey")
    return books


def _as_read(transaction: LedgerTransaction, at: datetime) -> LedgerTransaction:
    entries = sorted(transaction.entries, key=lambda entry: (-entry.amount.minor_units, entry.account))
    return replace(transaction, at=at, entries=tuple(entries))
