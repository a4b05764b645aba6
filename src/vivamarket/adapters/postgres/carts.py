"""Carts in PostgreSQL: one row, one document; a change and its answer commit in one call."""

from __future__ import annotations

from datetime import datetime

import asyncpg
import msgspec

from vivamarket.adapters.postgres.idempotency import answered
from vivamarket.cart.errors import CartNotFound
from vivamarket.cart.model import Cart, CartLine, CheckoutDetails
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.idempotency import Attempt, StoredResponse
from vivamarket.kernel.ids import CartId, OrderId

_GET = "SELECT version, order_id::text, doc::text FROM cart WHERE id = $1"
_PUT = "SELECT outcome, status, body FROM cart_put($1, $2, $3::jsonb, $4, $5, $6, $7, $8)"
#: Asked again outside: a cart that changes or becomes an order while we wait for it stays.
_FORGET = """
DELETE FROM cart WHERE id IN (
    SELECT id FROM cart WHERE order_id IS NULL AND updated_at < $1 ORDER BY updated_at, id LIMIT $2
) AND order_id IS NULL AND updated_at < $1
"""


class _Document(msgspec.Struct):
    """What the row's JSON holds; id, version and order stand in columns."""

    currency: str
    locale: str
    lines: tuple[CartLine, ...]
    details: CheckoutDetails
    created_at: datetime
    updated_at: datetime


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Document).decode


class PostgresCartStore:
    """The ``CartStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def get(self, cart_id: CartId) -> Cart:
        """Return the cart. Raise ``CartNotFound``."""
        row = await self._pool.fetchrow(_GET, cart_id)
        if row is None:
            raise CartNotFound("There is no such cart (any more).")
        version, order_id, text = row
        document = _decode(text)
        return Cart(
            id=cart_id,
            version=version,
            currency=document.currency,
            locale=document.locale,
            lines=document.lines,
            details=document.details,
            order_id=OrderId(order_id) if order_id else None,
            created_at=document.created_at,
            updated_at=document.updated_at,
        )

    async def put(
        self, cart: Cart, expected_version: int, attempt: Attempt, response: StoredResponse
    ) -> StoredResponse:
        """Store the cart with the answer to this attempt; return the answer to give. See the port."""
        row = await self._pool.fetchrow(
            _PUT,
            cart.id,
            expected_version,
            document_of(cart),
            attempt.key,
            attempt.fingerprint,
            response.status,
            response.body,
            cart.updated_at,
        )
        assert row is not None  # the function always answers
        if row["outcome"] == "stale":
            raise StaleVersion("The cart was changed elsewhere.", cart_id=cart.id)
        return answered(row) or response

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` carts untouched since that moment that never became an order."""
        done: str = await self._pool.execute(_FORGET, before, limit)
        return int(done.rsplit(" ", 1)[-1])


def document_of(cart: Cart) -> str:
    """Return what the row's JSON holds."""
    document = _Document(
        currency=cart.currency,
        locale=cart.locale,
        lines=cart.lines,
        details=cart.details,
        created_at=cart.created_at,
        updated_at=cart.updated_at,
    )
    return _encode(document).decode()
