"""A shop's database by its ports: the real one, and the double that keeps the same promises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

import asyncpg

from vivamarket.adapters.postgres.carts import PostgresCartStore
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.adapters.postgres.checkout import PostgresCheckoutStore
from vivamarket.adapters.postgres.evidence import PostgresEvidenceReader
from vivamarket.adapters.postgres.found_orders import PostgresFoundOrderStore
from vivamarket.adapters.postgres.idempotency import PostgresIdempotencyStore
from vivamarket.adapters.postgres.inbox import PostgresInboxStore
from vivamarket.adapters.postgres.inventory import PostgresStockStore
from vivamarket.adapters.postgres.invoices import PostgresInvoiceEvidence, PostgresInvoiceStore
from vivamarket.adapters.postgres.ledger import PostgresLedgerReader
from vivamarket.adapters.postgres.order_diary import PostgresDiaryStore
from vivamarket.adapters.postgres.orders import PostgresOrderStore
from vivamarket.adapters.postgres.outbox import PostgresOutboxStore
from vivamarket.adapters.postgres.payments import PostgresPaymentReader, PostgresReportStore
from vivamarket.adapters.postgres.placements import PostgresPlacementStore
from vivamarket.adapters.postgres.returns import PostgresReturnStore
from vivamarket.adapters.postgres.webhooks import PostgresWebhookStore
from vivamarket.api.staff.ports import LedgerReader
from vivamarket.cart.ports import CartStore
from vivamarket.catalog.model import Product
from vivamarket.catalog.ports import CatalogStore
from vivamarket.checkout.invariants import EvidenceReader
from vivamarket.checkout.ports import CheckoutStore, PlacementStore
from vivamarket.inventory.ports import StockStore
from vivamarket.invoices.ports import InvoiceEvidenceReader, InvoiceStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.idempotency import IdempotencyStore
from vivamarket.kernel.ids import ProductId, Sku
from vivamarket.kernel.outbox import OutboxStore
from vivamarket.orders.diary import DiaryStore
from vivamarket.orders.ports import FoundOrderStore, OrderStore
from vivamarket.payments.ports import InboxStore, PaymentReader, ReportStore
from vivamarket.returns.ports import ReturnStore
from vivamarket.webhooks.ports import WebhookStore
from vivamarket.worker.cleanup import Forgets


class ForgettingCarts(CartStore, Forgets, Protocol):
    """Carts as shoppers and the clean-up see them."""


class Database(Protocol):
    """Every store of the checkout, over the same records. Both adapters are held to exactly this."""

    @property
    def carts(self) -> ForgettingCarts: ...
    @property
    def placements(self) -> PlacementStore: ...
    @property
    def checkout(self) -> CheckoutStore: ...
    @property
    def orders(self) -> OrderStore: ...
    @property
    def found_orders(self) -> FoundOrderStore: ...
    @property
    def diary(self) -> DiaryStore: ...
    @property
    def stock(self) -> StockStore: ...
    @property
    def inbox(self) -> InboxStore: ...
    @property
    def outbox(self) -> OutboxStore: ...
    @property
    def keys(self) -> IdempotencyStore: ...
    @property
    def ledger(self) -> LedgerReader: ...
    @property
    def payments(self) -> PaymentReader: ...
    @property
    def reports(self) -> ReportStore: ...
    @property
    def webhooks(self) -> WebhookStore: ...
    @property
    def invoices(self) -> InvoiceStore: ...
    @property
    def invoice_evidence(self) -> InvoiceEvidenceReader: ...
    @property
    def returns(self) -> ReturnStore: ...
    @property
    def evidence(self) -> EvidenceReader: ...


class PostgresDatabase:
    """The real one."""

    def __init__(self, pool: asyncpg.Pool, clock: Clock) -> None:
        self.carts = PostgresCartStore(pool)
        self.placements = PostgresPlacementStore(pool)
        self.checkout = PostgresCheckoutStore(pool)
        self.orders = PostgresOrderStore(pool)
        self.found_orders = PostgresFoundOrderStore(pool)
        self.diary = PostgresDiaryStore(pool)
        self.stock = PostgresStockStore(pool)
        self.inbox = PostgresInboxStore(pool)
        self.outbox = PostgresOutboxStore(pool)
        self.keys = PostgresIdempotencyStore(pool, clock)
        self.ledger = PostgresLedgerReader(pool)
        self.payments = PostgresPaymentReader(pool)
        self.reports = PostgresReportStore(pool)
        self.webhooks = PostgresWebhookStore(pool)
        self.invoices = PostgresInvoiceStore(pool)
        self.invoice_evidence = PostgresInvoiceEvidence(pool)
        self.returns = PostgresReturnStore(pool)
        self.evidence = PostgresEvidenceReader(pool)


class LittleCatalog:
    """The two questions that pricing and its tests have for a catalogue, in memory."""

    def __init__(self) -> None:
        self._products: dict[Sku, Product] = {}

    async def put(self, product: Product, expected_version: int) -> None:
        self._products.update((variant.sku, product) for variant in product.variants)

    async def by_skus(self, skus: Sequence[Sku]) -> dict[Sku, Product]:
        return {sku: self._products[sku] for sku in skus if sku in self._products}

    async def get_many(self, product_ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        return {each.id: each for each in self._products.values() if each.id in product_ids}


def database_on(where: asyncpg.Pool | Database, clock: Clock) -> Database:
    """Return the stores of a pool; stores are returned as they are."""
    return PostgresDatabase(where, clock) if isinstance(where, asyncpg.Pool) else where


def catalog_on(where: asyncpg.Pool | Database, clock: Clock) -> CatalogStore:
    """Return a catalogue beside that database; the double has none, so a little one stands in."""
    if isinstance(where, asyncpg.Pool):
        return PostgresCatalogStore(where, clock)
    return cast(CatalogStore, LittleCatalog())
