"""The transition table: every change of state there is, as data. Nothing changes state but through it.

The code asks ``step`` for the next state and its stock effect; the invariants check histories against
``TABLE``; ``docs/develop/transitions.md`` is printed from it. A change that is not listed is a
programmer's mistake and raises ``ForbiddenTransition``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Machine(StrEnum):
    """The things that have states."""

    ORDER = "order"
    RESERVATION = "reservation"
    PAYMENT = "payment"
    REFUND = "refund"
    DISPUTE = "dispute"
    SHIPMENT = "shipment"


class Driver(StrEnum):
    """Who causes a transition."""

    SHOPPER = "shopper"
    SETTLE = "settle"
    EXPIRY_WORKER = "expiry_worker"
    REFUND_WORKER = "refund_worker"
    STAFF = "staff"


class StockEffect(StrEnum):
    """What an order's transition does to its reservations, in the same transaction."""

    NONE = "none"
    HOLD = "hold"
    CLAIM = "claim"
    RELEASE = "release"
    RETAKE = "retake"


class ForbiddenTransition(Exception):
    """The table has no such transition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row. ``source`` None is the beginning. ``within`` names the bound of the state it leaves."""

    machine: Machine
    source: str | None
    event: str
    target: str
    drivers: tuple[Driver, ...]
    does: str
    stock: StockEffect = StockEffect.NONE
    within: str = ""
    on_failure: str = ""


_SETTLERS: Final = (Driver.SETTLE, Driver.EXPIRY_WORKER)
_BY_STAFF: Final = "nothing is written; the same request may be sent again"
_AGAIN: Final = "nothing is written; webhook, return page and reconciler each try again"


def _rows(
    machine: Machine,
    sources: tuple[str | None, ...],
    event_and_target: tuple[str, str],
    drivers: tuple[Driver, ...],
    does: str,
    *,
    stock: StockEffect = StockEffect.NONE,
    within: str = "",
    on_failure: str = _AGAIN,
) -> tuple[Transition, ...]:
    event, target = event_and_target
    return tuple(
        Transition(
            machine=machine,
            source=source,
            event=event,
            target=target,
            drivers=drivers,
            does=does,
            stock=stock,
            within=within,
            on_failure=on_failure,
        )
        for source in sources
    )


_ORDERS: Final = (
    *_rows(
        Machine.ORDER,
        (None,),
        ("placed", "pending_payment"),
        (Driver.SHOPPER,),
        "claims the idempotency key, locks the cart and checks its version, takes the stock, writes order, "
        "lines, reservations, payment `new`, `order.placed` and the answer, marks the cart as ordered",
        stock=StockEffect.HOLD,
        on_failure="nothing is written; the same key may be sent again",
    ),
    *_rows(
        Machine.ORDER,
        ("pending_payment",),
        ("authorized", "authorized"),
        _SETTLERS,
        "the provider holds the money until staff take it: the hold on the stock now ends with that, "
        "`order.authorized`",
        within="hold of 15 min, then canceling",
    ),
    *_rows(
        Machine.ORDER,
        ("pending_payment", "authorized", "canceling"),
        ("paid", "paid"),
        _SETTLERS,
        "payment succeeded, reservations claimed, sale posted, `order.paid`",
        stock=StockEffect.CLAIM,
        within="hold of 15 min, or until the authorization ends, then canceling",
    ),
    *_rows(
        Machine.ORDER,
        ("pending_payment", "authorized", "canceling"),
        ("payment_mismatched", "review"),
        _SETTLERS,
        "payment succeeded with another amount or currency: reservations claimed, deposit posted, "
        "`order.review`",
        stock=StockEffect.CLAIM,
        within="hold of 15 min, then canceling",
    ),
    *_rows(
        Machine.ORDER,
        ("pending_payment", "authorized"),
        ("expiry_begun", "canceling"),
        (Driver.EXPIRY_WORKER,),
        "remembers why; from here no new payment starts, and what is held is let go",
        within="hold of 15 min, or until the authorization ends",
        on_failure="the expiry worker tries again within seconds",
    ),
    *_rows(
        Machine.ORDER,
        ("pending_payment", "authorized"),
        ("cancel_begun", "canceling"),
        (Driver.SHOPPER, Driver.STAFF),
        "remembers why; from here no new payment starts, and what is held is let go: the void",
        on_failure="nothing is written; the caller may repeat",
    ),
    *_rows(
        Machine.ORDER,
        ("canceling", "authorized"),
        ("expired", "expired"),
        (*_SETTLERS, Driver.SHOPPER),
        "only after the provider confirmed that no payment can succeed, or has let go what it held: "
        "reservations released, `order.expired`",
        stock=StockEffect.RELEASE,
        within="asked again every 30 s until the provider answers",
        on_failure="the hold stays; the expiry worker asks again",
    ),
    *_rows(
        Machine.ORDER,
        ("canceling",),
        ("canceled", "canceled"),
        (*_SETTLERS, Driver.SHOPPER, Driver.STAFF),
        "only after the provider confirmed that no payment can succeed: reservations released, "
        "`order.canceled`",
        stock=StockEffect.RELEASE,
        within="asked again every 30 s until the provider answers",
        on_failure="the hold stays; the expiry worker asks again",
    ),
    *_rows(
        Machine.ORDER,
        ("expired", "canceled"),
        ("paid_late", "paid"),
        _SETTLERS,
        "payment succeeded after all and the stock is there: reservations taken again, sale posted, "
        "`order.paid`",
        stock=StockEffect.RETAKE,
    ),
    *_rows(
        Machine.ORDER,
        ("paid", "partially_refunded"),
        ("refunded_in_part", "partially_refunded"),
        (Driver.REFUND_WORKER,),
        "refund succeeded, posted, `order.refunded`",
    ),
    *_rows(
        Machine.ORDER,
        ("paid", "partially_refunded", "review"),
        ("refunded", "refunded"),
        (Driver.REFUND_WORKER,),
        "all that was captured is given back: posted, claimed reservations released, `order.refunded`",
        stock=StockEffect.RELEASE,
    ),
    *_rows(
        Machine.ORDER,
        ("expired", "canceled"),
        ("refunded", "refunded"),
        (Driver.REFUND_WORKER,),
        "money that came too late is given back: posted, `order.refunded`",
        within="60 s after the late payment was seen",
    ),
    *_rows(
        Machine.ORDER,
        ("expired", "canceled"),
        ("refund_refused", "review"),
        (Driver.REFUND_WORKER,),
        "the provider will not give the late money back: `order.review`",
    ),
    *_rows(
        Machine.ORDER,
        ("review",),
        ("accepted", "paid"),
        (Driver.STAFF,),
        "what is left of the money is the total: the deposit becomes the sale, `order.paid`",
        on_failure="nothing is written; the caller may repeat",
    ),
    *_rows(
        Machine.ORDER,
        ("review",),
        ("accepted_late", "paid"),
        (Driver.STAFF,),
        "the same for an order whose stock was given away: reservations taken again, `order.paid`",
        stock=StockEffect.RETAKE,
        on_failure="without the stock the order stays in review",
    ),
)

