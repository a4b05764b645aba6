"""``IdentityStore`` in PostgreSQL."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TypeVar

import asyncpg

from vivamarket.accounts.identity.events import (
    CODE_REQUESTED,
    EMAIL_CHANGED,
    FACTOR_CHANGED,
    PASSWORD_CHANGED,
)
from vivamarket.accounts.identity.model import CodePurpose, Customer, OneTimeCode
from vivamarket.accounts.passwords import MARK
from vivamarket.kernel.ids import CustomerId

T = TypeVar("T")
Connection = asyncpg.pool.PoolConnectionProxy

CUSTOMER_COLUMNS = "id::text, email, name, locale, password_hash, epoch, totp_secret, created_at"
_BY_ID = f"SELECT {CUSTOMER_COLUMNS} FROM customer WHERE id = $1"
_BY_EMAIL = f"SELECT {CUSTOMER_COLUMNS} FROM customer WHERE email = $1"
_ADD = """
INSERT INTO customer (id, email, name, locale, password_hash, epoch, totp_secret, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id
"""
_SET_PASSWORD = f"""
UPDATE customer SET password_hash = $2, epoch = epoch + 1 WHERE id = $1 RETURNING {CUSTOMER_COLUMNS}
"""
_SET_HASH = "UPDATE customer SET password_hash = $3 WHERE id = $1 AND password_hash = $2"
_HASH = "SELECT password_hash FROM customer WHERE id = $1"
_IS_HASH = "password_hash <> '' AND NOT starts_with(password_hash, $1)"
_COUNT_HASHES = f"SELECT count(*) FROM customer WHERE {_IS_HASH}"
_FORGET_HASHES = f"""
UPDATE customer SET password_hash = '' WHERE {_IS_HASH} AND id IN (
    SELECT id FROM customer WHERE {_IS_HASH} LIMIT $2
)
"""
_SET_EMAIL = f"""
UPDATE customer SET email = $2 WHERE id = $1 AND NOT EXISTS (SELECT FROM customer WHERE email = $2)
RETURNING {CUSTOMER_COLUMNS}
"""
_LOCKED_EMAIL = "SELECT email FROM customer WHERE id = $1 FOR UPDATE"
_SET_TOTP = f"""
UPDATE customer SET totp_secret = $2, epoch = epoch + 1 WHERE id = $1 RETURNING {CUSTOMER_COLUMNS}
"""
_USE_STEP = "UPDATE customer SET totp_step = $2 WHERE id = $1 AND totp_step < $2 RETURNING id"
_END_ALL = "UPDATE customer SET epoch = epoch + 1 WHERE id = $1"

_CODE = "id::text, purpose, email, digest, expires_at, customer_id::text, name, locale, password_hash"
_REQUEST = """
INSERT INTO identity_code (id, purpose, email, digest, expires_at, customer_id, name, locale, password_hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_BY_CODE_ID = f"SELECT {_CODE} FROM identity_code WHERE id = $1"
_BY_DIGEST = f"SELECT {_CODE} FROM identity_code WHERE digest = $1 AND purpose = $2 AND expires_at > $3"
_SPEND = "DELETE FROM identity_code WHERE id = $1 RETURNING id"
_SPEND_ALL = "DELETE FROM identity_code WHERE email = $1 AND purpose = $2"
_FORGET = """
DELETE FROM identity_code WHERE id IN (
    SELECT id FROM identity_code WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2
)
"""
TELL = """
WITH told AS (
    INSERT INTO outbox (kind, key, payload, occurred_at, due_at) VALUES ($1, $2, $3::jsonb, $4, $4)
) SELECT pg_notify('viva_changes', 'outbox')
"""


class _Undone(Exception):
    """Rolls the transaction back; nobody outside this module sees it."""


class PostgresIdentityStore:
    """The ``IdentityStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def request(self, code: OneTimeCode, now: datetime) -> None:
        """See ``IdentityStore``."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                _REQUEST,
                code.id,
                code.purpose.value,
                code.email,
                code.digest,
                code.expires_at,
                code.customer_id,
                code.name,
                code.locale,
                code.password_hash,
            )
            await _tell(connection, CODE_REQUESTED, code.id, now, code_id=code.id)

    async def code(self, code_id: str) -> OneTimeCode | None:
        """See ``IdentityStore``."""
        row = await self._pool.fetchrow(_BY_CODE_ID, code_id)
        return None if row is None else _code(row)

    async def code_by_digest(self, digest: bytes, purpose: CodePurpose, now: datetime) -> OneTimeCode | None:
        """See ``IdentityStore``."""
        row = await self._pool.fetchrow(_BY_DIGEST, digest, purpose.value, now)
        return None if row is None else _code(row)

    async def spend(self, code_id: str) -> bool:
        """See ``IdentityStore``."""
        return await self._pool.fetchval(_SPEND, code_id) is not None

    async def by_id(self, customer_id: CustomerId) -> Customer | None:
        """See ``IdentityStore``."""
        row = await self._pool.fetchrow(_BY_ID, customer_id)
        return None if row is None else customer_of(row)

    async def by_email(self, email: str) -> Customer | None:
        """See ``IdentityStore``."""
        row = await self._pool.fetchrow(_BY_EMAIL, email)
        return None if row is None else customer_of(row)

    async def add(self, customer: Customer, code_id: str) -> bool:
        """See ``IdentityStore``."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await _spend(connection, code_id)
                _require(
                    await connection.fetchval(
                        _ADD,
                        customer.id,
                        customer.email,
                        customer.name,
                        customer.locale,
                        customer.password_hash,
                        customer.epoch,
                        customer.totp_secret,
                        customer.created_at,
                    )
                )
                await connection.execute(_SPEND_ALL, customer.email, CodePurpose.SIGN_UP.value)
        except _Undone:
            return False
        return True

    async def set_password(
        self, customer_id: CustomerId, password_hash: str, now: datetime, code_id: str | None = None
    ) -> Customer | None:
        """See ``IdentityStore``."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                if code_id is not None:
                    await _spend(connection, code_id)
                customer = customer_of(
                    _require(await connection.fetchrow(_SET_PASSWORD, customer_id, password_hash))
                )
                await connection.execute(_SPEND_ALL, customer.email, CodePurpose.RESET.value)
                await _tell(connection, PASSWORD_CHANGED, customer_id, now, customer_id=customer_id)
        except _Undone:
            return None
        return customer

    async def set_hash(self, customer_id: CustomerId, old_hash: str, new_hash: str) -> str | None:
        """See ``IdentityStore``."""
        await self._pool.execute(_SET_HASH, customer_id, old_hash, new_hash)
        kept: str | None = await self._pool.fetchval(_HASH, customer_id)
        return kept

    async def count_hashes(self) -> int:
        """See ``IdentityStore``."""
        counted: int = await self._pool.fetchval(_COUNT_HASHES, MARK)
        return counted

    async def forget_hashes(self, limit: int) -> int:
        """See ``IdentityStore``."""
        status: str = await self._pool.execute(_FORGET_HASHES, MARK, limit)
        return int(status.rpartition(" ")[2])

    async def set_email(
        self, customer_id: CustomerId, email: str, now: datetime, code_id: str
    ) -> Customer | None:
        """See ``IdentityStore``."""
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                await _spend(connection, code_id)
                old_email: str | None = await connection.fetchval(_LOCKED_EMAIL, customer_id)
                customer = customer_of(_require(await connection.fetchrow(_SET_EMAIL, customer_id, email)))
                await _tell(
                    connection,
                    EMAIL_CHANGED,
                    customer_id,
                    now,
                    customer_id=customer_id,
                    old_email=_require(old_email),
                )
        except (_Undone, asyncpg.UniqueViolationError):
            return None
        return customer

    async def set_totp(self, customer_id: CustomerId, secret: str | None, now: datetime) -> Customer | None:
        """See ``IdentityStore``."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_SET_TOTP, customer_id, secret)
            if row is None:
                return None
            await _tell(connection, FACTOR_CHANGED, customer_id, now, customer_id=customer_id, factor="totp")
        return customer_of(row)

    async def use_totp_step(self, customer_id: CustomerId, step: int) -> bool:
        """See ``IdentityStore``."""
        return await self._pool.fetchval(_USE_STEP, customer_id, step) is not None

    async def end_all(self, customer_id: CustomerId) -> None:
        """See ``IdentityStore``."""
        await self._pool.execute(_END_ALL, customer_id)

    async def forget(self, now: datetime, limit: int) -> int:
        """See ``IdentityStore``."""
        status: str = await self._pool.execute(_FORGET, now, limit)
        return int(status.rpartition(" ")[2])


async def _spend(connection: Connection, code_id: str) -> None:
    _require(await connection.fetchval(_SPEND, code_id))


async def _tell(connection: Connection, kind: str, key: str, now: datetime, **payload: str) -> None:
    await connection.execute(TELL, kind, key, json.dumps(payload), now)


def _require(found: T | None) -> T:
    if found is None:
        raise _Undone
    return found


def customer_of(row: asyncpg.Record) -> Customer:
    """Return the customer of a row with ``CUSTOMER_COLUMNS``."""
    return Customer(
        id=CustomerId(row["id"]),
        email=row["email"],
        name=row["name"],
        locale=row["locale"],
        password_hash=row["password_hash"],
        epoch=row["epoch"],
        totp_secret=row["totp_secret"],
        created_at=row["created_at"],
    )


def _code(row: asyncpg.Record) -> OneTimeCode:
    return OneTimeCode(
        id=row["id"],
        purpose=CodePurpose(row["purpose"]),
        email=row["email"],
        digest=row["digest"],
        expires_at=row["expires_at"],
        customer_id=CustomerId(row["customer_id"]) if row["customer_id"] else None,
        name=row["name"],
        locale=row["locale"],
        password_hash=row["password_hash"],
    )
