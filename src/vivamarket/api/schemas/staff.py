"""What the people who run the shop read and send: orders with everything about them, dead letters."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from vivamarket.accounts.model import EMAIL_LENGTH_MAX, PASSWORD_LENGTH_MAX
from vivamarket.api.schemas.orders import OrderOut, ParcelUnitsOut
from vivamarket.api.schemas.staff_diary import DiaryEntryOut, MailOfOrderOut
from vivamarket.api.schemas.staff_shipments import StaffShipmentOut
from vivamarket.api.staff.desk import Box
from vivamarket.api.words import CurrencyCode, Line
from vivamarket.kernel.money import MINOR_UNITS_MAX, Money
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import Fulfillment
from vivamarket.payments.statement import DifferenceKind

#: More lines than any cart holds.
REFUND_LINES_MAX = 200


class StaffSignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants to come in."""

    email: Annotated[str, Meta(max_length=EMAIL_LENGTH_MAX)]
    password: Annotated[str, Meta(max_length=PASSWORD_LENGTH_MAX)]
    code: Annotated[
        str, Meta(max_length=12, description="Of the authenticator app, where the account has one.")
    ] = ""


SecondFactorState = Literal["on", "off", "missing"]


class StaffSessionOut(Struct, frozen=True):
    """Who is signed in."""

    name: str
    email: str
    role: str
    permissions: Annotated[tuple[str, ...], Meta(description="What the role may do, such as `orders.read`.")]
    csrf_token: Annotated[str, Meta(description="Send it as `X-CSRF-Token` with every change.")]
    id: str
    second_factor: Annotated[
        SecondFactorState,
        Meta(
            description="`missing`: nothing else is answered until one is set up (`PUT /staff/profile/totp`)."
        ),
    ]


HeldUntil = Annotated[
    datetime | None,
    Meta(description="Until when the provider holds the money of an authorized order; null in other states."),
]


class StaffOrderRow(Struct, frozen=True):
    """An order in the list."""

    id: str
    number: str
    status: OrderStatus
    email: str
    total: Money
    refunded_total: Money
    placed_at: datetime
    fulfillment: Fulfillment
    held_until: HeldUntil


class StaffOrderPage(Struct, frozen=True):
    """A page of orders, newest first."""

    items: tuple[StaffOrderRow, ...]
    next_cursor: str | None


class PaymentOut(Struct, frozen=True):
    """One attempt to pay."""

    id: str
    attempt: int
    status: str
    amount: Money
    captured: Money | None
    is_deposit: Annotated[bool, Meta(description="The money came and pays nothing: it waits to go back.")]
    provider_ref: str | None
    provider_payment_ref: str | None
    failure_code: str | None
    created_at: datetime
    updated_at: datetime


class RefundedLineOut(Struct, frozen=True):
    """Units of a line that go back, and what for them; `amount` contains the `tax`."""

    position: int
    quantity: int
    amount: Money
    tax: Money


class RefundOut(Struct, frozen=True):
    """Money given back, or on its way."""

    id: str
    status: str
    amount: Money
    goods: Annotated[Money, Meta(description="For lines, without tax.")]
    shipping: Annotated[Money, Meta(description="For shipping, without tax.")]
    tax: Money
    goodwill: Annotated[Money, Meta(description="For nothing; below zero where earlier goodwill counts.")]
    lines: tuple[RefundedLineOut, ...]
    reason: str
    failure_code: str | None
    provider_ref: str | None
    created_at: datetime
    updated_at: datetime


class DisputeOut(Struct, frozen=True):
    """A customer's bank asks for the money back."""

    id: str
    payment_id: str
    status: str
    amount: Money
    withdrawn: bool
    reason: str
    opened_at: datetime
    updated_at: datetime


class ReservationOut(Struct, frozen=True):
    """Stock that is or was promised to the order."""

    sku: str
    quantity: int
    status: str
    shipped: Annotated[int, Meta(description="What was sent of it.")]
    kept: Annotated[int, Meta(description="What is kept for the order still.")]
    available: Annotated[int | None, Meta(description="What anybody can still order; null when not counted.")]


class LedgerEntryOut(Struct, frozen=True):
    """One side of a posting; debit is positive."""

    account: str
    amount: Money


class LedgerOut(Struct, frozen=True):
    """One transaction in the books; its entries sum to zero."""

    kind: str
    at: datetime
    entries: tuple[LedgerEntryOut, ...]


class LineLeftOut(Struct, frozen=True):
    """What of a line can still be given back."""

    position: int
    quantity: int
    amount: Money


class RefundPreviewOut(Struct, frozen=True):
    """What a refund comes to; `lines`, `shipping` and `goodwill` sum to `amount`."""

    amount: Money
    lines: tuple[RefundedLineOut, ...]
    shipping: Annotated[Money, Meta(description="Tax contained.")]
    goodwill: Money
    tax: Money
    left: Annotated[Money, Meta(description="What of the payment is left afterwards.")]
    lines_left: tuple[LineLeftOut, ...]
    shipping_left: Money


