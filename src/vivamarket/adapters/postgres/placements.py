"""Placing orders in PostgreSQL: one call of ``place_orders`` (migration 0076) per batch."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from vivamarket.adapters.postgres.order_document import encode_document
from vivamarket.adapters.postgres.outages import OUTAGES
from vivamarket.adapters.postgres.rules import rules_told
from vivamarket.checkout.errors import CheckoutBusy
from vivamarket.checkout.model import Placement, PlacementAnswer, PlacementOutcome
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import LocationId, OrderId, Sku

#: Twenty arrays of orders, ten of their lines, five of their stock lines, two of the stock items.
_PLACE = "SELECT * FROM place_orders({})".format(", ".join(f"${number}" for number in range(1, 38)))

_StockKey = tuple[LocationId, Sku]


class PostgresPlacementStore:
    """The ``PlacementStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def place(self, placements: Sequence[Placement]) -> list[PlacementAnswer]:
        """Place up to ``PLACEMENTS_MAX`` orders in one transaction. See the port."""
        items = sorted({(line.location_id, line.sku) for each in placements for line in each.stock})
        arguments = [*_orders(placements), *_lines(placements), *_stock(placements, items)]
        try:
            with rules_told():
                rows = await self._pool.fetch(_PLACE, *arguments)
        except OUTAGES as error:
            raise CheckoutBusy("The shop cannot take orders at this moment.") from error
        return [_answer(row, items) for row in rows]


def _orders(placements: Sequence[Placement]) -> list[list[object]]:
    rows = [
        (
            each.order.id,
            each.order.number,
            each.order.cart_id,
            each.cart_version,
            each.order.token_hash,
            each.order.email,
            each.order.locale,
            each.order.currency,
            each.order.total.minor_units,
            each.parts.goods.minor_units,
            each.parts.shipping.minor_units,
            each.parts.tax.minor_units,
            encode_document(each.order),
            each.order.placed_at,
            each.order.expires_at,
            each.payment_id,
            each.attempt.key,
            each.attempt.fingerprint,
            each.response.status,
            each.response.body,
        )
        for each in placements
    ]
    return [list(column) for column in zip(*rows, strict=True)]


def _lines(placements: Sequence[Placement]) -> list[list[object]]:
    first, last = _ranges([len(each.order.lines) for each in placements])
    lines = [line for each in placements for line in each.order.lines]
    return [
        first,
        last,
        [line.sku for line in lines],
        [line.product_id for line in lines],
        [line.quantity for line in lines],
        [line.unit_price.minor_units for line in lines],
        [line.discount.minor_units for line in lines],
        [line.tax.minor_units for line in lines],
        [line.total.minor_units for line in lines],
        [line.requires_shipping for line in lines],
    ]


def _stock(placements: Sequence[Placement], items: Sequence[_StockKey]) -> list[list[object]]:
    first, last = _ranges([len(each.stock) for each in placements])
    position = {key: number for number, key in enumerate(items, start=1)}
    lines = [line for each in placements for line in each.stock]
    return [
        first,
        last,
        [position[line.location_id, line.sku] for line in lines],
        [line.quantity for line in lines],
        [line.backorder for line in lines],
        [location_id for location_id, _ in items],
        [sku for _, sku in items],
    ]


def _ranges(lengths: Sequence[int]) -> tuple[list[object], list[object]]:
    """Return the 1-based first and last index of each order's part of a flat array."""
    first: list[object] = []
    last: list[object] = []
    end = 0
    for length in lengths:
        first.append(end + 1)
        end += length
        last.append(end)
    return first, last


def _answer(row: asyncpg.Record, items: Sequence[_StockKey]) -> PlacementAnswer:
    outcome, status, body, order_id, short_items, short_available = row
    return PlacementAnswer(
        outcome=PlacementOutcome(outcome),
        response=StoredResponse(status, body) if status is not None else None,
        order_id=OrderId(str(order_id)) if order_id is not None else None,
        short=tuple(
            (items[number - 1][1], available)
            for number, available in zip(short_items, short_available, strict=True)
        ),
    )
