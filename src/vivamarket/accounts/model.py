"""Staff and their sessions as pure values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from vivamarket.accounts.errors import BadStaff
from vivamarket.kernel.ids import StaffId

EMAIL_LENGTH_MAX = 254
NAME_LENGTH_MAX = 100
PASSWORD_LENGTH_MIN = 12
PASSWORD_LENGTH_MAX = 200

#: A session ends this long after its last use …
SESSION_IDLE = timedelta(hours=12)
#: … and this long after sign-in, whatever happens.
SESSION_LIFE_MAX = timedelta(days=7)
#: A session in use is written at most this often.
SESSION_TOUCH_EVERY = timedelta(minutes=30)


_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,189}")


class StaffRole(StrEnum):
    """What somebody is to the shop; ``roles`` says what each may do."""

    OWNER = "owner"
    STAFF = "staff"
    SUPPORT = "support"
    EDITOR = "editor"
    WAREHOUSE = "warehouse"
    ACCOUNTANT = "accountant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """One person who runs the shop."""

    id: StaffId
    email: str
    name: str
    role: StaffRole
    password_hash: str = field(repr=False)
    created_at: datetime
    #: The sealed secret of the second factor; None without one.
    totp_secret: str | None = field(default=None, repr=False)
    #: Since when nobody signs in with it; None while somebody may.
    disabled_at: datetime | None = None
    #: The owner asks for a second factor; without one there is nothing but the way to set it up.
    must_have_factor: bool = False
    #: The mailed link was not used yet, so nobody knows a password.
    is_invited: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSession:
    """One signed-in browser. Only the hash of its token is kept."""

    token_hash: bytes = field(repr=False)
    staff_id: StaffId
    created_at: datetime
    expires_at: datetime

    def touched(self, now: datetime) -> StaffSession | None:
        """Return the session with its later end, None when that is not worth a write yet."""
        wanted = min(now + SESSION_IDLE, self.created_at + SESSION_LIFE_MAX)
        if wanted - self.expires_at < SESSION_TOUCH_EVERY:
            return None
        return StaffSession(
            token_hash=self.token_hash,
            staff_id=self.staff_id,
            created_at=self.created_at,
            expires_at=wanted,
        )


def clean_email(text: str) -> str:
    """Return the address as accounts are compared by: trimmed, lower case. Raise ``BadStaff``."""
    email = text.strip().lower()
    if len(email) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(email):
        raise BadStaff("Write an e-mail address such as jo@example.com.", field="email")
    return email


def clean_name(text: str) -> str:
    """Return the name without needless white space. Raise ``BadStaff`` when empty or too long."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise BadStaff(f"A name has 1 to {NAME_LENGTH_MAX} characters.", field="name")
    return name


def check_password(text: str) -> str:
    """Return the password. Raise ``BadStaff`` when it is too short to be safe or too long to hash."""
    if not PASSWORD_LENGTH_MIN <= len(text) <= PASSWORD_LENGTH_MAX:
        raise BadStaff(
            f"A password has {PASSWORD_LENGTH_MIN} to {PASSWORD_LENGTH_MAX} characters.", field="password"
        )
    return text
