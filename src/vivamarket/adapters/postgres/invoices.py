"""Invoices in PostgreSQL. A series' row is locked while a number is taken, so that none is skipped."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg
import msgspec

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.adapters.postgres.pool import Connection
from vivamarket.invoices.errors import InvoiceNotFound
from vivamarket.invoices.model import (
    ERASED,
    INVOICES_OF_ORDER_MAX,
    Invoice,
    InvoiceDraft,
    InvoiceNumber,
    Party,
    Series,
    number_of,
    series_of,
)
from vivamarket.invoices.ports import Posting, PostingEvidence, SeriesEvidence
from vivamarket.kernel.ids import OrderId, RefundId

PAGE_SIZE_MAX = 1_000

_BEGIN = "INSERT INTO invoice_series (series) VALUES ($1) ON CONFLICT DO NOTHING"
_LOCK = "SELECT last_number, last_at FROM invoice_series WHERE series = $1 FOR UPDATE"
#: Only what is really kept takes its number.
_KEEP = """
INSERT INTO invoice (series, sequence, kind, cause, order_id, currency, tax, total, document, issued_at)
VALUES ($1, $2, $3, $4::uuid, $5::uuid, $6, $7, $8, $9::text::jsonb, $10)
ON CONFLICT ON CONSTRAINT invoice_cause DO NOTHING RETURNING sequence
"""
_TAKE = "UPDATE invoice_series SET last_number = $2, last_at = $3 WHERE series = $1"
_KEEP_BUYER = "INSERT INTO invoice_buyer (series, sequence, buyer) VALUES ($1, $2, $3::text::jsonb)"
_INVOICE = """
SELECT i.series, i.sequence, i.issued_at, i.document::text AS document, b.buyer::text AS buyer
FROM invoice AS i LEFT JOIN invoice_buyer AS b USING (series, sequence)
"""
_OF_CAUSE = f"{_INVOICE} WHERE i.cause = $1::uuid"
_OF_NUMBER = f"{_INVOICE} WHERE i.series = $1 AND i.sequence = $2"
_OF_ORDER = f"{_INVOICE} WHERE i.order_id = $1::uuid ORDER BY i.issued_at, i.kind DESC, i.sequence LIMIT $2"
_ERASE = """
DELETE FROM invoice_buyer AS b USING invoice AS i
WHERE i.series = b.series AND i.sequence = b.sequence AND i.order_id = ANY ($1::uuid[])
"""
#: Deposits, and refunds that undo no sale, need no invoice.
_TELLS = """
t.kind IN ('sale', 'acceptance')
OR t.kind = 'refund' AND NOT r.of_deposit AND r.goods + r.shipping + r.tax <> 0
"""
_DUE = f"""
SELECT t.id, t.at, t.order_id::text, t.refund_id::text, i.cause IS NULL AND ({_TELLS}) AS is_due
FROM ledger_transaction AS t LEFT JOIN refund AS r ON r.id = t.refund_id
LEFT JOIN invoice AS i ON i.cause = coalesce(t.refund_id, t.order_id)
WHERE t.id > (SELECT settled_to FROM invoice_watch) ORDER BY t.id LIMIT $1
"""
_SETTLE = "UPDATE invoice_watch SET settled_to = $1 WHERE settled_to < $1"

_SERIES = """
SELECT s.series, s.last_number, count(i.sequence) AS count,
    coalesce(min(i.sequence), 0) AS lowest, coalesce(max(i.sequence), 0) AS highest
FROM invoice_series AS s LEFT JOIN invoice AS i USING (series) GROUP BY s.series, s.last_number ORDER BY 1
"""
_POSTINGS = f"""
SELECT t.id, t.at, o.number, i.series, i.sequence, i.total, i.tax,
    b.total AS booked_total, b.tax AS booked_tax
