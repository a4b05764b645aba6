"""What every SalesStore promises: exact sums, whatever has been summed up before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from tests.helpers.catalog import NOON
from tests.helpers.checkout import MUG, TEA, Shop, named

from vivamarket.adapters.postgres.sales import PostgresSalesStore, PostgresStuckPaymentReader
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money
from vivamarket.orders.sales import SETTLED_AFTER, Interval, Sales, SalesStore, TradeService
from vivamarket.payments.stuck import STUCK_AFTER

DAY = timedelta(days=1)
ALWAYS = Interval(NOON - 400 * DAY, NOON + 400 * DAY)


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    shop = Shop(pool)
    await shop.open(MUG=50, TEA=50)
    return shop


@pytest.fixture
def store(pool: asyncpg.Pool) -> SalesStore:
    return PostgresSalesStore(pool)


async def total(shop: Shop, order_id: OrderId) -> Money:
    return (await shop.state(order_id)).total


async def sum_up(store: SalesStore, shop: Shop, step: timedelta = 7 * DAY) -> None:
    while await store.sum_up(shop.clock.now() - SETTLED_AFTER, step):
        continue


async def test_what_is_paid_is_sold_and_what_goes_back_is_told_apart(store: SalesStore, shop: Shop) -> None:
    paid = await shop.paid((MUG, 2))
    await shop.ordered((MUG, 1))
    await shop.checkout.refund_order(paid, Money(700, "EUR"), reason="", attempt=named("refund-1"))

    ((sales,),) = await store.sales([ALWAYS])

    revenue = await total(shop, paid)
    assert sales == Sales(orders=1, revenue=revenue, refunds=1, refunded=Money(700, "EUR"))
    assert sales.average == revenue


@pytest.mark.parametrize("step", [timedelta(minutes=15), DAY, 400 * DAY])
async def test_sums_are_the_same_before_and_after_summing_up(
    store: SalesStore, shop: Shop, step: timedelta
) -> None:
    """An interval may cut a quarter of an hour, and end before, in and after what is summed."""
    begun = shop.clock.now()
    for minutes in (0, 7, 8, 31, 400):
        shop.clock.time = begun + timedelta(minutes=minutes)
        await shop.paid((MUG, 1), (TEA, 1))
    cuts = [begun + timedelta(minutes=each) for each in (-60, 0, 3, 7, 15, 20, 45, 399, 401, 2_000)]
    asked = [Interval(first, last) for first in cuts for last in cuts if first < last]
    before = await store.sales(asked)
    top = [await store.top_products(each, 10) for each in asked]

    for hours in (1, 2, 30):
        shop.clock.time = begun + timedelta(hours=hours)
        await sum_up(store, shop, step)

        assert await store.sales(asked) == before
        assert [await store.top_products(each, 10) for each in asked] == top
    assert sum(sales.orders for (sales, *_) in before[len(cuts) - 2 : len(cuts) - 1]) == 5


async def test_what_is_summed_is_not_summed_again(store: SalesStore, shop: Shop, pool: asyncpg.Pool) -> None:
    await shop.paid((MUG, 1))
    shop.clock.time += timedelta(hours=1)

    await sum_up(store, shop)
    await sum_up(store, shop)

    assert await pool.fetchval("SELECT sum(orders) FROM sales_span") == 1
    assert await pool.fetchval("SELECT sum(quantity) FROM sales_product_span") == 1


async def test_the_most_sold_products_come_first(store: SalesStore, shop: Shop) -> None:
    await shop.paid((MUG, 1), (TEA, 5))
    await shop.paid((MUG, 2))

    tea, mug = await store.top_products(ALWAYS, 10)

    assert (tea.quantity, mug.quantity) == (5, 3)
    assert mug.totals[0].currency == "EUR"
    assert len(await store.top_products(ALWAYS, 1)) == 1


async def test_nothing_sold_is_nothing_told(store: SalesStore) -> None:
    assert await store.sales([ALWAYS, ALWAYS]) == ((), ())
    assert await store.top_products(ALWAYS, 10) == ()


@pytest.mark.parametrize("zone", ["UTC", "Europe/Madrid", "Asia/Kathmandu", "America/Los_Angeles"])
async def test_a_day_is_the_day_of_whoever_asks(store: SalesStore, shop: Shop, zone: str) -> None:
    midnight = datetime(2026, 5, 2, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for moment in (midnight - 7 * DAY + timedelta(hours=1), midnight - 7 * DAY + timedelta(hours=20)):
        shop.clock.time = moment
        await shop.paid((MUG, 1))
    shop.clock.time = midnight - timedelta(minutes=1)
    await shop.paid((MUG, 1))
    shop.clock.time = midnight + timedelta(hours=2)
    await shop.paid((MUG, 1))
    trade = TradeService(sales=store, clock=shop.clock)

    found = await trade.trade(ZoneInfo(zone))

    assert found.today.begins_at == midnight
    orders = [sum(each.orders for each in sold) for _, sold in found.days]
    assert (orders[-1], orders[-2], orders[-8], sum(orders)) == (1, 1, 2, 4)
    assert sum(each.orders for each in found.sold_today) == 1
    assert sum(each.orders for each in found.sold_then_so_far) == 1
    assert sum(each.orders for each in found.sold_then) == 2


async def test_a_day_on_which_clocks_change_is_as_long_as_it_is(store: SalesStore, shop: Shop) -> None:
    shop.clock.time = datetime(2026, 3, 30, 12, tzinfo=UTC)

    found = await TradeService(sales=store, clock=shop.clock).trade(ZoneInfo("Europe/Madrid"))

    lengths = {day.ends_at - day.begins_at for day, _ in found.days}
    assert lengths == {DAY, timedelta(hours=23)}


async def test_a_payment_that_still_moves_after_an_hour_is_stuck(shop: Shop, pool: asyncpg.Pool) -> None:
    reader = PostgresStuckPaymentReader(pool)
    waiting, _ = await shop.ordered((MUG, 1)), await shop.paid((MUG, 1))
    now = shop.clock.now()

    fresh = await reader.stuck(now - STUCK_AFTER, 10, 100)
    later = await reader.stuck(now + timedelta(seconds=1), 10, 100)

    assert (fresh.count, fresh.oldest) == (0, ())
    assert later.count == 1
    assert [each.order_id for each in later.oldest] == [waiting]
