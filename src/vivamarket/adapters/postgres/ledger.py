"""The books, read from PostgreSQL. They are written by the checkout's store only."""

from __future__ import annotations

import asyncpg

from vivamarket.kernel.ids import OrderId, PaymentId, RefundId
from vivamarket.kernel.money import Money
from vivamarket.payments.ledger import Account, LedgerEntry, LedgerKind, LedgerTransaction

#: An order is paid, perhaps twice by mistake, and refunded line by line; far above what can happen.
TRANSACTIONS_MAX = 1_000

_OF_ORDER = """
SELECT t.id, t.kind, t.payment_id::text, t.refund_id::text, t.at, e.account, e.currency, e.amount
FROM (
    SELECT * FROM ledger_transaction WHERE order_id = $1::uuid ORDER BY id LIMIT $2
) AS t JOIN ledger_entry AS e ON e.transaction_id = t.id
ORDER BY t.id, e.amount DESC, e.account
"""


class PostgresLedgerReader:
    """Reads what was posted."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def of_order(self, order_id: OrderId) -> tuple[LedgerTransaction, ...]:
        """Return what was posted for the order, oldest first; nothing for an unknown order."""
        lines: dict[int, list[asyncpg.Record]] = {}
        for row in await self._pool.fetch(_OF_ORDER, order_id, TRANSACTIONS_MAX):
            lines.setdefault(row["id"], []).append(row)
        return tuple(_transaction(order_id, rows) for rows in lines.values())


def _transaction(order_id: OrderId, rows: list[asyncpg.Record]) -> LedgerTransaction:
    first = rows[0]
    return LedgerTransaction(
        kind=LedgerKind(first["kind"]),
        order_id=order_id,
        payment_id=PaymentId(first["payment_id"]),
        refund_id=RefundId(first["refund_id"]) if first["refund_id"] else None,
        at=first["at"],
        entries=tuple(
            LedgerEntry(Account(row["account"]), Money(row["amount"], row["currency"])) for row in rows
        ),
    )
