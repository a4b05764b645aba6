"""Our account of payments, and the reports of comparing it, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.kernel.ids import OrderId, PaymentId
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor
from vivamarket.payments.model import PaymentStatus
from vivamarket.payments.ports import REPORTS_KEPT_MAX
from vivamarket.payments.statement import PaymentAccount, ReconciliationReport

_ACCOUNT = """
SELECT p.id::text, p.order_id::text, p.status, p.provider_payment_ref, p.requested_at,
    coalesce(p.captured, 0) AS captured, coalesce(p.captured_currency, p.currency) AS currency,
    coalesce((SELECT sum(r.amount) FROM refund AS r
        WHERE r.payment_id = p.id AND r.order_id = p.order_id AND r.status = 'succeeded'
    ), 0)::bigint AS refunded,
    coalesce((SELECT sum(r.amount) FROM refund AS r
        WHERE r.payment_id = p.id AND r.order_id = p.order_id AND r.status IN ('new', 'requested')
    ), 0)::bigint AS refunding,
    EXISTS (SELECT FROM dispute AS d WHERE d.order_id = p.order_id AND d.payment_id = p.id) AS disputed
FROM payment AS p
"""
_ACCOUNTS = f"""
{_ACCOUNT} WHERE p.id = ANY ($1::uuid[])
UNION {_ACCOUNT} WHERE p.provider_payment_ref = ANY ($2)
ORDER BY 1
"""
_CAPTURED = f"""
{_ACCOUNT} WHERE p.captured > 0 AND p.requested_at >= $1 AND p.requested_at < $2
    AND ($3::timestamptz IS NULL OR (p.requested_at, p.id) > ($3, $4::uuid))
ORDER BY p.requested_at, p.id LIMIT $5
"""
_PUT = """
INSERT INTO reconciliation_report (id, begun_at, open_count, document) VALUES ($1, $2, $3, $4::text::jsonb)
"""
_DROP_OLD = """
DELETE FROM reconciliation_report WHERE id IN (
    SELECT id FROM reconciliation_report ORDER BY begun_at DESC, id DESC OFFSET $1
)
"""
_ASK = """
INSERT INTO comparison_asked (asked_at) VALUES ($1)
ON CONFLICT (only_one) DO UPDATE SET asked_at = greatest(comparison_asked.asked_at, excluded.asked_at)
"""
_ANSWER = "DELETE FROM comparison_asked WHERE asked_at <= $1"
_IS_ASKED = "SELECT EXISTS (SELECT FROM comparison_asked)"
_NEWEST = "SELECT document::text FROM reconciliation_report ORDER BY begun_at DESC, id DESC LIMIT $1"
_SCOPE = "captured"

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(ReconciliationReport).decode


class PostgresPaymentReader:
    """The ``PaymentReader`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def accounts(
        self, payment_ids: Sequence[PaymentId], provider_payment_refs: Sequence[str]
    ) -> tuple[PaymentAccount, ...]:
        """Return the accounts of the payments with one of those names, ours or the provider's."""
        with outages_told():
            rows = await self._pool.fetch(_ACCOUNTS, payment_ids, provider_payment_refs)
        return tuple(_account(row) for row in rows)

    async def captured(
        self, since: datetime, before: datetime, cursor: str | None, limit: int
    ) -> Page[PaymentAccount]:
        """Return a keyset page of the payments asked for in that time that brought money, oldest first."""
        after, after_id = _position(cursor)
        with outages_told():
            rows = await self._pool.fetch(_CAPTURED, since, before, after, after_id, limit + 1)
        last = rows[limit - 1] if len(rows) > limit else None
        return Page(
            tuple(_account(row) for row in rows[:limit]),
            encode_cursor(_SCOPE, [last["requested_at"].isoformat(), last["id"]]) if last else None,
        )


class PostgresReportStore:
    """The ``ReportStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def put(self, report: ReconciliationReport) -> None:
        """Keep the report durably, and drop the oldest."""
        with outages_told():
            async with self._pool.acquire() as connection, connection.transaction():
                document = _encode(report).decode()
                await connection.execute(_PUT, report.id, report.begun_at, report.open_count, document)
                await connection.execute(_DROP_OLD, REPORTS_KEPT_MAX)
                await connection.execute(_ANSWER, report.begun_at)

    async def ask(self, at: datetime) -> None:
        """Want a comparison before its day."""
        with outages_told():
            await self._pool.execute(_ASK, at)

    async def is_asked_for(self) -> bool:
        """Return whether a comparison is wanted and not made yet."""
        with outages_told():
            return bool(await self._pool.fetchval(_IS_ASKED))

    async def newest(self, limit: int) -> tuple[ReconciliationReport, ...]:
        """Return the newest reports."""
        with outages_told():
            rows = await self._pool.fetch(_NEWEST, limit)
        return tuple(_decode(row[0]) for row in rows)


def _position(cursor: str | None) -> tuple[datetime | None, str | None]:
    if cursor is None:
        return None, None
    at, payment_id = decode_cursor(_SCOPE, cursor, 2)
    if not isinstance(at, str) or not isinstance(payment_id, str):
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return datetime.fromisoformat(at), payment_id


def _account(row: asyncpg.Record) -> PaymentAccount:
    currency: str = row["currency"]
    return PaymentAccount(
        payment_id=PaymentId(row["id"]),
        order_id=OrderId(row["order_id"]),
        status=PaymentStatus(row["status"]),
        provider_payment_ref=row["provider_payment_ref"],
        captured=Money(row["captured"], currency),
        refunded=Money(row["refunded"], currency),
        refunding=Money(row["refunding"], currency),
        disputed=row["disputed"],
    )
