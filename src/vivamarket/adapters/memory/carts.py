"""Carts: a change and its answer commit in one call."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from vivamarket.adapters.memory.keys import keep_answer
from vivamarket.adapters.memory.tables import Tables
from vivamarket.cart.errors import CartNotFound
from vivamarket.cart.model import Cart
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.idempotency import Attempt, StoredResponse
from vivamarket.kernel.ids import CartId


class MemoryCartStore:
    """The ``CartStore`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def get(self, cart_id: CartId) -> Cart:
        """Return the cart. Raise ``CartNotFound``."""
        cart = self._tables.carts.get(cart_id)
        if cart is None:
            raise CartNotFound("There is no such cart (any more).")
        return cart

    async def put(
        self, cart: Cart, expected_version: int, attempt: Attempt, response: StoredResponse
    ) -> StoredResponse:
        """Store the cart with the answer to this attempt; return the answer to give. See the port."""
        tables = self._tables
        with tables.transaction():
            stored = keep_answer(tables, attempt, response, cart.updated_at)
            if stored is not None:
                return stored
            if self._fits(cart.id, expected_version):
                tables.put(tables.carts, cart.id, replace(cart, version=expected_version + 1, order_id=None))
                return response
            # The refusal commits: a claim of this attempt ends with it, and the key is free again.
            tables.drop(tables.keys, attempt.key)
        raise StaleVersion("The cart was changed elsewhere.", cart_id=cart.id)

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` carts untouched since that moment that never became an order."""
        carts = self._tables.carts
        old = sorted(
            (cart.updated_at, cart.id)
            for cart in carts.values()
            if cart.order_id is None and cart.updated_at < before
        )
        with self._tables.transaction():
            for _, cart_id in old[:limit]:
                self._tables.drop(carts, cart_id)
        return len(old[:limit])

    def _fits(self, cart_id: CartId, expected_version: int) -> bool:
        known = self._tables.carts.get(cart_id)
        if known is None:
            return expected_version == 0
        return known.order_id is None and known.version == expected_version
