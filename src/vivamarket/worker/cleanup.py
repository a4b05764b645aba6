"""Forgets what has served its time: kept answers and finished provider events."""

from __future__ import annotations

from datetime import timedelta

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.idempotency import RETENTION_HOURS, IdempotencyStore
from vivamarket.payments.ports import InboxStore

BATCH_MAX = 1_000
#: Longer than any provider repeats a webhook.
INBOX_RETENTION_DAYS = 30


class Cleanup:
    """Removes a bounded batch at a time."""

    def __init__(self, *, keys: IdempotencyStore, inbox: InboxStore, clock: Clock) -> None:
        self._keys = keys
        self._inbox = inbox
        self._clock = clock

    async def run_once(self) -> int:
        """Forget one batch of each; return how many records went."""
        now = self._clock.now()
        keys = await self._keys.forget(now - timedelta(hours=RETENTION_HOURS), BATCH_MAX)
        events = await self._inbox.forget(now - timedelta(days=INBOX_RETENTION_DAYS), BATCH_MAX)
        return keys + events
