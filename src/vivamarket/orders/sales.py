"""What was sold in a time, in sums; and which days those times are for whoever asks. Pure, and one port."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import ProductId
from vivamarket.kernel.money import Money

INTERVALS_MAX = 100
TOP_PRODUCTS_MAX = 50
DAYS_SHOWN = 30
#: After this long no transaction can still be written with an earlier time: its quarter is summed for good.
SETTLED_AFTER = timedelta(minutes=10)
#: How much of a long history is summed at once.
STEP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Interval:
    """From a moment until before another."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Sales:
    """What was sold in one currency, tax and shipping contained, when it was paid; and what went back."""

    orders: int
    revenue: Money
    refunds: int
    refunded: Money

    @property
    def average(self) -> Money:
        """Return the average order, rounded down; zero without orders."""
        units = self.revenue.minor_units // self.orders if self.orders else 0
        return Money(units, self.revenue.currency)


@dataclass(frozen=True, slots=True)
class ProductSales:
    """How often a product was sold, and what for in each currency, tax contained."""

    product_id: ProductId
    quantity: int
    totals: tuple[Money, ...]


class SalesStore(Protocol):
    """Sums what the ledger holds. Exact to the moment: what is committed is counted, once."""

    async def sales(self, intervals: Sequence[Interval]) -> tuple[tuple[Sales, ...], ...]:
        """Return for each interval what was sold, by currency; at most ``INTERVALS_MAX``.

        Cost: the quarters of an hour in the intervals, and the transactions of at most half an hour.
        """
        ...

    async def top_products(self, interval: Interval, limit: int) -> tuple[ProductSales, ...]:
        """Return what was sold most often, most first, at most ``TOP_PRODUCTS_MAX``."""
        ...

    async def sum_up(self, settled: datetime, step: timedelta) -> bool:
        """Sum the next quarters up to that moment, at most ``step``; return whether more are left."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """Today beside the same day of last week, and the days before."""

    today: Interval
    sold_today: tuple[Sales, ...]
    #: Last week's same day, until the same time of day.
    sold_then_so_far: tuple[Sales, ...]
    sold_then: tuple[Sales, ...]
    #: The newest ``DAYS_SHOWN`` days, oldest first, today included.
    days: tuple[tuple[Interval, tuple[Sales, ...]], ...]
    top: tuple[ProductSales, ...]


class TradeService:
    """The figures of the dashboard, and the job that keeps them quick."""

    def __init__(self, *, sales: SalesStore, clock: Clock) -> None:
        self._sales = sales
        self._clock = clock

    async def trade(self, zone: tzinfo, *, top: int = 10) -> Trade:
        """Return today's figures for somebody in that time zone."""
        now = self._clock.now()
        days = [_day(now, zone, ago) for ago in range(DAYS_SHOWN - 1, -1, -1)]
        today, then = days[-1], days[-8]
        so_far = Interval(then.begins_at, min(then.ends_at, then.begins_at + (now - today.begins_at)))
        *by_day, sold_then_so_far = await self._sales.sales([*days, so_far])
        return Trade(
            today=today,
            sold_today=by_day[-1],
            sold_then_so_far=sold_then_so_far,
            sold_then=by_day[-8],
            days=tuple(zip(days, by_day, strict=True)),
            top=await self._sales.top_products(today, top),
        )

    async def sum_up(self) -> int:
        """Sum what has settled; return how many rounds are left to do at once, 0 or 1."""
        return int(await self._sales.sum_up(self._clock.now() - SETTLED_AFTER, STEP))


def _day(now: datetime, zone: tzinfo, ago: int) -> Interval:
    """Return the day that many days before the present one, from its midnight to the next."""
    date = now.astimezone(zone).date() - timedelta(days=ago)
    following = date + timedelta(days=1)
    begins_at, ends_at = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (date, following))
    return Interval(_utc(begins_at), _utc(ends_at))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
