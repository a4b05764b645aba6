"""Reading orders from PostgreSQL."""

from __future__ import annotations

from datetime import datetime

import asyncpg
import msgspec

from vivamarket.adapters.postgres.found_orders import find_orders
from vivamarket.adapters.postgres.order_document import decode_document
from vivamarket.adapters.postgres.order_rows import newest_page
from vivamarket.adapters.postgres.outages import outages_told
from vivamarket.checkout.summaries import dispute_summary, refund_summary
from vivamarket.kernel.ids import CartId, OrderId, OrderNumber
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import Page
from vivamarket.orders.errors import OrderNotFound
from vivamarket.orders.finding import OrderQuery
from vivamarket.orders.model import Order, OrderRow, OrderStatus, PaymentSummary, TimelineEntry
from vivamarket.orders.paging import newest_after
from vivamarket.orders.shipments import Fulfillment, Shipment
from vivamarket.payments.model import Dispute, Refund

_ORDER = """
SELECT o.id::text, o.number, o.cart_id, o.status, o.token_hash, o.email, o.locale, o.currency, o.total,
       o.refunded, o.placed_at, o.expires_at, o.fulfillment, o.document::text AS document,
       (SELECT jsonb_build_object(
            'id', p.id, 'status', p.status, 'attempt', p.attempt, 'failure_code', p.failure_code
        )::text FROM payment AS p WHERE p.order_id = o.id ORDER BY p.attempt DESC LIMIT 1) AS payment,
       (SELECT jsonb_agg(
            jsonb_build_object('at', s.at, 'kind', s.machine || '.' || s.event) ORDER BY s.position
        )::text FROM order_step AS s WHERE s.order_id = o.id) AS timeline,
       -- Few orders have any of these, so the others pay three looks into an index.
       CASE WHEN EXISTS (SELECT FROM refund AS r WHERE r.order_id = o.id)
            OR EXISTS (SELECT FROM dispute AS d WHERE d.order_id = o.id)
       THEN money_back(o.id)::text END AS money_back,
       CASE WHEN EXISTS (SELECT FROM shipment AS s WHERE s.order_id = o.id)
       THEN shipments_of(o.id)::text END AS shipments
FROM orders AS o WHERE
"""
_BY_ID = f"{_ORDER} o.id = $1"
_BY_NUMBER = f"{_ORDER} o.number = $1"
_TOKEN_HASH = "SELECT token_hash FROM orders WHERE id = $1"
_NEWEST = """
SELECT o.id::text, number, status, email, currency, total, refunded, placed_at, expires_at, fulfillment
FROM orders AS o
WHERE $1::uuid IS NULL OR o.id < $1 ORDER BY o.id DESC LIMIT $2
"""


class _MoneyBack(msgspec.Struct):
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()


_decode_payment = msgspec.json.Decoder(PaymentSummary).decode
_decode_money_back = msgspec.json.Decoder(_MoneyBack).decode
_decode_shipments = msgspec.json.Decoder(tuple[Shipment, ...]).decode
_decode_timeline = msgspec.json.Decoder(tuple[TimelineEntry, ...]).decode


class PostgresOrderStore:
    """The ``OrderStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def get(self, order_id: OrderId) -> Order:
        """Return the order. Raise ``OrderNotFound``. One round trip."""
        with outages_told():
            return _order(await self._pool.fetchrow(_BY_ID, order_id))

    async def token_hash(self, order_id: OrderId) -> bytes:
        """Return the hash of the order's token. Raise ``OrderNotFound``."""
        with outages_told():
            found: bytes | None = await self._pool.fetchval(_TOKEN_HASH, order_id)
        if found is None:
            raise OrderNotFound("There is no such order.")
        return found

    async def by_number(self, number: OrderNumber) -> Order:
        """Return the order with that number. Raise ``OrderNotFound``."""
        with outages_told():
            return _order(await self._pool.fetchrow(_BY_NUMBER, number))

    async def newest(self, cursor: str | None, limit: int) -> Page[OrderRow]:
        """Return a keyset page of all orders, newest first: ids are UUIDv7, so they order by time."""
        rows = await self._pool.fetch(_NEWEST, newest_after(cursor), limit + 1)
        return newest_page(rows, limit)

    async def find(self, query: OrderQuery, cursor: str | None, limit: int) -> Page[OrderRow]:
        """Return a keyset page of the orders asked for."""
        return await find_orders(self._pool, query, cursor, limit)


def _order(row: asyncpg.Record | None) -> Order:
    if row is None:
        raise OrderNotFound("There is no such order.")
    document = decode_document(row["document"])
    currency: str = row["currency"]
    back = _decode_money_back(row["money_back"]) if row["money_back"] else _MoneyBack()
    placed_at: datetime = row["placed_at"]
    return Order(
        id=OrderId(row["id"]),
        number=OrderNumber(row["number"]),
        cart_id=CartId(row["cart_id"]),
        status=OrderStatus(row["status"]),
        token_hash=row["token_hash"],
        email=row["email"],
        locale=row["locale"],
        currency=currency,
        lines=document.lines,
        subtotal=document.subtotal,
        discounts=document.discounts,
        discount_total=document.discount_total,
        shipping=document.shipping,
        taxes=document.taxes,
        tax_total=document.tax_total,
        tax_included=document.tax_included,
        total=Money(row["total"], currency),
        refunded_total=Money(row["refunded"], currency),
        shipping_address=document.shipping_address,
        billing_address=document.billing_address,
        note=document.note,
        placed_at=placed_at,
        expires_at=row["expires_at"],
        payment=_decode_payment(row["payment"]) if row["payment"] else None,
        timeline=_decode_timeline(row["timeline"]),
        refunds=tuple(refund_summary(each) for each in back.refunds),
        disputes=tuple(dispute_summary(each) for each in back.disputes),
        fulfillment=Fulfillment(row["fulfillment"]),
        shipments=_decode_shipments(row["shipments"]) if row["shipments"] else (),
    )
