"""Which carts and orders are whose, in PostgreSQL."""

from __future__ import annotations

import asyncpg

from vivamarket.adapters.postgres.carts import document_of
from vivamarket.adapters.postgres.idempotency import answered
from vivamarket.adapters.postgres.order_rows import newest_page
from vivamarket.cart.model import Cart
from vivamarket.cart.ports import CartMerge
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.idempotency import Attempt, StoredResponse
from vivamarket.kernel.ids import CartId, CustomerId, OrderId
from vivamarket.kernel.paging import Page
from vivamarket.orders.model import OrderRow
from vivamarket.orders.paging import newest_after

_CURRENT = """
SELECT o.cart_id FROM customer_cart AS o JOIN cart AS c ON c.id = o.cart_id
WHERE o.customer_id = $1 AND c.order_id IS NULL ORDER BY o.since DESC, o.cart_id DESC LIMIT 1
"""
_OWNER = "SELECT customer_id::text FROM customer_cart WHERE cart_id = $1"
_LOCK_CUSTOMER = "SELECT FROM customer WHERE id = $1 FOR UPDATE"
_KEEP = "SELECT outcome, status, body FROM keep_answer($1, $2, $3, $4, $5)"
_NEW = """
INSERT INTO cart (id, version, doc, updated_at) VALUES ($1, 1, $2::jsonb, $3)
ON CONFLICT (id) DO NOTHING RETURNING id
"""
_CHANGE = """
UPDATE cart SET version = $3, doc = $4::jsonb, updated_at = $5
WHERE id = $1 AND version = $2 AND order_id IS NULL RETURNING id
"""
_OWN = "INSERT INTO customer_cart (cart_id, customer_id, since) VALUES ($1, $2, $3)"

#: Orders of the customer's own carts, and those placed with the confirmed address; nobody else's.
_JOIN = """
WITH found AS (
    SELECT o.id FROM orders AS o JOIN customer_cart AS c ON c.cart_id = o.cart_id WHERE c.customer_id = $1
    UNION
    SELECT o.id FROM orders AS o WHERE lower(o.email) = $2
        AND NOT EXISTS (SELECT FROM customer_cart AS c WHERE c.cart_id = o.cart_id)
)
INSERT INTO customer_order (order_id, customer_id) SELECT id, $1 FROM found
WHERE NOT EXISTS (SELECT FROM customer_order AS known WHERE known.order_id = found.id)
ON CONFLICT DO NOTHING RETURNING order_id
"""
_IS_OWN = "SELECT EXISTS (SELECT FROM customer_order WHERE order_id = $1 AND customer_id = $2)"
_NEWEST = """
SELECT o.id::text, number, status, email, currency, total, refunded, placed_at, expires_at, fulfillment
FROM customer_order AS own JOIN orders AS o ON o.id = own.order_id
WHERE own.customer_id = $1 AND ($2::uuid IS NULL OR own.order_id < $2)
ORDER BY own.order_id DESC LIMIT $3
"""


class PostgresCustomerCartStore:
    """The ``CustomerCartStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def current(self, customer_id: CustomerId) -> CartId | None:
        """See ``CustomerCartStore``."""
        found: CartId | None = await self._pool.fetchval(_CURRENT, customer_id)
        return found

    async def owner(self, cart_id: CartId) -> CustomerId | None:
        """See ``CustomerCartStore``."""
        found: CustomerId | None = await self._pool.fetchval(_OWNER, cart_id)
        return found

    async def merge(self, merge: CartMerge, attempt: Attempt, response: StoredResponse) -> StoredResponse:
        """See ``CustomerCartStore``. Two devices do it one after the other: the customer's row is locked."""
        own, guest = merge.own, merge.guest
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_LOCK_CUSTOMER, merge.customer_id)
            stored = answered(
                await connection.fetchrow(
                    _KEEP, attempt.key, attempt.fingerprint, response.status, response.body, own.updated_at
                )
            )
            if stored is not None:
                return stored
            current = await connection.fetchval(_CURRENT, merge.customer_id)
            _require((None if merge.own_version == 0 else own.id) == current)
            if guest is not None:
                _require(await connection.fetchval(_OWNER, guest.id) is None)
                _require(await _write(connection, guest, guest.version - 1))
            if own.version != merge.own_version:
                _require(await _write(connection, own, merge.own_version))
            if merge.own_version == 0:
                await connection.execute(_OWN, own.id, merge.customer_id, own.updated_at)
        return response


class PostgresCustomerOrderStore:
    """The ``CustomerOrderStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def join(self, customer_id: CustomerId, email: str) -> int:
        """See ``CustomerOrderStore``."""
        return len(await self._pool.fetch(_JOIN, customer_id, email))

    async def is_own(self, customer_id: CustomerId, order_id: OrderId) -> bool:
        """See ``CustomerOrderStore``."""
        found: bool = await self._pool.fetchval(_IS_OWN, order_id, customer_id)
        return found

    async def newest(self, customer_id: CustomerId, cursor: str | None, limit: int) -> Page[OrderRow]:
        """See ``CustomerOrderStore``."""
        rows = await self._pool.fetch(_NEWEST, customer_id, newest_after(cursor), limit + 1)
        return newest_page(rows, limit)


async def _write(connection: asyncpg.pool.PoolConnectionProxy, cart: Cart, expected_version: int) -> bool:
    if expected_version == 0:
        return await connection.fetchval(_NEW, cart.id, document_of(cart), cart.updated_at) is not None
    found = await connection.fetchval(
        _CHANGE, cart.id, expected_version, cart.version, document_of(cart), cart.updated_at
    )
    return found is not None


def _require(holds: bool) -> None:
    if not holds:
        raise StaleVersion("The cart was changed elsewhere.")
