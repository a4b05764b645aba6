"""What staff do, whichever door they come through: the pages and the API call the same desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from vivamarket.api.staff.ports import StaffServices
from vivamarket.checkout.allocation import RefundPreview, RefundWish, preview
from vivamarket.checkout.errors import OrderNotRefundable
from vivamarket.checkout.model import CancelReason, OrderState
from vivamarket.inventory.model import Reservation, StockLevel
from vivamarket.kernel.errors import Invalid, NotFound, Unavailable
from vivamarket.kernel.idempotency import Attempt
from vivamarket.kernel.ids import EventId, OrderNumber, Sku
from vivamarket.kernel.money import Money
from vivamarket.orders.diary import DiaryEntry, MailOfOrder, mails_of
from vivamarket.orders.model import Order, OrderStatus
from vivamarket.payments.errors import NothingToRefund
from vivamarket.payments.ledger import LedgerTransaction
from vivamarket.payments.model import PaymentStatus
from vivamarket.payments.statement import ReconciliationReport

#: Dead letters of each box that are shown, the newest first.
LETTERS_MAX = 100
REPORTS_MAX = 30
_CANCELABLE = frozenset({OrderStatus.PENDING_PAYMENT, OrderStatus.AUTHORIZED, OrderStatus.CANCELING})
_OUTBOX_ID_LENGTH_MAX = 18

_log = structlog.get_logger("vivamarket.staff")


class EmptyRefund(Invalid):
    """The wish names nothing; to give everything back, say so."""

    code = "empty_refund"


class LetterNotFound(NotFound):
    """There is no such dead letter (any more)."""

    code = "dead_letter_not_found"


class Box(StrEnum):
    """Where a dead letter lies: events of ours, or messages of the payment provider."""

    OUTBOX = "outbox"
    INBOX = "inbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFile:
    """Everything about one order."""

    order: Order
    state: OrderState
    reservations: tuple[Reservation, ...]
    levels: Mapping[Sku, StockLevel]
    ledger: tuple[LedgerTransaction, ...]
    #: What giving back all that is left would come to; None when nothing can go back.
    refundable: RefundPreview | None
    #: Oldest first.
    diary: tuple[DiaryEntry, ...] = ()
    #: Those that may be sent again.
    mails: tuple[MailOfOrder, ...] = ()

    @property
    def is_cancelable(self) -> bool:
        """Return whether it is not paid and can still be ended."""
        taking = any(each.status is PaymentStatus.CAPTURING for each in self.state.payments)
        return self.order.status in _CANCELABLE and not taking

    @property
    def capturable(self) -> Money | None:
        """Return what is held and waits for staff to take it."""
        held = self.state.held_payment
        return held.amount if held is not None and self.state.waits_for_staff else None

    @property
    def is_acceptable(self) -> bool:
        """Return whether somebody has to decide about its money."""
        return self.order.status is OrderStatus.REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter of either box."""

    box: Box
    id: str
    kind: str
    #: The record it is about, as far as it names one.
    key: str
    error: str
    attempts: int
    came_at: datetime
    died_at: datetime


