"""Stock alerts as pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from vivamarket.kernel.ids import CustomerId, ProductId, Sku

#: A wish nobody confirms is forgotten, and with it the address.
ASKED_LIFE = timedelta(hours=48)
#: Whoever waited this long has bought elsewhere.
WAITING_LIFE = timedelta(days=365)
ALERTS_PER_CUSTOMER_MAX = 50


class AlertState(StrEnum):
    """How far an alert is. When its mail was sent it is gone."""

    #: A guest asked, and the address is not known to be the guest's.
    ASKED = "asked"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAlert:
    """The wish of one address to be told once when one SKU is back.

    A customer's alert holds no address: where to is looked up when the mail is written.
    """

    id: str
    sku: Sku
    product_id: ProductId
    customer_id: CustomerId | None = None
    #: Empty for a customer's.
    email: str = ""
    locale: str
    state: AlertState
    asked_at: datetime
    expires_at: datetime
