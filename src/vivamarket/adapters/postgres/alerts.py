"""``AlertStore`` in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

import asyncpg

from vivamarket.alerts.errors import AlertNotFound, TooManyAlerts
from vivamarket.alerts.events import ALERT_ASKED
from vivamarket.alerts.model import AlertState, StockAlert
from vivamarket.alerts.ports import Return
from vivamarket.kernel.ids import CustomerId, ProductId, Sku

_ALERT = "id::text, sku, product_id, customer_id::text, email, locale, state, asked_at, expires_at"
_VALUES = """
INSERT INTO stock_alert (id, sku, product_id, customer_id, email, locale, state, asked_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_ASK = f"""{_VALUES}
ON CONFLICT (email, sku) WHERE customer_id IS NULL
DO UPDATE SET asked_at = excluded.asked_at, expires_at = excluded.expires_at, locale = excluded.locale
WHERE stock_alert.state = 'asked' RETURNING id::text
"""
_TELL = """
WITH told AS (
    INSERT INTO outbox (kind, key, payload, occurred_at, due_at) VALUES ($1, $2, $3::jsonb, $4, $4)
) SELECT pg_notify('viva_changes', 'outbox')
"""
_LOCK_CUSTOMER = "SELECT pg_advisory_xact_lock(hashtextextended('stock_alert:' || $1, 0))"
_ADD = f"{_VALUES} ON CONFLICT (customer_id, sku) WHERE customer_id IS NOT NULL DO NOTHING"
_OF_CUSTOMER = f"SELECT {_ALERT} FROM stock_alert WHERE customer_id = $1 ORDER BY stock_alert.id DESC"
_GET = f"SELECT {_ALERT} FROM stock_alert WHERE id = $1"
_CONFIRM = f"""
UPDATE stock_alert SET state = 'waiting', expires_at = greatest(expires_at, $3)
WHERE id = $1 AND expires_at > $2 RETURNING {_ALERT}
"""
_REMOVE = "DELETE FROM stock_alert WHERE id = ANY ($1::uuid[])"
_NOTE_RETURNS = """
INSERT INTO stock_return (sku, noted_at)
SELECT sku, $2 FROM unnest($1::text[]) AS back (sku)
WHERE EXISTS (SELECT FROM stock_alert AS a WHERE a.sku = back.sku AND a.state = 'waiting')
ON CONFLICT (sku) DO UPDATE SET noted_at = excluded.noted_at, told_to = NULL
"""
_RETURNS = "SELECT sku, noted_at, told_to::text FROM stock_return ORDER BY noted_at, sku LIMIT $1"
_WAITING = f"""
SELECT {_ALERT} FROM stock_alert
WHERE sku = $1 AND state = 'waiting' AND ($2::uuid IS NULL OR id > $2) AND expires_at > $3
ORDER BY stock_alert.id LIMIT $4
"""
_TOLD = "UPDATE stock_return SET told_to = $3 WHERE sku = $1 AND noted_at = $2"
_END = "DELETE FROM stock_return WHERE sku = $1 AND noted_at = $2"
_COUNT = """
SELECT sku, (SELECT count(*) FROM (
    SELECT FROM stock_alert AS a WHERE a.sku = asked.sku AND a.state = 'waiting' LIMIT $2
) AS those)::int AS waiting FROM unnest($1::text[]) AS asked (sku)
"""
_FORGET = """
DELETE FROM stock_alert WHERE id IN (
    SELECT id FROM stock_alert WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2
)
"""


class PostgresAlertStore:
    """The ``AlertStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def ask(self, alert: StockAlert) -> None:
        """See ``AlertStore``."""
        async with self._pool.acquire() as connection, connection.transaction():
            alert_id = await connection.fetchval(_ASK, *_row(alert))
            if alert_id is not None:
                payload = json.dumps({"alert_id": alert_id})
                await connection.execute(_TELL, ALERT_ASKED, alert_id, payload, alert.asked_at)

    async def add(self, alert: StockAlert, per_customer_max: int) -> StockAlert:
        """See ``AlertStore``. A customer's devices do it one after the other."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_LOCK_CUSTOMER, str(alert.customer_id))
            own = [_alert(row) for row in await connection.fetch(_OF_CUSTOMER, alert.customer_id)]
            known = next((each for each in own if each.sku == alert.sku), None)
            if known is not None:
                return known
            if len(own) >= per_customer_max:
                raise TooManyAlerts(
                    f"You wait for {per_customer_max} things already. Take one back, then add this one.",
                    alerts_max=per_customer_max,
                )
            await connection.execute(_ADD, *_row(alert))
        return alert

    async def get(self, alert_id: str) -> StockAlert:
        """See ``AlertStore``."""
        return _found(await self._pool.fetchrow(_GET, alert_id))

    async def confirm(self, alert_id: str, now: datetime, expires_at: datetime) -> StockAlert:
        """See ``AlertStore``."""
        return _found(await self._pool.fetchrow(_CONFIRM, alert_id, now, expires_at))

    async def remove(self, alert_ids: Sequence[str]) -> None:
        """See ``AlertStore``."""
        await self._pool.execute(_REMOVE, alert_ids)

    async def of_customer(self, customer_id: CustomerId) -> tuple[StockAlert, ...]:
        """See ``AlertStore``."""
        return tuple(_alert(row) for row in await self._pool.fetch(_OF_CUSTOMER, customer_id))

    async def note_returns(self, skus: Sequence[Sku], now: datetime) -> None:
        """See ``AlertStore``."""
        await self._pool.execute(_NOTE_RETURNS, sorted(set(skus)), now)

    async def returns(self, limit: int) -> tuple[Return, ...]:
        """See ``AlertStore``."""
        rows = await self._pool.fetch(_RETURNS, limit)
        return tuple(Return(row["sku"], row["noted_at"], row["told_to"]) for row in rows)

    async def waiting(self, of: Return, limit: int) -> tuple[StockAlert, ...]:
        """See ``AlertStore``."""
        rows = await self._pool.fetch(_WAITING, of.sku, of.told_to, of.noted_at, limit)
        return tuple(_alert(row) for row in rows)

    async def told(self, of: Return, told_to: str | None) -> None:
        """See ``AlertStore``."""
        if told_to is None:
            await self._pool.execute(_END, of.sku, of.noted_at)
        else:
            await self._pool.execute(_TOLD, of.sku, of.noted_at, told_to)

    async def count_waiting(self, skus: Sequence[Sku], count_max: int) -> Mapping[Sku, int]:
        """See ``AlertStore``."""
        rows = await self._pool.fetch(_COUNT, skus, count_max)
        return {row["sku"]: row["waiting"] for row in rows if row["waiting"]}

    async def forget(self, now: datetime, limit: int) -> int:
        """See ``AlertStore``."""
        status: str = await self._pool.execute(_FORGET, now, limit)
        return int(status.rpartition(" ")[2])


def _row(alert: StockAlert) -> tuple[object, ...]:
    return (
        alert.id,
        alert.sku,
        alert.product_id,
        alert.customer_id,
        alert.email,
        alert.locale,
        alert.state.value,
        alert.asked_at,
        alert.expires_at,
    )


def _found(row: asyncpg.Record | None) -> StockAlert:
    if row is None:
        raise AlertNotFound("This link is too old, or its alert was told or taken back. Ask again.")
    return _alert(row)


def _alert(row: asyncpg.Record) -> StockAlert:
    customer_id = row["customer_id"]
    return StockAlert(
        id=row["id"],
        sku=Sku(row["sku"]),
        product_id=ProductId(row["product_id"]),
        customer_id=None if customer_id is None else CustomerId(customer_id),
        email=row["email"],
        locale=row["locale"],
        state=AlertState(row["state"]),
        asked_at=row["asked_at"],
        expires_at=row["expires_at"],
    )
