"""What the cart needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vivamarket.cart.model import Cart
from vivamarket.kernel.idempotency import Attempt, StoredResponse
from vivamarket.kernel.ids import CartId, CustomerId, Sku
from vivamarket.shipping.model import ShippingRules
from vivamarket.shop.model import ShopProfile


class CartRules(Protocol):
    """The shop's rules as they are at the moment of asking."""

    @property
    def profile(self) -> ShopProfile:
        """Who sells, and where to."""
        ...

    @property
    def shipping(self) -> ShippingRules:
        """All zones and methods."""
        ...


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


@dataclass(frozen=True, slots=True, kw_only=True)
class CartMerge:
    """What is written together: the customer's cart, new or changed, and the guest's that went into it."""

    customer_id: CustomerId
    own: Cart
    #: 0 = must be new.
    own_version: int
    guest: Cart | None = None


class CustomerCartStore(Protocol):
    """Keeps whose a cart is. Each method is one transaction."""

    async def current(self, customer_id: CustomerId) -> CartId | None:
        """Return the customer's newest cart that has not become an order."""
        ...

    async def owner(self, cart_id: CartId) -> CustomerId | None:
        """Return whose cart it is, None for a guest's or an unknown one."""
        ...

    async def merge(self, merge: CartMerge, attempt: Attempt, response: StoredResponse) -> StoredResponse:
        """Write both carts, the ownership and the answer to this attempt; return the answer to give.

        That is ``response`` when they were written now, and the answer stored before when the attempt was
        already answered (nothing is written then). Raise ``StaleVersion``, with nothing written and the key
        free again, when a cart is not at the version before, has become an order, or is somebody's by now,
        or when the customer meanwhile has another current cart. Raise ``IdempotencyKeyReused``.
        """
        ...


class AvailabilityReader(Protocol):
    """Tells how much of a SKU could be promised now; a hint for display, never a decision."""

    async def available(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        """Return the available quantity per SKU; unknown SKUs have none and are left out."""
        ...
