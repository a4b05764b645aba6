"""The checkout's decisions in PostgreSQL: read the order, let Python decide, write if it is still the same.

Comparing and writing is one statement under the order's lock, so a decision never rests on anything but the
state that it changes. Who loses a race decides anew; who loses too many takes the lock before deciding.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.adapters.postgres.pool import Connection
from vivamarket.adapters.postgres.rules import refusals_told, rules_told
from vivamarket.checkout.fulfillment import fulfillment_of
from vivamarket.checkout.model import HELD_CHECK_SECONDS, Change, OrderState
from vivamarket.checkout.ports import Decide
from vivamarket.kernel.clock import CLOCK_AHEAD_SECONDS
from vivamarket.kernel.events import Event
from vivamarket.kernel.ids import OrderId, PaymentId
from vivamarket.orders.errors import OrderNotFound

_STATE = "SELECT order_state($1)::text"
#: The version is of the statement's snapshot and the state of one taken after it: when the order changes
#: between them the version is too old, never too new, and writing at it is refused.
_READ = """
SELECT order_state(o.id)::text AS state, o.steps AS version, $2::text IS NOT NULL AND EXISTS (
    SELECT FROM inbox AS i WHERE i.event_id = $2 AND i.done_at IS NOT NULL
) AS done FROM orders AS o WHERE o.id = $1
"""
_CHANGE_AT = """
SELECT as_told, state::text AS state, version, done FROM change_order_at($1, $2, $3::text::jsonb, $4, $5)
"""
_LOCK = "SELECT done, state::text FROM lock_order($1, $2)"
_CHANGE = "SELECT change_order($1, $2::text::jsonb, $3, $4)"
_FIND_BY_ID = "SELECT order_id::text, id::text FROM payment WHERE id = $1"
_FIND_BY_REF = """
SELECT order_id::text, id::text FROM payment WHERE provider_ref = $1
UNION ALL SELECT order_id::text, id::text FROM payment WHERE provider_payment_ref = $1 LIMIT 1
"""
_FINISHED = """
SELECT p.id::text FROM payment AS p WHERE p.id = ANY ($1::uuid[]) AND p.status = 'succeeded' AND NOT EXISTS (
    SELECT FROM refund AS r WHERE r.order_id = p.order_id AND r.status IN ('new', 'requested')
)
"""
#: Nobody looks away for longer than the lease, so a clock that was ahead wrote what is due later than that;
#: here that is so once the hold is over or given up.
_CLAIM_EXPIRING = f"""
UPDATE orders SET expire_at = $1::timestamptz + $2::float8 * interval '1 second' WHERE id = ANY (ARRAY(
    SELECT id FROM orders WHERE expire_at <= $1 OR (
        (status = 'canceling' OR (expires_at <= $1 AND expire_at > expires_at))
        AND expire_at > $1::timestamptz + ($2::float8 + {CLOCK_AHEAD_SECONDS}) * interval '1 second')
    ORDER BY expire_at, id LIMIT $3 FOR UPDATE SKIP LOCKED
)) RETURNING id::text
"""
#: An order whose money waits for staff is looked at more rarely; the same for what a clock wrote ahead.
_LEASE = f"""
CASE WHEN o.status = 'authorized'
    AND EXISTS (SELECT FROM payment AS p WHERE p.order_id = o.id AND p.status = 'authorized')
    AND NOT EXISTS (SELECT FROM refund AS r WHERE r.order_id = o.id AND r.status IN ('new', 'requested'))
