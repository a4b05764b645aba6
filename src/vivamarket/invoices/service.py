"""Issuing and reading invoices."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from vivamarket.invoices.drafting import Sale, credit_note_of, invoice_of
from vivamarket.invoices.errors import InvoiceNotFound
from vivamarket.invoices.model import Invoice, InvoiceNumber, Party
from vivamarket.invoices.ports import InvoiceStore, SaleReader
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.events import Envelope
from vivamarket.kernel.ids import OrderId, RefundId

BATCH_MAX = 200
#: After this long no transaction can still be written with an earlier number in the books.
SETTLED_AFTER = timedelta(minutes=10)


class InvoiceService:
    """Use cases of invoices. ``seller`` says who sells now; an invoice copies it."""

    def __init__(
        self, *, store: InvoiceStore, sales: SaleReader, seller: Callable[[], Party], clock: Clock
    ) -> None:
        self._store = store
        self._sales = sales
        self._seller = seller
        self._clock = clock

    async def handle(self, envelope: Envelope) -> None:
        """Issue what an order's event asks for: ``order.paid``, ``order.refunded``; others are ignored.

        Safe to repeat and in any order: a credit note brings the invoice that it takes back.
        """
        order_id = OrderId(str(envelope.payload.get("order_id", "")))
        if envelope.kind == "order.paid":
            await self.issue(order_id)
        elif envelope.kind == "order.refunded":
            await self.credit(order_id, RefundId(str(envelope.payload["refund_id"])))

    async def issue(self, order_id: OrderId) -> Invoice | None:
        """Issue the order's invoice, or return the one it has; None while the order is not sold."""
        sale = await self._sales.sale(order_id)
        return None if sale is None else await self._issue(sale)

    async def credit(self, order_id: OrderId, refund_id: RefundId) -> Invoice | None:
        """Issue the credit note of a refund, or return the one it has; None when no sale was undone."""
        sale = await self._sales.sale(order_id)
        returned = await self._sales.returned(order_id, refund_id)
        if sale is None or returned is None:
            return None
        invoice = await self._issue(sale)
        draft = credit_note_of(sale, returned, invoice.number, self._seller())
        return await self._store.issue(draft, self._clock.now())

    async def issue_due(self) -> int:
        """Issue what the books hold and no invoice tells, a bounded batch; return how many.

        The certainty behind ``handle``: an event that could not be handled costs no invoice.
        """
        due = await self._store.due(self._clock.now() - SETTLED_AFTER, BATCH_MAX)
        for posting in due:
            if posting.refund_id is None:
                await self.issue(posting.order_id)
            else:
                await self.credit(posting.order_id, posting.refund_id)
        return len(due)

    async def of_order(self, order_id: OrderId) -> tuple[Invoice, ...]:
        """Return the order's invoices and credit notes, oldest first."""
        return await self._store.of_order(order_id)

    async def get(self, number: InvoiceNumber, order_id: OrderId | None = None) -> Invoice:
        """Return the invoice. Raise ``InvoiceNotFound``, also when it is not of that order."""
        invoice = await self._store.get(number)
        if order_id is not None and invoice.draft.order_id != order_id:
            raise InvoiceNotFound("This order has no such invoice.", number=number)
        return invoice

    async def _issue(self, sale: Sale) -> Invoice:
        return await self._store.issue(invoice_of(sale, self._seller()), self._clock.now())
