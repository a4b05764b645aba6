"""What bulk edits replaced, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import asyncpg

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.catalog.bulk import BulkEdit
from vivamarket.catalog.codec import decode_product, encode_product
from vivamarket.catalog.errors import BulkEditNotFound
from vivamarket.kernel.ids import BadId, ProductId, StaffId, parse_uuid

_BEGIN = """
INSERT INTO bulk_edit (id, staff_id, made_at, expires_at, befores) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
"""
_GET = """
SELECT id::text, staff_id, made_at, expires_at, undone_at, befores, coalesce(written, '{}')::text[] AS written
FROM bulk_edit WHERE id = $1
"""
_FINISH = "UPDATE bulk_edit SET written = $2::uuid[] WHERE id = $1 AND written IS NULL"
_UNDONE = "UPDATE bulk_edit SET undone_at = $2 WHERE id = $1 AND undone_at IS NULL"
_FORGET = """
WITH gone AS (
    DELETE FROM bulk_edit WHERE id IN (
        SELECT id FROM bulk_edit WHERE expires_at < $1 ORDER BY expires_at LIMIT $2)
    RETURNING 1)
SELECT count(*) FROM gone
"""


class PostgresBulkEditStore:
    """The ``BulkEditStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def begin(self, edit: BulkEdit) -> BulkEdit:
        """Keep the edit; return the one kept before under its id, if there is one."""
        befores = [encode_product(each).decode() for each in edit.befores]
        with outages_told():
            await self._pool.execute(_BEGIN, edit.id, edit.staff_id, edit.made_at, edit.expires_at, befores)
        return await self.get(edit.id)

    async def get(self, edit_id: str) -> BulkEdit:
        """Return the edit. Raise ``BulkEditNotFound``."""
        with outages_told():
            row = await self._pool.fetchrow(_GET, edit_id) if _is_uuid(edit_id) else None
        if row is None:
            raise BulkEditNotFound("There is no such bulk edit (any more).", edit_id=edit_id[:64])
        return BulkEdit(
            id=row["id"],
            staff_id=StaffId(row["staff_id"]),
            made_at=row["made_at"],
            expires_at=row["expires_at"],
            befores=tuple(decode_product(document) for document in row["befores"]),
            written=tuple(ProductId(each) for each in row["written"]),
            undone_at=row["undone_at"],
        )

    async def finish(self, edit_id: str, written: Sequence[ProductId]) -> None:
        """Note which products were written; noted once, it stays."""
        with outages_told():
            await self._pool.execute(_FINISH, edit_id, list(written))

    async def set_undone(self, edit_id: str, at: datetime) -> None:
        """Note that the edit is undone; noted once, it stays."""
        with outages_told():
            await self._pool.execute(_UNDONE, edit_id, at)

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` edits that expired before that moment."""
        with outages_told():
            return int(await self._pool.fetchval(_FORGET, before, limit))


def _is_uuid(text: str) -> bool:
    try:
        parse_uuid(text)
    except BadId:
        return False
    return True
