"""A customer's own cart: the same on every device, joined by the one that was filled before signing in."""

from __future__ import annotations

from dataclasses import replace

from vivamarket.cart.errors import CartNotFound
from vivamarket.cart.merging import merged
from vivamarket.cart.model import Cart
from vivamarket.cart.ports import CartMerge, CartStore, CustomerCartStore
from vivamarket.cart.service import CartService, Render, repeated_when_stale
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.idempotency import Attempt, StoredResponse
from vivamarket.kernel.ids import CartId, CustomerId, IdSource
from vivamarket.shop.model import ShopProfile


class CustomerCarts:
    """Use cases of a signed-in customer's cart."""

    def __init__(
        self,
        *,
        carts: CartStore,
        owners: CustomerCartStore,
        service: CartService,
        clock: Clock,
        ids: IdSource,
        shop: ShopProfile,
    ) -> None:
        self._carts = carts
        self._owners = owners
        self._service = service
        self._clock = clock
        self._ids = ids
        self._shop = shop

    async def open(
        self,
        customer_id: CustomerId,
        *,
        guest_id: CartId | None,
        currency: str,
        locale: str,
        attempt: Attempt,
        render: Render,
    ) -> StoredResponse:
        """Return the customer's cart, begun if there is none, with what the guest's cart held.

        A guest's cart that is gone, ordered or somebody else's changes nothing. The customer's cart never
        takes over the guest's id: whoever planted or saw that id would go on reading.
        """
        currency, locale = self._shop.check_currency(currency), self._shop.check_locale(locale)

        async def once() -> StoredResponse:
            now = self._clock.now()
            own_id = await self._owners.current(customer_id)
            if own_id is None:
                own = Cart(
                    id=CartId(self._ids.token()),
                    version=0,
                    currency=currency,
                    locale=locale,
                    created_at=now,
                    updated_at=now,
                )
            else:
                own = await self._carts.get(own_id)
            version, guest = own.version, await self._guest(guest_id)
            if guest is not None:
                own, guest = merged(own, guest, now)
            elif version == 0:
                own = replace(own, version=1)
            view = await self._service.shown(own)
            merge = CartMerge(customer_id=customer_id, own=own, own_version=version, guest=guest)
            return await self._owners.merge(merge, attempt, render(view))

        return await repeated_when_stale(once)

    async def _guest(self, cart_id: CartId | None) -> Cart | None:
        """Return the guest's cart if there is something to take from it and it is nobody's."""
        if cart_id is None or await self._owners.owner(cart_id) is not None:
            return None
        try:
            cart = await self._carts.get(cart_id)
        except CartNotFound:
            return None
        return None if cart.order_id is not None or not cart.lines else cart
