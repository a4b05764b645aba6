"""Merchant webhooks, as web and worker both use them."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.adapters.local.webhook_sender import HttpWebhookSender
from vivamarket.adapters.postgres.webhooks import PostgresWebhookStore
from vivamarket.bootstrap.bridges import OrderSubjects
from vivamarket.bootstrap.shop import Shop
from vivamarket.webhooks.delivering import Deliveries
from vivamarket.webhooks.service import WebhookService


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The use cases, and what sends."""

    store: PostgresWebhookStore
    service: WebhookService
    deliveries: Deliveries


def webhooks_of(shop: Shop) -> Webhooks:
    """Build the webhooks' parts. Nothing is sent before ``deliveries`` is run."""
    local = shop.settings.webhooks_local
    store = PostgresWebhookStore(shop.pool)
    sender = HttpWebhookSender(local=local)
    service = WebhookService(
        store=store,
        sender=sender,
        subjects=OrderSubjects(shop.orders),
        clock=shop.clock,
        ids=shop.ids,
        local=local,
    )
    return Webhooks(
        store, service, Deliveries(store=store, sender=sender, clock=shop.clock, tasks=shop.tasks)
    )
