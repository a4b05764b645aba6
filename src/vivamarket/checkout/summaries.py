"""Refunds and disputes as an order shows them."""

from __future__ import annotations

from vivamarket.kernel.money import total
from vivamarket.orders.model import DisputeSummary, RefundedUnits, RefundSummary
from vivamarket.payments.model import Dispute, Refund


def refund_summary(refund: Refund) -> RefundSummary:
    """Return what a refund gives back, and for what."""
    line_tax = total([each.tax for each in refund.lines], refund.tax.currency)
    return RefundSummary(
        id=refund.id,
        status=refund.status.value,
        amount=refund.amount,
        lines=tuple(RefundedUnits(each.position, each.quantity, each.amount) for each in refund.lines),
        shipping=refund.shipping + refund.tax - line_tax,
        goodwill=refund.goodwill,
        reason=refund.reason,
        failure_code=refund.failure_code,
        at=refund.created_at,
    )


def dispute_summary(dispute: Dispute) -> DisputeSummary:
    """Return how a dispute stands."""
    return DisputeSummary(
        id=dispute.id,
        status=dispute.status.value,
        amount=dispute.amount,
        reason=dispute.reason,
        withdrawn=dispute.withdrawn,
        opened_at=dispute.opened_at,
        updated_at=dispute.updated_at,
    )
