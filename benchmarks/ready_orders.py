"""Ready placements: what the placing use case hands to its store, without carts, prices and shoppers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.addresses.model import Address
from vivamarket.checkout.model import Placement, StockLine
from vivamarket.inventory.model import MAIN_LOCATION
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.idempotency import StoredResponse, attempt
from vivamarket.kernel.ids import CartId, OrderId, OrderNumber, PaymentId, ProductId, Sku
from vivamarket.kernel.money import Money
from vivamarket.orders.model import Order, OrderLine, OrderShipping, OrderStatus, OrderTax
from vivamarket.payments.ledger import Parts

HOLD = timedelta(minutes=15)
MADRID = Address(name="Jo", line1="Calle 1", city="Madrid", country="ES", postal_code="28013", region="M")
#: As long as the API's own answer.
ANSWER = json.dumps({"order": {"id": "0" * 36, "lines": ["x" * 900]}, "token": "t" * 43}).encode()


@dataclass(frozen=True, slots=True)
class Buyer:
    """Who orders."""

    email: str
    name: str


JO = Buyer("jo@example.com", "Jo")


class Orders:
    """Makes placements of two lines, each for a cart of its own: ``cart-1``, ``cart-2``, …"""

    def __init__(
        self,
        skus: Callable[[int], tuple[Sku, Sku]],
        *,
        clock: Clock | None = None,
        buyers: Callable[[int], Buyer] = lambda number: JO,
        products: Mapping[Sku, ProductId] | None = None,
        numbers: Iterator[int] | None = None,
    ) -> None:
        """``skus`` says which two SKUs the order with a number has, ``buyers`` whose it is.

        Without ``products`` every order's lines are of a product of their own.
        """
        clock = clock or SystemClock()
        self._buyers = buyers
        self._products = products or {}
        self._ids = SystemIds(clock)
        self._clock = clock
        self._skus = skus
        self._numbers = count(1) if numbers is None else numbers

    def next(self) -> Placement:
        """Return the next placement, complete to the bytes of its answer."""
        number = next(self._numbers)
        now = self._clock.now()
        order = _order(OrderId(self._ids.uuid7()), number, self._skus(number), now)
        order = self._of(self._buyers(number), order)
        return Placement(
            attempt=attempt(f"key-{order.id}", route="POST /api/v1/orders", caller="", body=b"{}"),
            response=StoredResponse(201, ANSWER),
            order=order,
            parts=Parts(_eur(2478), _eur(405), _eur(606)),
            payment_id=PaymentId(self._ids.uuid7()),
            cart_version=1,
            stock=_stock(order.lines),
        )

    def _of(self, buyer: Buyer, order: Order) -> Order:
        return replace(
            order,
            email=buyer.email,
            shipping_address=replace(MADRID, name=buyer.name),
            lines=tuple(
                replace(line, product_id=self._products.get(line.sku, line.product_id))
                for line in order.lines
            ),
        )


def _stock(lines: Sequence[OrderLine]) -> tuple[StockLine, ...]:
    quantities = Counter(line.sku for line in lines)
    return tuple(StockLine(MAIN_LOCATION, sku, quantities[sku], False) for sku in sorted(quantities))


def _eur(minor_units: int) -> Money:
    return Money(minor_units, "EUR")


def _order(order_id: OrderId, number: int, skus: tuple[Sku, Sku], now: datetime) -> Order:
    lines = tuple(
        OrderLine(
            position=position,
            sku=sku,
            product_id=ProductId(order_id),
            product_slug="blue-mug",
            title="Blue Mug",
            variant_title="Large",
            image=None,
            quantity=1,
            unit_price=_eur(price),
            subtotal=_eur(price),
            discount=_eur(0),
            tax=_eur(tax),
            tax_rate_ppm=210_000,
            total=_eur(price),
        )
        for position, (sku, price, tax) in enumerate(
            zip(skus, (1250, 1749), (217, 304), strict=True), start=1
        )
    )
    return Order(
        id=order_id,
        number=OrderNumber(f"VM-{number:08}"),
        cart_id=CartId(f"cart-{number}"),
        status=OrderStatus.PENDING_PAYMENT,
        token_hash=b"t" * 32,
        email="jo@example.com",
        locale="en",
        currency="EUR",
        lines=lines,
        subtotal=_eur(2999),
        discounts=(),
        discount_total=_eur(0),
        shipping=OrderShipping(
            method="standard", label="Standard", price=_eur(490), tax=_eur(85), days_min=2, days_max=4
        ),
        taxes=(OrderTax("IVA", 210_000, _eur(2883), _eur(606)),),
        tax_total=_eur(606),
        tax_included=True,
        total=_eur(3489),
        refunded_total=_eur(0),
        shipping_address=MADRID,
        billing_address=None,
        note="",
        placed_at=now,
        expires_at=now + HOLD,
    )
