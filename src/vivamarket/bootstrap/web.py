"""The web process: one ASGI app for pages, pictures, API, admin and sandbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg

from vivamarket.adapters.postgres.listen import ChangeListener
from vivamarket.adapters.postgres.placements import PostgresPlacementStore
from vivamarket.adapters.tantivy import IndexLayout, TantivySearchReader
from vivamarket.api.app import create_api
from vivamarket.api.asgi import AsgiApp
from vivamarket.api.config import ApiConfig, StaticConfig
from vivamarket.api.door import Door
from vivamarket.api.edge import create_edge
from vivamarket.api.follow import HotFollower
from vivamarket.api.health import Drain, ReadyCheck
from vivamarket.api.hot import HotKind, HotReads
from vivamarket.api.office import BackOffice
from vivamarket.api.requests import RequestIds
from vivamarket.api.services import ApiServices
from vivamarket.api.shelves import Shelves
from vivamarket.api.static import StaticSite
from vivamarket.bootstrap.accounts import account_of
from vivamarket.bootstrap.aftersales import after_sales_of
from vivamarket.bootstrap.bridges import SearchBesideLoop, in_thread
from vivamarket.bootstrap.checkout import SANDBOX_MOUNT, Payments, payments_of
from vivamarket.bootstrap.office import office_of
from vivamarket.bootstrap.pages import publisher_of
from vivamarket.bootstrap.quick import buckets_of
from vivamarket.bootstrap.sandbox import sandbox_of
from vivamarket.bootstrap.shop import Shop
from vivamarket.bootstrap.staff import ADMIN_MOUNT, admin_of, staff_of
from vivamarket.cart.service import CartService
from vivamarket.checkout.batcher import Batcher
from vivamarket.checkout.placement import Placing
from vivamarket.checkout.pricing import PricingService
from vivamarket.checkout.service import CheckoutService
from vivamarket.kernel.errors import Unavailable
from vivamarket.pages import OnDemandPages
from vivamarket.search.ports import SearchAnswers

CHECK_TIMEOUT_SECONDS = 2.0
#: What the driver raises while the database is away; such a request may succeed later.
DATABASE_AWAY = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.InterfaceError,
)


@dataclass(frozen=True, slots=True)
class Web:
    """What the web process serves, and the door at which its connections stand."""

    app: AsgiApp
    door: Door
    #: Brings what is kept up to date, where the process may have heard of no change for a while.
    catch_up: Callable[[], Awaitable[None]]


def build_web(shop: Shop, drain: Drain) -> Web:
    """Build the web process's app and start what runs beside it. Ends with the shop's tasks."""
    profile = shop.file.profile
    config = ApiConfig(
        public_url=shop.settings.public_url,
        mutations_per_second_max=shop.settings.mutations_per_second_max or None,
    )
    search = TantivySearchReader(shop.settings.search_dir, IndexLayout(profile.locales, profile.currencies))
    shelves = Shelves(shop.catalog, shop.clock)
    request_ids = RequestIds(shop.ids)
    door = Door(config=config, clock=shop.clock, request_ids=request_ids, telemetry=shop.telemetry)
    hot = HotReads(clock=shop.clock, request_ids=request_ids, config=config)
    payments = payments_of(shop)
    publisher = publisher_of(shop)
    office = office_of(shop, publisher)
    services = _services(
        shop, payments, SearchBesideLoop(search, in_thread), shelves, office=office, drain=drain
    )
    follower = HotFollower(
        hot=hot, shelves=shelves, catalog=shop.home.catalog, search=search, clock=shop.clock
    )

    def heard(payload: str) -> None:
        follower.wake(payload)
        shop.rules.wake(payload)
        if payload.startswith("stock:"):
            hot.invalidate(HotKind.LIVE)

    listener = ChangeListener(shop.database_url, clock=shop.clock, on_payload=heard, on_gap=follower.reset)
    shop.tasks.spawn("listener", listener.run())
    shop.tasks.spawn("hot-reads", follower.run())
    shop.rules.tell(lambda: hot.invalidate(HotKind.SHOP))
    shop.tasks.spawn("settings", shop.rules.run())
    shop.tasks.spawn("payments", payments.provider.warm())
    mounts = {ADMIN_MOUNT: admin_of(shop)}
    if shop.settings.sandbox:
        mounts[SANDBOX_MOUNT] = sandbox_of(shop)
    static = StaticSite(
        shop.settings.data_dir,
        clock=shop.clock,
        config=StaticConfig(locales=profile.locales),
        page_source=OnDemandPages(publisher=publisher, catalog=shop.home.catalog),
    )
    edge = create_edge(
        create_api(services, config, door=door, shared_buckets=buckets_of(shop, config.mutations_max)),
        static,
        mounts,
        hot,
        turns=door.turns,
        telemetry=shop.telemetry,
        clock=shop.clock,
    )

    async def catch_up() -> None:
        await shop.rules.catch_up()
        await follower.catch_up()

    return Web(edge, door, catch_up)


def _services(
    shop: Shop,
    payments: Payments,
    search: SearchAnswers,
    shelves: Shelves,
    *,
    office: BackOffice,
    drain: Drain,
) -> ApiServices:
    file = shop.file
    pricing = PricingService(
        carts=shop.cart_store,
        catalog=shop.home.catalog,
        clock=shop.clock,
        rules=shop.rules,
        telemetry=shop.telemetry,
    )
    placing = Placing(
        pricing=pricing,
        batcher=Batcher(PostgresPlacementStore(shop.pool).place, shop.tasks),
        clock=shop.clock,
        ids=shop.ids,
        tokens=shop.tokens,
        telemetry=shop.telemetry,
    )
    checkout = CheckoutService(
        placing=placing,
        settlement=payments.settlement,
        refunding=payments.refunding,
        inbox=shop.inbox,
        gateway=payments.gateway,
        clock=shop.clock,
    )
    carts = CartService(
        carts=shop.cart_store,
        catalog=shop.home.catalog,
        availability=shop.stock,
        clock=shop.clock,
        ids=shop.ids,
        rules=shop.rules,
    )
    return ApiServices(
        shop=file.profile,
        rules=shop.rules,
        settings=shop.shop_settings,
        catalog=shop.catalog,
        shelves=shelves,
        search=search,
        stock=shop.stock,
        carts=carts,
        orders=shop.orders,
        pricing=pricing,
        checkout=checkout,
        staff=staff_of(shop, checkout, payments),
        after=after_sales_of(shop, payments.refunding),
        office=office,
        account=account_of(shop, carts),
        keys=shop.keys,
        clock=shop.clock,
        ids=shop.ids,
        telemetry=shop.telemetry,
        checks={"database": _database_check(shop)},
        drain=drain,
        away=DATABASE_AWAY,
    )


def _database_check(shop: Shop) -> ReadyCheck:
    async def check() -> None:
        try:
            await shop.pool.fetchval("SELECT 1", timeout=CHECK_TIMEOUT_SECONDS)
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise Unavailable("The database does not answer.") from error

    return check
