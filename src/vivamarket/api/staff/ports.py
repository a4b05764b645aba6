"""What the staff's API works with, filled in by bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vivamarket.accounts.roster import Roster
from vivamarket.accounts.service import AccountService
from vivamarket.audit_log import AuditLog
from vivamarket.checkout.fulfilling import Fulfilling
from vivamarket.checkout.model import OrderState
from vivamarket.checkout.service import CheckoutService
from vivamarket.inventory.service import StockService
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import EventId, IdSource, OrderId
from vivamarket.kernel.outbox import DeadLetter
from vivamarket.kernel.tasks import TaskSpawner
from vivamarket.notifications.ports import Mailbox
from vivamarket.orders.diary import OrderDiary
from vivamarket.orders.service import OrderService
from vivamarket.payments.ledger import LedgerTransaction
from vivamarket.payments.model import InboxDeadLetter
from vivamarket.payments.statement import ReconciliationReport
from vivamarket.shop.ports import CurrentShop
from vivamarket.webhooks.service import WebhookService


class OrderStates(Protocol):
    """Reads an order's payments and refunds; the checkout's store does."""

    async def state(self, order_id: OrderId) -> OrderState:
        """Return the order as committed, without a lock. Raise ``OrderNotFound``."""
        ...


class LedgerReader(Protocol):
    """Reads the books."""

    async def of_order(self, order_id: OrderId) -> tuple[LedgerTransaction, ...]:
        """Return what was posted for the order, oldest first; nothing for an unknown order."""
        ...


class DeadEvents(Protocol):
    """The outbox's dead letters; see ``OutboxStore``."""

    async def dead_letters(self, limit: int) -> tuple[DeadLetter, ...]:
        """Return the newest dead letters."""
        ...

    async def revive(self, event_id: EventId, now: datetime) -> bool:
        """Deliver a dead letter again; return whether there was one."""
        ...


class DeadMessages(Protocol):
    """The inbox's dead letters; see ``InboxStore``."""

    async def dead_letters(self, limit: int) -> tuple[InboxDeadLetter, ...]:
        """Return the newest dead letters."""
        ...

    async def revive(self, event_id: str, now: datetime) -> bool:
        """Hand a dead letter out again; return whether there was one."""
        ...


class Reports(Protocol):
    """The reports of comparisons with the payment provider; see ``ReportStore``."""

    async def newest(self, limit: int) -> tuple[ReconciliationReport, ...]:
        """Return the newest reports."""
        ...


class Compares(Protocol):
    """Compares everything with the payment provider; see ``Comparison``."""

    async def run(self) -> ReconciliationReport:
        """Compare now and keep the report. Raise ``GatewayUnavailable``."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffServices:
    """Everything that staff may use."""

    shop: CurrentShop
    accounts: AccountService
    audit: AuditLog
    roster: Roster
    #: Draws a text as a QR code: an SVG without styles or scripts.
    draw: Callable[[str], str]
    orders: OrderService
    states: OrderStates
    stock: StockService
    ledger: LedgerReader
    mailbox: Mailbox
    checkout: CheckoutService
    fulfilling: Fulfilling
    diary: OrderDiary
    outbox: DeadEvents
    inbox: DeadMessages
    reports: Reports
    comparison: Compares
    tasks: TaskSpawner
    webhooks: WebhookService
    clock: Clock
    ids: IdSource
