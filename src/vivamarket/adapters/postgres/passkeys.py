"""``PasskeyStore`` in PostgreSQL."""

from __future__ import annotations

import json
from datetime import datetime

import asyncpg

from vivamarket.accounts.identity.events import FACTOR_CHANGED
from vivamarket.accounts.identity.model import Customer
from vivamarket.accounts.identity.passkeys import PASSKEYS_MAX, Passkey, PasskeyChallenge
from vivamarket.adapters.postgres.identity import CUSTOMER_COLUMNS, TELL, customer_of
from vivamarket.kernel.ids import CustomerId

Connection = asyncpg.pool.PoolConnectionProxy

_OPEN = """
INSERT INTO passkey_challenge (digest, expires_at, customer_id, session_id) VALUES ($1, $2, $3, $4)
"""
_SPEND = """
DELETE FROM passkey_challenge WHERE digest = $1
RETURNING digest, expires_at, customer_id::text, session_id::text
"""
_FORGET = """
DELETE FROM passkey_challenge WHERE digest IN (
    SELECT digest FROM passkey_challenge WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2
)
"""
_LOCK = "SELECT FROM customer WHERE id = $1 FOR UPDATE"
_COUNT = "SELECT count(*) FROM passkey WHERE customer_id = $1"
_ADD = """
INSERT INTO passkey (id, customer_id, credential_id, public_key, sign_count, name, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id
"""
_RAISE_EPOCH = f"UPDATE customer SET epoch = epoch + 1 WHERE id = $1 RETURNING {CUSTOMER_COLUMNS}"
_PASSKEY = "id::text, customer_id::text, credential_id, public_key, sign_count, name, created_at, used_at"
_OF = f"SELECT {_PASSKEY} FROM passkey WHERE customer_id = $1 ORDER BY passkey.id LIMIT {PASSKEYS_MAX}"
_BY_CREDENTIAL = f"SELECT {_PASSKEY} FROM passkey WHERE credential_id = $1"
_USE = "UPDATE passkey SET sign_count = $3, used_at = $4 WHERE id = $1 AND sign_count = $2 RETURNING id"
_REMOVE = "DELETE FROM passkey WHERE id = $1 AND customer_id = $2 RETURNING id"


class PostgresPasskeyStore:
    """The ``PasskeyStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def open(self, challenge: PasskeyChallenge) -> None:
        """See ``PasskeyStore``."""
        await self._pool.execute(
            _OPEN, challenge.digest, challenge.expires_at, challenge.customer_id, challenge.session_id
        )

    async def spend(self, digest: bytes, now: datetime) -> PasskeyChallenge | None:
        """See ``PasskeyStore``."""
        row = await self._pool.fetchrow(_SPEND, digest)
        if row is None or row["expires_at"] <= now:
            return None
        return PasskeyChallenge(
            digest=row["digest"],
            expires_at=row["expires_at"],
            customer_id=CustomerId(row["customer_id"]) if row["customer_id"] else None,
            session_id=row["session_id"],
        )

    async def add(self, passkey: Passkey) -> Customer | None:
        """See ``PasskeyStore``. The customer's row is locked, so that several at once are counted."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchrow(_LOCK, passkey.customer_id) is None:
                return None
            if await connection.fetchval(_COUNT, passkey.customer_id) >= PASSKEYS_MAX:
                return None
            added = await connection.fetchval(
                _ADD,
                passkey.id,
                passkey.customer_id,
                passkey.credential_id,
                passkey.public_key,
                passkey.sign_count,
                passkey.name,
                passkey.created_at,
            )
            return await _changed(connection, passkey.customer_id, passkey.created_at) if added else None

    async def of(self, customer_id: CustomerId) -> tuple[Passkey, ...]:
        """See ``PasskeyStore``."""
        return tuple(_passkey(row) for row in await self._pool.fetch(_OF, customer_id))

    async def by_credential(self, credential_id: bytes) -> Passkey | None:
        """See ``PasskeyStore``."""
        row = await self._pool.fetchrow(_BY_CREDENTIAL, credential_id)
        return None if row is None else _passkey(row)

    async def use(self, passkey: Passkey, sign_count: int, now: datetime) -> bool:
        """See ``PasskeyStore``."""
        found = await self._pool.fetchval(_USE, passkey.id, passkey.sign_count, sign_count, now)
        return found is not None

    async def remove(self, customer_id: CustomerId, passkey_id: str, now: datetime) -> Customer | None:
        """See ``PasskeyStore``."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchrow(_LOCK, customer_id) is None:
                return None
            if await connection.fetchval(_REMOVE, passkey_id, customer_id) is None:
                return None
            return await _changed(connection, customer_id, now)

    async def forget(self, now: datetime, limit: int) -> int:
        """See ``PasskeyStore``."""
        status: str = await self._pool.execute(_FORGET, now, limit)
        return int(status.rpartition(" ")[2])


async def _changed(connection: Connection, customer_id: CustomerId, now: datetime) -> Customer:
    row = await connection.fetchrow(_RAISE_EPOCH, customer_id)
    assert row is not None  # its row is locked
    payload = json.dumps({"customer_id": customer_id, "factor": "passkey"})
    await connection.execute(TELL, FACTOR_CHANGED, customer_id, payload, now)
    return customer_of(row)


def _passkey(row: asyncpg.Record) -> Passkey:
    return Passkey(
        id=row["id"],
        customer_id=CustomerId(row["customer_id"]),
        credential_id=row["credential_id"],
        public_key=row["public_key"],
        sign_count=row["sign_count"],
        name=row["name"],
        created_at=row["created_at"],
        used_at=row["used_at"],
    )
