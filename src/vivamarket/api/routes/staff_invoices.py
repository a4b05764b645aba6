"""Invoices for staff."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from vivamarket.api.documents import describes
from vivamarket.api.present.invoices import PDF, invoices_out, pdf_answer
from vivamarket.api.routes.order_words import InvoiceNumberPath
from vivamarket.api.routes.staff_words import READS, OrderNumberPath
from vivamarket.api.schemas.invoices import InvoiceList
from vivamarket.api.services import ApiServices
from vivamarket.invoices.model import InvoiceNumber
from vivamarket.kernel.ids import OrderNumber


def staff_invoice_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""

    @get(
        "/orders/{number:str}/invoices",
        operation_id="listStaffOrderInvoices",
        summary="List an order's invoices",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def list_staff_order_invoices(number: OrderNumberPath) -> InvoiceList:
        """Return the order's invoice and its credit notes, oldest first."""
        order = await services.orders.by_number(OrderNumber(number))
        return invoices_out(await services.after.invoices.of_order(order.id))

    @get(
        "/invoices/{invoice_number:str}",
        operation_id="getStaffInvoice",
        summary="Read an invoice as PDF",
        security=READS,
        media_type=PDF,
        responses=describes(400, 401, 404),
    )
    async def get_staff_invoice(invoice_number: InvoiceNumberPath) -> Response[bytes]:
        """Return the PDF: the same bytes every time. Refusal: `invoice_not_found`."""
        invoice = await services.after.invoices.get(InvoiceNumber(invoice_number))
        return pdf_answer(invoice, await services.after.printing.pdf(invoice))

    return [list_staff_order_invoices, get_staff_invoice]
