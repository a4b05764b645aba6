"""One order about which everything is known, and a store that holds it."""

from __future__ import annotations

from datetime import timedelta

from tests.helpers.notifications import eur
from tests.helpers.payment import START

from vivamarket.addresses.model import Address
from vivamarket.kernel.ids import (
    CartId,
    OrderId,
    OrderNumber,
    PaymentId,
    ProductId,
    Sku,
    uuid7,
)
from vivamarket.kernel.paging import Page
from vivamarket.orders.errors import OrderNotFound
from vivamarket.orders.finding import OrderQuery
from vivamarket.orders.model import (
    Order,
    OrderLine,
    OrderRow,
    OrderShipping,
    OrderStatus,
    OrderTax,
    TimelineEntry,
)

ORDER_ID = OrderId(uuid7(1, 1))
PAYMENT_ID = PaymentId(uuid7(2, 2))

ORDER = Order(
    id=ORDER_ID,
    number=OrderNumber("VM-7K3QX9"),
    cart_id=CartId("cart-1"),
    status=OrderStatus.PARTIALLY_REFUNDED,
    token_hash=b"",
    email="jo@example.com",
    locale="en",
    currency="EUR",
    lines=(
        OrderLine(
            position=0,
            sku=Sku("MUG-BLUE"),
            product_id=ProductId(uuid7(3, 3)),
            product_slug="mug",
            title="Mug <script>alert(1)</script>",
            variant_title="Blue",
            image=None,
            quantity=2,
            unit_price=eur(1_250),
            subtotal=eur(2_500),
            discount=eur(0),
            tax=eur(399),
            tax_rate_ppm=190_000,
            total=eur(2_500),
        ),
    ),
    subtotal=eur(2_500),
    discounts=(),
    discount_total=eur(0),
    shipping=OrderShipping(
        method="standard", label="Standard", price=eur(499), tax=eur(80), days_min=2, days_max=4
    ),
    taxes=(OrderTax("VAT", 195_000, eur(2_520), eur(479)),),
    tax_total=eur(479),
    tax_included=True,
    total=eur(2_999),
    refunded_total=eur(500),
    shipping_address=Address(
        name="Jo Doe", line1="1 Main Street", city="Berlin", postal_code="10115", country="DE"
    ),
    billing_address=None,
    note="Leave it with the <neighbours>",
    placed_at=START,
    expires_at=START + timedelta(minutes=15),
    timeline=(
        TimelineEntry(START, "order.place"),
        TimelineEntry(START + timedelta(minutes=2), "payment.succeed"),
    ),
)


class OneOrderStore:
    """An ``OrderStore`` with one order, shown on two pages."""

    async def get(self, order_id: OrderId) -> Order:
        return ORDER

    async def token_hash(self, order_id: OrderId) -> bytes:
        return ORDER.token_hash

    async def by_number(self, number: OrderNumber) -> Order:
        if number != ORDER.number:
            raise OrderNotFound("There is no such order.")
        return ORDER

    async def newest(self, cursor: str | None, limit: int) -> Page[OrderRow]:
        row = OrderRow(
            id=ORDER.id,
            number=ORDER.number,
            status=ORDER.status,
            email=ORDER.email,
            total=ORDER.total,
            refunded_total=ORDER.refunded_total,
            placed_at=ORDER.placed_at,
            expires_at=ORDER.expires_at,
        )
        return Page((row,), None if cursor else "older & older")

    async def find(self, query: OrderQuery, cursor: str | None, limit: int) -> Page[OrderRow]:
        return await self.newest(cursor, limit)
