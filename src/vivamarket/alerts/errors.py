"""What stock alerts refuse."""

from __future__ import annotations

from vivamarket.kernel.errors import NotFound, Refused


class InStock(Refused):
    """There is nothing to wait for: the SKU can be bought now."""

    code = "in_stock"


class TooManyAlerts(Refused):
    """The customer waits for as many SKUs as one may; take one back first."""

    code = "too_many_alerts"


class AlertNotFound(NotFound):
    """There is no such alert: the link is too old, or its mail was sent, or it was taken back."""

    code = "alert_not_found"
