"""The dashboard for staff: one answer with everything that the first page shows."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from typing import Annotated

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from vivamarket.api.documents import describes
from vivamarket.api.errors import BadParameter
from vivamarket.api.routes.staff_inventory import stock_rows
from vivamarket.api.routes.staff_words import READS
from vivamarket.api.schemas.staff_dashboard import (
    COUNTED_MAX,
    DashboardOut,
    DayOut,
    SalesOut,
    StuckPaymentOut,
    ToCaptureOut,
    TopProductOut,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import LocaleQuery
from vivamarket.catalog.model import Product
from vivamarket.kernel.ids import ProductId
from vivamarket.orders.finding import OrderQuery, OrderSort
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.sales import ProductSales, Sales
from vivamarket.payments.stuck import STUCK_AFTER, StuckPayment

LISTED_MAX = 10
ORDERS_LISTED_MAX = 24
ZONE_LENGTH_MAX = 64


def dashboard_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handler."""
    shop = services.shop

    @get(
        "/dashboard",
        operation_id="getStaffDashboard",
        summary="Read today's figures",
        security=READS,
        responses=describes(400, 401),
    )
    async def get_staff_dashboard(
        *,
        time_zone: Annotated[
            str,
            QueryParameter(
                max_length=ZONE_LENGTH_MAX,
                description="Whose midnight begins the day, such as `Europe/Madrid` (IANA name).",
            ),
        ] = "UTC",
        locale: LocaleQuery = None,
    ) -> DashboardOut:
        """Return revenue, orders, average order and top products of today beside last week's same day, the
        last 30 days, and what is sold out, stuck or in review. Sales are exact to the moment."""
        language = shop.check_locale(locale or shop.default_locale)
        office, now = services.office, services.clock.now()
        trade = await office.trade.trade(_zone(time_zone), top=LISTED_MAX)
        products = await services.catalog.get_many([each.product_id for each in trade.top])
        low = await services.stock.low(0, limit=LISTED_MAX)
        stuck = await office.stuck.stuck(now - STUCK_AFTER, LISTED_MAX, COUNTED_MAX)
        reviews = await services.orders.find(
            OrderQuery(statuses=(OrderStatus.REVIEW,)), limit=ORDERS_LISTED_MAX
        )
        held = await services.orders.find(
            OrderQuery(statuses=(OrderStatus.AUTHORIZED,), sort=OrderSort.OLDEST), limit=ORDERS_LISTED_MAX
        )
        return DashboardOut(
            at=now,
            today=_sales(trade.sold_today),
            last_week_so_far=_sales(trade.sold_then_so_far),
            last_week=_sales(trade.sold_then),
            days=tuple(DayOut(day.begins_at, day.ends_at, _sales(sold)) for day, sold in trade.days),
            top_products=tuple(_top(each, products, language) for each in trade.top),
            sold_out_count=await services.stock.low_count(0, count_max=COUNTED_MAX),
            sold_out=await stock_rows(services, low.items, language),
            stuck_payments_count=stuck.count,
            stuck_payments=tuple(_stuck(each) for each in stuck.oldest),
            orders_to_capture=tuple(
                ToCaptureOut(number=row.number, total=row.total, held_until=row.expires_at)
                for row in held.items
            ),
            orders_in_review=tuple(row.number for row in reviews.items),
        )

    return [get_staff_dashboard]


def _zone(name: str) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise BadParameter(
            "Name a time zone such as Europe/Madrid.",
            errors=[{"parameter": "time_zone", "detail": "not known"}],
        ) from None


def _sales(found: Sequence[Sales]) -> tuple[SalesOut, ...]:
    return tuple(
        SalesOut(
            orders=each.orders,
            revenue=each.revenue,
            average=each.average,
            refunds=each.refunds,
            refunded=each.refunded,
        )
        for each in found
    )


def _top(sold: ProductSales, products: dict[ProductId, Product], locale: str) -> TopProductOut:
    product = products.get(sold.product_id)
    title = product.text(locale).title if product is not None else ""
    return TopProductOut(sold.product_id, title, sold.quantity, sold.totals)


def _stuck(payment: StuckPayment) -> StuckPaymentOut:
    return StuckPaymentOut(
        payment_id=payment.payment_id,
        order_id=payment.order_id,
        number=payment.number,
        status=payment.status.value,
        amount=payment.amount,
        begun_at=payment.begun_at,
    )
