"""The checkout's refusals."""

from __future__ import annotations

from collections.abc import Sequence

from vivamarket.checkout.quote import Quote
from vivamarket.kernel.errors import Conflict, NotFound, Refused, Unavailable
from vivamarket.kernel.ids import Sku


class QuoteChanged(Conflict):
    """The shopper confirmed another quote than the one that holds now; ``quote`` is the new one."""

    code = "quote_changed"

    def __init__(self, quote: Quote) -> None:
        super().__init__("Something in your order has changed. Please look at it again.")
        self.quote = quote


class OutOfStock(Conflict):
    """Not everything wanted is there. ``skus`` lists ``{sku, available}`` for each SKU that is short."""

    code = "out_of_stock"

    def __init__(self, short: Sequence[tuple[Sku, int]]) -> None:
        super().__init__(
            "Some products are no longer available in the wanted quantity.",
            skus=[{"sku": sku, "available": max(available, 0)} for sku, available in short],
        )
        self.short = tuple(short)


class CheckoutIncomplete(Refused):
    """The cart lacks what an order needs; ``missing`` says what."""

    code = "checkout_incomplete"


class OrderNotPayable(Refused):
    """The order does not wait for a payment (any more)."""

    code = "order_not_payable"


class OrderNotCancelable(Refused):
    """The order is paid or being looked at; only a refund undoes it."""

    code = "order_not_cancelable"


class OrderNotRefundable(Refused):
    """The order is in no state to be refunded."""

    code = "order_not_refundable"


class OrderNotCapturable(Refused):
    """No money is held for this order (any more), or it was begun to be taken too often."""

    code = "order_not_capturable"


class CaptureRefused(Refused):
    """The provider does not take the held money now; ``failure_code`` says why. It may be begun again."""

    code = "capture_refused"


class ReviewNotAcceptable(Refused):
    """The order is not in review, or what is left of its money is not its total."""

    code = "review_not_acceptable"


class NotShippable(Refused):
    """The order is in no state to be sent."""

    code = "order_not_shippable"


class NothingToShip(Refused):
    """More was to be sent than is left; ``left`` says how much that is."""

    code = "nothing_to_ship"


class ShipmentCameBack(Refused):
    """Customers have sent units of this parcel back, so it did leave."""

    code = "shipment_came_back"


class ShipmentNotFound(NotFound):
    """The order has no such parcel (any more)."""

    code = "shipment_not_found"


class CheckoutBusy(Unavailable):
    """More orders are being placed right now than the shop can take; ask again in a moment."""

    code = "checkout_busy"
