"""``StaffStore`` in PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

import asyncpg

from vivamarket.accounts.errors import StaffExists
from vivamarket.accounts.model import Staff, StaffRole, StaffSession
from vivamarket.kernel.ids import StaffId

STAFF_COLUMNS = (
    "s.id, s.email, s.name, s.role, s.password_hash, s.created_at, s.totp_secret, s.disabled_at, "
    "s.must_have_factor, s.is_invited"
)

_ADD = """
INSERT INTO staff (id, email, name, role, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6)
"""
_BY_EMAIL = f"SELECT {STAFF_COLUMNS} FROM staff s WHERE s.email = $1"
_ALL = f"SELECT {STAFF_COLUMNS} FROM staff s ORDER BY s.created_at, s.id LIMIT $1"
_SET_PASSWORD = """
WITH ended AS (DELETE FROM staff_sessions WHERE staff_id = $1)
UPDATE staff SET password_hash = $2 WHERE id = $1
"""
_SET_TOTP = """
WITH ended AS (DELETE FROM staff_sessions WHERE staff_id = $1)
UPDATE staff SET totp_secret = $2 WHERE id = $1
"""
_USE_STEP = "UPDATE staff SET totp_step = $2 WHERE id = $1 AND totp_step < $2 RETURNING id"
_SET_HASH = "UPDATE staff SET password_hash = $3 WHERE id = $1 AND password_hash = $2"
_HASH = "SELECT password_hash FROM staff WHERE id = $1"
_ADD_SESSION = """
INSERT INTO staff_sessions (token_hash, staff_id, created_at, expires_at) VALUES ($1, $2, $3, $4)
"""
_SESSION = f"""
SELECT {STAFF_COLUMNS}, t.created_at AS session_created_at, t.expires_at
FROM staff_sessions t JOIN staff s ON s.id = t.staff_id
WHERE t.token_hash = $1 AND t.expires_at > $2 AND s.disabled_at IS NULL
"""
_EXTEND = "UPDATE staff_sessions SET expires_at = $2 WHERE token_hash = $1"
_END = "DELETE FROM staff_sessions WHERE token_hash = $1"
_FORGET_SESSIONS = """
DELETE FROM staff_sessions WHERE token_hash IN (
    SELECT token_hash FROM staff_sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2
)
"""
#: Attempts are counted in ``identity_attempt``. An older release, still running beside us, notes them here.
_FORGET_ATTEMPTS = """
DELETE FROM staff_sign_in_attempts WHERE (attempt_id, key) IN (
    SELECT attempt_id, key FROM staff_sign_in_attempts WHERE at < $1 ORDER BY at LIMIT $2
)
"""
_ATTEMPTS_LIFE = timedelta(hours=1)


class PostgresStaffStore:
    """See ``StaffStore``."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def add(self, staff: Staff) -> None:
        """See ``StaffStore``."""
        try:
            await self._pool.execute(
                _ADD,
                staff.id,
                staff.email,
                staff.name,
                staff.role.value,
                staff.password_hash,
                staff.created_at,
            )
        except asyncpg.UniqueViolationError:
            raise StaffExists(
                "There is already a staff account with this e-mail address.", email=staff.email
            ) from None

    async def by_email(self, email: str) -> Staff | None:
        """See ``StaffStore``."""
        row = await self._pool.fetchrow(_BY_EMAIL, email)
        return None if row is None else staff_of(row)

    async def all(self, limit: int) -> tuple[Staff, ...]:
        """See ``StaffStore``."""
        return tuple(staff_of(row) for row in await self._pool.fetch(_ALL, limit))

    async def set_password(self, staff_id: StaffId, password_hash: str) -> None:
        """See ``StaffStore``."""
        await self._pool.execute(_SET_PASSWORD, staff_id, password_hash)

    async def set_totp(self, staff_id: StaffId, secret: str | None) -> None:
        """See ``StaffStore``."""
        await self._pool.execute(_SET_TOTP, staff_id, secret)

    async def use_totp_step(self, staff_id: StaffId, step: int) -> bool:
        """See ``StaffStore``."""
        return await self._pool.fetchval(_USE_STEP, staff_id, step) is not None

    async def set_hash(self, staff_id: StaffId, old_hash: str, new_hash: str) -> str | None:
        """See ``StaffStore``."""
        await self._pool.execute(_SET_HASH, staff_id, old_hash, new_hash)
        kept: str | None = await self._pool.fetchval(_HASH, staff_id)
        return kept

    async def add_session(self, session: StaffSession) -> None:
        """See ``StaffStore``."""
        await self._pool.execute(
            _ADD_SESSION, session.token_hash, session.staff_id, session.created_at, session.expires_at
        )

    async def session(self, token_hash: bytes, now: datetime) -> tuple[StaffSession, Staff] | None:
        """See ``StaffStore``."""
        row = await self._pool.fetchrow(_SESSION, token_hash, now)
        if row is None:
            return None
        staff = staff_of(row)
        session = StaffSession(
            token_hash=token_hash,
            staff_id=staff.id,
            created_at=row["session_created_at"],
            expires_at=row["expires_at"],
        )
        return session, staff

    async def extend_session(self, token_hash: bytes, expires_at: datetime) -> None:
        """See ``StaffStore``."""
        await self._pool.execute(_EXTEND, token_hash, expires_at)

    async def end_session(self, token_hash: bytes) -> None:
        """See ``StaffStore``."""
        await self._pool.execute(_END, token_hash)

    async def forget(self, now: datetime, limit: int) -> int:
        """See ``StaffStore``."""
        await self._pool.execute(_FORGET_ATTEMPTS, now - _ATTEMPTS_LIFE, limit)
        return _affected(await self._pool.execute(_FORGET_SESSIONS, now, limit))


def staff_of(row: asyncpg.Record) -> Staff:
    """Return the account that the row of ``STAFF_COLUMNS`` says."""
    return Staff(
        id=StaffId(str(row["id"])),
        email=row["email"],
        name=row["name"],
        role=StaffRole(row["role"]),
        password_hash=row["password_hash"],
        created_at=row["created_at"],
        totp_secret=row["totp_secret"],
        disabled_at=row["disabled_at"],
        must_have_factor=row["must_have_factor"],
        is_invited=row["is_invited"],
    )


def _affected(status: str) -> int:
    """Return the number in PostgreSQL's command tag, such as ``DELETE 3``."""
    return int(status.rpartition(" ")[2])
