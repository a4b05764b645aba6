"""A cart as a pure value; every change returns a new one with the next version."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from vivamarket.addresses.model import Address
from vivamarket.cart.errors import BadQuantity, CartFull, CartOrdered, LineNotFound
from vivamarket.kernel.ids import CartId, OrderId, Sku

LINES_MAX = 100
QUANTITY_MAX = 999
NOTE_LENGTH_MAX = 1_000
EMAIL_LENGTH_MAX = 254


@dataclass(frozen=True, slots=True)
class CartLine:
    """So many of one SKU."""

    sku: Sku
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutDetails:
    """What the shopper told us on the way to checkout; anything may still be missing."""

    email: str = ""
    shipping_address: Address | None = None
    #: None means: the same as the shipping address.
    billing_address: Address | None = None
    shipping_method: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    """One cart at one version. Its id is an unguessable token: who knows it may use it."""

    id: CartId
    version: int
    currency: str
    locale: str
    lines: tuple[CartLine, ...] = ()
    details: CheckoutDetails = CheckoutDetails()
    #: Set once, by placing; the cart is then read-only for good.
    order_id: OrderId | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def item_count(self) -> int:
        """Return how many pieces are in the cart."""
        return sum(line.quantity for line in self.lines)

    def quantity_of(self, sku: Sku) -> int:
        """Return how many of that SKU are in the cart."""
        return next((line.quantity for line in self.lines if line.sku == sku), 0)

    def with_added(self, sku: Sku, quantity: int, now: datetime) -> Cart:
        """Return the cart with that many more. Raise ``BadQuantity``, ``CartFull``, ``CartOrdered``."""
        if quantity < 1:
            raise BadQuantity("Add at least one.", quantity=quantity)
        return self.with_quantity(sku, self.quantity_of(sku) + quantity, now)

    def with_quantity(self, sku: Sku, quantity: int, now: datetime) -> Cart:
        """Return the cart with exactly that many; zero removes the line.

        Raise ``BadQuantity`` outside 0…``QUANTITY_MAX``, ``CartFull`` past ``LINES_MAX`` lines,
        ``CartOrdered`` when it has become an order, ``LineNotFound`` when removing what is not there.
        """
        self._require_open()
        if not 0 <= quantity <= QUANTITY_MAX:
            raise BadQuantity(f"A quantity is 0 to {QUANTITY_MAX}.", quantity=quantity, sku=sku)
        if quantity == 0:
            if self.quantity_of(sku) == 0:
                raise LineNotFound("This product is not in the cart.", sku=sku)
            return self._next(now, lines=tuple(line for line in self.lines if line.sku != sku))
        if self.quantity_of(sku):
            lines = tuple(CartLine(sku, quantity) if line.sku == sku else line for line in self.lines)
            return self._next(now, lines=lines)
        if len(self.lines) >= LINES_MAX:
            raise CartFull(f"A cart holds at most {LINES_MAX} different products.", lines_max=LINES_MAX)
        return self._next(now, lines=(*self.lines, CartLine(sku, quantity)))

    def with_details(
        self,
        details: CheckoutDetails,
        now: datetime,
        *,
        locale: str | None = None,
        currency: str | None = None,
    ) -> Cart:
        """Return the cart with those details; its prices are looked up anew. Raise ``CartOrdered``."""
        self._require_open()
        return replace(
            self._next(now),
            details=details,
            locale=locale or self.locale,
            currency=currency or self.currency,
        )

    def _require_open(self) -> None:
        if self.order_id is not None:
            raise CartOrdered("This cart has become an order; start a new one.", order_id=self.order_id)

    def _next(self, now: datetime, *, lines: tuple[CartLine, ...] | None = None) -> Cart:
        return replace(
            self,
            version=self.version + 1,
            lines=self.lines if lines is None else lines,
            updated_at=now,
        )
