"""What an order's buyer and the staff use once it is paid, filled in by bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.invoices.printing import InvoicePrinting
from vivamarket.invoices.service import InvoiceService
from vivamarket.orders.tokens import OrderTokens
from vivamarket.returns.service import ReturnService


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterSales:
    """Invoices, returns, and the tokens that open orders."""

    invoices: InvoiceService
    printing: InvoicePrinting
    tokens: OrderTokens
    returns: ReturnService
