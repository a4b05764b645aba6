"""What was sold, in PostgreSQL: sums by quarter of an hour, the newest minutes from the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg
import msgspec

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.kernel.ids import OrderId, OrderNumber, PaymentId, ProductId
from vivamarket.kernel.money import Money
from vivamarket.orders.sales import INTERVALS_MAX, TOP_PRODUCTS_MAX, Interval, ProductSales, Sales
from vivamarket.payments.model import PaymentStatus
from vivamarket.payments.stuck import StuckPayment, StuckPayments

_SALES = """
SELECT asked.place, found.*
FROM unnest($1::timestamptz[], $2::timestamptz[]) WITH ORDINALITY AS asked (begins_at, ends_at, place)
CROSS JOIN LATERAL sales_between(asked.begins_at, asked.ends_at) AS found
ORDER BY asked.place, found.currency
"""
_TOP = """
SELECT product_id, sum(quantity)::bigint AS quantity, jsonb_object_agg(currency, total)::text AS totals
FROM product_sales_between($1, $2)
GROUP BY product_id ORDER BY 2 DESC, 1 LIMIT $3
"""
_SUM_UP = "SELECT sum_sales($1, $2)"
_STUCK = """
SELECT p.id::text, p.order_id::text, o.number, p.status, p.amount, p.currency, p.created_at
FROM payment AS p JOIN orders AS o ON o.id = p.order_id
WHERE p.status IN ('new', 'requested', 'requires_action', 'processing', 'capturing') AND p.created_at < $1
    AND (p.status <> 'capturing' OR p.updated_at < $1)
ORDER BY p.created_at, p.id LIMIT $2
"""
_STUCK_COUNT = """
SELECT count(*) FROM (
    SELECT FROM payment WHERE status IN ('new', 'requested', 'requires_action', 'processing', 'capturing')
       AND created_at < $1 AND (status <> 'capturing' OR updated_at < $1) LIMIT $2) AS stuck
"""
_decode_totals = msgspec.json.Decoder(dict[str, int]).decode


class PostgresSalesStore:
    """The ``SalesStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def sales(self, intervals: Sequence[Interval]) -> tuple[tuple[Sales, ...], ...]:
        """Return for each interval what was sold, by currency."""
        if len(intervals) > INTERVALS_MAX:
            raise ValueError(f"at most {INTERVALS_MAX} intervals at once, not {len(intervals)}")
        with outages_told():
            rows = await self._pool.fetch(
                _SALES, [each.begins_at for each in intervals], [each.ends_at for each in intervals]
            )
        found: list[list[Sales]] = [[] for _ in intervals]
        for row in rows:
            found[row["place"] - 1].append(_sales(row))
        return tuple(tuple(each) for each in found)

    async def top_products(self, interval: Interval, limit: int) -> tuple[ProductSales, ...]:
        """Return what was sold most often."""
        with outages_told():
            rows = await self._pool.fetch(
                _TOP, interval.begins_at, interval.ends_at, min(limit, TOP_PRODUCTS_MAX)
            )
        return tuple(
            ProductSales(
                ProductId(row["product_id"]),
                row["quantity"],
                tuple(
                    Money(total, currency)
                    for currency, total in sorted(_decode_totals(row["totals"]).items())
                ),
            )
            for row in rows
        )

    async def sum_up(self, settled: datetime, step: timedelta) -> bool:
        """Sum the next quarters."""
        with outages_told():
            return bool(await self._pool.fetchval(_SUM_UP, settled, step))


class PostgresStuckPaymentReader:
    """The ``StuckPaymentReader`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def stuck(self, begun_before: datetime, limit: int, count_max: int) -> StuckPayments:
        """Return the oldest payments that still move."""
        with outages_told():
            rows = await self._pool.fetch(_STUCK, begun_before, limit)
            count = await self._pool.fetchval(_STUCK_COUNT, begun_before, count_max)
        return StuckPayments(
            count,
            tuple(
                StuckPayment(
                    payment_id=PaymentId(row["id"]),
                    order_id=OrderId(row["order_id"]),
                    number=OrderNumber(row["number"]),
                    status=PaymentStatus(row["status"]),
                    amount=Money(row["amount"], row["currency"]),
                    begun_at=row["created_at"],
                )
                for row in rows
            ),
        )


def _sales(row: asyncpg.Record) -> Sales:
    currency = row["currency"]
    return Sales(
        orders=row["orders"],
        revenue=Money(row["revenue"], currency),
        refunds=row["refunds"],
        refunded=Money(row["refunded"], currency),
    )
