"""What the checkout needs from storage: place, decide under lock, and find what is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from vivamarket.checkout.model import Change, OrderState, Placement, PlacementAnswer
from vivamarket.kernel.ids import OrderId, PaymentId

PLACEMENTS_MAX = 64

#: Decides about one order from what was read under its lock. Pure: no I/O, no clock, may be repeated.
Decide = Callable[[OrderState], Change]


class PlacementStore(Protocol):
    """Writes orders for good."""

    async def place(self, placements: Sequence[Placement]) -> list[PlacementAnswer]:
        """Place up to ``PLACEMENTS_MAX`` orders in one transaction, each answered by itself, in order.

        Per placement, all or nothing: claim the key, lock the cart and check its version, take all
        stock lines, write order, lines, reservations, payment, events, history and the stored answer.
        An order sees what those before it in the batch have left. A key that is being worked on is
        ``IN_FLIGHT``. Answers are returned only after the commit is on disk. Rows are locked in one global
        order. Raise ``RuleBroken`` for the whole batch, with nothing written, when an id is taken or one
        placement names a stock item twice. Raise ``CheckoutBusy`` when the database does not answer; the
        outcome is then unknown, and the same attempt may be sent again.
        """
        ...


class CheckoutStore(Protocol):
    """Changes orders by decisions. Each method is one transaction."""

    async def state(self, order_id: OrderId) -> OrderState:
        """Return the order as committed, without a lock. Raise ``OrderNotFound``."""
        ...

    async def change(
        self, order_id: OrderId, decide: Decide, at: datetime, *, inbox_event_id: str | None = None
    ) -> OrderState:
        """Lock the order, read its state, decide, write the change; return the state as it then reads.

        What ``decide`` raises ends the transaction and passes through; nothing is written then. With
        ``inbox_event_id``, that event is marked as done in the same transaction, and ``decide`` is not
        asked when it was done before. A ``RETAKE`` without enough stock writes ``if_sold_out``.
        Raise ``OrderNotFound``, and ``RuleBroken`` for a decision that breaks a rule of the records: a
        second live payment, a capture or refund posted twice, more refunded than captured. Raise
        ``NotEnoughOnHand`` when more is sent than is on hand, as after selling beyond the stock, and
        ``ShipmentCameBack`` when a parcel is canceled of which units were sent back.
        """
        ...

    async def find_payment(
        self, payment_id: PaymentId | None, provider_ref: str | None
    ) -> tuple[OrderId, PaymentId] | None:
        """Return which payment this is, by our id or else the provider's; None when it is not ours."""
        ...

    async def finished(self, payment_ids: Sequence[PaymentId]) -> frozenset[PaymentId]:
        """Return those of the payments that no word of the provider can change any more.

        They succeeded, which is for good, and no refund of their order is open. One statement.
        """
        ...

    async def claim_expiring(self, now: datetime, lease_seconds: float, limit: int) -> tuple[OrderId, ...]:
        """Return orders whose hold is over or that are canceling, and look away for the lease.

        The lease is the longest that anybody looks away from an order that is canceling or whose hold is
        over: what is due later than that was written by a clock that had jumped
        (``clock.CLOCK_AHEAD_SECONDS``), and is due now. Of more than ``limit`` those that have been due for
        longest; returned oldest order first.
        """
        ...

    async def claim_unsettled(self, now: datetime, lease_seconds: float, limit: int) -> tuple[OrderId, ...]:
        """Return orders with an open payment or refund that are due, and look away for the lease.

        An order whose held money waits for staff is looked at every ``HELD_CHECK_SECONDS`` instead, when
        that is longer. The lease is the longest that anybody looks away: what is due later than that was
        written by a clock that had jumped (``clock.CLOCK_AHEAD_SECONDS``), and is due now. Of more than
        ``limit`` those that have been due for longest; returned oldest order first.
        """
        ...
