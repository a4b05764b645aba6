"""A return as a pure value, and the table of its steps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from vivamarket.kernel.ids import OrderId, OrderNumber, Sku
from vivamarket.returns.errors import ReturnMoved

ReturnId = NewType("ReturnId", str)

NOTE_LENGTH_MAX = 1_000
ANSWER_LENGTH_MAX = 1_000
LINES_MAX = 100
#: An order that asks more often is not asking any more.
RETURNS_OF_ORDER_MAX = 50


class ReturnStatus(StrEnum):
    """Where a return stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    #: The goods are here; money and stock follow at once.
    RECEIVED = "received"
    #: The refund is made, or on its way: its own state stands on the order.
    REFUNDED = "refunded"
    #: No money of this order can go back; staff settle it on the order's page.
    UNREFUNDED = "unrefunded"


#: Whose units count as coming back.
OPEN = frozenset({ReturnStatus.REQUESTED, ReturnStatus.APPROVED, ReturnStatus.RECEIVED})
#: The goods are here.
CAME = frozenset({ReturnStatus.RECEIVED, ReturnStatus.REFUNDED, ReturnStatus.UNREFUNDED})


class Actor(StrEnum):
    """Who takes a step."""

    CUSTOMER = "customer"
    STAFF = "staff"
    SHOP = "shop"


class ReturnReason(StrEnum):
    """Why somebody sends something back."""

    CHANGED_MIND = "changed_mind"
    DOES_NOT_FIT = "does_not_fit"
    NOT_AS_DESCRIBED = "not_as_described"
    DAMAGED = "damaged"
    WRONG_PRODUCT = "wrong_product"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: by this event, whoever may, from there to there."""

    source: ReturnStatus | None
    event: str
    target: ReturnStatus
    actor: Actor


#: Every step there is. What is not listed cannot happen.
STEPS = (
    Step(None, "requested", ReturnStatus.REQUESTED, Actor.CUSTOMER),
    Step(ReturnStatus.REQUESTED, "approved", ReturnStatus.APPROVED, Actor.STAFF),
    Step(ReturnStatus.REQUESTED, "refused", ReturnStatus.REFUSED, Actor.STAFF),
    Step(ReturnStatus.REQUESTED, "withdrawn", ReturnStatus.WITHDRAWN, Actor.CUSTOMER),
    Step(ReturnStatus.APPROVED, "withdrawn", ReturnStatus.WITHDRAWN, Actor.CUSTOMER),
    Step(ReturnStatus.APPROVED, "refused", ReturnStatus.REFUSED, Actor.STAFF),
    Step(ReturnStatus.APPROVED, "received", ReturnStatus.RECEIVED, Actor.STAFF),
    Step(ReturnStatus.RECEIVED, "refunded", ReturnStatus.REFUNDED, Actor.SHOP),
    Step(ReturnStatus.RECEIVED, "refund_refused", ReturnStatus.UNREFUNDED, Actor.SHOP),
)
_BY_SOURCE = {(step.source, step.event): step for step in STEPS}


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """So many units of the order's line at that position; what came of them once they were received."""

    position: int
    sku: Sku
    quantity: int
    received: int = 0
    #: Of the received, put back on the shelf.
    restocked: int = 0


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step that was taken. ``by`` names the staff, empty for others."""

    at: datetime
    event: str
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One wish to send back. ``note`` is the customer's word, ``answer`` the shop's."""

    id: ReturnId
    order_id: OrderId
    status: ReturnStatus
    reason: ReturnReason
    note: str
    answer: str = ""
    #: Why no money could go back, by the refusal's code.
    refusal_code: str = ""
    lines: tuple[ReturnLine, ...]
    #: The caller's name for this wish; a second one of the same name is the same return.
    request_key: str
    history: tuple[HistoryEntry, ...]

    @property
    def is_open(self) -> bool:
        """Return whether its units count as coming back."""
        return self.status in OPEN

    @property
    def requested_at(self) -> datetime:
        """Return when it was asked for."""
        return self.history[0].at


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderUnits:
    """One line of an order: how many were ordered, sent and given money back for."""

    position: int
    sku: Sku
    ordered: int
    sent: int
    refunded: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReturns:
    """All that a decision about the returns of an order may read, read under the order's lock."""

    order_id: OrderId
    number: OrderNumber
    #: When the newest parcel left; None when none has.
    sent_at: datetime | None
    lines: tuple[OrderUnits, ...]
    #: Oldest first.
    returns: tuple[Return, ...]

    def returnable(self, position: int) -> int:
        """Return how many units of that line may still be sent back.

        What was sent and is not refunded, less what is coming back already. Refunds count against units
        that were never sent first, as in checkout.
        """
        line = next((each for each in self.lines if each.position == position), None)
        if line is None:
            return 0
        open_lines = (each for one in self.returns if one.is_open for each in one.lines)
        coming = sum(each.quantity for each in open_lines if each.position == position)
        return max(0, min(line.sent, line.ordered - line.refunded) - coming)

    def receivable(self, position: int) -> int:
        """Return how many units of that line can still come: what was sent and has not come yet."""
        sent = next((each.sent for each in self.lines if each.position == position), 0)
        came = (line for one in self.returns if one.status in CAME for line in one.lines)
        return sent - sum(line.received for line in came if line.position == position)

    def ends_at(self, days: int) -> datetime | None:
        """Return until when it may be asked for; None while nothing was sent."""
        return None if self.sent_at is None else self.sent_at + timedelta(days=days)

    def get(self, return_id: ReturnId) -> Return | None:
        """Return that return of the order."""
        return next((each for each in self.returns if each.id == return_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnRow:
    """A return in a list."""

    id: ReturnId
    order_id: OrderId
    number: OrderNumber
    status: ReturnStatus
    reason: ReturnReason
    units: int
    requested_at: datetime


def target_of(status: ReturnStatus | None, event: str) -> ReturnStatus:
    """Return where the event leads from there. Raise ``ReturnMoved`` for a step that is not listed."""
    step = _BY_SOURCE.get((status, event))
    if step is None:
        stands = status.value if status else "nothing"
        raise ReturnMoved(f"This return is {stands}: read it again.", status=stands)
    return step.target
