"""``PreferenceStore`` in PostgreSQL: one JSONB document a customer, and the decisions beside it."""

from __future__ import annotations

from dataclasses import asdict, replace

import asyncpg
import msgspec

from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CustomerId
from vivamarket.preferences.errors import WishlistNotFound
from vivamarket.preferences.model import Consent, ConsentPurpose, Preferences

_GET = "SELECT customer_id::text, version, document::text FROM preference WHERE customer_id = $1"
_BY_LINK = "SELECT customer_id::text, version, document::text FROM preference WHERE link_digest = $1"
_ADD = """
INSERT INTO preference (customer_id, version, document, link_digest) VALUES ($1, 1, $2::jsonb, $3)
ON CONFLICT (customer_id) DO NOTHING RETURNING version
"""
_REPLACE = """
UPDATE preference SET version = version + 1, document = $2::jsonb, link_digest = $3
WHERE customer_id = $1 AND version = $4 RETURNING version
"""
_ADD_CONSENT = """
INSERT INTO consent (customer_id, purpose, text_version, given, at) VALUES ($1, $2, $3, $4, $5)
"""
_CONSENT = "SELECT purpose, text_version, given, at FROM consent WHERE customer_id = $1"
_CONSENTS = f"{_CONSENT} ORDER BY position DESC LIMIT $2"
_NEWEST_CONSENT = f"{_CONSENT} AND purpose = $2 ORDER BY position DESC LIMIT 1"
_ERASE = ("DELETE FROM preference WHERE customer_id = $1", "DELETE FROM consent WHERE customer_id = $1")


class PostgresPreferenceStore:
    """The ``PreferenceStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def get(self, customer_id: CustomerId) -> Preferences:
        """See ``PreferenceStore``."""
        row = await self._pool.fetchrow(_GET, customer_id)
        return Preferences(customer_id=customer_id) if row is None else _preferences(row)

    async def put(self, preferences: Preferences, link_digest: bytes | None) -> Preferences:
        """See ``PreferenceStore``."""
        values = preferences.customer_id, _document(preferences), link_digest
        if preferences.version == 0:
            version = await self._pool.fetchval(_ADD, *values)
        else:
            version = await self._pool.fetchval(_REPLACE, *values, preferences.version)
        if version is None:
            raise StaleVersion("Your preferences were changed elsewhere. Read them again.")
        return replace(preferences, version=version)

    async def by_link(self, link_digest: bytes) -> Preferences:
        """See ``PreferenceStore``."""
        row = await self._pool.fetchrow(_BY_LINK, link_digest)
        if row is None:
            raise WishlistNotFound("No wishlist is shared under this link.")
        return _preferences(row)

    async def add_consent(self, customer_id: CustomerId, consent: Consent) -> None:
        """See ``PreferenceStore``."""
        await self._pool.execute(
            _ADD_CONSENT,
            customer_id,
            consent.purpose.value,
            consent.text_version,
            consent.given,
            consent.at,
        )

    async def consents(self, customer_id: CustomerId, limit: int) -> tuple[Consent, ...]:
        """See ``PreferenceStore``."""
        return tuple(_consent(row) for row in await self._pool.fetch(_CONSENTS, customer_id, limit))

    async def newest_consent(self, customer_id: CustomerId, purpose: ConsentPurpose) -> Consent | None:
        """See ``PreferenceStore``."""
        row = await self._pool.fetchrow(_NEWEST_CONSENT, customer_id, purpose.value)
        return None if row is None else _consent(row)

    async def erase(self, customer_id: CustomerId) -> None:
        """See ``PreferenceStore``."""
        async with self._pool.acquire() as connection, connection.transaction():
            for statement in _ERASE:
                await connection.execute(statement, customer_id)


def _document(preferences: Preferences) -> str:
    document = asdict(preferences)
    del document["customer_id"], document["version"]
    return msgspec.json.encode(document).decode()


def _preferences(row: asyncpg.Record) -> Preferences:
    document = msgspec.json.decode(row["document"])
    document |= {"customer_id": row["customer_id"], "version": row["version"]}
    return msgspec.convert(document, Preferences)


def _consent(row: asyncpg.Record) -> Consent:
    return Consent(
        purpose=ConsentPurpose(row["purpose"]),
        text_version=row["text_version"],
        given=row["given"],
        at=row["at"],
    )
