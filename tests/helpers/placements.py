"""Placements without a catalogue: decided and priced, ready for a store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tests.helpers.catalog import CountedIds
from tests.helpers.stores import Database

from vivamarket.cart.model import Cart, CartLine
from vivamarket.checkout.model import HOLD_SECONDS, Placement, StockLine
from vivamarket.inventory.model import MAIN_LOCATION
from vivamarket.kernel.idempotency import Attempt, StoredResponse, attempt
from vivamarket.kernel.ids import CartId, OrderId, OrderNumber, PaymentId, ProductId, Sku
from vivamarket.kernel.money import Money
from vivamarket.orders.model import Order, OrderLine, OrderShipping, OrderStatus
from vivamarket.payments.ledger import Parts

#: What is sold and never sent; its name is not ASCII, and sorts as Python sorts it.
DIGITAL = Sku("ÑU")
UNIT = Money(1_000, "EUR")
SHIPPING = Money(490, "EUR")
NOTHING = Money(0, "EUR")


def wanted(key: str, body: bytes = b"{}") -> Attempt:
    return attempt(key, route="POST /orders", caller="", body=body)


def new_cart(cart_id: str, lines: Sequence[tuple[Sku, int]], at: datetime) -> Cart:
    return Cart(
        id=CartId(cart_id),
        version=1,
        currency="EUR",
        locale="en",
        lines=tuple(CartLine(sku, quantity) for sku, quantity in lines),
        created_at=at,
        updated_at=at,
    )


async def stored_cart(database: Database, cart: Cart) -> Cart:
    await database.carts.put(cart, 0, wanted(f"cart-{cart.id}"), StoredResponse(201, b"{}"))
    return cart


def placement_of(
    cart: Cart,
    ids: CountedIds,
    at: datetime,
    *,
    key: str | None = None,
    number: OrderNumber | None = None,
    backorder: frozenset[Sku] = frozenset(),
) -> Placement:
    """Return the placement of a cart: ten euros a piece, tax contained, shipping on top."""
    order = order_of(cart, OrderId(ids.uuid7()), number or ids.order_number(), at)
    return Placement(
        attempt=wanted(key or f"place-{order.id}"),
        response=StoredResponse(201, order.id.encode()),
        order=order,
        parts=Parts(order.subtotal - order.tax_total, SHIPPING, order.tax_total),
        payment_id=PaymentId(ids.uuid7()),
        cart_version=cart.version,
        stock=tuple(
            StockLine(MAIN_LOCATION, line.sku, line.quantity, line.sku in backorder) for line in cart.lines
        ),
    )


def another_attempt(placement: Placement, key: str, body: bytes = b"{}") -> Placement:
    """Return the same order under another key, or the same key for another request."""
    return replace(placement, attempt=wanted(key, body))


def order_of(cart: Cart, order_id: OrderId, number: OrderNumber, at: datetime) -> Order:
    """Return the order a cart becomes."""
    lines = tuple(
        _line(position, line.sku, line.quantity) for position, line in enumerate(cart.lines, start=1)
    )
    subtotal = UNIT * sum(line.quantity for line in lines)
    tax = Money(100, "EUR") * sum(line.quantity for line in lines)
    return Order(
        id=order_id,
        number=number,
        cart_id=cart.id,
        status=OrderStatus.PENDING_PAYMENT,
        token_hash=b"\x00\xff token",
        email="jo@example.com",
        locale=cart.locale,
        currency="EUR",
        lines=lines,
        subtotal=subtotal,
        discounts=(),
        discount_total=NOTHING,
        shipping=OrderShipping(
            method="standard", label="¡Envío!", price=SHIPPING, tax=NOTHING, days_min=2, days_max=4
        ),
        taxes=(),
        tax_total=tax,
        tax_included=True,
        total=subtotal + SHIPPING,
        refunded_total=NOTHING,
        shipping_address=None,
        billing_address=None,
        note="",
        placed_at=at,
        expires_at=at + timedelta(seconds=HOLD_SECONDS),
    )


def _line(position: int, sku: Sku, quantity: int) -> OrderLine:
    return OrderLine(
        position=position,
        sku=sku,
        product_id=ProductId(f"product-{sku}"),
        product_slug=sku.lower(),
        title=f"The {sku}",
        variant_title="",
        image=None,
        quantity=quantity,
        unit_price=UNIT,
        subtotal=UNIT * quantity,
        discount=NOTHING,
        tax=Money(100, "EUR") * quantity,
        tax_rate_ppm=100_000,
        total=UNIT * quantity,
        requires_shipping=sku != DIGITAL,
    )