_LIVE: Final = ("requested", "requires_action", "processing")
_HELD: Final = ("authorized", "capturing")

_PAYMENTS: Final = (
    *_rows(
        Machine.PAYMENT,
        (None,),
        ("begun", "new"),
        (Driver.SHOPPER, Driver.SETTLE),
        "written with the order, or as the next attempt once the one before can never succeed; by settle for "
        "money of an attempt that the records have lost",
    ),
    *_rows(
        Machine.PAYMENT,
        ("new",),
        ("requested", "requested"),
        (Driver.SHOPPER, Driver.SETTLE),
        "the intention, committed before the provider is asked with key `pay:{order}:{attempt}`; by settle "
        "for money of an attempt whose intention the records have lost",
    ),
    *_rows(
        Machine.PAYMENT,
        ("requested",),
        ("session_opened", "requires_action"),
        (Driver.SHOPPER, *_SETTLERS),
        "keeps the provider's name for it and the address of the hosted page",
        within="60 s, then the reconciler asks again with the same key",
    ),
    *_rows(
        Machine.PAYMENT,
        ("requires_action",),
        ("processing", "processing"),
        _SETTLERS,
        "the provider is moving the money",
        within="the reconciler looks every 60 s",
    ),
    *_rows(
        Machine.PAYMENT,
        ("requires_action", "processing"),
        ("authorized", "authorized"),
        _SETTLERS,
        "the provider holds the money for us, with one transition of the order in the same transaction",
        within="the reconciler looks every 60 s",
    ),
    *_rows(
        Machine.PAYMENT,
        ("authorized",),
        ("capture_begun", "capturing"),
        (Driver.STAFF,),
        "the intention, committed before the provider is asked with key `capture:{payment}`",
        within="the authorization's end, then the order cancels; the reconciler looks once an hour",
        on_failure=_BY_STAFF,
    ),
    *_rows(
        Machine.PAYMENT,
        ("capturing",),
        ("capture_refused", "authorized"),
        _SETTLERS,
        "the provider does not take it now; staff may begin again, under another key, or cancel",
        within="the reconciler asks every 30 s",
    ),
    *_rows(
        Machine.PAYMENT,
        ("requires_action", "processing", *_HELD, "failed", "canceled"),
        ("succeeded", "succeeded"),
        _SETTLERS,
        "with one transition of the order in the same transaction",
        within="the reconciler looks every 60 s",
    ),
    *_rows(
        Machine.PAYMENT,
        (*_LIVE, *_HELD),
        ("failed", "failed"),
        (Driver.SHOPPER, *_SETTLERS),
        "the provider promises that it can never succeed: `payment.failed`",
    ),
    *_rows(
        Machine.PAYMENT,
        ("new", *_LIVE, *_HELD),
        ("canceled", "canceled"),
        (Driver.SHOPPER, Driver.STAFF, *_SETTLERS),
        "the provider promises that it can never succeed, or was never asked",
    ),
)

