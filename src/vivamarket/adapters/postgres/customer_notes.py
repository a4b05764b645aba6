"""Notes about customers in PostgreSQL."""

from __future__ import annotations

import asyncpg

from vivamarket.accounts.identity.errors import CustomerNotFound
from vivamarket.accounts.identity.notes import NOTES_MAX, CustomerNote, CustomerNotesFull
from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.kernel.ids import CustomerId

#: Whoever writes about one customer waits for the others, so that nobody passes the limit.
_CUSTOMER = "SELECT id FROM customer WHERE id = $1 FOR NO KEY UPDATE"
_COUNT = """
SELECT count(*) AS kept, coalesce(bool_or(request_key = $2), false) AS is_known
FROM customer_note WHERE customer_id = $1
"""
_ADD = """
INSERT INTO customer_note (id, customer_id, text, author, request_key, at) VALUES ($1, $2, $3, $4, $5, $6)
"""
_OF_CUSTOMER = """
SELECT id::text, text, author, request_key, at FROM customer_note WHERE customer_id = $1
ORDER BY at DESC, id DESC LIMIT $2
"""


class PostgresCustomerNoteStore:
    """The ``CustomerNoteStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, note: CustomerNote) -> None:
        """See ``CustomerNoteStore``."""
        with outages_told():
            async with self._pool.acquire() as connection, connection.transaction():
                if await connection.fetchval(_CUSTOMER, note.customer_id) is None:
                    raise CustomerNotFound("There is no such customer.")
                known = await connection.fetchrow(_COUNT, note.customer_id, note.request_key)
                assert known is not None  # an aggregate always has its row
                if known["is_known"]:
                    return
                if known["kept"] >= NOTES_MAX:
                    raise CustomerNotesFull("This customer has as many notes as they may have.")
                await connection.execute(
                    _ADD, note.id, note.customer_id, note.text, note.author, note.request_key, note.at
                )

    async def of_customer(self, customer_id: CustomerId) -> tuple[CustomerNote, ...]:
        """See ``CustomerNoteStore``."""
        with outages_told():
            rows = await self._pool.fetch(_OF_CUSTOMER, customer_id, NOTES_MAX)
        return tuple(
            CustomerNote(
                id=row["id"],
                customer_id=customer_id,
                text=row["text"],
                author=row["author"],
                request_key=row["request_key"],
                at=row["at"],
            )
            for row in rows
        )
