"""What orders need from storage. Orders are written by checkout's store only."""

from __future__ import annotations

from typing import Protocol

from vivamarket.kernel.ids import OrderId, OrderNumber
from vivamarket.kernel.paging import Page
from vivamarket.orders.model import Order, OrderRow


class OrderStore(Protocol):
    """Reads orders as they are committed."""

    async def get(self, order_id: OrderId) -> Order:
        """Return the order with its newest payment and timeline. Raise ``OrderNotFound``."""
        ...

    async def token_hash(self, order_id: OrderId) -> bytes:
        """Return the hash of the order's token, without reading the order. Raise ``OrderNotFound``."""
        ...

    async def by_number(self, number: OrderNumber) -> Order:
        """Return the order with that number. Raise ``OrderNotFound``."""
        ...

    async def newest(self, cursor: str | None, limit: int) -> Page[OrderRow]:
        """Return a keyset page of all orders, newest first. Raise ``BadCursor``."""
        ...
