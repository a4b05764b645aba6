"""Payments and refunds as pure values, and what the provider says about them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from vivamarket.kernel.ids import DisputeId, OrderId, OrderNumber, PaymentId, RefundId, Sku
from vivamarket.kernel.money import Money

REASON_LENGTH_MAX = 500


class PaymentStatus(StrEnum):
    """Where one attempt to pay stands."""

    NEW = "new"
    REQUESTED = "requested"
    REQUIRES_ACTION = "requires_action"
    PROCESSING = "processing"
    #: The money is held and waits for staff to take it.
    AUTHORIZED = "authorized"
    #: Staff want it taken; the provider has not answered yet.
    CAPTURING = "capturing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


#: A payment that may still become money. An order has at most one.
LIVE_STATUSES = frozenset(
    {
        PaymentStatus.NEW,
        PaymentStatus.REQUESTED,
        PaymentStatus.REQUIRES_ACTION,
        PaymentStatus.PROCESSING,
        PaymentStatus.AUTHORIZED,
        PaymentStatus.CAPTURING,
    }
)
#: The provider holds the money for us.
HELD_STATUSES = frozenset({PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURING})


class RefundStatus(StrEnum):
    """Where one refund stands. ``requested``: the provider has taken it and not yet finished."""

    NEW = "new"
    REQUESTED = "requested"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


#: The provider has not given the money back yet, and not refused to.
OPEN_REFUNDS = frozenset({RefundStatus.NEW, RefundStatus.REQUESTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One attempt to pay one order. ``provider_ref`` names it at the provider once that answered."""

    id: PaymentId
    order_id: OrderId
    attempt: int
    status: PaymentStatus
    amount: Money
    provider_ref: str | None = None
    #: The provider's name for the money itself, once it moved; refunds refer to it.
    provider_payment_ref: str | None = None
    redirect_url: str | None = None
    failure_code: str | None = None
    captured: Money | None = None
    #: The captured money pays no order: it came too late or has another amount.
    is_deposit: bool = False
    #: The provider was asked to hold the money until staff take it. Never changes once it was asked.
    manual_capture: bool = False
    #: How often staff began to take what is held.
    captures_begun: int = 0
    created_at: datetime
    requested_at: datetime | None = None
    updated_at: datetime

    @property
    def is_live(self) -> bool:
        """Return whether it may still become money."""
        return self.status in LIVE_STATUSES

    @property
    def session_key(self) -> str:
        """Return the provider idempotency key of this attempt's session."""
        return f"pay:{self.order_id}:{self.attempt}"

    @property
    def capture_key(self) -> str:
        """Return the provider idempotency key of its capture, another one for each time it is begun."""
        again = f":{self.captures_begun}" if self.captures_begun > 1 else ""
        return f"capture:{self.id}{again}"


