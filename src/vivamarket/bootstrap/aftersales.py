"""What the API offers for orders that are paid."""

from __future__ import annotations

from vivamarket.adapters.typst import TypstPrinter
from vivamarket.api.aftersales import AfterSales
from vivamarket.bootstrap.bridges import in_thread
from vivamarket.bootstrap.invoices import invoices_of
from vivamarket.bootstrap.returns import returns_of
from vivamarket.bootstrap.shop import Shop
from vivamarket.checkout.refunding import Refunding
from vivamarket.invoices.printing import InvoicePrinting


def after_sales_of(shop: Shop, refunding: Refunding) -> AfterSales:
    """Build it; Typst is loaded when the first PDF is asked for."""
    return AfterSales(
        invoices=invoices_of(shop),
        printing=InvoicePrinting(TypstPrinter(), in_thread),
        links=shop.links,
        returns=returns_of(shop, refunding),
    )
