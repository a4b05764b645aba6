"""What orders need from storage. Orders are written by checkout's store only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vivamarket.kernel.ids import CustomerId, OrderId, OrderNumber
from vivamarket.kernel.paging import Page
from vivamarket.orders.finding import FoundFacts, OrderQuery
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

    async def find(self, query: OrderQuery, cursor: str | None, limit: int) -> Page[OrderRow]:
        """Return a keyset page of the orders asked for, with their present state. Raise ``BadCursor``.

        An order is found by words and totals once the worker has noted it, about a second after it was
        placed. A beginning that more than ``PREFIX_ORDERS_MAX`` orders have is taken as a whole word.
        """
        ...


class FoundOrderStore(Protocol):
    """Notes what orders are found by."""

    async def not_noted(self, limit: int) -> tuple[FoundFacts, ...]:
        """Return orders that are not noted yet, oldest first."""
        ...

    async def note(self, facts: Sequence[FoundFacts], noted_to: OrderId) -> None:
        """Note what these orders are found by, and that all up to that id are noted, in one transaction.

        Noting an order again changes nothing.
        """
        ...


class CustomerOrderStore(Protocol):
    """Keeps whose an order is. An order is one customer's for good, or nobody's."""

    async def join(self, customer_id: CustomerId, email: str) -> int:
        """Make orders the customer's that are nobody's yet; return how many.

        Those of the customer's own carts, and those that guests placed with that address, which is the
        customer's confirmed one; letters compare without case. An order of another customer's cart is never
        taken, whatever address it names.
        """
        ...

    async def is_own(self, customer_id: CustomerId, order_id: OrderId) -> bool:
        """Return whether the order is that customer's."""
        ...

    async def newest(self, customer_id: CustomerId, cursor: str | None, limit: int) -> Page[OrderRow]:
        """Return a keyset page of the customer's orders, newest first. Raise ``BadCursor``."""
        ...
