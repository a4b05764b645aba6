"""What the cart needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vivamarket.cart.model import Cart
from vivamarket.kernel.idempotency import Attempt, StoredResponse
from vivamarket.kernel.ids import CartId, Sku


class CartStore(Protocol):
    """Keeps carts. Each method is one transaction; what it wrote is on disk when it returns."""

    async def get(self, cart_id: CartId) -> Cart:
        """Return the cart. Raise ``CartNotFound``."""
        ...

    async def put(
        self, cart: Cart, expected_version: int, attempt: Attempt, response: StoredResponse
    ) -> StoredResponse:
        """Store the cart together with the answer to this attempt; return the answer to give.

        That is ``response`` when the cart was written now, and the answer stored before when the same
        attempt was already answered (nothing is written then). ``expected_version`` 0 = must be new.
        Raise ``IdempotencyKeyReused`` when the key named another request, ``StaleVersion`` when the
        stored cart is not at that version or has become an order; nothing is written then, and after
        ``StaleVersion`` the key is free again.
        """
        ...


class AvailabilityReader(Protocol):
    """Tells how much of a SKU could be promised now; a hint for display, never a decision."""

    async def available(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        """Return the available quantity per SKU; unknown SKUs have none and are left out."""
        ...
