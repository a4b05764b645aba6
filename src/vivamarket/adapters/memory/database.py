"""All stores over one set of tables, as one database."""

from __future__ import annotations

from vivamarket.adapters.memory.carts import MemoryCartStore
from vivamarket.adapters.memory.checkout import MemoryCheckoutStore
from vivamarket.adapters.memory.evidence import MemoryEvidenceReader
from vivamarket.adapters.memory.inbox import MemoryInboxStore
from vivamarket.adapters.memory.invoices import MemoryInvoiceEvidence, MemoryInvoiceStore
from vivamarket.adapters.memory.keys import MemoryIdempotencyStore
from vivamarket.adapters.memory.order_diary import MemoryDiaryStore
from vivamarket.adapters.memory.orders import MemoryFoundOrderStore, MemoryLedgerReader, MemoryOrderStore
from vivamarket.adapters.memory.outbox import MemoryOutboxStore
from vivamarket.adapters.memory.payments import MemoryPaymentReader, MemoryReportStore
from vivamarket.adapters.memory.placements import MemoryPlacementStore
from vivamarket.adapters.memory.returns import MemoryReturnStore
from vivamarket.adapters.memory.stock import MemoryStockStore
from vivamarket.adapters.memory.tables import Tables
from vivamarket.adapters.memory.webhooks import MemoryWebhookStore
from vivamarket.kernel.clock import Clock


class MemoryDatabase:
    """A database that is empty at first. Its stores see one another's commits at once.

    Not for threads: one event loop uses it. It makes no faults of its own but ``crash``.
    """

    def __init__(self, clock: Clock) -> None:
        self._use(clock, Tables())

    def _use(self, clock: Clock, tables: Tables) -> None:
        self._clock = clock
        #: Every record, for tools that look at all of them; whoever writes here breaks promises.
        self.tables = tables
        self.carts = MemoryCartStore(tables)
        self.placements = MemoryPlacementStore(tables)
        self.checkout = MemoryCheckoutStore(tables)
        self.orders = MemoryOrderStore(tables)
        self.found_orders = MemoryFoundOrderStore(tables)
        self.diary = MemoryDiaryStore(tables)
        self.stock = MemoryStockStore(tables)
        self.inbox = MemoryInboxStore(tables)
        self.outbox = MemoryOutboxStore(tables)
        self.keys = MemoryIdempotencyStore(tables, clock)
        self.ledger = MemoryLedgerReader(tables)
        self.payments = MemoryPaymentReader(tables)
        self.reports = MemoryReportStore(tables)
        self.webhooks = MemoryWebhookStore(tables)
        self.invoices = MemoryInvoiceStore(tables)
        self.invoice_evidence = MemoryInvoiceEvidence(tables)
        self.returns = MemoryReturnStore(tables)
        self.evidence = MemoryEvidenceReader(tables)

    def crash(self, kept: int = 0) -> int:
        """Cut the power: forget the commits that had not reached the disk; return how many.

        Those are the ones that do not wait for it (claims of outbox, inbox and idempotency keys, and the
        removal of handled outbox events) and that no later commit took there. PostgreSQL writes them
        within 600 ms anyway; here they stay at risk for longer, which is harder on the caller. The first
        ``kept`` of them survive.
        """
        return self.tables.crash(kept)

    def copy(self, clock: Clock | None = None) -> MemoryDatabase:
        """Return an independent database with the same records, all safe; the records are shared."""
        other = MemoryDatabase.__new__(MemoryDatabase)
        other._use(clock or self._clock, self.tables.copy())
        return other
