"""The invoices' refusals."""

from __future__ import annotations

from vivamarket.kernel.errors import DomainError, NotFound


class InvoiceNotFound(NotFound):
    """No such invoice, or not one of that order."""

    code = "invoice_not_found"


class InvoiceUnbalanced(DomainError):
    """The sums of an invoice do not add up; a programmer's mistake."""

    code = "invoice_unbalanced"
