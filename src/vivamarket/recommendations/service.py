"""Counting what is bought together: a job of the worker, a bounded batch at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import OrderId, ProductId, uuid7
from vivamarket.recommendations.model import pair_scores
from vivamarket.recommendations.ports import BASKETS_MAX, BasketReader, CompanionStore

#: So many companions of a product are shown; what comes after may change without anybody noticing.
SHOWN_MAX = 8
#: An order is counted when it is so old: by then it is committed, and paid or given up.
COUNTED_AFTER = timedelta(hours=1)

Changed = Callable[[Sequence[ProductId]], Awaitable[None]]


class CompanionCounting:
    """Counts each order once, and says which products have other companions to show now."""

    def __init__(
        self, *, baskets: BasketReader, store: CompanionStore, clock: Clock, changed: Changed
    ) -> None:
        self._baskets = baskets
        self._store = store
        self._clock = clock
        self._changed = changed

    async def run_once(self) -> int:
        """Count at most ``BASKETS_MAX`` orders, oldest first; return how many.

        Whoever is told about changes is told after they are kept: a crash between loses the telling, and a
        page then shows its former companions until something else changes it.
        """
        counted_from = await self._store.counted_to()
        until = _first_id(self._clock.now() - COUNTED_AFTER)
        baskets = await self._baskets.baskets(counted_from, until, BASKETS_MAX)
        if not baskets:
            return 0
        scores = pair_scores(baskets)
        gained = sorted({product_id for product_id, _ in scores})
        before = await self._store.companions(gained, SHOWN_MAX)
        if not await self._store.add(scores, counted_from=counted_from, counted_to=baskets[-1].order_id):
            return 0
        after = await self._store.companions(gained, SHOWN_MAX)
        changed = [each for each in gained if set(before.get(each, ())) != set(after.get(each, ()))]
        if changed:
            await self._changed(changed)
        return len(baskets)


def _first_id(moment: datetime) -> OrderId:
    """Return the first id that can have been given at that moment."""
    return OrderId(uuid7(int(moment.timestamp() * 1_000), 0))
