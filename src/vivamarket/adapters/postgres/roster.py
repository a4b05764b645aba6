"""``RosterStore`` in PostgreSQL."""

from __future__ import annotations

import json
from datetime import datetime

import asyncpg

from vivamarket.accounts.errors import LastOwner, StaffExists, StaffNotFound
from vivamarket.accounts.model import Staff, StaffRole
from vivamarket.accounts.roster import STAFF_INVITED, Invitation, StaffChange
from vivamarket.adapters.postgres.accounts import STAFF_COLUMNS, staff_of
from vivamarket.kernel.ids import BadId, StaffId, parse_uuid

Connection = asyncpg.pool.PoolConnectionProxy

_ALL = f"SELECT {STAFF_COLUMNS} FROM staff s ORDER BY s.created_at, s.id LIMIT $1"
_GET = f"SELECT {STAFF_COLUMNS} FROM staff s WHERE s.id = $1"
_LOCKED = f"{_GET} FOR UPDATE"
#: Those who can let others in, locked in one order: two owners wait for each other and then look again.
_OWNERS = """
SELECT id FROM staff WHERE role = 'owner' AND disabled_at IS NULL AND NOT is_invited ORDER BY id FOR UPDATE
"""
_ADD = """
INSERT INTO staff (id, email, name, role, password_hash, created_at, is_invited)
VALUES ($1, $2, $3, $4, $5, $6, true) ON CONFLICT (id) DO NOTHING RETURNING id
"""
_INVITE = """
INSERT INTO staff_invitation (id, staff_id, digest, expires_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (staff_id) DO UPDATE SET id = $1, digest = $3, expires_at = $4
"""
_TELL = """
WITH told AS (
    INSERT INTO outbox (kind, key, payload, occurred_at, due_at) VALUES ($1, $2, $3::jsonb, $4, $4)
) SELECT pg_notify('viva_changes', 'outbox')
"""
_INVITATION = "SELECT id::text, staff_id::text, digest, expires_at FROM staff_invitation"
_BY_ID = f"{_INVITATION} WHERE id = $1"
_BY_DIGEST = f"{_INVITATION} WHERE digest = $1 AND expires_at > $2"
_SPEND = "DELETE FROM staff_invitation WHERE id = $1 RETURNING id"
_ACCEPT = """
WITH ended AS (DELETE FROM staff_sessions WHERE staff_id = $1)
UPDATE staff SET password_hash = $2, is_invited = false WHERE id = $1 AND disabled_at IS NULL
"""
_CHANGE = f"""
UPDATE staff s SET name = coalesce($2, s.name), role = coalesce($3, s.role),
    must_have_factor = coalesce($4, s.must_have_factor),
    disabled_at = CASE
        WHEN $5::boolean IS NULL THEN s.disabled_at WHEN $5 THEN coalesce(s.disabled_at, $6::timestamptz)
    END
WHERE s.id = $1 RETURNING {STAFF_COLUMNS}
"""
_END_SESSIONS = "DELETE FROM staff_sessions WHERE staff_id = $1"
_END_LINKS = "DELETE FROM staff_invitation WHERE staff_id = $1"


class PostgresRosterStore:
    """See ``RosterStore``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def all(self, limit: int) -> tuple[Staff, ...]:
        """See ``RosterStore``."""
        return tuple(staff_of(row) for row in await self._pool.fetch(_ALL, limit))

    async def get(self, staff_id: StaffId) -> Staff:
        """See ``RosterStore``."""
        row = await self._pool.fetchrow(_GET, staff_id) if _is_uuid(staff_id) else None
        return staff_of(_known(row))

    async def invite(self, staff: Staff, invitation: Invitation, now: datetime) -> None:
        """See ``RosterStore``."""
        fields = (staff.id, staff.email, staff.name, staff.role.value, staff.password_hash, staff.created_at)
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                if await connection.fetchval(_ADD, *fields) is not None:
                    await _keep(connection, invitation, now)
        except asyncpg.UniqueViolationError:
            raise StaffExists(
                "There is already a staff account with this e-mail address.", email=staff.email
            ) from None

    async def renew(self, invitation: Invitation, now: datetime) -> None:
        """See ``RosterStore``."""
        async with self._pool.acquire() as connection, connection.transaction():
            await _keep(connection, invitation, now)

    async def invitation(self, invitation_id: str) -> Invitation | None:
        """See ``RosterStore``."""
        return _invitation(await self._pool.fetchrow(_BY_ID, invitation_id))

    async def of_digest(self, digest: bytes, now: datetime) -> Invitation | None:
        """See ``RosterStore``."""
        return _invitation(await self._pool.fetchrow(_BY_DIGEST, digest, now))

    async def accept(self, invitation: Invitation, password_hash: str) -> bool:
        """See ``RosterStore``."""
        async with self._pool.acquire() as connection, connection.transaction():
            if await connection.fetchval(_SPEND, invitation.id) is None:
                return False
            await connection.execute(_ACCEPT, invitation.staff_id, password_hash)
        return True

    async def change(self, staff_id: StaffId, change: StaffChange, now: datetime) -> tuple[Staff, Staff]:
        """See ``RosterStore``."""
        known_id = staff_id if _is_uuid(staff_id) else None
        async with self._pool.acquire() as connection, connection.transaction():
            owners = {str(row["id"]) for row in await connection.fetch(_OWNERS)}
            before = staff_of(_known(await connection.fetchrow(_LOCKED, known_id)))
            role = None if change.role is None else change.role.value
            row = await connection.fetchrow(
                _CHANGE, staff_id, change.name, role, change.must_have_factor, change.is_disabled, now
            )
            after = staff_of(_known(row))
            leaves = after.role is not StaffRole.OWNER or after.disabled_at is not None
            if leaves and owners == {staff_id}:
                raise LastOwner("The shop needs an owner who can sign in. Make somebody else one first.")
            if after.disabled_at is not None:
                await connection.execute(_END_SESSIONS, staff_id)
                await connection.execute(_END_LINKS, staff_id)
        return before, after


async def _keep(connection: Connection, invitation: Invitation, now: datetime) -> None:
    fields = (invitation.id, invitation.staff_id, invitation.digest, invitation.expires_at)
    await connection.execute(_INVITE, *fields)
    payload = json.dumps({"invitation_id": invitation.id})
    await connection.execute(_TELL, STAFF_INVITED, invitation.staff_id, payload, now)


def _invitation(row: asyncpg.Record | None) -> Invitation | None:
    if row is None:
        return None
    return Invitation(
        id=row["id"], staff_id=StaffId(row["staff_id"]), digest=row["digest"], expires_at=row["expires_at"]
    )


def _known(row: asyncpg.Record | None) -> asyncpg.Record:
    if row is None:
        raise StaffNotFound("There is no such staff account.")
    return row


def _is_uuid(text: str) -> bool:
    try:
        parse_uuid(text)
    except BadId:
        return False
    return True
