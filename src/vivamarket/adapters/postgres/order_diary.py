"""The diaries of orders in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg
import msgspec

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.kernel.ids import OrderId
from vivamarket.orders.diary import (
    ENTRIES_MAX,
    MAILS_AGAIN_MAX,
    MAILS_AGAIN_SPAN,
    DiaryEntry,
    DiaryFull,
    DiaryKind,
    MailedTooOften,
    OrderMailWanted,
)

_ADD = "SELECT add_diary_entry($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::jsonb)"
_OF_ORDER = """
SELECT id::text, kind, text, author, request_key, at FROM order_diary WHERE order_id = $1
ORDER BY at, id LIMIT $2
"""
_ERASE = """
WITH erased AS (
    UPDATE order_diary SET text = ''
    WHERE order_id = ANY ($1::uuid[]) AND kind = 'note' AND text <> '' RETURNING 1
)
SELECT count(*) FROM erased
"""
#: After the commit, as in the checkout's store.
_WAKE = "NOTIFY viva_changes, 'outbox'"

_encode = msgspec.json.Encoder().encode


class PostgresDiaryStore:
    """The ``DiaryStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, entry: DiaryEntry, wanted: OrderMailWanted | None = None) -> None:
        """Add an entry and tell what is wanted, in one transaction. See the port."""
        event = _encode({"kind": wanted.kind, "payload": wanted}).decode() if wanted else None
        with outages_told():
            outcome = await self._pool.fetchval(
                _ADD,
                entry.id,
                entry.order_id,
                entry.kind.value,
                entry.text,
                entry.author,
                entry.request_key,
                entry.at,
                ENTRIES_MAX,
                entry.at - MAILS_AGAIN_SPAN,
                MAILS_AGAIN_MAX,
                event,
            )
            if event is not None:
                await self._pool.execute(_WAKE)
        if outcome == "full":
            raise DiaryFull("This order has as many entries as it may have.")
        if outcome == "often":
            raise MailedTooOften("Mails of this order were sent again often enough; wait an hour.")

    async def of_order(self, order_id: OrderId) -> tuple[DiaryEntry, ...]:
        """Return the order's entries, oldest first."""
        with outages_told():
            rows = await self._pool.fetch(_OF_ORDER, order_id, ENTRIES_MAX)
        return tuple(
            DiaryEntry(
                id=row["id"],
                order_id=order_id,
                kind=DiaryKind(row["kind"]),
                text=row["text"],
                author=row["author"],
                request_key=row["request_key"],
                at=row["at"],
            )
            for row in rows
        )

    async def erase(self, order_ids: Sequence[OrderId]) -> int:
        """Empty the notes of those orders for good; return how many."""
        with outages_told():
            count: int = await self._pool.fetchval(_ERASE, order_ids)
        return count
