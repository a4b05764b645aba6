"""The checkout's decisions: read the order, let it be decided, write, commit."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import msgspec

from vivamarket.adapters.memory.inbox import is_done, mark_done
from vivamarket.adapters.memory.money import kept_disputes, kept_payments, kept_refunds, posted
from vivamarket.adapters.memory.outbox import tell
from vivamarket.adapters.memory.shipments import kept_shipments
from vivamarket.adapters.memory.stock import apply_effect, apply_reserved
from vivamarket.adapters.memory.tables import OrderRecord, StepRecord, Tables
from vivamarket.checkout.model import HELD_CHECK_SECONDS, Change, OrderState
from vivamarket.checkout.ports import Decide
from vivamarket.checkout.transitions import StockEffect
from vivamarket.inventory.model import ReservationStatus
from vivamarket.kernel.clock import CLOCK_AHEAD_SECONDS
from vivamarket.kernel.errors import RuleBroken
from vivamarket.kernel.ids import OrderId, PaymentId
from vivamarket.orders.errors import OrderNotFound
from vivamarket.payments.model import PaymentStatus, RefundStatus

_REFUND_OPEN = (RefundStatus.NEW, RefundStatus.REQUESTED)


class MemoryCheckoutStore:
    """The ``CheckoutStore`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def state(self, order_id: OrderId) -> OrderState:
        """Return the order as committed. Raise ``OrderNotFound``."""
        return self._record(order_id).state

    async def change(
        self, order_id: OrderId, decide: Decide, at: datetime, *, inbox_event_id: str | None = None
    ) -> OrderState:
        """Read the order, decide, write; return the state afterwards. See the port."""
        tables = self._tables
        with tables.transaction():
            record = self._record(order_id)
            tables.lock()
            if inbox_event_id is not None and is_done(tables, inbox_event_id):
                return record.state
            change = decide(record.state)
            if inbox_event_id is not None:
                mark_done(tables, inbox_event_id, at)
            record = apply_reserved(tables, record, change.reserved, at)
            reservation = apply_effect(tables, record, change.stock, at)
            if change.stock is StockEffect.RETAKE and reservation is ReservationStatus.RELEASED:
                if change.if_sold_out is None:
                    raise RuleBroken("A decision to retake says what else may happen.", rule="if_sold_out")
                change = change.if_sold_out
            if not change.is_empty:
                _write(tables, record, change, reservation, at)
            return change.state

    async def find_payment(
        self, payment_id: PaymentId | None, provider_ref: str | None
    ) -> tuple[OrderId, PaymentId] | None:
        """Return which payment this is, by our id or else the provider's; None when it is not ours."""
        tables = self._tables
        if payment_id is not None and payment_id in tables.order_of_payment:
            return tables.order_of_payment[payment_id], payment_id
        found = None
        if provider_ref:
            found = tables.payment_of_ref.get(provider_ref) or tables.payment_of_money.get(provider_ref)
        return (tables.order_of_payment[found], found) if found is not None else None

    async def finished(self, payment_ids: Sequence[PaymentId]) -> frozenset[PaymentId]:
        """Return those of the payments that no word of the provider can change any more."""
        return frozenset(each for each in payment_ids if self._is_finished(each))

    async def claim_expiring(self, now: datetime, lease_seconds: float, limit: int) -> tuple[OrderId, ...]:
        """Return orders whose hold is over or that are canceling, and look away for the lease."""
        return self._claim(self._tables.expire_at, now, lease_seconds, limit, unless_held=True)

    async def claim_unsettled(self, now: datetime, lease_seconds: float, limit: int) -> tuple[OrderId, ...]:
        """Return orders with an open payment or refund that are due, and look away for the lease."""
        return self._claim(self._tables.check_at, now, lease_seconds, limit)

    def _record(self, order_id: OrderId) -> OrderRecord:
        record = self._tables.orders.get(order_id)
        if record is None:
            raise OrderNotFound("There is no such order.", order_id=order_id)
        return record

    def _is_finished(self, payment_id: PaymentId) -> bool:
        order_id = self._tables.order_of_payment.get(payment_id)
        if order_id is None:
            return False
        state = self._tables.orders[order_id].state
        return state.payment(payment_id).status is PaymentStatus.SUCCEEDED and not any(
            each.status in _REFUND_OPEN for each in state.refunds
        )

    def _claim(
        self,
        due: dict[OrderId, datetime],
        now: datetime,
        lease_seconds: float,
        limit: int,
        *,
        unless_held: bool = False,
    ) -> tuple[OrderId, ...]:
        """Claim what is due. ``unless_held``: a hold that is not over may be due later than a lease ends."""
        # Nobody looks away for longer than the lease, so a clock that was ahead wrote what is due later.
        ahead = timedelta(seconds=CLOCK_AHEAD_SECONDS)
        orders = self._tables.orders

        def lease_end(order_id: OrderId) -> datetime:
            waits = not unless_held and orders[order_id].state.waits_for_staff
            seconds = max(lease_seconds, HELD_CHECK_SECONDS) if waits else lease_seconds
            return now + timedelta(seconds=seconds)

        waiting = (
            (due_at, order_id)
            for order_id, due_at in due.items()
            if due_at <= now
            or (
                due_at > now + timedelta(seconds=lease_seconds) + ahead
                and due_at > lease_end(order_id) + ahead
                and not (unless_held and _is_held(orders[order_id], now))
            )
        )
        taken = sorted(order_id for _, order_id in heapq.nsmallest(limit, waiting))
        with self._tables.transaction():
            for order_id in taken:
                self._tables.put(due, order_id, lease_end(order_id))
        return tuple(taken)


def _is_held(record: OrderRecord, now: datetime) -> bool:
    return record.state.expires_at > now and record.state.cancel_reason is None


def _write(
    tables: Tables,
    record: OrderRecord,
    change: Change,
    reservation: ReservationStatus | None,
    at: datetime,
) -> None:
    decided = change.state
    captured, refunded = decided.captured.minor_units, decided.refunded.minor_units
    state = replace(
        record.state,
        status=decided.status,
        cancel_reason=decided.cancel_reason,
        expires_at=decided.expires_at,
        reservation=reservation,
        payments=kept_payments(tables, record, change.payments, at),
        refunds=kept_refunds(tables, record, change.refunds, at),
        disputes=kept_disputes(record, change.disputes, at),
        shipments=kept_shipments(tables, record, change.shipments, at),
    )
    ledger = posted(record, state, change.ledger, at)
    for event in change.events:
        tell(tables, event.kind, record.order.id, msgspec.to_builtins(event), at)
    if not 0 <= refunded <= captured:
        raise RuleBroken("More is refunded than was captured.", rule="refunds_within_captures")
    steps = (
        StepRecord(at, each.machine, each.subject_id, each.event, each.source, each.target)
        for each in change.steps
    )
    tables.put(
        tables.orders,
        record.order.id,
        replace(
            record,
            state=state,
            captured=captured,
            refunded=refunded,
            steps=(*record.steps, *steps),
            ledger=ledger,
        ),
    )
    tables.put_or_drop(tables.expire_at, record.order.id, change.expire_at)
    tables.put_or_drop(tables.check_at, record.order.id, change.check_at)