_RESERVATIONS: Final = (
    *_rows(Machine.RESERVATION, (None,), ("held", "held"), (Driver.SHOPPER,), "with the order: `held` rises"),
    *_rows(Machine.RESERVATION, ("held",), ("claimed", "claimed"), _SETTLERS, "from `held` to `claimed`"),
    *_rows(
        Machine.RESERVATION,
        ("held", "claimed"),
        ("released", "released"),
        (*_SETTLERS, Driver.SHOPPER, Driver.STAFF, Driver.REFUND_WORKER),
        "`held` or `claimed` falls",
    ),
    *_rows(
        Machine.RESERVATION,
        ("released",),
        ("retaken", "claimed"),
        (*_SETTLERS, Driver.STAFF),
        "a late payment, or staff who accept it, take the stock again, all lines or none",
        on_failure="the late money is refunded; in review the order stays as it is",
    ),
)

_REFUNDS: Final = (
    *_rows(
        Machine.REFUND,
        (None,),
        ("begun", "new"),
        (Driver.STAFF, *_SETTLERS),
        "the intention, at most what was captured and is not given back yet",
    ),
    *_rows(
        Machine.REFUND,
        ("new",),
        ("requested", "requested"),
        (Driver.REFUND_WORKER,),
        "the provider has taken it, asked with key `refund:{refund}`",
        within="the refund worker asks every 30 s",
    ),
    *_rows(
        Machine.REFUND,
        ("new", "requested"),
        ("succeeded", "succeeded"),
        (Driver.REFUND_WORKER,),
        "with one transition of the order in the same transaction",
        within="the refund worker asks every 30 s",
    ),
    *_rows(
        Machine.REFUND,
        ("new", "requested"),
        ("failed", "failed"),
        (Driver.REFUND_WORKER,),
        "the provider says it will never happen",
    ),
)

_DISPUTES: Final = (
    *_rows(
        Machine.DISPUTE,
        (None,),
        ("opened", "open"),
        _SETTLERS,
        "a flag on the order, whose state it never changes: `order.disputed`",
        within="told by webhook, else found by the daily comparison",
    ),
    *(
        row
        for state in ("open", "appealed", "lost")
        for row in _rows(
            Machine.DISPUTE,
            (state,),
            ("withdrawn", state),
            _SETTLERS,
            "the provider has taken the amount away: posted to `disputes`, or `dispute_losses` once lost",
        )
    ),
    *(
        row
        for state in ("open", "appealed", "won")
        for row in _rows(
            Machine.DISPUTE,
            (state,),
            ("reinstated", state),
            _SETTLERS,
            "the provider has given the amount back: posted",
        )
    ),
    *_rows(
        Machine.DISPUTE,
        ("open", "appealed"),
        ("won", "won"),
        _SETTLERS,
        "the bank has decided for the shop, or dropped it: `order.disputed`",
    ),
    *_rows(
        Machine.DISPUTE,
        ("open", "appealed"),
        ("lost", "lost"),
        _SETTLERS,
        "the bank has decided for the cardholder: what was withdrawn is a loss, `order.disputed`",
    ),
    *_rows(
        Machine.DISPUTE,
        ("won", "lost"),
        ("appealed", "appealed"),
        _SETTLERS,
        "one side has asked for another decision: `order.disputed`",
    ),
)

_SHIPMENTS: Final = (
    *_rows(
        Machine.SHIPMENT,
        (None,),
        ("shipped", "shipped"),
        (Driver.STAFF,),
        "of a paid order, at most what was ordered and is neither sent nor refunded: its units leave "
        "`on_hand` and `claimed`, `order.shipped`",
        on_failure=_BY_STAFF,
    ),
    *_rows(
        Machine.SHIPMENT,
        ("shipped",),
        ("corrected", "shipped"),
        (Driver.STAFF,),
        "another carrier or tracking number",
        on_failure=_BY_STAFF,
    ),
    *_rows(
        Machine.SHIPMENT,
        ("shipped",),
        ("canceled", "canceled"),
        (Driver.STAFF,),
        "its units are on hand again, and claimed as far as they are still owed: `order.shipment_canceled`",
        on_failure=_BY_STAFF,
    ),
)

TABLE: Final[tuple[Transition, ...]] = (
    *_ORDERS,
    *_RESERVATIONS,
    *_PAYMENTS,
    *_REFUNDS,
    *_DISPUTES,
    *_SHIPMENTS,
)

_BY_KEY: Final = {(row.machine, row.source, row.event): row for row in TABLE}


def step(machine: Machine, source: str | None, event: str) -> Transition:
    """Return the row that leaves ``source`` by ``event``; raise ``ForbiddenTransition`` without one."""
    row = _BY_KEY.get((machine, source, event))
    if row is None:
        raise ForbiddenTransition(f"{machine}: no {event!r} from {source!r}")
    return row


def may(machine: Machine, source: str | None, event: str) -> bool:
    """Return whether the table lists that transition."""
    return (machine, source, event) in _BY_KEY
