"""The orders' refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import NotFound


class OrderNotFound(NotFound):
    """No such order, or the caller may not know that there is."""

    code = "order_not_found"
