"""What the staff's pages read, filled in by bootstrap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vivamarket.accounts.service import AccountService
from vivamarket.checkout.model import OrderState
from vivamarket.inventory.service import StockService
from vivamarket.kernel.ids import OrderId
from vivamarket.notifications.ports import Mailbox
from vivamarket.orders.service import OrderService
from vivamarket.payments.ledger import LedgerTransaction


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffServices:
    """Everything a staff page may use."""

    shop_name: str
    accounts: AccountService
    orders: OrderService
    states: OrderStates
    stock: StockService
    ledger: LedgerReader
    mailbox: Mailbox
