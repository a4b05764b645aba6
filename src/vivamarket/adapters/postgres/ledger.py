"""Reading the books from PostgreSQL. They are written with the change that moves the money."""

from __future__ import annotations

import asyncpg

from vivamarket.kernel.ids import OrderId, PaymentId, RefundId
from vivamarket.kernel.money import Money
from vivamarket.payments.ledger import Account, LedgerEntry, LedgerKind, LedgerTransaction

_OF_ORDER = """
SELECT t.id, t.kind, t.payment_id::text, t.refund_id::text, t.at, e.account, e.currency, e.amount
FROM ledger_transaction AS t JOIN ledger_entry AS e ON e.transaction_id = t.id
WHERE t.order_id = $1 ORDER BY t.id, e.amount DESC, e.account
"""


class PostgresLedgerReader:
    """The staff pages' ``LedgerReader`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def of_order(self, order_id: OrderId) -> tuple[LedgerTransaction, ...]:
        """Return what was posted for the order, oldest first, debits before credits. One round trip."""
        rows = await self._pool.fetch(_OF_ORDER, order_id)
        entries: dict[int, list[LedgerEntry]] = {}
        heads: dict[int, asyncpg.Record] = {}
        for row in rows:
            heads.setdefault(row["id"], row)
            entry = LedgerEntry(Account(row["account"]), Money(row["amount"], row["currency"]))
            entries.setdefault(row["id"], []).append(entry)
        return tuple(
            LedgerTransaction(
                kind=LedgerKind(head["kind"]),
                order_id=order_id,
                payment_id=PaymentId(head["payment_id"]),
                refund_id=RefundId(head["refund_id"]) if head["refund_id"] is not None else None,
                at=head["at"],
                entries=tuple(entries[number]),
            )
            for number, head in heads.items()
        )
