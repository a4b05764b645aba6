"""What accounts need from outside: records, and a slow hash."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from vivamarket.accounts.model import Staff, StaffRole, StaffSession
from vivamarket.kernel.ids import StaffId


class StaffStore(Protocol):
    """Keeps staff and their sessions. Each method is whole or not at all."""

    async def add(self, staff: Staff) -> None:
        """Add an account. Raise ``StaffExists``."""
        ...

    async def by_email(self, email: str) -> Staff | None:
        """Return the account of that (cleaned) address."""
        ...

    async def all(self, limit: int) -> tuple[Staff, ...]:
        """Return at most ``limit`` accounts, oldest first."""
        ...

    async def set_password(self, staff_id: StaffId, password_hash: str) -> None:
        """Replace the password's hash and end all sessions of the account together."""
        ...

    async def set_totp(self, staff_id: StaffId, secret: str | None) -> None:
        """Replace the second factor's sealed secret and end all sessions of the account together."""
        ...

    async def use_totp_step(self, staff_id: StaffId, step: int) -> bool:
        """Note that the code of that time step was used; return False when it, or a later one, was before."""
        ...

    async def set_hash(self, staff_id: StaffId, old_hash: str, new_hash: str) -> str | None:
        """Replace what is kept of the same password, unless it was changed meanwhile.

        Return what is kept now, None when the account is gone.
        """
        ...

    async def add_session(self, session: StaffSession) -> None:
        """Keep a session."""
        ...

    async def session(self, token_hash: bytes, now: datetime) -> tuple[StaffSession, Staff] | None:
        """Return the session, not yet ended at that moment, and whose it is."""
        ...

    async def extend_session(self, token_hash: bytes, expires_at: datetime) -> None:
        """Move a session's end; one that is gone stays gone."""
        ...

    async def end_session(self, token_hash: bytes) -> None:
        """Remove a session; an unknown one is fine."""
        ...

    async def forget(self, now: datetime, limit: int) -> int:
        """Remove at most ``limit`` ended sessions; return how many went."""
        ...


class PasswordPool(Protocol):
    """A service outside that keeps passwords, each under the id of whose it is, and never tells them.

    It knows no address and no name. Every method raises ``Unavailable`` when it cannot answer now; whether
    it changed something is then unknown.
    """

    async def matches(self, holder_id: str, password: str) -> bool:
        """Return whether it is the holder's password.

        Nobody's id is answered like a wrong password, and so is a holder whom the service itself has
        disabled, has stopped for too many wrong ones, or asks for a new password.
        """
        ...

    async def keep(self, holder_id: str, password: str) -> bool:
        """Make it the holder's only password, known before or not.

        Return False, with nothing kept, when the service does not take such a password.
        """
        ...

    async def forget(self, holder_id: str) -> None:
        """Remove the holder and all that is kept; an unknown one is fine."""
        ...


class RoleGroups(Protocol):
    """A service outside that shows what each member of staff is to the shop: a group for each role.

    It follows our own records and decides nothing here. Raises ``Unavailable`` when it cannot answer now.
    """

    async def show(self, staff_id: StaffId, role: StaffRole | None) -> None:
        """Put the member into the role's group and out of every other; None is none of them.

        Somebody whom the service does not know is left out.
        """
        ...


class SecretBox(Protocol):
    """Seals texts for storage, so that who reads the database cannot use them."""

    def seal(self, purpose: str, text: str) -> str:
        """Return the sealed text; the same text is sealed differently each time."""
        ...

    def open(self, purpose: str, sealed: str) -> str:
        """Return what was sealed for that purpose; raise ``RuntimeError`` for anything else."""
        ...


class TotpCodes(Protocol):
    """Time-based one-time passwords (RFC 6238): six digits, 30 seconds."""

    def new_secret(self) -> str:
        """Return a new secret in base 32."""
        ...

    def step_of(self, secret: str, code: str, now: datetime) -> int | None:
        """Return the time step whose code this is, at most one off; None when it is no code of these."""
        ...


class PasswordHasher(Protocol):
    """Hashes passwords slowly, off the event loop, a bounded number at once.

    Every method raises ``Unavailable`` when too many wait already.
    """

    async def hash(self, password: str) -> str:
        """Return a salted hash that says how it was made."""
        ...

    async def verify(self, password_hash: str, password: str) -> bool:
        """Return whether the hash is of this password; the time does not depend on the answer."""
        ...

    def outdated(self, password_hash: str) -> bool:
        """Return whether the hash was made with weaker settings than today's."""
        ...
