"""What a refusal tells beside its message, in the shapes of `schemas`."""

from __future__ import annotations

from collections.abc import Mapping

from vivamarket.api.present.cart import quote_out
from vivamarket.checkout.errors import QuoteChanged
from vivamarket.kernel.errors import DomainError


def refusal_fields(error: DomainError) -> Mapping[str, object]:
    """Return the problem's own fields; a changed quote is shown like any other quote."""
    if isinstance(error, QuoteChanged):
        return {**error.fields, "quote": quote_out(error.quote)}
    return error.fields
