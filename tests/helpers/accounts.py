"""A hash that is quick enough for tests, and counts how often it was asked."""

from __future__ import annotations


class QuickHasher:
    """A ``PasswordHasher`` that hides nothing."""

    def __init__(self, generation: str = "v1") -> None:
        self._generation = generation
        self.checks = 0

    async def hash(self, password: str) -> str:
        return f"{self._generation}:{password}"

    async def verify(self, password_hash: str, password: str) -> bool:
        self.checks += 1
        return password_hash.partition(":")[2] == password

    def outdated(self, password_hash: str) -> bool:
        return not password_hash.startswith(f"{self._generation}:")
