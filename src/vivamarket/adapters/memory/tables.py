"""The tables, and transactions over them: all or nothing, and what a power cut would forget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Final, TypeVar

from vivamarket.cart.model import Cart
from vivamarket.checkout.model import OrderState, ReservedUnits, StockLine
from vivamarket.checkout.transitions import Machine
from vivamarket.inventory.model import StockLevel, StockMove
from vivamarket.invoices.model import Invoice, InvoiceNumber, Series
from vivamarket.kernel.ids import CartId, LocationId, OrderId, OrderNumber, PaymentId, RefundId, Sku
from vivamarket.kernel.outbox import Lane
from vivamarket.orders.diary import DiaryEntry
from vivamarket.orders.model import Order
from vivamarket.payments.ledger import LedgerTransaction
from vivamarket.payments.model import ProviderEvent
from vivamarket.payments.statement import ReconciliationReport
from vivamarket.returns.model import Return, ReturnId
from vivamarket.webhooks.model import Delivery, DeliveryAttempt, DeliveryId, Endpoint, EndpointId

Key = TypeVar("Key")
Value = TypeVar("Value")
StockKey = tuple[LocationId, Sku]

_ABSENT: Final = object()


@dataclass(frozen=True, slots=True)
class StepRecord:
    """One line of an order's history."""

    at: datetime
    machine: Machine
    subject_id: str
    event: str
    source: str | None
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """One order with everything that hangs on it. Its reservations all share ``state.reservation``."""

    #: As it was placed; what changes stands in the other fields.
    order: Order
    state: OrderState
    #: Minor units of the order's own currency, as the last decision summed them.
    captured: int
    refunded: int
    #: What it reserved, in (location, SKU) order.
    stock: tuple[StockLine, ...]
    #: What has left those reservations, by SKU.
    reserved: tuple[ReservedUnits, ...] = ()
    steps: tuple[StepRecord, ...]
    ledger: tuple[LedgerTransaction, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRecord:
    """One idempotency key; ``status`` and ``body`` are None while its work is under way."""

    fingerprint: bytes
    claimed_at: datetime
    status: int | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRecord:
    """One event of the payment provider."""

    event: ProviderEvent
    received_at: datetime
    #: None once it is done or dead.
    due_at: datetime | None
    attempts: int = 0
    error: str | None = None
    done_at: datetime | None = None
    died_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRecord:
    """One event of ours that waits for its handlers."""

    id: int
    kind: str
    key: str
    payload: Mapping[str, object]
    lane: Lane
    occurred_at: datetime
    due_at: datetime
    attempts: int = 0
    error: str | None = None
    died_at: datetime | None = None


class Tables:
    """Every record of the shop, by its key. Records are immutable; a change puts another one.

    Writes go through ``put`` and ``drop`` inside ``transaction``. The journal keeps what each write
    replaced since the last commit that waited for the disk; it undoes a transaction that fails, and
    everything that a crash would forget. Cost: one tuple per write.
    """

    def __init__(self) -> None:
        self.carts: dict[CartId, Cart] = {}
        self.keys: dict[str, KeyRecord] = {}
        self.orders: dict[OrderId, OrderRecord] = {}
        self.stock: dict[StockKey, StockLevel] = {}
        #: The journal of what is on hand, per stock item, oldest first.
        self.moves: dict[StockKey, tuple[StockMove, ...]] = {}
        #: Which move a request's key made.
        self.move_of_request: dict[str, int] = {}
        #: What is available of SKUs that run low, as noted last.
        self.low_stock: dict[StockKey, int] = {}
        #: What staff find each order by, once noted.
        self.order_words: dict[OrderId, tuple[str, ...]] = {}
        #: Oldest first.
        self.diaries: dict[OrderId, tuple[DiaryEntry, ...]] = {}
        self.inbox: dict[str, InboxRecord] = {}
        self.outbox: dict[int, OutboxRecord] = {}
        self.reports: dict[str, ReconciliationReport] = {}
        self.comparison_asked: dict[str, datetime] = {}
        self.webhook_endpoints: dict[EndpointId, Endpoint] = {}
        self.webhook_deliveries: dict[DeliveryId, Delivery] = {}
        #: Newest first.
        self.webhook_attempts: dict[DeliveryId, tuple[DeliveryAttempt, ...]] = {}
        #: The last number of each series, and when it was given.
        self.invoice_series: dict[Series, tuple[int, datetime]] = {}
        self.invoices: dict[InvoiceNumber, Invoice] = {}
        self.returns: dict[ReturnId, Return] = {}
        # Indexes: unique names, and what is due.
        self.order_of_number: dict[OrderNumber, OrderId] = {}
        self.order_of_cart: dict[CartId, OrderId] = {}
        self.order_of_payment: dict[PaymentId, OrderId] = {}
        self.payment_of_ref: dict[str, PaymentId] = {}
        #: By the provider's name for the money itself; two payments never share one.
        self.payment_of_money: dict[str, PaymentId] = {}
        self.order_of_refund: dict[RefundId, OrderId] = {}
        self.invoice_of_cause: dict[str, InvoiceNumber] = {}
        self.delivery_of_event: dict[tuple[EndpointId, str], DeliveryId] = {}
        self.expire_at: dict[OrderId, datetime] = {}
        self.check_at: dict[OrderId, datetime] = {}
        self.inbox_due: dict[str, datetime] = {}
        # Like a database's sequences, these do not go back when a transaction does.
        self.last_move = 0
        self.last_event = 0
        self._journal: list[tuple[dict[Any, Any], Any, Any]] = []
        #: Where in the journal each commit ends that did not wait for the disk.
        self._unsafe_commits: list[int] = []
        self._locked = False

    @property
    def commits_at_risk(self) -> int:
        """Return how many commits a crash would forget."""
        return len(self._unsafe_commits)

    def put(self, table: dict[Key, Value], key: Key, value: Value) -> None:
        """Write one record."""
        self._journal.append((table, key, table.get(key, _ABSENT)))
        table[key] = value

    def drop(self, table: dict[Key, Value], key: Key) -> None:
        """Remove one record, if it is there."""
        if key in table:
            self._journal.append((table, key, table.pop(key)))

    def put_or_drop(self, table: dict[Key, Value], key: Key, value: Value | None) -> None:
        """Write one record; None removes it."""
        if value is None:
            self.drop(table, key)
        else:
            self.put(table, key, value)

    def lock(self) -> None:
        """Say that this transaction locked a row: then its commit reaches the disk even without a write."""
        self._locked = True

    def transaction(self, *, waits_for_disk: bool = True) -> Transaction:
        """Return a block whose writes all happen, or none when it raises."""
        return Transaction(self, waits_for_disk)

    def begin(self) -> int:
        """Return where the next transaction begins; for ``Transaction`` only."""
        self._locked = False
        return len(self._journal)

    def commit(self, start: int, waits_for_disk: bool) -> None:
        """Keep what was written since ``start``; for ``Transaction`` only.

        There is one log: a commit that waits for the disk takes all earlier ones there with it. One
        that wrote and locked nothing has nothing to wait for.
        """
        wrote = len(self._journal) > start
        if waits_for_disk and (wrote or self._locked):
            self._journal.clear()
            self._unsafe_commits.clear()
        elif wrote:
            self._unsafe_commits.append(len(self._journal))

    def undo(self, start: int) -> None:
        """Take back every write since that place of the journal."""
        journal = self._journal
        while len(journal) > start:
            table, key, before = journal.pop()
            if before is _ABSENT:
                del table[key]
            else:
                table[key] = before

    def crash(self, kept: int) -> int:
        """Forget every commit that did not wait for the disk but the first ``kept``; return how many."""
        lost = len(self._unsafe_commits) - kept
        if lost <= 0:
            return 0
        self.undo(self._unsafe_commits[kept - 1] if kept else 0)
        del self._unsafe_commits[kept:]
        return lost

    def copy(self) -> Tables:
        """Return tables of their own with the same records, all of them safe on disk."""
        other = Tables()
        for name, value in vars(self).items():
            if not name.startswith("_"):
                setattr(other, name, value.copy() if isinstance(value, dict) else value)
        return other


class Transaction:
    """One transaction as a ``with`` block."""

    __slots__ = ("_start", "_tables", "_waits_for_disk")

    def __init__(self, tables: Tables, waits_for_disk: bool) -> None:
        self._tables = tables
        self._waits_for_disk = waits_for_disk
        self._start = 0

    def __enter__(self) -> None:
        self._start = self._tables.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._tables.commit(self._start, self._waits_for_disk)
        else:
            self._tables.undo(self._start)
