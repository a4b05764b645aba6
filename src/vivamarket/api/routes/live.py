"""Live price and stock for pages that are otherwise static. Kept for five seconds by the edge."""

from __future__ import annotations

from typing import Annotated

from litestar import Router, get
from litestar.params import QueryParameter

from vivamarket.api.documents import describes
from vivamarket.api.errors import BadParameter
from vivamarket.api.schemas.catalog import LiveItem, LiveList
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CurrencyQuery
from vivamarket.catalog.model import Product
from vivamarket.kernel.ids import SKU_LENGTH_MAX, Sku, parse_sku

SKUS_MAX = 100
LOW_STOCK_MAX = 5
CACHE_CONTROL = "public, max-age=5"


def live_routes(services: ApiServices) -> Router:
    """Build the live route."""
    shop = services.shop

    @get(
        "/live",
        operation_id="getLive",
        summary="Read prices and stock now",
        responses=describes(400),
        response_headers={"cache-control": CACHE_CONTROL},
    )
    async def get_live(
        skus: Annotated[
            str,
            QueryParameter(
                name="skus",
                min_length=1,
                max_length=SKUS_MAX * (SKU_LENGTH_MAX + 1),
                description=f"Up to {SKUS_MAX} SKUs, separated by commas.",
            ),
        ],
        currency: CurrencyQuery = None,
    ) -> LiveList:
        """Return price and availability of each SKU; one that is not sold has neither."""
        money = shop.check_currency(currency or shop.default_currency)
        wanted = _parsed(skus)
        products = await services.catalog.shown_by_skus(wanted)
        available = await services.stock.available(wanted)
        return LiveList(tuple(_item(sku, products.get(sku), money, available.get(sku, 0)) for sku in wanted))

    return Router("/api/v1", route_handlers=[get_live], tags=["Catalogue"])


def _parsed(skus: str) -> list[Sku]:
    wanted = list(dict.fromkeys(parse_sku(part) for part in skus.split(",")))
    if len(wanted) > SKUS_MAX:
        raise BadParameter(f"Ask for at most {SKUS_MAX} SKUs.", errors=[{"parameter": "skus"}])
    return wanted


def _item(sku: Sku, product: Product | None, currency: str, left: int) -> LiveItem:
    variant = product.variant(sku) if product is not None else None
    price = variant.prices.get(currency) if variant is not None else None
    if variant is None or price is None:
        return LiveItem(sku=sku, price=None, compare_at=None, available=False, low_stock_left=None)
    unlimited = variant.continue_selling or not variant.tracked
    return LiveItem(
        sku=sku,
        price=price.amount,
        compare_at=price.compare_at,
        available=unlimited or left > 0,
        low_stock_left=left if not unlimited and 0 < left <= LOW_STOCK_MAX else None,
    )
