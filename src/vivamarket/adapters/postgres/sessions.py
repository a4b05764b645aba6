"""Customers' sessions, what was tried, and the keys tokens are signed with, in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import asyncpg

from vivamarket.accounts.identity.keys import SigningKey
from vivamarket.accounts.identity.model import Session
from vivamarket.kernel.ids import CustomerId

_ADD_SESSION = """
INSERT INTO customer_session (id, customer_id, epoch, generation, created_at, rotated_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_SESSION = """
SELECT id::text, customer_id::text, epoch, generation, created_at, rotated_at, expires_at
FROM customer_session WHERE id = $1
"""
_ROTATE = """
UPDATE customer_session SET generation = $3, rotated_at = $4, expires_at = $5
WHERE id = $1 AND generation = $2 RETURNING id
"""
_END = "DELETE FROM customer_session WHERE id = $1"
_FORGET_SESSIONS = """
DELETE FROM customer_session WHERE id IN (
    SELECT id FROM customer_session WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2
)
"""
_NOTE = "INSERT INTO identity_attempt (attempt_id, key, at) SELECT $1, unnest($2::bytea[]), $3"
_COUNT = """
SELECT count(a.key)::int AS attempts
FROM unnest($1::bytea[]) WITH ORDINALITY AS wanted (key, position)
LEFT JOIN identity_attempt a ON a.key = wanted.key AND a.at >= $2
GROUP BY wanted.position ORDER BY wanted.position
"""
_FORGIVE = "DELETE FROM identity_attempt WHERE attempt_id = $1 OR key = $2"
_STRIKE = "DELETE FROM identity_attempt WHERE attempt_id = $1"
_FORGET_ATTEMPTS = """
DELETE FROM identity_attempt WHERE (attempt_id, key) IN (
    SELECT attempt_id, key FROM identity_attempt WHERE at < $1 ORDER BY at LIMIT $2
)
"""
_KEYS = "SELECT kid, public::text, sealed_private, created_at FROM signing_key ORDER BY created_at, kid"
_NEWEST_KEY = "SELECT kid FROM signing_key ORDER BY created_at DESC, kid DESC LIMIT 1"
_ADD_KEY = "INSERT INTO signing_key (kid, public, sealed_private, created_at) VALUES ($1, $2::jsonb, $3, $4)"
_REMOVE_KEYS = "DELETE FROM signing_key WHERE kid = ANY ($1)"


class PostgresSessionStore:
    """The ``SessionStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, session: Session) -> None:
        """See ``SessionStore``."""
        await self._pool.execute(
            _ADD_SESSION,
            session.id,
            session.customer_id,
            session.epoch,
            session.generation,
            session.created_at,
            session.rotated_at,
            session.expires_at,
        )

    async def get(self, session_id: str) -> Session | None:
        """See ``SessionStore``."""
        row = await self._pool.fetchrow(_SESSION, session_id)
        if row is None:
            return None
        return Session(
            id=row["id"],
            customer_id=CustomerId(row["customer_id"]),
            epoch=row["epoch"],
            generation=row["generation"],
            created_at=row["created_at"],
            rotated_at=row["rotated_at"],
            expires_at=row["expires_at"],
        )

    async def seen(self, session_id: str) -> Session | None:
        """See ``SessionStore``."""
        return await self.get(session_id)

    async def rotate(self, before: Session, after: Session) -> bool:
        """See ``SessionStore``."""
        found = await self._pool.fetchval(
            _ROTATE, before.id, before.generation, after.generation, after.rotated_at, after.expires_at
        )
        return found is not None

    async def end(self, session_id: str) -> None:
        """See ``SessionStore``."""
        await self._pool.execute(_END, session_id)

    async def forget(self, now: datetime, limit: int) -> int:
        """See ``SessionStore``."""
        return _affected(await self._pool.execute(_FORGET_SESSIONS, now, limit))


class PostgresAttemptStore:
    """The ``AttemptStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def begin(
        self, attempt_id: str, keys: Sequence[bytes], at: datetime, since: datetime
    ) -> tuple[int, ...]:
        """See ``AttemptStore``. Two transactions: counted inside the first, rivals would be unseen."""
        async with self._pool.acquire() as connection:
            await connection.execute(_NOTE, attempt_id, list(keys), at)
            rows = await connection.fetch(_COUNT, list(keys), since)
        return tuple(row["attempts"] for row in rows)

    async def count(self, keys: Sequence[bytes], since: datetime) -> tuple[int, ...]:
        """See ``AttemptStore``."""
        return tuple(row["attempts"] for row in await self._pool.fetch(_COUNT, list(keys), since))

    async def forgive(self, attempt_id: str, key: bytes) -> None:
        """See ``AttemptStore``."""
        await self._pool.execute(_FORGIVE, attempt_id, key)

    async def strike(self, attempt_id: str) -> None:
        """See ``AttemptStore``."""
        await self._pool.execute(_STRIKE, attempt_id)

    async def forget(self, before: datetime, limit: int) -> int:
        """See ``AttemptStore``."""
        return _affected(await self._pool.execute(_FORGET_ATTEMPTS, before, limit))


class PostgresSigningKeyStore:
    """The ``SigningKeyStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def all(self) -> tuple[SigningKey, ...]:
        """See ``SigningKeyStore``."""
        return tuple(
            SigningKey(
                kid=row["kid"],
                public=json.loads(row["public"]),
                sealed_private=row["sealed_private"],
                created_at=row["created_at"],
            )
            for row in await self._pool.fetch(_KEYS)
        )

    async def add(self, key: SigningKey, newest: str | None) -> bool:
        """See ``SigningKeyStore``. The table is locked for others who add; reading goes on."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE")
            if await connection.fetchval(_NEWEST_KEY) != newest:
                return False
            public = json.dumps(dict(key.public))
            await connection.execute(_ADD_KEY, key.kid, public, key.sealed_private, key.created_at)
        return True

    async def remove(self, kids: Sequence[str]) -> None:
        """See ``SigningKeyStore``."""
        await self._pool.execute(_REMOVE_KEYS, list(kids))


def _affected(status: str) -> int:
    """Return the number in PostgreSQL's command tag, such as ``DELETE 3``."""
    return int(status.rpartition(" ")[2])
