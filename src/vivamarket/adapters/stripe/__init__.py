"""Stripe, or anything that speaks its wire format at another base URL: ``StripeGateway`` for payments."""

from vivamarket.adapters.stripe.gateway import WEBHOOK_EVENTS, StripeGateway
from vivamarket.adapters.stripe.transport import AppTransport, HttpTransport, Transport

__all__ = ["WEBHOOK_EVENTS", "AppTransport", "HttpTransport", "StripeGateway", "Transport"]
