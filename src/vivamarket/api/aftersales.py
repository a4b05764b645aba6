"""What an order's buyer and the staff use once it is paid, filled in by bootstrap."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.invoices.printing import InvoicePrinting
from vivamarket.invoices.service import InvoiceService
from vivamarket.orders.links import OrderLinks
from vivamarket.returns.service import ReturnService


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterSales:
    """Invoices, returns, and the links that open orders."""

    invoices: InvoiceService
    printing: InvoicePrinting
    links: OrderLinks
    returns: ReturnService
