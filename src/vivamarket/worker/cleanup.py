"""Forgets what has served its time: kept answers, finished provider events, carts nobody came back to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.idempotency import RETENTION_HOURS

BATCH_MAX = 1_000
#: Longer than any provider repeats a webhook.
INBOX_RETENTION_DAYS = 30
CART_RETENTION_DAYS = 90


class Forgets(Protocol):
    """A store whose records grow old."""

    async def forget(self, before: datetime, limit: int) -> int:
        """Remove at most ``limit`` records older than that; return how many went."""
        ...


class Cleanup:
    """Removes a bounded batch at a time. Carts that became orders stay with them.

    ``chores`` forget by rules of their own and return how many records went.
    """

    def __init__(
        self,
        *,
        keys: Forgets,
        inbox: Forgets,
        carts: Forgets,
        clock: Clock,
        chores: Sequence[Callable[[], Awaitable[int]]] = (),
    ) -> None:
        self._ages = (
            (keys, timedelta(hours=RETENTION_HOURS)),
            (inbox, timedelta(days=INBOX_RETENTION_DAYS)),
            (carts, timedelta(days=CART_RETENTION_DAYS)),
        )
        self._clock = clock
        self._chores = tuple(chores)

    async def run_once(self) -> int:
        """Forget one batch of each; return how many records went."""
        now = self._clock.now()
        gone = 0
        for store, age in self._ages:
            gone += await store.forget(now - age, BATCH_MAX)
        for chore in self._chores:
            gone += await chore()
        return gone
