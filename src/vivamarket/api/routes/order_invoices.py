"""An order's invoices, for whoever holds its token."""

from __future__ import annotations

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes
from vivamarket.api.present.invoices import PDF, invoices_out, pdf_answer
from vivamarket.api.routes.order_words import GUEST, InvoiceNumberPath, token_of
from vivamarket.api.schemas.invoices import InvoiceList
from vivamarket.api.services import ApiServices
from vivamarket.api.words import OrderIdPath
from vivamarket.invoices.model import InvoiceNumber
from vivamarket.kernel.ids import OrderId


def invoice_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""

    @get(
        "/{order_id:str}/invoices",
        operation_id="listOrderInvoices",
        summary="List an order's invoices",
        security=GUEST,
        responses=describes(400, 401, 404),
    )
    async def list_order_invoices(request: ApiRequest, order_id: OrderIdPath) -> InvoiceList:
        """Return the order's invoice, about a second after it was paid, and a credit note per refund."""
        known = await services.orders.authorize(OrderId(order_id), token_of(request))
        return invoices_out(await services.after.invoices.of_order(known))

    @get(
        "/{order_id:str}/invoices/{invoice_number:str}",
        operation_id="getOrderInvoice",
        summary="Read an invoice as PDF",
        security=GUEST,
        media_type=PDF,
        responses=describes(400, 401, 404),
    )
    async def get_order_invoice(
        request: ApiRequest, order_id: OrderIdPath, invoice_number: InvoiceNumberPath
    ) -> Response[bytes]:
        """Return the PDF: tagged, and the same bytes every time. Refusal: `invoice_not_found`."""
        known = await services.orders.authorize(OrderId(order_id), token_of(request))
        invoice = await services.after.invoices.get(InvoiceNumber(invoice_number), known)
        return pdf_answer(invoice, await services.after.printing.pdf(invoice))

    return [list_order_invoices, get_order_invoice]
