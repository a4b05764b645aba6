"""Reads everything the invariants speak of, from one snapshot."""

from __future__ import annotations

import asyncpg
import msgspec

from vivamarket.checkout.invariants import Evidence, OrderEvidence, RecordedStep
from vivamarket.checkout.model import OrderState
from vivamarket.inventory.model import Reservation, ReservationStatus, StockLevel
from vivamarket.kernel.ids import LocationId, OrderId, Sku
from vivamarket.kernel.money import Money
from vivamarket.orders.shipments import Fulfillment

#: One row per order, for ``order_of``; whoever uses it adds which orders, and in which order.
ORDERS = """
SELECT o.id::text, o.cart_id, o.currency, o.captured, o.refunded, o.fulfillment,
    order_state(o.id)::text AS state,
    (SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.position), '[]')::text
     FROM order_step AS s WHERE s.order_id = o.id) AS steps,
    (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.location_id, r.sku), '[]')::text
     FROM reservation AS r WHERE r.order_id = o.id) AS reservations,
    (SELECT coalesce(jsonb_object_agg(b.account, b.balance), '{}')::text FROM (
        SELECT e.account || CASE WHEN e.currency = o.currency THEN '' ELSE ':' || e.currency END AS account,
            sum(e.amount) AS balance
        FROM ledger_entry AS e JOIN ledger_transaction AS t ON t.id = e.transaction_id
        WHERE t.order_id = o.id GROUP BY 1
     ) AS b) AS ledger
FROM orders AS o
"""
_ALL_ORDERS = f"{ORDERS} ORDER BY o.id"
_STOCK = "SELECT location_id, sku, on_hand, held, claimed, backordered FROM stock_item ORDER BY 1, 2"
_MOVED = "SELECT location_id, sku, sum(quantity)::bigint FROM stock_move GROUP BY 1, 2"
_SENT = """
SELECT location_id, sku, -sum(quantity)::bigint FROM stock_move WHERE reason = 'shipment' GROUP BY 1, 2
"""
_UNBALANCED = """
SELECT transaction_id FROM ledger_entry GROUP BY transaction_id, currency HAVING sum(amount) <> 0
"""


class _ReservationRow(msgspec.Struct):
    location_id: str
    sku: str
    quantity: int
    status: ReservationStatus
    shipped: int
    freed: int


_decode_state = msgspec.json.Decoder(OrderState).decode
_decode_steps = msgspec.json.Decoder(tuple[RecordedStep, ...]).decode
_decode_reservations = msgspec.json.Decoder(tuple[_ReservationRow, ...]).decode
_decode_ledger = msgspec.json.Decoder(dict[str, int]).decode


class PostgresEvidenceReader:
    """The ``EvidenceReader`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def read(self) -> Evidence:
        """Return the evidence from one repeatable-read snapshot."""
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            orders = [order_of(row) for row in await connection.fetch(_ALL_ORDERS)]
            stock = [StockLevel(**dict(row)) for row in await connection.fetch(_STOCK)]
            moved = {(row[0], row[1]): row[2] for row in await connection.fetch(_MOVED)}
            sent = {(row[0], row[1]): row[2] for row in await connection.fetch(_SENT)}
            unbalanced = [str(row[0]) for row in await connection.fetch(_UNBALANCED)]
        return Evidence(
            orders=tuple(orders),
            stock=tuple(stock),
            moved=moved,
            sent=sent,
            unbalanced=tuple(unbalanced),
        )


def order_of(row: asyncpg.Record) -> OrderEvidence:
    """Return the evidence in a row of ``ORDERS``."""
    order_id = OrderId(row["id"])
    return OrderEvidence(
        state=_decode_state(row["state"]),
        captured=Money(row["captured"], row["currency"]),
        refunded=Money(row["refunded"], row["currency"]),
        cart_id=row["cart_id"],
        fulfillment=Fulfillment(row["fulfillment"]),
        steps=_decode_steps(row["steps"]),
        reservations=tuple(
            Reservation(
                order_id=order_id,
                sku=Sku(each.sku),
                location_id=LocationId(each.location_id),
                quantity=each.quantity,
                status=each.status,
                shipped=each.shipped,
                freed=each.freed,
            )
            for each in _decode_reservations(row["reservations"])
        ),
        ledger=_decode_ledger(row["ledger"]),
    )
