"""The figures that staff begin their day with."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.schemas.staff_inventory import StockRow
from vivamarket.kernel.money import Money

COUNTED_MAX = 1_000
_Counted = Annotated[int, Meta(description=f"Counted up to {COUNTED_MAX:,}.")]


class SalesOut(Struct, frozen=True, kw_only=True):
    """What was sold in one currency, by when it was paid; tax and shipping contained."""

    orders: int
    revenue: Money
    average: Annotated[Money, Meta(description="The average order, rounded down.")]
    refunds: int
    refunded: Annotated[Money, Meta(description="What went back in that time, goodwill contained.")]


class DayOut(Struct, frozen=True):
    """One day and what was sold, by currency; a currency without sales is left out."""

    begins_at: datetime
    ends_at: datetime
    sales: tuple[SalesOut, ...]


class TopProductOut(Struct, frozen=True):
    """A product and how often it was sold today."""

    product_id: str
    title: Annotated[str, Meta(description="Empty when the product is gone.")]
    quantity: int
    totals: tuple[Money, ...]


class StuckPaymentOut(Struct, frozen=True, kw_only=True):
    """A payment that has neither come nor failed within an hour."""

    payment_id: str
    order_id: str
    number: str
    status: str
    amount: Money
    begun_at: datetime


class ToCaptureOut(Struct, frozen=True, kw_only=True):
    """An order whose money waits to be taken, and until when it is held."""

    number: str
    total: Money
    held_until: datetime


class DashboardOut(Struct, frozen=True, kw_only=True):
    """Today beside the same day of last week, and what wants somebody's attention."""

    at: datetime
    today: tuple[SalesOut, ...]
    last_week_so_far: Annotated[
        tuple[SalesOut, ...], Meta(description="The same day of last week, until the same time of day.")
    ]
    last_week: Annotated[tuple[SalesOut, ...], Meta(description="That day as a whole.")]
    days: Annotated[tuple[DayOut, ...], Meta(description="30 days, oldest first, today included.")]
    top_products: Annotated[tuple[TopProductOut, ...], Meta(description="Of today, most sold first.")]
    sold_out_count: _Counted
    sold_out: Annotated[tuple[StockRow, ...], Meta(description="Some of them, up to a minute old.")]
    stuck_payments_count: _Counted
    stuck_payments: Annotated[tuple[StuckPaymentOut, ...], Meta(description="The oldest of them.")]
    orders_to_capture: Annotated[
        tuple[ToCaptureOut, ...], Meta(description="Orders whose money is held, the oldest 24 of them.")
    ]
    orders_in_review: Annotated[tuple[str, ...], Meta(description="Numbers of the newest, at most 24.")]