THEN greatest($2::float8, {HELD_CHECK_SECONDS}) ELSE $2::float8 END
"""
_CLAIM_UNSETTLED = f"""
UPDATE orders AS o SET check_at = $1::timestamptz + {_LEASE} * interval '1 second' WHERE o.id = ANY (ARRAY(
    SELECT o.id FROM orders AS o WHERE o.check_at IS NOT NULL AND (o.check_at <= $1
        OR o.check_at > $1::timestamptz + ($2::float8 + {CLOCK_AHEAD_SECONDS}) * interval '1 second'
        AND o.check_at > $1::timestamptz + ({_LEASE} + {CLOCK_AHEAD_SECONDS}) * interval '1 second')
    ORDER BY o.check_at, o.id LIMIT $3 FOR UPDATE OF o SKIP LOCKED
)) RETURNING o.id::text
"""

#: After so many lost races the lock comes first. Two doors to one order are common, more are not.
RACES_LOST_MAX = 2

#: After the commit, not in it: a NOTIFY inside lets no two transactions commit at the same time.
_WAKE = "NOTIFY viva_changes, 'outbox'"

_decode = msgspec.json.Decoder(OrderState).decode
_encode = msgspec.json.Encoder().encode


class PostgresCheckoutStore:
    """The ``CheckoutStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def state(self, order_id: OrderId) -> OrderState:
        """Return the order as committed. Raise ``OrderNotFound``."""
        with outages_told():
            text = await self._pool.fetchval(_STATE, order_id)
        if text is None:
            raise OrderNotFound("There is no such order.", order_id=order_id)
        return _decode(text)

    async def change(
        self, order_id: OrderId, decide: Decide, at: datetime, *, inbox_event_id: str | None = None
    ) -> OrderState:
        """Read the order, decide, write; return the state afterwards. See the port."""
        with outages_told(), rules_told(), refusals_told():
            async with self._pool.acquire() as connection:
                state, told = await _change(connection, order_id, decide, at, inbox_event_id)
                if told:
                    await connection.execute(_WAKE)
                return state

    async def find_payment(
        self, payment_id: PaymentId | None, provider_ref: str | None
    ) -> tuple[OrderId, PaymentId] | None:
        """Return which payment this is, by our id or else the provider's; None when it is not ours."""
        with outages_told():
            row = await self._pool.fetchrow(_FIND_BY_ID, payment_id) if payment_id else None
            if row is None and provider_ref:
                row = await self._pool.fetchrow(_FIND_BY_REF, provider_ref)
        return (OrderId(row[0]), PaymentId(row[1])) if row else None

    async def finished(self, payment_ids: Sequence[PaymentId]) -> frozenset[PaymentId]:
        """Return those of the payments that no word of the provider can change any more."""
        with outages_told():
            rows = await self._pool.fetch(_FINISHED, payment_ids)
        return frozenset(PaymentId(row[0]) for row in rows)

    async def claim_expiring(self, now: datetime, lease_seconds: float, limit: int) -> tuple[OrderId, ...]:
        """Return orders whose hold is over or that are canceling, and look away for the lease."""
        rows = await self._pool.fetch(_CLAIM_EXPIRING, now, lease_seconds, limit)
        return tuple(sorted(OrderId(row[0]) for row in rows))

    async def claim_unsettled(self, now: datetime, lease_seconds: float, limit: int) -> tuple[OrderId, ...]:
        """Return orders with an open payment or refund that are due, and look away for the lease."""
        rows = await self._pool.fetch(_CLAIM_UNSETTLED, now, lease_seconds, limit)
        return tuple(sorted(OrderId(row[0]) for row in rows))


async def _change(
    connection: Connection, order_id: OrderId, decide: Decide, at: datetime, inbox_event_id: str | None
) -> tuple[OrderState, bool]:
    """Return the state afterwards, and whether there are events to tell."""
    row = _found(await connection.fetchrow(_READ, order_id, inbox_event_id), order_id)
    for _ in range(RACES_LOST_MAX + 1):
        state = _decode(row["state"])
        change = None if row["done"] else _to_write(decide(state), inbox_event_id)
        if change is None:
            return state, False
        written = _encode(_written(change)).decode()
        row = _found(
            await connection.fetchrow(_CHANGE_AT, order_id, row["version"], written, at, inbox_event_id),
            order_id,
        )
        if row["as_told"] is not None:
            return _outcome(change, as_told=row["as_told"])
    async with connection.transaction():
        return await _change_locked(connection, order_id, decide, at, inbox_event_id)


async def _change_locked(
    connection: Connection, order_id: OrderId, decide: Decide, at: datetime, inbox_event_id: str | None
) -> tuple[OrderState, bool]:
    row = _found(await connection.fetchrow(_LOCK, order_id, inbox_event_id), order_id)
    state = _decode(row["state"])
    change = None if row["done"] else _to_write(decide(state), inbox_event_id)
    if change is None:
        return state, False
    written = _encode(_written(change)).decode()
    return _outcome(change, as_told=await connection.fetchval(_CHANGE, order_id, written, at, inbox_event_id))


def _found(row: asyncpg.Record | None, order_id: OrderId) -> asyncpg.Record:
    if row is None:
        raise OrderNotFound("There is no such order.", order_id=order_id)
    return row


def _to_write(change: Change, inbox_event_id: str | None) -> Change | None:
    return None if change.is_empty and inbox_event_id is None else change


def _outcome(change: Change, *, as_told: bool) -> tuple[OrderState, bool]:
    written = change if as_told else change.if_sold_out
    assert written is not None  # only a RETAKE is not done as told, and it names the other way
    return written.state, bool(written.events)


def _written(change: Change) -> dict[str, Any]:
    """Return what ``change_order`` reads."""
    state = change.state
    return {
        "status": state.status,
        "cancel_reason": state.cancel_reason,
        "captured": state.captured.minor_units,
        "refunded": state.refunded.minor_units,
        "expires_at": state.expires_at,
        "expire_at": change.expire_at,
        "check_at": change.check_at,
        "stock": change.stock,
        "steps": change.steps,
        "payments": change.payments,
        "refunds": change.refunds,
        "disputes": change.disputes,
        "shipments": change.shipments,
        "reserved": change.reserved,
        "fulfillment": fulfillment_of(state),
        "ledger": change.ledger,
        "events": [_event(each) for each in change.events],
        "if_sold_out": _written(change.if_sold_out) if change.if_sold_out else None,
    }


def _event(event: Event) -> dict[str, Any]:
    return {"kind": event.kind, "payload": event}
