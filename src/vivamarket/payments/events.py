"""Facts about money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from vivamarket.kernel.events import Event
from vivamarket.kernel.ids import OrderId, PaymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(Event):
    """An attempt to pay has failed for good; the order may be paid by another attempt."""

    kind: ClassVar[str] = "payment.failed"
    order_id: OrderId
    payment_id: PaymentId
    failure_code: str
