"""The diaries of orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec

from vivamarket.adapters.memory.outbox import tell
from vivamarket.adapters.memory.tables import Tables
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


class MemoryDiaryStore:
    """The ``DiaryStore`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def add(self, entry: DiaryEntry, wanted: OrderMailWanted | None = None) -> None:
        """Add an entry and tell what is wanted, in one transaction. See the port."""
        known = self._tables.diaries.get(entry.order_id, ())
        if any(each.request_key == entry.request_key for each in known):
            return
        if len(known) >= ENTRIES_MAX:
            raise DiaryFull("This order has as many entries as it may have.")
        lately = [
            each for each in known if each.kind is DiaryKind.MAIL and each.at > entry.at - MAILS_AGAIN_SPAN
        ]
        if entry.kind is DiaryKind.MAIL and len(lately) >= MAILS_AGAIN_MAX:
            raise MailedTooOften("Mails of this order were sent again often enough; wait an hour.")
        with self._tables.transaction():
            kept = tuple(sorted((*known, entry), key=lambda each: (each.at, each.id)))
            self._tables.put(self._tables.diaries, entry.order_id, kept)
            if wanted is not None:
                tell(self._tables, wanted.kind, entry.order_id, msgspec.to_builtins(wanted), entry.at)

    async def of_order(self, order_id: OrderId) -> tuple[DiaryEntry, ...]:
        """Return the order's entries, oldest first."""
        return self._tables.diaries.get(order_id, ())

    async def erase(self, order_ids: Sequence[OrderId]) -> int:
        """Empty the notes of those orders for good; return how many."""
        count = 0
        with self._tables.transaction():
            for order_id in order_ids:
                known = self._tables.diaries.get(order_id, ())
                kept = tuple(
                    replace(each, text="") if each.kind is DiaryKind.NOTE else each for each in known
                )
                count += sum(before != after for before, after in zip(known, kept, strict=True))
                self._tables.put(self._tables.diaries, order_id, kept)
        return count