@dataclass(frozen=True, slots=True)
class RefundedLine:
    """So many units of an order's line given back; ``amount`` contains the ``tax``."""

    position: int
    quantity: int
    amount: Money
    tax: Money
    #: Of the quantity: what the customer had and sent back.
    returned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money given back. ``goods``, ``shipping``, ``tax`` and ``goodwill`` sum to ``amount``: what for.

    ``goods`` and ``tax`` hold the ``lines``; what the lines do not hold of the tax is that on shipping.
    """

    id: RefundId
    order_id: OrderId
    payment_id: PaymentId
    status: RefundStatus
    amount: Money
    goods: Money
    shipping: Money
    tax: Money
    reason: str
    #: The caller's name for this wish to refund; a second wish of the same name is the same refund.
    request_key: str
    provider_ref: str | None = None
    failure_code: str | None = None
    #: Which units of which lines.
    lines: tuple[RefundedLine, ...] = ()
    #: The money paid nothing (see ``Payment.is_deposit``) when it was given back: no sale is undone.
    of_deposit: bool = False
    created_at: datetime
    updated_at: datetime

    @property
    def provider_key(self) -> str:
        """Return the provider idempotency key of this refund."""
        return f"refund:{self.id}"

    @property
    def goodwill(self) -> Money:
        """Return what is given for nothing; below zero where earlier goodwill counts against it."""
        return self.amount - self.goods - self.shipping - self.tax


class DisputeStatus(StrEnum):
    """Where a dispute stands: a cardholder's bank asks for the money back, the provider decides."""

    OPEN = "open"
    #: It was decided, and one side has asked for another decision.
    APPEALED = "appealed"
    WON = "won"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A dispute about one payment. It is a flag on its order, whose state it never changes."""

    id: DisputeId
    order_id: OrderId
    payment_id: PaymentId
    provider_ref: str
    status: DisputeStatus
    amount: Money
    #: The provider has taken the amount away from us and not given it back.
    withdrawn: bool
    #: The provider's word for what the cardholder says, such as ``fraudulent``.
    reason: str
    opened_at: datetime
    updated_at: datetime


class ProviderStatus(StrEnum):
    """What the provider says about a payment, in our words."""

    #: The shopper has not finished; money may still come.
    OPEN = "open"
    #: The shopper has finished; the provider does not know yet.
    PROCESSING = "processing"
    #: The money is held and waits for our ``capture``.
    AUTHORIZED = "authorized"
    #: The money is ours.
    SUCCEEDED = "succeeded"
    #: It was tried and can never succeed any more.
    FAILED = "failed"
    #: It was canceled or has run out, and can never succeed any more.
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPayment:
    """The provider's own record of one session, read just now."""

    provider_ref: str
    status: ProviderStatus
    #: What was really captured once it has succeeded; before, what it asks for.
    amount: Money
    #: Where the shopper pays, while that page is open.
    redirect_url: str | None = None
    provider_payment_ref: str | None = None
    failure_code: str | None = None
    #: Our own id, which we gave when the session was created.
    payment_id: PaymentId | None = None
    #: Of ``authorized`` money: until when the provider holds it, where it says so.
    authorized_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRefund:
    """The provider's own record of one refund; ``status`` is requested, succeeded or failed."""

    provider_ref: str
    status: RefundStatus
    amount: Money
    failure_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderDispute:
    """The provider's own record of one dispute, read just now."""

    provider_ref: str
    status: DisputeStatus
    amount: Money
    withdrawn: bool
    reason: str
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLine:
    """One line of the hosted page; all lines sum to the amount of the session."""

    sku: Sku | None
    title: str
    quantity: int
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRequest:
    """What a hosted payment page is asked for."""

    payment_id: PaymentId
    order_id: OrderId
    order_number: OrderNumber
    amount: Money
    email: str
    locale: str
    lines: tuple[SessionLine, ...]
    success_url: str
    cancel_url: str
    #: Never changes for one attempt, so that a repeated request is the same request to the provider.
    expires_at: datetime
    #: The provider only holds the money until it is told to take it.
    manual_capture: bool = False


class EventSubject(StrEnum):
    """What a message of the provider is about, as far as we look at it differently."""

    #: A session, a payment or a refund of it.
    PAYMENT = "payment"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """A signed message of the provider. It only says where to look; the truth is read from there."""

    event_id: str
    kind: str
    #: Our payment, when the message is about one.
    payment_id: PaymentId | None
    #: The provider's name for the payment: of its session, or of the money itself.
    provider_ref: str | None
    about: EventSubject = EventSubject.PAYMENT
    created_at: datetime
    #: The message as it came, for staff to look at; holds no card data.
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class InboxEvent:
    """A provider's event that waits for its effect; ``attempts`` counts this claim too."""

    event_id: str
    kind: str
    payment_id: PaymentId | None
    provider_ref: str | None
    attempts: int
    about: EventSubject = EventSubject.PAYMENT


@dataclass(frozen=True, slots=True)
class InboxDeadLetter:
    """A provider's event whose effect failed as often as it may; it waits for a person."""

    event: InboxEvent
    error: str
    received_at: datetime
    died_at: datetime
