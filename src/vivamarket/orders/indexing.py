"""Keeping orders findable: a job of the worker, a bounded batch at a time."""

from __future__ import annotations

from datetime import timedelta

from vivamarket.kernel.clock import Clock
from vivamarket.orders.finding import id_floor
from vivamarket.orders.ports import FoundOrderStore

BATCH_MAX = 500
#: An order whose id was given so long ago is committed, or never will be.
COMMITTED_AFTER = timedelta(minutes=10)


class OrderIndexing:
    """Notes what each new order is found by. What it has noted it passes over once it is old enough."""

    def __init__(self, *, orders: FoundOrderStore, clock: Clock) -> None:
        self._orders = orders
        self._clock = clock

    async def run_once(self) -> int:
        """Note at most ``BATCH_MAX`` orders, oldest first; return how many."""
        settled = id_floor(self._clock.now() - COMMITTED_AFTER)
        facts = await self._orders.not_noted(BATCH_MAX)
        await self._orders.note(
            facts, settled if len(facts) < BATCH_MAX else min(settled, facts[-1].order_id)
        )
        return len(facts)
