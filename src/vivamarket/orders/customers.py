"""A customer's orders: those of their carts, and what they bought as a guest by their confirmed address."""

from __future__ import annotations

from vivamarket.kernel.ids import CustomerId, OrderId, parse_uuid
from vivamarket.kernel.paging import Page, page_size
from vivamarket.orders.errors import OrderNotFound
from vivamarket.orders.model import Order, OrderRow
from vivamarket.orders.ports import CustomerOrderStore, OrderStore


class CustomerOrders:
    """Use cases of reading one's own orders. ``email`` is always the customer's confirmed address."""

    def __init__(self, *, orders: OrderStore, owners: CustomerOrderStore) -> None:
        self._orders = orders
        self._owners = owners

    async def newest(
        self, customer_id: CustomerId, email: str, cursor: str | None = None, limit: int | None = None
    ) -> Page[OrderRow]:
        """Return a page of the customer's orders, newest first. Raise ``BadCursor``.

        Orders that have become the customer's since the last look join first.
        """
        size = page_size(limit)
        await self._owners.join(customer_id, email)
        return await self._owners.newest(customer_id, cursor, size)

    async def get(self, customer_id: CustomerId, email: str, order_id: OrderId) -> Order:
        """Return the customer's order. Raise ``OrderNotFound`` alike for an unknown and for another's."""
        known = OrderId(parse_uuid(order_id))
        await self._owners.join(customer_id, email)
        if not await self._owners.is_own(customer_id, known):
            raise OrderNotFound("There is no such order.", order_id=known)
        return await self._orders.get(known)
