"""Links that open one order without an account: they end by themselves, and all of them with the key.

The browser that placed an order keeps the order's own token (``tokens``). What leaves the shop, in mails and
for a customer's pages, is this: a moment and its seal, nothing that is stored anywhere.
"""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.seals import Seals

AREA = "order-link"
#: A mail's link lives so long from when the order was placed: past any return, and two years of warranty.
MAIL_LIFE = timedelta(days=3 * 365)
#: What a customer's own pages open an order with.
VISIT_LIFE = timedelta(hours=12)
_PURPOSE = "opens"
_SEPARATOR = "."
_DIGITS_MAX = 12


class OrderLinks:
    """Makes and reads the secrets of links. Changing the key takes every link away."""

    def __init__(self, key: str, clock: Clock) -> None:
        self._seals = Seals(key, AREA)
        self._clock = clock

    def of_mail(self, order_id: OrderId, placed_at: datetime) -> str:
        """Return the secret for the order's mails: a mail that is written again carries the same."""
        return self._sealed(order_id, placed_at + MAIL_LIFE)

    def of_visit(self, order_id: OrderId) -> str:
        """Return a secret that ends with the day, for whoever has proved to own the order."""
        return self._sealed(order_id, self._clock.now() + VISIT_LIFE)

    def opens(self, order_id: OrderId, secret: str) -> bool:
        """Return whether the secret opens that order now."""
        ends, found, _ = secret.partition(_SEPARATOR)
        if not found or not (ends.isascii() and ends.isdigit()) or len(ends) > _DIGITS_MAX:
            return False
        if not hmac.compare_digest(secret.encode(), self._written(order_id, ends).encode()):
            return False
        return self._clock.now() < datetime.fromtimestamp(int(ends), UTC)

    def _sealed(self, order_id: OrderId, ends_at: datetime) -> str:
        return self._written(order_id, str(int(ends_at.timestamp())))

    def _written(self, order_id: OrderId, ends: str) -> str:
        return f"{ends}{_SEPARATOR}{self._seals.of(_PURPOSE, order_id, ends)}"
