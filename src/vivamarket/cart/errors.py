"""The cart's refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import Conflict, Invalid, NotFound, Refused


class CartNotFound(NotFound):
    """No such cart, or it has expired."""

    code = "cart_not_found"


class LineNotFound(NotFound):
    """The SKU is not in the cart."""

    code = "line_not_found"


class SkuNotSold(NotFound):
    """No shown product sells this SKU in the cart's currency."""

    code = "sku_not_sold"


class BadQuantity(Invalid):
    """The quantity is out of bounds."""

    code = "bad_quantity"


class BadDetails(Invalid):
    """A checkout detail is malformed; ``problems`` maps fields to reasons."""

    code = "bad_details"


class CartFull(Refused):
    """The cart has as many lines as it may have."""

    code = "cart_full"


class CartOrdered(Conflict):
    """The cart has become an order and cannot change any more."""

    code = "cart_already_ordered"
