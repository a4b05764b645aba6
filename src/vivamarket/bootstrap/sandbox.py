"""The payment sandbox inside the web process."""

from __future__ import annotations

from vivamarket.adapters.stripe.gateway import WEBHOOK_EVENTS
from vivamarket.bootstrap.checkout import SANDBOX_MOUNT
from vivamarket.bootstrap.shop import Shop
from vivamarket.sandbox import (
    ApiHandler,
    Deliverer,
    FaultPlan,
    Provider,
    SqliteRecordStore,
    create_sandbox_app,
)
from vivamarket.sandbox.asgi import AsgiApp
from vivamarket.sandbox.senders import HttpSender

WEBHOOK_PATH = "/api/v1/webhooks/stripe"


def sandbox_of(shop: Shop) -> AsgiApp:
    """Build the sandbox, start its background work, and let it tell this shop of payments."""
    provider = Provider(
        SqliteRecordStore(shop.settings.sandbox_path),
        shop.clock,
        shop.ids,
        page_url=f"{shop.settings.public_url}{SANDBOX_MOUNT}",
    )
    provider.configure_endpoint(
        url=f"{shop.settings.local_url}{WEBHOOK_PATH}",
        enabled_events=WEBHOOK_EVENTS,
        secret=shop.settings.stripe_webhook_secret or shop.secrets.sandbox_webhook_secret,
    )
    faults = FaultPlan()
    deliverer = Deliverer(provider, HttpSender(), shop.clock, shop.tasks, faults)
    handler = ApiHandler(
        provider, secret_key=shop.settings.stripe_secret_key or shop.secrets.sandbox_secret_key
    )
    shop.tasks.spawn("sandbox", deliverer.run())
    return create_sandbox_app(handler, deliverer, shop.clock, faults=faults, mount_path=SANDBOX_MOUNT)
