"""What the API calls: the features' use cases, filled in by bootstrap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vivamarket.api.aftersales import AfterSales
from vivamarket.api.customers import AccountServices
from vivamarket.api.health import Drain, ReadyCheck
from vivamarket.api.office import BackOffice
from vivamarket.api.shelves import Shelves
from vivamarket.api.staff.ports import StaffServices
from vivamarket.cart.service import CartService
from vivamarket.catalog.service import CatalogService
from vivamarket.checkout.pricing import PricingService
from vivamarket.checkout.service import CheckoutService
from vivamarket.inventory.service import StockService
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.idempotency import IdempotencyStore
from vivamarket.kernel.ids import IdSource
from vivamarket.kernel.telemetry import NoTelemetry, Telemetry
from vivamarket.orders.service import OrderService
from vivamarket.search.ports import SearchAnswers
from vivamarket.shop.model import ShopProfile
from vivamarket.shop_settings import ShopSettings
from vivamarket.shop_settings.model import CurrentRules


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiServices:
    """Everything a route may use. Routes reach nothing else."""

    shop: ShopProfile
    #: The rules as they are now; ``shop`` is what does not change while the process lives.
    rules: CurrentRules
    settings: ShopSettings
    catalog: CatalogService
    shelves: Shelves
    search: SearchAnswers
    stock: StockService
    carts: CartService
    orders: OrderService
    pricing: PricingService
    checkout: CheckoutService
    staff: StaffServices
    office: BackOffice
    after: AfterSales
    account: AccountServices
    keys: IdempotencyStore
    clock: Clock
    ids: IdSource
    telemetry: Telemetry = field(default_factory=NoTelemetry)
    #: Readiness checks by name, such as ``database``, ``search``, ``pages``.
    checks: Mapping[str, ReadyCheck] = field(default_factory=dict)
    drain: Drain = field(default_factory=Drain)
    #: Exceptions out of adapters that mean "away for the moment": they answer 503, not 500. Bootstrap adds
    #: the database driver's, which the API may not know.
    away: tuple[type[Exception], ...] = (ConnectionError, TimeoutError)
