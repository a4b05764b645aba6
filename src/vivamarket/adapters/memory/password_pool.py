"""Passwords, and the roles of staff, kept apart from the records of whose they are."""

from __future__ import annotations

from vivamarket.accounts.model import PASSWORD_LENGTH_MIN, StaffRole
from vivamarket.kernel.ids import StaffId


class MemoryPasswordPool:
    """The ``PasswordPool``. It takes no password shorter than the shop does, nor one of blanks at an end."""

    def __init__(self) -> None:
        self._passwords: dict[str, str] = {}
        self.questions = 0

    async def matches(self, holder_id: str, password: str) -> bool:
        """See ``PasswordPool``."""
        self.questions += 1
        return self._passwords.get(holder_id) == password

    async def keep(self, holder_id: str, password: str) -> bool:
        """See ``PasswordPool``."""
        if len(password) < PASSWORD_LENGTH_MIN or password != password.strip():
            return False
        self._passwords[holder_id] = password
        return True

    async def forget(self, holder_id: str) -> None:
        """See ``PasswordPool``."""
        self._passwords.pop(holder_id, None)

    def knows(self, holder_id: str) -> bool:
        """Return whether a password is kept for that id."""
        return holder_id in self._passwords


class MemoryRoleGroups:
    """The ``RoleGroups`` of whoever the pool knows."""

    def __init__(self, pool: MemoryPasswordPool) -> None:
        self._pool = pool
        self._roles: dict[StaffId, StaffRole] = {}

    async def show(self, staff_id: StaffId, role: StaffRole | None) -> None:
        """See ``RoleGroups``."""
        if role is None or not self._pool.knows(staff_id):
            self._roles.pop(staff_id, None)
        else:
            self._roles[staff_id] = role

    def of(self, staff_id: StaffId) -> set[str]:
        """Return the names of the member's groups."""
        return {self._roles[staff_id].value} if staff_id in self._roles else set()
