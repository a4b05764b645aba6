"""``ContentStore`` in PostgreSQL: one JSONB document a page, a row for every version."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import msgspec

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.content.errors import ContentNotFound
from vivamarket.content.model import PAGES_MAX, ContentPage, ContentVersion, check_put
from vivamarket.content.ports import VERSIONS_MAX
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import StaffId

_ALL = f"SELECT document::text FROM content_page ORDER BY key LIMIT {PAGES_MAX}"
_GET = "SELECT document::text FROM content_page WHERE key = $1"
#: Writers take turns: whether a slug is free is asked of all pages.
_TURN = "LOCK TABLE content_page IN SHARE ROW EXCLUSIVE MODE"
_NEXT = "SELECT coalesce(max(version), 0) + 1 FROM content_version WHERE key = $1"
_PUT = """
INSERT INTO content_page (key, version, document) VALUES ($1, $2, $3::jsonb)
ON CONFLICT (key) DO UPDATE SET version = excluded.version, document = excluded.document
"""
_REMOVE = "DELETE FROM content_page WHERE key = $1"
_NOTE = """
INSERT INTO content_version (key, version, staff_id, at, document) VALUES ($1, $2, $3, $4, $5::jsonb)
"""
_WAKE = "NOTIFY viva_changes, 'catalog'"
_VERSIONS = f"""
SELECT version, staff_id, at, document::text FROM content_version WHERE key = $1
ORDER BY version DESC LIMIT {VERSIONS_MAX}
"""
_VERSION = """
SELECT version, staff_id, at, document::text FROM content_version WHERE key = $1 AND version = $2
"""
_REVISION = "SELECT coalesce(max(position), 0)::text FROM content_version"


class PostgresContentStore:
    """The ``ContentStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    async def all(self) -> tuple[ContentPage, ...]:
        """See ``ContentStore``."""
        with outages_told():
            return tuple(_page(row["document"]) for row in await self._pool.fetch(_ALL))

    async def get(self, key: str) -> ContentPage:
        """See ``ContentStore``."""
        document = None
        if "\0" not in key:
            with outages_told():
                document = await self._pool.fetchval(_GET, key)
        if document is None:
            raise ContentNotFound("There is no such content page.", key=key[:100])
        return _page(document)

    async def put(self, page: ContentPage, staff_id: StaffId | None) -> ContentPage:
        """See ``ContentStore``."""
        with outages_told():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_TURN)
                others = {row.key: row for row in map(_page, await _documents(connection))}
                stored = others.pop(page.key, None)
                check_put(page, stored, tuple(others.values()))
                kept = replace(page, version=await connection.fetchval(_NEXT, page.key))
                document = msgspec.json.encode(kept).decode()
                await connection.execute(_PUT, kept.key, kept.version, document)
                await self._note(connection, kept.key, kept.version, staff_id, document)
        return kept

    async def remove(self, page: ContentPage, staff_id: StaffId | None) -> None:
        """See ``ContentStore``."""
        with outages_told():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(_TURN)
                document = await connection.fetchval(_GET, page.key)
                if document is None:
                    raise ContentNotFound("There is no such content page.", key=page.key)
                if _page(document).version != page.version:
                    raise StaleVersion("This page was changed elsewhere. Read it again.")
                await connection.execute(_REMOVE, page.key)
                version = await connection.fetchval(_NEXT, page.key)
                await self._note(connection, page.key, version, staff_id, None)

    async def versions(self, key: str) -> tuple[ContentVersion, ...]:
        """See ``ContentStore``."""
        if "\0" in key:
            return ()
        with outages_told():
            rows = await self._pool.fetch(_VERSIONS, key)
        return tuple(map(_version, rows))

    async def version(self, key: str, number: int) -> ContentVersion | None:
        """See ``ContentStore``."""
        if "\0" in key:
            return None
        with outages_told():
            row = await self._pool.fetchrow(_VERSION, key, number)
        return None if row is None else _version(row)

    async def revision(self) -> str:
        """See ``ContentStore``."""
        with outages_told():
            return str(await self._pool.fetchval(_REVISION))

    async def _note(
        self,
        connection: asyncpg.pool.PoolConnectionProxy,
        key: str,
        version: int,
        staff_id: StaffId | None,
        document: str | None,
    ) -> None:
        await connection.execute(_NOTE, key, version, staff_id, self._clock.now(), document)
        await connection.execute(_WAKE)


async def _documents(connection: asyncpg.pool.PoolConnectionProxy) -> list[str]:
    return [row["document"] for row in await connection.fetch(_ALL)]


def _version(row: asyncpg.Record) -> ContentVersion:
    return ContentVersion(
        version=row["version"],
        staff_id=StaffId(row["staff_id"]) if row["staff_id"] is not None else None,
        at=row["at"],
        page=_page(row["document"]) if row["document"] is not None else None,
    )


def _page(document: str) -> ContentPage:
    return msgspec.json.decode(document, type=ContentPage)
