"""Which pairs an order tells about, and how they are counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.helpers.catalog import StillClock

from vivamarket.adapters.memory.companions import MemoryCompanionStore
from vivamarket.kernel.ids import OrderId, ProductId, uuid7
from vivamarket.recommendations import Basket, CompanionCounting, pair_scores
from vivamarket.recommendations.model import HALF_LIFE, PRODUCTS_PER_BASKET_MAX
from vivamarket.recommendations.service import COUNTED_AFTER

THEN = datetime(2026, 1, 1, tzinfo=UTC)
LAMP, DESK, BULB = ProductId("lamp"), ProductId("desk"), ProductId("bulb")


def basket(*product_ids: ProductId, at: datetime = THEN) -> Basket:
    return Basket(OrderId(uuid7(int(at.timestamp() * 1_000), 1)), at, product_ids)


class Baskets:
    """Orders of a test, oldest first."""

    def __init__(self, *baskets: Basket) -> None:
        self.all = list(baskets)

    async def baskets(self, after: OrderId, until: OrderId, limit: int) -> Sequence[Basket]:
        return [each for each in self.all if after < each.order_id < until][:limit]


class Counting:
    """A counting over orders that a test names."""

    def __init__(self, clock: StillClock, *baskets: Basket) -> None:
        self.store = MemoryCompanionStore()
        self.told: list[ProductId] = []
        self.orders = Baskets(*baskets)
        self.job = CompanionCounting(baskets=self.orders, store=self.store, clock=clock, changed=self.changed)

    async def changed(self, product_ids: Sequence[ProductId]) -> None:
        self.told.extend(product_ids)


def test_an_order_tells_about_each_pair_both_ways() -> None:
    assert pair_scores([basket(LAMP, DESK)]) == {(LAMP, DESK): 1.0, (DESK, LAMP): 1.0}
    assert pair_scores([basket(LAMP), basket()]) == {}


def test_an_order_a_half_life_later_counts_twice() -> None:
    scores = pair_scores([basket(LAMP, DESK), basket(LAMP, BULB, at=THEN + HALF_LIFE)])

    assert scores[LAMP, BULB] == 2 * scores[LAMP, DESK]


def test_a_huge_order_tells_about_its_first_products_only() -> None:
    everything = tuple(ProductId(f"product-{number}") for number in range(100))

    scores = pair_scores([basket(*everything)])

    assert len(scores) == PRODUCTS_PER_BASKET_MAX * (PRODUCTS_PER_BASKET_MAX - 1)


async def test_orders_are_counted_once_they_are_old_enough() -> None:
    clock = StillClock()
    young = basket(LAMP, DESK, at=clock.now() - COUNTED_AFTER + timedelta(minutes=1))
    counting = Counting(clock, young)

    assert await counting.job.run_once() == 0
    clock.time += timedelta(minutes=2)
    assert await counting.job.run_once() == 1
    assert await counting.job.run_once() == 0

    assert await counting.store.companions([LAMP], 8) == {LAMP: (DESK,)}


async def test_only_products_with_other_companions_are_told() -> None:
    clock = StillClock()
    counting = Counting(clock, basket(LAMP, DESK, at=clock.now() - timedelta(days=2)))
    await counting.job.run_once()
    assert counting.told == [DESK, LAMP]
    counting.told.clear()

    counting.orders.all.append(basket(LAMP, DESK, at=clock.now() - timedelta(days=1)))
    await counting.job.run_once()

    assert counting.told == []
