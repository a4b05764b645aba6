"""What every process of the shop works with, opened once and closed at its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass, replace

import asyncpg

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.adapters.local.secrets import ShopSecrets, load_or_create_secrets
from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.adapters.local.telemetry import OpenTelemetry, create_telemetry
from vivamarket.adapters.postgres.carts import PostgresCartStore
from vivamarket.adapters.postgres.checkout import PostgresCheckoutStore
from vivamarket.adapters.postgres.idempotency import PostgresIdempotencyStore
from vivamarket.adapters.postgres.inbox import PostgresInboxStore
from vivamarket.adapters.postgres.inventory import PostgresStockStore
from vivamarket.adapters.postgres.orders import PostgresOrderStore
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.adapters.postgres.shop_settings import PostgresShopSettingsStore
from vivamarket.adapters.valkey.server import ValkeyServer
from vivamarket.bootstrap.home import Ground, Home, home_on
from vivamarket.catalog.service import CatalogService
from vivamarket.inventory.service import StockService
from vivamarket.kernel.telemetry import Telemetry
from vivamarket.orders.links import OrderLinks
from vivamarket.orders.service import OrderService
from vivamarket.orders.tokens import OrderTokens
from vivamarket.settings import Settings
from vivamarket.shop_file import ShopFile, read_shop_file
from vivamarket.shop_settings import LiveSettings, ShopSettings

VERSION = "0.1.0"
#: In the web process a shopper waits for the statement; whatever takes longer belongs into the worker.
WEB_STATEMENT_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """The parts that processes share. Stores are the adapters, services the use cases over them."""

    settings: Settings
    #: As the process started with it: the shop file, and what staff have set since.
    file: ShopFile
    #: The same as it is now.
    rules: LiveSettings
    shop_settings: ShopSettings
    secrets: ShopSecrets
    clock: SystemClock
    ids: SystemIds
    tasks: AsyncioTasks
    #: Closed after the tasks have ended and before the pool: connections to elsewhere.
    exits: AsyncExitStack
    telemetry: Telemetry
    pool: asyncpg.Pool
    #: None where the database does its work.
    valkey: ValkeyServer | None
    database_url: str
    #: What differs between one machine and AWS.
    home: Home
    catalog: CatalogService
    stock: StockService
    cart_store: PostgresCartStore
    order_store: PostgresOrderStore
    orders: OrderService
    tokens: OrderTokens
    links: OrderLinks
    checkout_store: PostgresCheckoutStore
    inbox: PostgresInboxStore
    keys: PostgresIdempotencyStore


@asynccontextmanager
async def open_shop(
    settings: Settings,
    *,
    role: str,
    database_url: str | None = None,
    command_timeout_seconds: float | None = None,
) -> AsyncIterator[Shop]:
    """Lend the shop's parts to one process named ``role``; its background work ends before they close.

    ``database_url`` goes before that of the settings. Raise ``OSError`` or ``asyncpg.PostgresError``
    when the database does not answer, ``BadShopFile`` when the shop's profile cannot be used.
    """
    url = database_url or settings.database_url
    if url is None:
        raise RuntimeError("no database was given: `viva up` starts one and tells its processes")
    clock = SystemClock()
    ids = SystemIds(clock)
    file = read_shop_file(settings.shop_file)
    pool = await _open_pool(url, settings, role, command_timeout_seconds)
    tasks = AsyncioTasks()
    exits, closing = AsyncExitStack(), ExitStack()
    valkey = ValkeyServer(settings.valkey_url, clock=clock) if settings.valkey_url else None
    if valkey is not None:
        exits.push_async_callback(valkey.close)
    telemetry = create_telemetry(settings.otlp_endpoint, service_name=f"viva-{role}", service_version=VERSION)
    order_store = PostgresOrderStore(pool)
    settings_store = PostgresShopSettingsStore(pool)
    rules = LiveSettings(settings_store, file.document, clock)
    shop_settings = ShopSettings(settings_store, file.document, clock)
    secrets = load_or_create_secrets(settings.secrets_path, ids)
    links = OrderLinks(secrets.link_key, clock)
    try:
        await rules.start()
        home = home_on(
            Ground(settings=settings, pool=pool, clock=clock, ids=ids, rules=rules, closing=closing)
        )
        yield Shop(
            settings=settings,
            file=replace(file, profile=rules.profile, tax=rules.tax, shipping=rules.shipping),
            rules=rules,
            shop_settings=shop_settings,
            secrets=secrets,
            clock=clock,
            ids=ids,
            tasks=tasks,
            exits=exits,
            telemetry=telemetry,
            pool=pool,
            valkey=valkey,
            database_url=url,
            home=home,
            catalog=CatalogService(home.catalog, clock, ids, required_locale=file.profile.default_locale),
            stock=StockService(stock=PostgresStockStore(pool), clock=clock),
            cart_store=PostgresCartStore(pool),
            order_store=order_store,
            orders=OrderService(orders=order_store, links=links),
            tokens=OrderTokens(secrets.token_key),
            links=links,
            checkout_store=PostgresCheckoutStore(pool),
            inbox=PostgresInboxStore(pool),
            keys=PostgresIdempotencyStore(pool, clock),
        )
    finally:
        await tasks.close()
        await exits.aclose()
        closing.close()
        await pool.close()
        if isinstance(telemetry, OpenTelemetry):
            telemetry.close()


async def _open_pool(
    url: str, settings: Settings, role: str, command_timeout_seconds: float | None
) -> asyncpg.Pool:
    name = f"viva {role}"
    if command_timeout_seconds is None:
        return await create_pool(url, size_max=settings.pool_size_max, application_name=name)
    return await create_pool(
        url,
        size_max=settings.pool_size_max,
        application_name=name,
        command_timeout_seconds=command_timeout_seconds,
    )
