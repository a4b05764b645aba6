"""The provider's records. Frozen; a change is a new value written over the old one.

They are msgspec structs, not dataclasses, because every one of them is stored as JSON and read back on
the path of each call. Times are whole Unix seconds and amounts integer minor units, as on Stripe's wire.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

SessionStatus = Literal["open", "complete", "expired"]
IntentStatus = Literal[
    "requires_payment_method",
    "requires_confirmation",
    "requires_action",
    "processing",
    "requires_capture",
    "succeeded",
    "canceled",
]
CaptureMethod = Literal["automatic", "automatic_async", "manual"]
ChargeStatus = Literal["succeeded", "failed"]
RefundStatus = Literal["pending", "succeeded", "failed", "canceled"]

#: Stripe's own limits for a Checkout Session's life.
SESSION_LIFE_SECONDS_MIN = 30 * 60
SESSION_LIFE_SECONDS_MAX = 24 * 60 * 60


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What every stored record has. ``object_name`` is Stripe's word for it, ``parent`` groups lists."""

    object_name: ClassVar[str]
    id: str
    created: int

    @property
    def parent(self) -> str:
        """Return the id under which this record is listed besides its kind; empty for none."""
        return ""


class LineItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the summary beside the card form."""

    id: str
    name: str
    description: str | None
    quantity: int
    unit_amount: int

    @property
    def amount(self) -> int:
        """Return unit amount times quantity."""
        return self.unit_amount * self.quantity


class PaymentError(msgspec.Struct, frozen=True, kw_only=True):
    """Why an attempt failed, in Stripe's codes."""

    code: str
    decline_code: str | None
    message: str
    charge: str | None = None


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What remains of a card after an attempt: never its number."""

    key: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


class Session(Record, frozen=True, kw_only=True):
    """A Checkout Session: one visit to the hosted payment page."""

    object_name: ClassVar[str] = "checkout.session"
    status: SessionStatus
    currency: str
    line_items: tuple[LineItem, ...]
    shipping_name: str | None
    shipping_amount: int
    success_url: str
    cancel_url: str | None
    expires_at: int
    #: A language of the hosted pages.
    locale: str
    capture_method: CaptureMethod
    customer_email: str | None = None
    client_reference_id: str | None = None
    metadata: dict[str, str] = {}
    intent_metadata: dict[str, str] = {}
    intent_description: str | None = None
    payment_intent: str | None = None
    payment_status: Literal["paid", "unpaid"] = "unpaid"

    @property
    def amount_subtotal(self) -> int:
        """Return the sum of the lines."""
        return sum(line.amount for line in self.line_items)

    @property
    def amount_total(self) -> int:
        """Return what the shopper pays."""
        return self.amount_subtotal + self.shipping_amount


class Intent(Record, frozen=True, kw_only=True):
    """A PaymentIntent: the duty to collect one amount once."""

    object_name: ClassVar[str] = "payment_intent"
    status: IntentStatus
    amount: int
    currency: str
    capture_method: CaptureMethod
    session: str | None = None
    description: str | None = None
    receipt_email: str | None = None
    metadata: dict[str, str] = {}
    return_url: str | None = None
    amount_capturable: int = 0
    amount_received: int = 0
    card: Card | None = None
    latest_charge: str | None = None
    last_payment_error: PaymentError | None = None
    canceled_at: int | None = None
    cancellation_reason: str | None = None


class Charge(Record, frozen=True, kw_only=True):
    """One attempt to take money."""

    object_name: ClassVar[str] = "charge"
    payment_intent: str
    amount: int
    currency: str
    status: ChargeStatus
    captured: bool
    amount_captured: int
    card: Card
    amount_refunded: int = 0
    disputed: bool = False
    #: Of money that is only held: when it is let go.
    capture_before: int | None = None
    failure: PaymentError | None = None
    metadata: dict[str, str] = {}

    @property
    def parent(self) -> str:
        """Charges are listed by PaymentIntent."""
        return self.payment_intent


class Refund(Record, frozen=True, kw_only=True):
    """Money given back from one charge."""

    object_name: ClassVar[str] = "refund"
    amount: int
    currency: str
    charge: str
    payment_intent: str
    status: RefundStatus
    reason: str | None = None
    failure_reason: str | None = None
    metadata: dict[str, str] = {}

    @property
    def parent(self) -> str:
        """Refunds are listed by PaymentIntent."""
        return self.payment_intent


class Dispute(Record, frozen=True, kw_only=True):
    """A cardholder asked their bank for the money back."""

    object_name: ClassVar[str] = "dispute"
    amount: int
    currency: str
    charge: str
    payment_intent: str
    status: Literal["needs_response", "won", "lost"]
    reason: str
    #: What moved on the account: the amount taken away, then given back if the shop won.
    movements: tuple[int, ...] = ()

    @property
    def parent(self) -> str:
        """Disputes are listed by PaymentIntent."""
        return self.payment_intent


class ProviderEvent(Record, frozen=True, kw_only=True):
    """A fact told to webhook endpoints. ``object`` is the record's wire form at that moment."""

    object_name: ClassVar[str] = "event"
    type: str
    object: msgspec.Raw
    request_id: str | None
    idempotency_key: str | None


class Endpoint(Record, frozen=True, kw_only=True):
    """An address that wants events. ``*`` among ``enabled_events`` means all."""

    object_name: ClassVar[str] = "webhook_endpoint"
    url: str
    enabled_events: tuple[str, ...]
    secret: str
    status: Literal["enabled", "disabled"] = "enabled"

    def wants(self, event_type: str) -> bool:
        """Return whether this endpoint is told about such events."""
        return self.status == "enabled" and not {"*", event_type}.isdisjoint(self.enabled_events)


class Delivery(Record, frozen=True, kw_only=True):
    """The duty to tell one endpoint about one event."""

    object_name: ClassVar[str] = "delivery"
    event: str
    endpoint: str
    attempts: int = 0
    status: Literal["waiting", "delivered", "given_up"] = "waiting"
    last_status: int | None = None

    @property
    def parent(self) -> str:
        """Deliveries are listed by event."""
        return self.event
