"""The payment sandbox: a payment provider of our own that speaks Stripe's wire format.

Owns what a provider keeps: Checkout Sessions, PaymentIntents, charges, refunds, disputes, events,
webhook endpoints and their deliveries, idempotency records; the hosted payment page; faults to order.
It knows nothing of the shop: the shop reaches it with the official ``stripe`` library by another base URL.

``Provider`` is the core (no I/O but its record store, time and ids injected), ``ApiHandler`` speaks the
wire format over it, ``create_sandbox_app`` puts both behind ASGI. No real money moves here, ever.
"""

from vivamarket.sandbox.api import ApiHandler, ApiRequest, ApiResponse
from vivamarket.sandbox.asgi import create_sandbox_app
from vivamarket.sandbox.cards import TEST_CARDS, CardInput
from vivamarket.sandbox.deliveries import Deliverer
from vivamarket.sandbox.faults import FaultPlan
from vivamarket.sandbox.provider import Provider
from vivamarket.sandbox.store import SqliteRecordStore

__all__ = [
    "TEST_CARDS",
    "ApiHandler",
    "ApiRequest",
    "ApiResponse",
    "CardInput",
    "Deliverer",
    "FaultPlan",
    "Provider",
    "SqliteRecordStore",
    "create_sandbox_app",
]