class StaffOrderOut(Struct, frozen=True):
    """Everything about one order."""

    order: OrderOut
    payments: tuple[PaymentOut, ...]
    refunds: tuple[RefundOut, ...]
    disputes: tuple[DisputeOut, ...]
    reservations: tuple[ReservationOut, ...]
    ledger: tuple[LedgerOut, ...]
    can_cancel: Annotated[
        bool, Meta(description="Canceling an authorized order lets go of what is held: it voids the payment.")
    ]
    can_accept: Annotated[bool, Meta(description="It is in review: its money may be accepted or refunded.")]
    refundable: Annotated[
        RefundPreviewOut | None, Meta(description="All that is left; null when nothing can go back.")
    ]
    shipments: Annotated[tuple[StaffShipmentOut, ...], Meta(description="Canceled ones too, oldest first.")]
    diary: Annotated[tuple[DiaryEntryOut, ...], Meta(description="Oldest first.")]
    mails: Annotated[tuple[MailOfOrderOut, ...], Meta(description="What may be sent again.")]
    left_to_ship: Annotated[
        tuple[ParcelUnitsOut, ...], Meta(description="What may be sent now: paid, not sent, not refunded.")
    ]
    capturable: Annotated[
        Money | None,
        Meta(description="What a capture takes: all that is held; null when nothing waits for it."),
    ]
    held_until: HeldUntil


class AmountIn(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in the currency's smallest unit."""

    minor_units: Annotated[int, Meta(ge=1, le=MINOR_UNITS_MAX)]
    currency: CurrencyCode


class RefundLineIn(Struct, frozen=True, forbid_unknown_fields=True):
    """So many units of the line at that position."""

    position: Annotated[int, Meta(ge=0, le=10_000)]
    quantity: Annotated[int, Meta(ge=1, le=1_000_000)]


class RefundRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What to give back: lines, shipping and goodwill in any combination, or everything that is left."""

    lines: Annotated[tuple[RefundLineIn, ...], Meta(max_length=REFUND_LINES_MAX)] = ()
    shipping: Annotated[AmountIn | None, Meta(description="Of the shipping, tax contained.")] = None
    goodwill: Annotated[AmountIn | None, Meta(description="For nothing; the sale stays as it is.")] = None
    everything: Annotated[bool, Meta(description="All that is left; then name nothing else.")] = False
    reason: Line = ""


class MailOut(Struct, frozen=True):
    """A sent mail in the list."""

    id: str
    to: str
    subject: str
    sent_at: datetime


class MailPage(Struct, frozen=True):
    """A page of sent mails, newest first."""

    items: tuple[MailOut, ...]
    next_cursor: str | None


class MailWithText(Struct, frozen=True):
    """A sent mail as a mail program would show it."""

    mail: MailOut
    sender: str
    text: str
    source: Annotated[str, Meta(description="The whole message, as it went out.")]


class DeadLetterOut(Struct, frozen=True):
    """Something whose handling failed as often as it may. It waits for a person."""

    box: Annotated[Box, Meta(description="`outbox`: an event of ours; `inbox`: the payment provider's.")]
    id: str
    kind: str
    key: Annotated[str, Meta(description="The record it is about.")]
    error: str
    attempts: int
    came_at: datetime
    died_at: datetime


class DeadLetters(Struct, frozen=True):
    """The newest dead letters of both boxes."""

    items: tuple[DeadLetterOut, ...]


class CurrencySumsOut(Struct, frozen=True):
    """What both accounts sum to in one currency."""

    ours_captured: Money
    ours_refunded: Money
    theirs_captured: Money
    theirs_refunded: Money


class DifferenceOut(Struct, frozen=True):
    """One payment about which the two accounts differ."""

    kind: DifferenceKind
    payment_id: str | None
    order_id: str | None
    provider_payment_ref: str | None
    ours: str
    theirs: str
    settled: Annotated[bool, Meta(description="Looking at the payment again has ended it.")]


class ReportOut(Struct, frozen=True):
    """One comparison of all payments with the provider's account. All is well with `open_count` zero."""

    id: str
    begun_at: datetime
    ended_at: datetime
    since: datetime
    compared_count: int
    complete: Annotated[bool, Meta(description="False when there were more payments than it looks at.")]
    open_count: int
    counts: dict[str, int]
    sums: tuple[CurrencySumsOut, ...]
    differences: Annotated[tuple[DifferenceOut, ...], Meta(description="At most 500; `counts` tell of all.")]


class Reports(Struct, frozen=True):
    """The newest reports."""

    items: tuple[ReportOut, ...]


class Done(Struct, frozen=True):
    """It is done."""
