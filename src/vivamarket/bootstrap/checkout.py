"""The checkout and its payment provider, as web and worker both use them."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.adapters.postgres.payments import PostgresPaymentReader, PostgresReportStore
from vivamarket.adapters.stripe.gateway import StripeGateway
from vivamarket.bootstrap.shop import Shop
from vivamarket.checkout.comparison import Comparison
from vivamarket.checkout.refunding import Refunding
from vivamarket.checkout.settlement import Settlement
from vivamarket.payments.breaker import CircuitBreaker, GuardedGateway

STRIPE_API_BASE = "https://api.stripe.com"
SANDBOX_MOUNT = "/sandbox"


@dataclass(frozen=True, slots=True)
class Payments:
    """Everything that talks to the provider."""

    provider: StripeGateway
    #: The provider behind this process's circuit breaker; everything calls this one.
    gateway: GuardedGateway
    refunding: Refunding
    settlement: Settlement
    comparison: Comparison
    reports: PostgresReportStore


def payments_of(shop: Shop) -> Payments:
    """Build the provider's adapter and the use cases over it. Nothing connects yet; the shop closes it."""
    provider = _provider(shop)
    shop.exits.push_async_callback(provider.close)
    gateway = GuardedGateway(provider, CircuitBreaker(clock=shop.clock, ids=shop.ids))
    refunding = Refunding(store=shop.checkout_store, gateway=gateway, clock=shop.clock, ids=shop.ids)
    settlement = Settlement(
        store=shop.checkout_store,
        orders=shop.order_store,
        gateway=gateway,
        refunding=refunding,
        clock=shop.clock,
        ids=shop.ids,
        public_url=shop.settings.public_url,
        main_currency=shop.file.profile.default_currency,
        capture=lambda: shop.rules.profile.capture,
        telemetry=shop.telemetry,
    )
    reports = PostgresReportStore(shop.pool)
    comparison = Comparison(
        gateway=gateway,
        payments=PostgresPaymentReader(shop.pool),
        settlement=settlement,
        reports=reports,
        clock=shop.clock,
        ids=shop.ids,
    )
    return Payments(provider, gateway, refunding, settlement, comparison, reports)


def _provider(shop: Shop) -> StripeGateway:
    settings = shop.settings
    if settings.sandbox:
        api_base = settings.stripe_api_base or f"{settings.local_url}{SANDBOX_MOUNT}"
        secret_key = settings.stripe_secret_key or shop.secrets.sandbox_secret_key
        webhook_secret = settings.stripe_webhook_secret or shop.secrets.sandbox_webhook_secret
    else:
        assert settings.stripe_secret_key  # settings.py asks for both
        assert settings.stripe_webhook_secret
        api_base = settings.stripe_api_base or STRIPE_API_BASE
        secret_key, webhook_secret = settings.stripe_secret_key, settings.stripe_webhook_secret
    return StripeGateway(
        api_base=api_base,
        secret_key=secret_key,
        webhook_secret=webhook_secret,
        clock=shop.clock,
        ids=shop.ids,
    )
