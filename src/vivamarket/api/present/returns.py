"""Returns as the API answers them."""

from __future__ import annotations

from datetime import datetime

from vivamarket.api.schemas.returns import (
    OrderReturnsOut,
    ReturnableLine,
    ReturnLineOut,
    ReturnOut,
    ReturnPage,
    ReturnRowOut,
    ReturnStepOut,
)
from vivamarket.kernel.paging import Page
from vivamarket.returns.model import OrderReturns, Return, ReturnRow


def return_out(found: Return) -> ReturnOut:
    """Present a return; who of the staff took which step is not for everybody."""
    return ReturnOut(
        id=found.id,
        status=found.status,
        reason=found.reason,
        note=found.note,
        answer=found.answer,
        lines=tuple(
            ReturnLineOut(line.position, line.sku, line.quantity, line.received, line.restocked)
            for line in found.lines
        ),
        history=tuple(ReturnStepOut(entry.at, entry.event) for entry in found.history),
        requested_at=found.requested_at,
        refusal_code=found.refusal_code,
    )


def order_returns_out(order: OrderReturns, ends_at: datetime | None, now: datetime) -> OrderReturnsOut:
    """Present an order's returns; after ``ends_at`` nothing may be sent back any more."""
    is_open = ends_at is not None and now <= ends_at
    left = ((line.position, order.returnable(line.position)) for line in order.lines)
    return OrderReturnsOut(
        items=tuple(return_out(each) for each in order.returns),
        returnable=tuple(ReturnableLine(*each) for each in left if each[1]) if is_open else (),
        ends_at=ends_at,
    )


def return_page(page: Page[ReturnRow]) -> ReturnPage:
    """Present a page of the staff's list."""
    rows = (
        ReturnRowOut(row.id, row.number, row.status, row.reason, row.units, row.requested_at)
        for row in page.items
    )
    return ReturnPage(tuple(rows), page.next_cursor)
