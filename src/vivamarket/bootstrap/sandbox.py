"""The payment sandbox: inside the web process, or in one of its own."""

from __future__ import annotations

from pathlib import Path

from vivamarket.adapters.stripe.gateway import WEBHOOK_EVENTS
from vivamarket.bootstrap.checkout import SANDBOX_MOUNT
from vivamarket.bootstrap.shop import Shop
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import IdSource
from vivamarket.kernel.tasks import TaskSpawner
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
    settings, secrets = shop.settings, shop.secrets
    return start_sandbox(
        settings.sandbox_path,
        page_url=f"{settings.public_url}{SANDBOX_MOUNT}",
        secret_key=settings.stripe_secret_key or secrets.sandbox_secret_key,
        webhook_url=f"{settings.local_url}{WEBHOOK_PATH}",
        webhook_secret=settings.stripe_webhook_secret or secrets.sandbox_webhook_secret,
        mount_path=SANDBOX_MOUNT,
        clock=shop.clock,
        ids=shop.ids,
        tasks=shop.tasks,
    )


def start_sandbox(
    book: Path,
    *,
    page_url: str,
    secret_key: str,
    webhook_url: str,
    webhook_secret: str,
    mount_path: str,
    clock: Clock,
    ids: IdSource,
    tasks: TaskSpawner,
) -> AsgiApp:
    """Build a sandbox over the book in that file, and start its background work.

    ``page_url`` is where browsers reach it, ``webhook_url`` where it tells a shop of payments;
    ``mount_path`` is taken off the front of every path.
    """
    provider = Provider(SqliteRecordStore(book), clock, ids, page_url=page_url)
    provider.configure_endpoint(url=webhook_url, enabled_events=WEBHOOK_EVENTS, secret=webhook_secret)
    faults = FaultPlan()
    sender = HttpSender()
    deliverer = Deliverer(provider, sender, clock, tasks, faults)
    tasks.spawn("sandbox", _deliver(deliverer, sender))
    handler = ApiHandler(provider, secret_key=secret_key)
    return create_sandbox_app(handler, deliverer, clock, faults=faults, mount_path=mount_path)


async def _deliver(deliverer: Deliverer, sender: HttpSender) -> None:
    """Deliver until the end, and leave no connection behind."""
    try:
        await deliverer.run()
    finally:
        await sender.close()
