"""``ShopSettingsStore`` in PostgreSQL."""

from __future__ import annotations

import asyncpg
import msgspec

from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import StaffId
from vivamarket.shop_settings.document import SettingsDocument
from vivamarket.shop_settings.model import SettingsVersion

_PAGE = """
SELECT version, document::text, changed_at, staff_id FROM shop_settings
WHERE $1::integer IS NULL OR version < $1 ORDER BY version DESC LIMIT $2
"""
_GET = "SELECT version, document::text, changed_at, staff_id FROM shop_settings WHERE version = $1"
#: The next version only: 1 for the first, else one more than there is.
_PUT = """
WITH written AS (
    INSERT INTO shop_settings (version, document, changed_at, staff_id)
    SELECT $1::integer, $2::jsonb, $3, $4
    WHERE $1 = (SELECT coalesce(max(version), 0) + 1 FROM shop_settings)
    ON CONFLICT DO NOTHING RETURNING version
) SELECT version, pg_notify('viva_changes', 'settings') FROM written
"""


class PostgresShopSettingsStore:
    """See ``ShopSettingsStore``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def newest(self) -> SettingsVersion | None:
        """See ``ShopSettingsStore``."""
        return next(iter(await self.page(None, 1)), None)

    async def page(self, before: int | None, limit: int) -> tuple[SettingsVersion, ...]:
        """See ``ShopSettingsStore``."""
        with outages_told():
            rows = await self._pool.fetch(_PAGE, before, limit)
        return tuple(map(_version, rows))

    async def get(self, version: int) -> SettingsVersion | None:
        """See ``ShopSettingsStore``."""
        with outages_told():
            row = await self._pool.fetchrow(_GET, version)
        return None if row is None else _version(row)

    async def put(self, version: SettingsVersion) -> None:
        """See ``ShopSettingsStore``."""
        document = msgspec.json.encode(version.document).decode()
        with outages_told():
            written = await self._pool.fetchval(
                _PUT, version.version, document, version.changed_at, version.staff_id
            )
        if written is None:
            raise StaleVersion("Somebody else has changed the settings. Look at them and change them again.")


def _version(row: asyncpg.Record) -> SettingsVersion:
    return SettingsVersion(
        version=row["version"],
        document=msgspec.json.decode(row["document"], type=SettingsDocument),
        changed_at=row["changed_at"],
        staff_id=StaffId(row["staff_id"]),
    )