class Desk:
    """Reads and changes for staff. Whoever calls it has made sure that it is staff who ask."""

    def __init__(self, services: StaffServices) -> None:
        self._services = services
        self._is_comparing = False

    async def order(self, number: OrderNumber) -> OrderFile:
        """Return everything about the order. Raise ``OrderNotFound``."""
        order = await self._services.orders.by_number(number)
        state = await self._services.states.state(order.id)
        reservations = await self._services.stock.reservations(order.id)
        return OrderFile(
            order=order,
            state=state,
            reservations=reservations,
            levels=await self._services.stock.levels([each.sku for each in reservations]),
            ledger=await self._services.ledger.of_order(order.id),
            refundable=_refundable(state),
            diary=await self._services.diary.of_order(order.id),
            mails=mails_of(order),
        )

    async def cancel(self, number: OrderNumber) -> None:
        """End an unpaid order. Raise ``OrderNotFound``, ``OrderNotCancelable``."""
        order = await self._services.orders.by_number(number)
        await self._services.checkout.cancel_order(order.id, CancelReason.STAFF)

    async def capture(self, number: OrderNumber) -> None:
        """Take the held money of an authorized order. Raise as ``CheckoutService.capture_order`` does."""
        order = await self._services.orders.by_number(number)
        await self._services.checkout.capture_order(order.id)

    async def accept(self, number: OrderNumber) -> None:
        """Take the money of an order in review. Raise ``OrderNotFound``, ``ReviewNotAcceptable``."""
        order = await self._services.orders.by_number(number)
        await self._services.checkout.accept_review(order.id)

    async def preview_refund(
        self, number: OrderNumber, wish: RefundWish, *, everything: bool
    ) -> RefundPreview:
        """Return what the wish comes to. Raise as ``refund`` does."""
        _check(wish, everything=everything)
        order = await self._services.orders.by_number(number)
        return await self._services.checkout.preview_refund(order.id, wish)

    async def refund(
        self, number: OrderNumber, wish: RefundWish, *, everything: bool, attempt: Attempt
    ) -> None:
        """Give money back, once per attempt; ``everything`` must be said for a wish that names nothing.

        Raise ``EmptyRefund``, ``OrderNotFound``, ``NothingToRefund``, ``BadRefund``,
        ``OrderNotRefundable``.
        """
        _check(wish, everything=everything)
        order = await self._services.orders.by_number(number)
        await self._services.checkout.refund_order(order.id, wish, attempt=attempt)

    async def letters(self) -> tuple[Letter, ...]:
        """Return the dead letters of both boxes, the newest first; at most ``LETTERS_MAX`` of each."""
        events = await self._services.outbox.dead_letters(LETTERS_MAX)
        messages = await self._services.inbox.dead_letters(LETTERS_MAX)
        letters = [
            *(
                Letter(
                    box=Box.OUTBOX,
                    id=each.envelope.event_id,
                    kind=each.envelope.kind,
                    key=each.envelope.key,
                    error=each.error,
                    attempts=each.envelope.attempts,
                    came_at=each.envelope.occurred_at,
                    died_at=each.died_at,
                )
                for each in events
            ),
            *(
                Letter(
                    box=Box.INBOX,
                    id=each.event.event_id,
                    kind=each.event.kind,
                    key=each.event.payment_id or each.event.provider_ref or "",
                    error=each.error,
                    attempts=each.event.attempts,
                    came_at=each.received_at,
                    died_at=each.died_at,
                )
                for each in messages
            ),
        ]
        return tuple(sorted(letters, key=lambda letter: letter.died_at, reverse=True))

    async def replay_letter(self, box: Box, letter_id: str) -> None:
        """Hand a dead letter out again. Raise ``LetterNotFound``."""
        now = self._services.clock.now()
        if box is Box.INBOX:
            found = await self._services.inbox.revive(letter_id, now)
        else:
            is_id = letter_id.isascii() and letter_id.isdigit() and len(letter_id) <= _OUTBOX_ID_LENGTH_MAX
            found = is_id and await self._services.outbox.revive(EventId(letter_id), now)
        if not found:
            raise LetterNotFound("There is no such dead letter (any more).")

    async def reports(self) -> tuple[ReconciliationReport, ...]:
        """Return the newest comparisons with the payment provider, at most ``REPORTS_MAX``."""
        return await self._services.reports.newest(REPORTS_MAX)

    def compare(self) -> None:
        """Begin to compare everything with the payment provider; the report comes when it is done.

        It may take minutes, so nobody waits for it. While one is under way here, no other begins.
        """
        if not self._is_comparing:
            self._is_comparing = True
            self._services.tasks.spawn("comparison", self._compare())

    async def _compare(self) -> None:
        try:
            await self._services.comparison.run()
        except Unavailable as unavailable:
            _log.warning("comparison_failed", code=unavailable.code)
        finally:
            self._is_comparing = False


def _refundable(state: OrderState) -> RefundPreview | None:
    try:
        return preview(state, RefundWish())
    except (OrderNotRefundable, NothingToRefund):
        return None


def _check(wish: RefundWish, *, everything: bool) -> None:
    if wish.is_everything != everything:
        raise EmptyRefund(
            "Name lines, shipping or goodwill, or say that everything goes back, but not both."
            if everything
            else "Name lines, shipping or goodwill; to give all that is left back, say so."
        )
