"""Passwords kept apart from the records of whose they are."""

from __future__ import annotations

from vivamarket.accounts.model import PASSWORD_LENGTH_MIN


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
