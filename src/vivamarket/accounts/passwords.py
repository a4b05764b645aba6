"""Where passwords are kept and how they are checked: as hashes in our records, or by a pool outside.

A record keeps one text for its password: a hash, or a mark once the pool has taken the password over. A new
password is always a hash first, in the transaction that ends the sessions and spends the code; the pool takes
it over afterwards. So a pool that fails halfway costs nothing: the hash counts until the mark has replaced
it, and the next sign-in carries it over. Customers and staff from before the pool move there the same way.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from vivamarket.accounts.model import PASSWORD_LENGTH_MAX
from vivamarket.accounts.ports import PasswordHasher, PasswordPool
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import IdSource

#: What a record keeps of a password that the pool has taken over begins with it.
MARK = "pool:"
#: Replaces the first text by the second if it is still kept; returns what is kept now.
Swap = Callable[[str, str], Awaitable[str | None]]


class PasswordKeeper:
    """Checks passwords with the same work for everybody, and lets the pool take them over."""

    def __init__(self, hasher: PasswordHasher, ids: IdSource, pool: PasswordPool | None = None) -> None:
        self._hasher = hasher
        self._ids = ids
        self._pool = pool
        self._nobody_hash: str | None = None

    async def hash(self, password: str) -> str:
        """Return what a record keeps of a new password."""
        return await self._hasher.hash(password)

    async def is_hash_of(self, kept: str, password: str) -> bool:
        """Return whether the hash is of this password; no text and a mark are of none, for the same work."""
        is_hash = bool(kept) and not kept.startswith(MARK)
        known = kept if is_hash else await self._hash_of_nobody()
        return await self._hasher.verify(known, password[:PASSWORD_LENGTH_MAX]) and is_hash

    async def is_right(self, holder_id: str | None, kept: str, password: str) -> bool:
        """Return whether it is the holder's password; of nobody (None) none is.

        One hash is checked and the pool, where there is one, is asked once, whoever it is.
        """
        is_hashed = await self.is_hash_of(kept, password)
        if self._pool is None:
            return is_hashed
        is_pooled = await self._pool.matches(holder_id or self._ids.uuid7(), password[:PASSWORD_LENGTH_MAX])
        return is_pooled if kept.startswith(MARK) else is_hashed

    async def settle(self, holder_id: str, kept: str, password: str, swap: Swap) -> str:
        """Let the pool take over a password that is right, or make its hash stronger; return what is kept.

        A password that the pool cannot take stays hashed, and so it does while the pool is away.
        """
        if kept.startswith(MARK):
            return kept
        if self._pool is None:
            if self._hasher.outdated(kept):
                return await swap(kept, await self._hasher.hash(password)) or kept
            return kept
        try:
            return await self._taken_over(self._pool, holder_id, kept, password, swap)
        except Unavailable:
            return kept

    async def _taken_over(
        self, pool: PasswordPool, holder_id: str, kept: str, password: str, swap: Swap
    ) -> str:
        if not await pool.keep(holder_id, password):
            return kept
        mark = MARK + hashlib.sha256(kept.encode()).hexdigest()
        now_kept = await swap(kept, mark)
        if now_kept != mark:
            # Another password was chosen meanwhile, and nobody knows which of the two reached the pool last.
            await pool.forget(holder_id)
        return now_kept or kept

    async def _hash_of_nobody(self) -> str:
        """Return a hash to check against when there is none, so that it takes the same time."""
        if self._nobody_hash is None:
            self._nobody_hash = await self._hasher.hash(self._ids.token())
        return self._nobody_hash
