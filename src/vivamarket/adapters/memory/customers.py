"""Which carts and orders are whose."""

from __future__ import annotations

import bisect
from dataclasses import dataclass, field

from vivamarket.adapters.memory.keys import keep_answer
from vivamarket.adapters.memory.orders import MemoryOrderStore
from vivamarket.adapters.memory.tables import Tables
from vivamarket.cart.model import Cart
from vivamarket.cart.ports import CartMerge
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.idempotency import Attempt, StoredResponse
from vivamarket.kernel.ids import CartId, CustomerId, OrderId
from vivamarket.kernel.paging import Page
from vivamarket.orders.model import Order, OrderRow
from vivamarket.orders.paging import newest_after, newest_cursor


@dataclass(frozen=True, slots=True)
class Owners:
    """Whose carts and orders are, in the order they were noted; guests' are not in it."""

    of_cart: dict[CartId, CustomerId] = field(default_factory=dict)
    of_order: dict[OrderId, CustomerId] = field(default_factory=dict)


class MemoryCustomerCartStore:
    """The ``CustomerCartStore`` over the tables."""

    def __init__(self, tables: Tables, owners: Owners) -> None:
        self._tables = tables
        self._owners = owners

    async def current(self, customer_id: CustomerId) -> CartId | None:
        """See ``CustomerCartStore``."""
        return self._current(customer_id)

    async def owner(self, cart_id: CartId) -> CustomerId | None:
        """See ``CustomerCartStore``."""
        return self._owners.of_cart.get(cart_id)

    async def merge(self, merge: CartMerge, attempt: Attempt, response: StoredResponse) -> StoredResponse:
        """See ``CustomerCartStore``."""
        tables, own, guest = self._tables, merge.own, merge.guest
        with tables.transaction():
            stored = keep_answer(tables, attempt, response, own.updated_at)
            if stored is not None:
                return stored
            _require((None if merge.own_version == 0 else own.id) == self._current(merge.customer_id))
            if guest is not None:
                _require(guest.id not in self._owners.of_cart)
                self._write(guest, guest.version - 1)
            if own.version != merge.own_version:
                self._write(own, merge.own_version)
            if merge.own_version == 0:
                tables.put(self._owners.of_cart, own.id, merge.customer_id)
        return response

    def _current(self, customer_id: CustomerId) -> CartId | None:
        """Return the newest open cart of the customer: owners are noted in the order they came."""
        mine = [cart_id for cart_id, owner in self._owners.of_cart.items() if owner == customer_id]
        open_ones = [
            cart_id
            for cart_id in mine
            if (cart := self._tables.carts.get(cart_id)) is not None and cart.order_id is None
        ]
        return open_ones[-1] if open_ones else None

    def _write(self, cart: Cart, expected_version: int) -> None:
        known = self._tables.carts.get(cart.id)
        if known is None:
            _require(expected_version == 0)
        else:
            _require(known.order_id is None and known.version == expected_version)
        self._tables.put(self._tables.carts, cart.id, cart)


class MemoryCustomerOrderStore:
    """The ``CustomerOrderStore`` over the tables."""

    def __init__(self, tables: Tables, owners: Owners) -> None:
        self._tables = tables
        self._owners = owners
        self._orders = MemoryOrderStore(tables)

    async def join(self, customer_id: CustomerId, email: str) -> int:
        """See ``CustomerOrderStore``."""
        tables = self._tables
        found = [
            record.order.id
            for record in tables.orders.values()
            if record.order.id not in self._owners.of_order
            and self._owners.of_cart.get(record.order.cart_id, customer_id) == customer_id
            and (record.order.cart_id in self._owners.of_cart or record.order.email.lower() == email)
        ]
        with tables.transaction():
            for order_id in found:
                tables.put(self._owners.of_order, order_id, customer_id)
        return len(found)

    async def is_own(self, customer_id: CustomerId, order_id: OrderId) -> bool:
        """See ``CustomerOrderStore``."""
        return self._owners.of_order.get(order_id) == customer_id

    async def newest(self, customer_id: CustomerId, cursor: str | None, limit: int) -> Page[OrderRow]:
        """See ``CustomerOrderStore``."""
        after = newest_after(cursor)
        ids = sorted(each for each, owner in self._owners.of_order.items() if owner == customer_id)
        end = len(ids) if after is None else bisect.bisect_left(ids, after)
        page = ids[max(end - limit, 0) : end][::-1]
        items = tuple([_row(await self._orders.get(order_id)) for order_id in page])
        return Page(items, newest_cursor(items[-1]) if end > limit else None)


def _row(order: Order) -> OrderRow:
    return OrderRow(
        id=order.id,
        number=order.number,
        status=order.status,
        email=order.email,
        total=order.total,
        refunded_total=order.refunded_total,
        placed_at=order.placed_at,
        expires_at=order.expires_at,
        fulfillment=order.fulfillment,
    )


def _require(holds: bool) -> None:
    if not holds:
        raise StaleVersion("The cart was changed elsewhere.")
