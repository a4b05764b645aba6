"""Orders as lists show them, read from rows of PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from vivamarket.kernel.ids import OrderId, OrderNumber
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import Page
from vivamarket.orders.model import OrderRow, OrderStatus
from vivamarket.orders.paging import newest_cursor
from vivamarket.orders.shipments import Fulfillment


def order_row(row: asyncpg.Record) -> OrderRow:
    """Return one line of a list of orders."""
    return OrderRow(
        id=OrderId(str(row["id"])),
        number=OrderNumber(row["number"]),
        status=OrderStatus(row["status"]),
        email=row["email"],
        total=Money(row["total"], row["currency"]),
        refunded_total=Money(row["refunded"], row["currency"]),
        placed_at=row["placed_at"],
        expires_at=row["expires_at"],
        fulfillment=Fulfillment(row["fulfillment"]),
    )


def newest_page(rows: Sequence[asyncpg.Record], limit: int) -> Page[OrderRow]:
    """Return the first ``limit`` rows, newest first; one row more says that another page follows."""
    items = tuple(order_row(row) for row in rows[:limit])
    return Page(items, newest_cursor(items[-1]) if len(rows) > limit else None)
