"""``PrivacyStore`` and ``PersonReader`` in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from vivamarket.kernel.ids import CustomerId, OrderId, OrderNumber, StaffId
from vivamarket.privacy.events import ERASURE_ASKED, ERASURE_CANCELED
from vivamarket.privacy.model import Person, PrivacyRequest, RequestKind, RequestState

_REQUEST = "id::text, kind, customer_id::text, asked_by::text, asked_at, due_at, state, finished_at"
_ASK = f"""
INSERT INTO privacy_request (id, kind, customer_id, asked_by, asked_at, due_at, state)
VALUES ($1, $2, $3, $4, $5, $6, 'waiting')
ON CONFLICT (customer_id, kind) WHERE state = 'waiting' DO UPDATE SET state = 'waiting' RETURNING {_REQUEST}
"""
_TELL = """
WITH told AS (
    INSERT INTO outbox (kind, key, payload, occurred_at, due_at) VALUES ($1, $2, $3::jsonb, $4, $4)
) SELECT pg_notify('viva_changes', 'outbox')
"""
_WAKE = "SELECT pg_notify('viva_changes', 'privacy')"
_GET = f"SELECT {_REQUEST} FROM privacy_request WHERE id = $1"
_OF_CUSTOMER = f"""
SELECT {_REQUEST} FROM privacy_request WHERE customer_id = $1 ORDER BY id DESC LIMIT $2
"""
_CANCEL = """
UPDATE privacy_request SET state = 'canceled', finished_at = $3
WHERE customer_id = $1 AND kind = $2 AND state = 'waiting' RETURNING id::text
"""
_DUE = f"""
SELECT {_REQUEST} FROM privacy_request WHERE state = 'waiting' AND due_at <= $1 ORDER BY due_at, id LIMIT $2
"""
_PUT_OFF = "UPDATE privacy_request SET due_at = $2 WHERE id = $1 AND state = 'waiting'"
_FINISH = """
UPDATE privacy_request SET state = 'done', finished_at = $2, due_at = $3 WHERE id = $1 AND state = 'waiting'
"""
_OLD = f"""
SELECT {_REQUEST} FROM privacy_request
WHERE state = 'done' AND kind = 'export' AND due_at <= $1 ORDER BY due_at LIMIT $2
"""
_EXPIRE = "UPDATE privacy_request SET state = 'expired' WHERE id = ANY ($1::uuid[]) AND state = 'done'"

_CUSTOMER = "SELECT email, locale FROM customer WHERE id = $1"
#: Orders of the account, and those placed with its confirmed address.
_ORDERS = """
SELECT o.id::text, o.number, o.email, o.cart_id FROM orders AS o
WHERE o.id IN (
    SELECT order_id FROM customer_order WHERE customer_id = $1
    UNION SELECT of.id FROM orders AS of JOIN customer_cart AS c ON c.cart_id = of.cart_id
    WHERE c.customer_id = $1
    UNION SELECT id FROM orders WHERE lower(email) = $2
)
"""
_CARTS = """
SELECT cart_id FROM customer_cart WHERE customer_id = $1
UNION SELECT id FROM cart WHERE lower(doc -> 'details' ->> 'email') = $2
"""
_IS_BUSY = """
SELECT EXISTS (
    SELECT FROM orders WHERE id = ANY ($1::uuid[])
        AND (status IN ('pending_payment', 'authorized', 'canceling', 'review')
             OR status IN ('paid', 'partially_refunded')
                AND placed_at > CASE fulfillment
                    WHEN 'fulfilled' THEN $2::timestamptz ELSE $3::timestamptz END)
) OR EXISTS (
    SELECT FROM dispute WHERE order_id = ANY ($1::uuid[]) AND status IN ('open', 'appealed')
) OR EXISTS (
    SELECT FROM payment WHERE order_id = ANY ($1::uuid[])
        AND status IN ('new', 'requested', 'requires_action', 'processing', 'authorized', 'capturing')
)
"""


class PostgresPrivacyStore:
    """The ``PrivacyStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def ask(self, request: PrivacyRequest) -> PrivacyRequest:
        """See ``PrivacyStore``."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                _ASK,
                request.id,
                request.kind.value,
                request.customer_id,
                request.asked_by,
                request.asked_at,
                request.due_at,
            )
            assert row is not None  # either ours was kept or the waiting one stays
            kept = _request(row)
            if kept.id == request.id:
                await connection.execute(_WAKE)
                if request.kind is RequestKind.ERASURE:
                    await _tell(connection, ERASURE_ASKED, request.id, request.asked_at)
        return kept

    async def get(self, request_id: str) -> PrivacyRequest | None:
        """See ``PrivacyStore``."""
        row = await self._pool.fetchrow(_GET, request_id)
        return None if row is None else _request(row)

    async def of_customer(self, customer_id: CustomerId, limit: int) -> tuple[PrivacyRequest, ...]:
        """See ``PrivacyStore``."""
        return tuple(_request(row) for row in await self._pool.fetch(_OF_CUSTOMER, customer_id, limit))

    async def cancel(self, customer_id: CustomerId, kind: RequestKind, at: datetime) -> bool:
        """See ``PrivacyStore``."""
        async with self._pool.acquire() as connection, connection.transaction():
            request_id = await connection.fetchval(_CANCEL, customer_id, kind.value, at)
            if request_id is not None and kind is RequestKind.ERASURE:
                await _tell(connection, ERASURE_CANCELED, request_id, at)
        return request_id is not None

    async def due(self, now: datetime, limit: int) -> tuple[PrivacyRequest, ...]:
        """See ``PrivacyStore``."""
        return tuple(_request(row) for row in await self._pool.fetch(_DUE, now, limit))

    async def put_off(self, request_id: str, due_at: datetime) -> None:
        """See ``PrivacyStore``."""
        await self._pool.execute(_PUT_OFF, request_id, due_at)

    async def finish(self, request_id: str, at: datetime, due_at: datetime) -> None:
        """See ``PrivacyStore``."""
        await self._pool.execute(_FINISH, request_id, at, due_at)

    async def old_exports(self, now: datetime, limit: int) -> tuple[PrivacyRequest, ...]:
        """See ``PrivacyStore``."""
        return tuple(_request(row) for row in await self._pool.fetch(_OLD, now, limit))

    async def expire(self, request_ids: Sequence[str]) -> None:
        """See ``PrivacyStore``."""
        await self._pool.execute(_EXPIRE, request_ids)


class PostgresPersonReader:
    """The ``PersonReader`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def person(self, customer_id: CustomerId) -> Person | None:
        """See ``PersonReader``."""
        async with self._pool.acquire() as connection:
            customer = await connection.fetchrow(_CUSTOMER, customer_id)
            if customer is None:
                return None
            email = customer["email"]
            orders = await connection.fetch(_ORDERS, customer_id, email)
            carts = await connection.fetch(_CARTS, customer_id, email)
        emails = dict.fromkeys((email, *(row["email"] for row in orders if "@" in row["email"])))
        return Person(
            customer_id=customer_id,
            email=email,
            locale=customer["locale"],
            emails=tuple(emails),
            order_ids=tuple(OrderId(row["id"]) for row in orders),
            order_numbers=tuple(OrderNumber(row["number"]) for row in orders),
            cart_ids=tuple(
                dict.fromkeys(
                    (*(row["cart_id"] for row in carts), *(row["cart_id"] for row in orders)),
                )
            ),
        )

    async def is_busy(self, person: Person, sent_before: datetime, unsent_before: datetime) -> bool:
        """See ``PersonReader``."""
        busy: bool = await self._pool.fetchval(_IS_BUSY, person.order_ids, sent_before, unsent_before)
        return busy


async def _tell(
    connection: asyncpg.pool.PoolConnectionProxy, kind: str, request_id: str, at: datetime
) -> None:
    await connection.execute(_TELL, kind, request_id, json.dumps({"request_id": request_id}), at)


def _request(row: asyncpg.Record) -> PrivacyRequest:
    asked_by = row["asked_by"]
    return PrivacyRequest(
        id=row["id"],
        kind=RequestKind(row["kind"]),
        customer_id=CustomerId(row["customer_id"]),
        asked_by=None if asked_by is None else StaffId(asked_by),
        asked_at=row["asked_at"],
        due_at=row["due_at"],
        state=RequestState(row["state"]),
        finished_at=row["finished_at"],
    )
