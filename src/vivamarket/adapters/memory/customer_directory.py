"""``CustomerDirectory`` in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vivamarket.accounts.identity.desk import QUERY_LENGTH_MIN, CustomerRow
from vivamarket.kernel.ids import CustomerId
from vivamarket.kernel.paging import Page, decode_cursor, encode_cursor

_SCOPE = "customers"


class MemoryCustomerDirectory:
    """See ``CustomerDirectory``. ``numbers`` says whose an order is."""

    def __init__(self, rows: Sequence[CustomerRow], numbers: Mapping[str, CustomerId]) -> None:
        self._rows = tuple(sorted(rows, key=lambda row: row.id, reverse=True))
        self._numbers = numbers

    async def find(self, words: str, cursor: str | None, limit: int) -> Page[CustomerRow]:
        """See ``CustomerDirectory``."""
        below = "~" if cursor is None else str(decode_cursor(_SCOPE, cursor, 1)[0])
        found = [row for row in self._rows if row.id < below and self._fits(row, words)]
        items = tuple(found[:limit])
        return Page(items, encode_cursor(_SCOPE, (items[-1].id,)) if len(found) > limit else None)

    def _fits(self, row: CustomerRow, words: str) -> bool:
        if not words:
            return True
        if words.upper() in self._numbers:
            return self._numbers[words.upper()] == row.id
        begins = words.lower()
        names = (row.email, row.name.lower(), row.name.lower().rpartition(" ")[2])
        return len(words) >= QUERY_LENGTH_MIN and any(each.startswith(begins) for each in names)
