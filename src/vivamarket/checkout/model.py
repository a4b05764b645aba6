"""What the checkout decides on and what it decides, as pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vivamarket.checkout.transitions import Driver, Machine, StockEffect
from vivamarket.inventory.model import ReservationStatus
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.events import Event
from vivamarket.kernel.idempotency import Attempt, StoredResponse
from vivamarket.kernel.ids import LocationId, OrderId, OrderNumber, PaymentId, Sku
from vivamarket.kernel.money import Money, total
from vivamarket.orders.model import Order, OrderStatus
from vivamarket.orders.shipments import Shipment
from vivamarket.payments.ledger import LedgerTransaction, Parts
from vivamarket.payments.model import (
    HELD_STATUSES,
    OPEN_REFUNDS,
    Dispute,
    Payment,
    PaymentStatus,
    Refund,
    RefundStatus,
)

#: How long the stock of an unpaid order is held.
HOLD_SECONDS = 15 * 60
#: When a canceling order is looked at again, should the provider not have answered.
CANCEL_RETRY_SECONDS = 30
#: When an open payment or refund is looked at again.
CHECK_SECONDS = 60
REFUND_CHECK_SECONDS = 30
CAPTURE_CHECK_SECONDS = 30
#: When a payment that is held and that nobody takes is looked at again.
HELD_CHECK_SECONDS = 60 * 60


class CancelReason(StrEnum):
    """Why an unpaid order ends; it decides between ``expired`` and ``canceled``."""

    EXPIRED = "expired"
    CUSTOMER = "customer"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """What decisions must know of an order's line; ``total`` contains the ``tax``."""

    position: int
    sku: Sku
    quantity: int
    total: Money
    tax: Money
    #: As the order's line.
    requires_shipping: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderState:
    """All that a decision about one order may read, read under the order's lock."""

    id: OrderId
    number: OrderNumber
    status: OrderStatus
    cancel_reason: CancelReason | None
    total: Money
    #: The total split for the books.
    parts: Parts
    #: None when nothing of the order is counted in stock.
    reservation: ReservationStatus | None
    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]
    #: In the order of their positions.
    lines: tuple[OrderedLine, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    #: Oldest first.
    shipments: tuple[Shipment, ...] = ()
    placed_at: datetime
    #: When the hold on the stock ends; once the money is held, when that ends.
    expires_at: datetime

    @property
    def newest_payment(self) -> Payment:
        """Return the attempt that counts now; an order always has one."""
        return max(self.payments, key=lambda payment: payment.attempt)

    def payment(self, payment_id: PaymentId) -> Payment:
        """Return the payment; it is a programmer's mistake to name one of another order."""
        return next(payment for payment in self.payments if payment.id == payment_id)

    @property
    def held_payment(self) -> Payment | None:
        """Return the attempt whose money the provider holds, by all that we know; at most one."""
        return next((each for each in self.payments if each.status in HELD_STATUSES), None)

    @property
    def waits_for_staff(self) -> bool:
        """Return whether its money is held, nobody takes it now, and nothing goes back."""
        held = self.held_payment
        return (
            self.status is OrderStatus.AUTHORIZED
            and held is not None
            and held.status is PaymentStatus.AUTHORIZED
            and not any(each.status in OPEN_REFUNDS for each in self.refunds)
        )

    @property
    def captured(self) -> Money:
        """Return all money that came for this order in its currency, whatever became of it."""
        return self.captured_in(self.total.currency)

    @property
    def refunded(self) -> Money:
        """Return all money that was given back in the order's currency."""
        return self.refunded_in(self.total.currency)

    @property
    def currencies(self) -> frozenset[str]:
        """Return the currencies in which money came; more than the order's own only by a mismatch."""
        return frozenset(each.captured.currency for each in self.payments if each.captured)

    @property
    def withdrawn(self) -> Money:
        """Return what the provider has taken away again because of disputes, in the order's currency."""
        return self.withdrawn_in(self.total.currency)

    def captured_in(self, currency: str) -> Money:
        """Return what came in that currency."""
        came = [each.captured for each in self.payments if each.captured]
        return total([each for each in came if each.currency == currency], currency)

    def refunded_in(self, currency: str) -> Money:
        """Return what was given back in that currency."""
        given = [each.amount for each in self.refunds if each.status is RefundStatus.SUCCEEDED]
        return total([each for each in given if each.currency == currency], currency)

    def withdrawn_in(self, currency: str) -> Money:
        """Return what the provider has taken away again in that currency."""
        amounts = [each.amount for each in self.disputes if each.withdrawn]
        return total([each for each in amounts if each.currency == currency], currency)

    def refundable(self, payment: Payment) -> Money:
        """Return what was captured of the payment and is neither given back nor about to be."""
        captured = payment.captured or Money.zero(self.total.currency)
        promised = [
            each.amount
            for each in self.refunds
            if each.payment_id == payment.id and each.status is not RefundStatus.FAILED
        ]
        return captured - total(promised, captured.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One transition that happened, for the audit and the shopper's timeline."""

    machine: Machine
    subject_id: str
    event: str
    source: str | None
    target: str
    driver: Driver


@dataclass(frozen=True, slots=True)
class ReservedUnits:
    """What has left the order's reservation of a SKU: sent, or free again because it was refunded unsent."""

    sku: Sku
    shipped: int
    freed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One decision: everything that one transaction writes. ``state`` is the order afterwards."""

    state: OrderState
    steps: tuple[Step, ...] = ()
    stock: StockEffect = StockEffect.NONE
    #: Payments and refunds as they are now, new or changed.
    payments: tuple[Payment, ...] = ()
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    #: How reservations stand from now on; a SKU that is not named, or not reserved, stays as it is. What
    #: leaves a claimed reservation leaves ``claimed``; what is sent leaves ``on_hand`` too. Before ``stock``.
    reserved: tuple[ReservedUnits, ...] = ()
    ledger: tuple[LedgerTransaction, ...] = ()
    events: tuple[Event, ...] = ()
    #: When the expiry worker and the reconciler look at the order next; None = never.
    expire_at: datetime | None = None
    check_at: datetime | None = None
    #: What happens instead when ``StockEffect.RETAKE`` finds too little stock.
    if_sold_out: Change | None = None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing is to be written."""
        return not self.steps


@dataclass(frozen=True, slots=True)
class StockLine:
    """How many of one stock item an order takes; lines of the same item are summed before."""

    location_id: LocationId
    sku: Sku
    quantity: int
    #: May be promised beyond what is there.
    backorder: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One order to place: decided, priced and answered already, if the database agrees."""

    attempt: Attempt
    response: StoredResponse
    order: Order
    parts: Parts
    payment_id: PaymentId
    cart_version: int
    stock: tuple[StockLine, ...]


class PlacementOutcome(StrEnum):
    """What became of one placement."""

    PLACED = "placed"
    REPLAYED = "replayed"
    KEY_REUSED = "key_reused"
    IN_FLIGHT = "in_flight"
    CART_NOT_FOUND = "cart_not_found"
    CART_CHANGED = "cart_changed"
    CART_ORDERED = "cart_ordered"
    OUT_OF_STOCK = "out_of_stock"
    NUMBER_TAKEN = "number_taken"


@dataclass(frozen=True, slots=True)
class PlacementAnswer:
    """The answer to one placement. Only ``PLACED`` wrote anything."""

    outcome: PlacementOutcome
    #: The stored answer, when replayed.
    response: StoredResponse | None = None
    #: The order the cart became, when it was ordered before.
    order_id: OrderId | None = None
    #: What is short, with how many are there.
    short: tuple[tuple[Sku, int], ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedOrder:
    """A new order and the token that lets its guest read it; the token is shown this once."""

    order: Order
    token: str


@dataclass(frozen=True, slots=True)
class PaymentStart:
    """Where to send the shopper. ``redirect_url`` is None when there is nothing (left) to pay."""

    payment_id: PaymentId
    status: PaymentStatus
    redirect_url: str | None


class CartMoved(StaleVersion):
    """The cart kept changing while it was being placed."""

    code = "cart_changed"
