"""argon2id in a few threads of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from vivamarket.kernel.errors import Unavailable

T = TypeVar("T")

#: OWASP's settings for argon2id: 19 MiB, two passes, one lane. About 25 ms of one core.
MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
THREADS_MAX = 2
WAITING_MAX = 32


class Argon2Hasher:
    """A ``PasswordHasher``: at most ``THREADS_MAX`` hashes at once, at most ``WAITING_MAX`` in line."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES, type=Type.ID
        )
        self._threads = ThreadPoolExecutor(THREADS_MAX, thread_name_prefix="argon2")
        self._waiting = 0

    async def hash(self, password: str) -> str:
        """See ``PasswordHasher``."""
        return await self._run(lambda: self._hasher.hash(password))

    async def verify(self, password_hash: str, password: str) -> bool:
        """See ``PasswordHasher``."""
        return await self._run(lambda: self._verify(password_hash, password))

    def outdated(self, password_hash: str) -> bool:
        """See ``PasswordHasher``."""
        return self._hasher.check_needs_rehash(password_hash)

    def close(self) -> None:
        """End the threads once they are idle."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except VerifyMismatchError:
            return False
        except (VerificationError, InvalidHashError) as error:
            raise RuntimeError("a stored password hash is damaged") from error

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING_MAX:
            raise Unavailable("Too many people sign in at once; try again shortly.", retry_after_seconds=2)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
