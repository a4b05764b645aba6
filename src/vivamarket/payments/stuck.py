"""Payments that take longer than a shopper would: for staff to look at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from vivamarket.kernel.ids import OrderId, OrderNumber, PaymentId
from vivamarket.kernel.money import Money
from vivamarket.payments.model import PaymentStatus

#: A hold on stock and a provider's page both end long before.
STUCK_AFTER = timedelta(hours=1)
STUCK_COUNT_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckPayment:
    """One payment that neither came nor failed."""

    payment_id: PaymentId
    order_id: OrderId
    number: OrderNumber
    status: PaymentStatus
    amount: Money
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class StuckPayments:
    """How many there are, counted up to a limit, and the oldest of them."""

    count: int
    oldest: tuple[StuckPayment, ...]


class StuckPaymentReader(Protocol):
    """Finds payments that still move."""

    async def stuck(self, begun_before: datetime, limit: int, count_max: int) -> StuckPayments:
        """Return those begun before that moment, oldest first, at most ``limit``; count to ``count_max``."""
        ...
