"""Who wants to be told when a SKU is back: asked for, confirmed, told once.

Owns stock alerts from the wish to the mail. Does not own the stock (inventory), the mail's words and looks
(notifications), nor whose address is whose (accounts).
"""

from vivamarket.alerts.errors import AlertNotFound, InStock, TooManyAlerts
from vivamarket.alerts.model import AlertState, StockAlert
from vivamarket.alerts.ports import AlertMailer, AlertStore
from vivamarket.alerts.service import AlertService
from vivamarket.alerts.telling import AlertTelling

__all__ = [
    "AlertMailer",
    "AlertNotFound",
    "AlertService",
    "AlertState",
    "AlertStore",
    "AlertTelling",
    "InStock",
    "StockAlert",
    "TooManyAlerts",
]
