"""What the provider's account says of our payments, what we say of them, and where the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vivamarket.kernel.ids import OrderId, PaymentId
from vivamarket.kernel.money import Money
from vivamarket.payments.model import PaymentStatus, ProviderStatus

#: So many differences are listed one by one in a report; the counts tell of all.
DIFFERENCES_LISTED_MAX = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderStatement:
    """The provider's account of one payment. Attempts that never began are not in it."""

    #: The provider's name for the money itself.
    provider_payment_ref: str
    #: Our ids, when it is a payment of ours.
    payment_id: PaymentId | None
    order_id: OrderId | None
    status: ProviderStatus
    captured: Money
    #: Given back or about to be.
    refunded: Money
    #: A cardholder has disputed it, whatever became of that.
    disputed: bool
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentAccount:
    """Our own account of one payment."""

    payment_id: PaymentId
    order_id: OrderId
    status: PaymentStatus
    provider_payment_ref: str | None
    captured: Money
    refunded: Money
    #: Asked for and not answered finally yet.
    refunding: Money
    disputed: bool


class DifferenceKind(StrEnum):
    """How the two accounts differ."""

    #: The provider took money that we have no payment for.
    UNKNOWN_TO_US = "unknown_to_us"
    #: We have money that the provider never took.
    UNKNOWN_TO_PROVIDER = "unknown_to_provider"
    #: One says that the money came, the other that it did not.
    STATUS = "status"
    CAPTURED = "captured"
    REFUNDED = "refunded"
    #: A dispute that we had not heard of.
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference; ``settled`` when looking at the payment again has ended it."""

    kind: DifferenceKind
    payment_id: PaymentId | None
    order_id: OrderId | None
    provider_payment_ref: str | None
    ours: str
    theirs: str
    settled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrencySums:
    """What both accounts sum to in one currency, over the time of the report."""

    ours_captured: Money
    ours_refunded: Money
    theirs_captured: Money
    theirs_refunded: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationReport:
    """One full comparison. All is well when ``open_count`` is zero and it is ``complete``."""

    id: str
    begun_at: datetime
    ended_at: datetime
    #: Payments that began at or after this moment were compared.
    since: datetime
    compared_count: int
    #: False when there were more payments than one comparison looks at.
    complete: bool
    sums: tuple[CurrencySums, ...]
    #: Per kind, all there were; those that are still open among them.
    counts: dict[DifferenceKind, int]
    open_count: int
    #: The first ``DIFFERENCES_LISTED_MAX``.
    differences: tuple[Difference, ...]
