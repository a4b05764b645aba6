"""Invoices and returns of a shop on any database."""

from __future__ import annotations

from tests.helpers.checkout import Shop

from vivamarket.adapters.typst import TypstPrinter
from vivamarket.api.aftersales import AfterSales
from vivamarket.bootstrap.bridges import in_thread
from vivamarket.bootstrap.invoices import SaleBridge
from vivamarket.bootstrap.returns import ReturnBridge
from vivamarket.invoices.checking import Finding, findings
from vivamarket.invoices.model import Party
from vivamarket.invoices.printing import InvoicePrinting
from vivamarket.invoices.service import InvoiceService
from vivamarket.returns.service import ReturnService

RETURN_DAYS = 30
SELLER = Party(name="Viva S.L.", lines=("Gran Vía 1", "28013 Madrid", "ES"), tax_number="B12345678")


def invoices_on(shop: Shop) -> InvoiceService:
    """Return the use cases over the shop's database."""
    return InvoiceService(
        store=shop.database.invoices,
        sales=SaleBridge(shop.orders, shop.store),
        seller=lambda: SELLER,
        clock=shop.clock,
    )


async def wrong_with(shop: Shop) -> list[Finding]:
    """Return what the check of invoices finds, long after everything must have happened."""
    shop.later(minutes=5)
    async with shop.database.invoice_evidence.snapshot() as evidence:
        return await findings(evidence, shop.clock.now())


def returns_on(shop: Shop) -> ReturnService:
    """Return the use cases of returns over the shop's database."""
    return ReturnService(
        store=shop.database.returns,
        effects=ReturnBridge(shop.refunding, shop.stock),
        days=lambda: RETURN_DAYS,
        clock=shop.clock,
        ids=shop.ids,
    )


def after_sales_on(shop: Shop) -> AfterSales:
    """Return what the API offers for orders that are paid, over the shop's database."""
    return AfterSales(
        invoices=invoices_on(shop),
        printing=InvoicePrinting(TypstPrinter(), in_thread),
        links=shop.links,
        returns=returns_on(shop),
    )
