"""The cursor of the list of orders, newest first: the id of the last order shown."""

from __future__ import annotations

from vivamarket.kernel.ids import BadId, OrderId, parse_uuid
from vivamarket.kernel.paging import BadCursor, decode_cursor, encode_cursor
from vivamarket.orders.model import OrderRow

_SCOPE = "orders"


def newest_cursor(last: OrderRow) -> str:
    """Return the cursor of the page after that order."""
    return encode_cursor(_SCOPE, [last.id])


def newest_after(cursor: str | None) -> OrderId | None:
    """Return the order that the page comes after, None for the first page. Raise ``BadCursor``."""
    if not cursor:
        return None
    (after,) = decode_cursor(_SCOPE, cursor, 1)
    try:
        return OrderId(parse_uuid(str(after)))
    except BadId:
        raise BadCursor("The cursor names no order; start again from the first page.") from None