FROM ledger_transaction AS t JOIN orders AS o ON o.id = t.order_id
LEFT JOIN refund AS r ON r.id = t.refund_id
LEFT JOIN invoice AS i ON i.cause = coalesce(t.refund_id, t.order_id)
CROSS JOIN LATERAL (
    SELECT abs(coalesce(sum(e.amount), 0))::bigint AS total,
        abs(coalesce(sum(e.amount) FILTER (WHERE e.account = 'tax_payable'), 0))::bigint AS tax
    FROM ledger_entry AS e
    WHERE e.transaction_id = t.id AND e.account IN ('sales', 'shipping_income', 'tax_payable')
) AS b
WHERE t.id > $1 AND ({_TELLS}) ORDER BY t.id LIMIT $2
"""
_BEGINS_AFTER = "SELECT begins_after FROM invoice_watch"
_STRAYS = """
SELECT i.series, i.sequence FROM invoice AS i WHERE NOT EXISTS (
    SELECT FROM ledger_transaction AS t WHERE t.order_id = i.order_id
        AND CASE WHEN i.kind = 'invoice' THEN t.kind IN ('sale', 'acceptance') ELSE t.refund_id = i.cause END
) ORDER BY 1, 2 LIMIT $1
"""


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(InvoiceDraft).decode
_decode_party = msgspec.json.Decoder(Party).decode


class PostgresInvoiceStore:
    """The ``InvoiceStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def issue(self, draft: InvoiceDraft, at: datetime) -> Invoice:
        """Give the draft the next number, once per cause. See the port."""
        with outages_told():
            async with self._pool.acquire() as connection:
                known = await connection.fetchrow(_OF_CAUSE, draft.cause)
                if known is None:
                    async with connection.transaction():
                        await _number(connection, draft, at)
                    known = await connection.fetchrow(_OF_CAUSE, draft.cause)
        assert known is not None  # kept just now, by us or by whoever was first
        return _invoice(known)

    async def of_order(self, order_id: OrderId) -> tuple[Invoice, ...]:
        """Return the order's invoices, oldest first."""
        with outages_told():
            rows = await self._pool.fetch(_OF_ORDER, order_id, INVOICES_OF_ORDER_MAX)
        return tuple(_invoice(row) for row in rows)

    async def get(self, number: InvoiceNumber) -> Invoice:
        """Return the invoice. Raise ``InvoiceNotFound``."""
        series, _, sequence = number.rpartition("-")
        known = sequence.isascii() and sequence.isdigit() and len(sequence) < 10
        with outages_told():
            row = await self._pool.fetchrow(_OF_NUMBER, series, int(sequence)) if known else None
        if row is None:
            raise InvoiceNotFound("There is no such invoice.")
        return _invoice(row)

    async def erase_buyers(self, order_ids: Sequence[OrderId]) -> int:
        """Forget who bought in these orders; return on how many invoices."""
        with outages_told():
            done: str = await self._pool.execute(_ERASE, list(order_ids))
        return int(done.rpartition(" ")[2])

    async def due(self, settled_before: datetime, limit: int) -> tuple[Posting, ...]:
        """Return what the books hold and no invoice tells. See the port."""
        with outages_told():
            rows = await self._pool.fetch(_DUE, limit)
            settled = None
            for row in rows:
                if row["is_due"] or row["at"] >= settled_before:
                    break
                settled = row["id"]
            if settled is not None:
                await self._pool.execute(_SETTLE, settled)
        return tuple(
            Posting(OrderId(row["order_id"]), RefundId(row["refund_id"]) if row["refund_id"] else None)
            for row in rows
            if row["is_due"]
        )


async def _number(connection: Connection, draft: InvoiceDraft, at: datetime) -> None:
    """Keep the draft under the next number of its series, unless its cause has an invoice already."""
    series = series_of(draft.kind, at)
    await connection.execute(_BEGIN, series)
    last = await connection.fetchrow(_LOCK, series)
    assert last is not None  # begun just now
    sequence = last["last_number"] + 1
    issued_at = max(at, last["last_at"]) if last["last_at"] else at
    document = _encode(draft.sold_to(ERASED)).decode()
    kept = await connection.fetchval(
        _KEEP,
        series,
        sequence,
        draft.kind.value,
        draft.cause,
        draft.order_id,
        draft.currency,
        draft.tax.minor_units,
        draft.total.minor_units,
        document,
        issued_at,
    )
    if kept is not None:
        await connection.execute(_TAKE, series, sequence, issued_at)
        await connection.execute(_KEEP_BUYER, series, sequence, _encode(draft.buyer).decode())


def _invoice(row: asyncpg.Record) -> Invoice:
    draft = _decode(row["document"])
    buyer = _decode_party(row["buyer"]) if row["buyer"] else ERASED
    return Invoice(
        series=Series(row["series"]),
        sequence=row["sequence"],
        issued_at=row["issued_at"],
        draft=draft.sold_to(buyer),
    )


class PostgresInvoiceEvidence:
    """The ``InvoiceEvidenceReader`` on a pool, and the evidence of one transaction."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[PostgresInvoiceSnapshot]:
        """Lend one repeatable-read snapshot."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            yield PostgresInvoiceSnapshot(connection)


class PostgresInvoiceSnapshot:
    """The ``InvoiceEvidence`` inside one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def series(self) -> Sequence[SeriesEvidence]:
        """Return all series."""
        rows = await self._connection.fetch(_SERIES)
        return [SeriesEvidence(Series(row[0]), row[1], row[2], row[3], row[4]) for row in rows]

    async def postings(self) -> AsyncIterator[Sequence[PostingEvidence]]:
        """Yield every posting that needs an invoice, a page at a time."""
        after = await self._connection.fetchval(_BEGINS_AFTER)
        while rows := await self._connection.fetch(_POSTINGS, after, PAGE_SIZE_MAX):
            yield [_posting(row) for row in rows]
            after = rows[-1]["id"]

    async def strays(self, limit: int) -> Sequence[InvoiceNumber]:
        """Return invoices of which the books hold nothing."""
        rows = await self._connection.fetch(_STRAYS, limit)
        return [number_of(Series(row[0]), row[1]) for row in rows]


def _posting(row: asyncpg.Record) -> PostingEvidence:
    return PostingEvidence(
        order_number=row["number"],
        posted_at=row["at"],
        booked_total=row["booked_total"],
        booked_tax=row["booked_tax"],
        number=number_of(Series(row["series"]), row["sequence"]) if row["series"] else None,
        told_total=row["total"] or 0,
        told_tax=row["tax"] or 0,
    )
