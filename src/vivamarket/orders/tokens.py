"""Order tokens: what the browser that placed an order opens it with. Mails carry links that end (``links``).

The token is a message authentication code of the order's id (HMAC-SHA256, RFC 2104) under the shop's own
key. Nothing but its hash is stored, with the order, so it stays good for as long as the order is kept.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from vivamarket.kernel.ids import OrderId

_PURPOSE = b"order-token:"


class OrderTokens:
    """Derives the token of an order."""

    def __init__(self, key: str) -> None:
        self._key = key.encode()

    def of(self, order_id: OrderId) -> str:
        """Return the order's token: 43 URL-safe characters, 256 bits."""
        code = hmac.digest(self._key, _PURPOSE + order_id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(code).rstrip(b"=").decode()
