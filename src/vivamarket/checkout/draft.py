"""Collects one decision: takes transitions from the table and keeps the state as it will be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from vivamarket.checkout.model import (
    CANCEL_RETRY_SECONDS,
    CAPTURE_CHECK_SECONDS,
    CHECK_SECONDS,
    REFUND_CHECK_SECONDS,
    CancelReason,
    Change,
    OrderState,
    ReservedUnits,
    Step,
)
from vivamarket.checkout.transitions import (
    Driver,
    ForbiddenTransition,
    Machine,
    StockEffect,
    Transition,
    step,
)
from vivamarket.inventory.model import ReservationStatus
from vivamarket.kernel.events import Event
from vivamarket.kernel.ids import DisputeId, PaymentId, RefundId
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import Shipment, ShipmentStatus
from vivamarket.payments.ledger import LedgerTransaction, Parts
from vivamarket.payments.model import (
    OPEN_REFUNDS,
    Dispute,
    DisputeStatus,
    Payment,
    PaymentStatus,
    ProviderDispute,
    Refund,
    RefundedLine,
    RefundStatus,
)

_RESERVED_AS = {
    StockEffect.CLAIM: ReservationStatus.CLAIMED,
    StockEffect.RETAKE: ReservationStatus.CLAIMED,
    StockEffect.RELEASE: ReservationStatus.RELEASED,
}


_Record = TypeVar("_Record", bound=Payment | Refund | Dispute | Shipment)


class Draft:
    """A decision in the making, about one order, by one driver, at one moment."""

    def __init__(self, state: OrderState, driver: Driver, now: datetime) -> None:
        self.state = state
        self.now = now
        self.if_sold_out: Change | None = None
        self._driver = driver
        self._steps: list[Step] = []
        self._stock = StockEffect.NONE
        self._reserved: tuple[ReservedUnits, ...] = ()
        self._ledger: list[LedgerTransaction] = []
        self._events: list[Event] = []
        self._touched: dict[str, None] = {}

    def copy(self) -> Draft:
        """Return a second draft that goes on from here by itself."""
        other = Draft(self.state, self._driver, self.now)
        other._steps = list(self._steps)
        other._stock = self._stock
        other._reserved = self._reserved
        other._ledger = list(self._ledger)
        other._events = list(self._events)
        other._touched = dict(self._touched)
        return other

    def hand_over(self, driver: Driver) -> None:
        """Let what follows be driven by somebody else: a shopper's step ends where settling begins."""
        self._driver = driver

    def move_order(
        self, event: str, *, cancel_reason: CancelReason | None = None, expires_at: datetime | None = None
    ) -> None:
        """Take the order's transition; its stock effect comes from the table.

        At most one transition of a decision touches the stock. What is released already (an order in
        review whose late money came when the stock was gone) is not released again.
        """
        row = self._step(Machine.ORDER, self.state.id, self.state.status, event)
        reservation = self.state.reservation
        is_over = row.stock is StockEffect.RELEASE and reservation is ReservationStatus.RELEASED
        if row.stock is not StockEffect.NONE and not is_over:
            assert self._stock is StockEffect.NONE, "one decision moves the stock once"
            self._stock = row.stock
            reservation = reservation and _RESERVED_AS[row.stock]
        self.state = replace(
            self.state,
            status=OrderStatus(row.target),
            reservation=reservation,
            cancel_reason=cancel_reason or self.state.cancel_reason,
            expires_at=expires_at or self.state.expires_at,
        )

    def add_payment(self, payment_id: PaymentId, attempt: int, amount: Money) -> Payment:
        """Begin the next attempt."""
        row = self._step(Machine.PAYMENT, payment_id, None, "begun")
        payment = Payment(
            id=payment_id,
            order_id=self.state.id,
            attempt=attempt,
            status=PaymentStatus(row.target),
            amount=amount,
            created_at=self.now,
            updated_at=self.now,
        )
        return self._keep_payment(payment)

    def move_payment(self, payment: Payment, event: str, **changes: Any) -> Payment:
        """Take the payment's transition and set what changes with it."""
        row = self._step(Machine.PAYMENT, payment.id, payment.status, event)
        return self._keep_payment(
            replace(payment, status=PaymentStatus(row.target), updated_at=self.now, **changes)
        )

    def add_refund(
        self,
        payment: Payment,
        refund_id: RefundId,
        parts: Parts,
        *,
        reason: str,
        request_key: str,
        amount: Money | None = None,
        lines: tuple[RefundedLine, ...] = (),
    ) -> Refund:
        """Begin to give money back: the parts, or ``amount`` where goodwill comes to them or off them."""
        row = self._step(Machine.REFUND, refund_id, None, "begun")
        refund = Refund(
            id=refund_id,
            order_id=self.state.id,
            payment_id=payment.id,
            status=RefundStatus(row.target),
            amount=amount or parts.total,
            goods=parts.goods,
            shipping=parts.shipping,
            tax=parts.tax,
            reason=reason,
            request_key=request_key,
            lines=lines,
            of_deposit=payment.is_deposit,
            created_at=self.now,
            updated_at=self.now,
        )
        return self._keep_refund(refund)

    def move_refund(self, refund: Refund, event: str, **changes: Any) -> Refund:
        """Take the refund's transition and set what changes with it."""
        row = self._step(Machine.REFUND, refund.id, refund.status, event)
        return self._keep_refund(
            replace(refund, status=RefundStatus(row.target), updated_at=self.now, **changes)
        )

    def accept(self, payment: Payment) -> Payment:
        """Let a deposit be what pays the order; its own state stays."""
        return self._keep_payment(replace(payment, is_deposit=False, updated_at=self.now))

    def add_dispute(self, payment: Payment, dispute_id: DisputeId, seen: ProviderDispute) -> Dispute:
        """Begin to keep a dispute of the payment. Whether the money is gone is a step of its own."""
        row = self._step(Machine.DISPUTE, dispute_id, None, "opened")
        return self._keep_dispute(
            Dispute(
                id=dispute_id,
                order_id=self.state.id,
                payment_id=payment.id,
                provider_ref=seen.provider_ref,
                status=DisputeStatus(row.target),
                amount=seen.amount,
                withdrawn=False,
                reason=seen.reason,
                opened_at=seen.opened_at,
                updated_at=self.now,
            )
        )

    def move_dispute(self, dispute: Dispute, event: str, **changes: Any) -> Dispute:
        """Take the dispute's transition and set what changes with it."""
        row = self._step(Machine.DISPUTE, dispute.id, dispute.status, event)
        return self._keep_dispute(
            replace(dispute, status=DisputeStatus(row.target), updated_at=self.now, **changes)
        )

    def add_shipment(self, shipment: Shipment) -> Shipment:
        """Begin a parcel."""
        row = self._step(Machine.SHIPMENT, shipment.id, None, "shipped")
        return self._keep_shipment(replace(shipment, status=ShipmentStatus(row.target)))

    def move_shipment(self, shipment: Shipment, event: str, **changes: Any) -> Shipment:
        """Take the parcel's transition and set what changes with it."""
        row = self._step(Machine.SHIPMENT, shipment.id, shipment.status, event)
        return self._keep_shipment(
            replace(shipment, status=ShipmentStatus(row.target), updated_at=self.now, **changes)
        )

    def reserve(self, units: tuple[ReservedUnits, ...]) -> None:
        """Say how the order's reservations stand from now on."""
        self._reserved = units

    def post(self, transaction: LedgerTransaction) -> None:
        """Post to the books."""
        self._ledger.append(transaction)

    def emit(self, event: Event) -> None:
        """Tell the rest of the shop."""
        self._events.append(event)

    def change(self) -> Change:
        """Return the decision."""
        touched = self._touched
        return Change(
            state=self.state,
            steps=tuple(self._steps),
            stock=self._stock,
            payments=tuple(each for each in self.state.payments if each.id in touched),
            refunds=tuple(each for each in self.state.refunds if each.id in touched),
            disputes=tuple(each for each in self.state.disputes if each.id in touched),
            shipments=tuple(each for each in self.state.shipments if each.id in touched),
            reserved=self._reserved,
            ledger=tuple(self._ledger),
            events=tuple(self._events),
            expire_at=self._expire_at(),
            check_at=self._check_at(),
            if_sold_out=self.if_sold_out,
        )

    def _step(self, machine: Machine, subject_id: str, source: str | None, event: str) -> Transition:
        row = step(machine, source, event)
        if self._driver not in row.drivers:
            raise ForbiddenTransition(f"{machine}: {event!r} is not for the {self._driver}")
        self._steps.append(
            Step(
                machine=machine,
                subject_id=subject_id,
                event=event,
                source=source,
                target=row.target,
                driver=self._driver,
            )
        )
        return row

    def _keep_payment(self, payment: Payment) -> Payment:
        self.state = replace(self.state, payments=_with(self.state.payments, payment))
        self._touched[payment.id] = None
        return payment

    def _keep_refund(self, refund: Refund) -> Refund:
        self.state = replace(self.state, refunds=_with(self.state.refunds, refund))
        self._touched[refund.id] = None
        return refund

    def _keep_dispute(self, dispute: Dispute) -> Dispute:
        self.state = replace(self.state, disputes=_with(self.state.disputes, dispute))
        self._touched[dispute.id] = None
        return dispute

    def _keep_shipment(self, shipment: Shipment) -> Shipment:
        self.state = replace(self.state, shipments=_with(self.state.shipments, shipment))
        self._touched[shipment.id] = None
        return shipment

    def _expire_at(self) -> datetime | None:
        if self.state.status in (OrderStatus.PENDING_PAYMENT, OrderStatus.AUTHORIZED):
            return self.state.expires_at
        if self.state.status is OrderStatus.CANCELING:
            return self.now + timedelta(seconds=CANCEL_RETRY_SECONDS)
        return None

    def _check_at(self) -> datetime | None:
        if any(each.status in OPEN_REFUNDS for each in self.state.refunds):
            return self.now + timedelta(seconds=REFUND_CHECK_SECONDS)
        if any(each.status is PaymentStatus.CAPTURING for each in self.state.payments):
            return self.now + timedelta(seconds=CAPTURE_CHECK_SECONDS)
        if any(each.is_live and each.status is not PaymentStatus.NEW for each in self.state.payments):
            return self.now + timedelta(seconds=CHECK_SECONDS)
        return None


def _with(records: tuple[_Record, ...], record: _Record) -> tuple[_Record, ...]:
    """Return the records with that one in its own place, or at the end when it is new."""
    if all(each.id != record.id for each in records):
        return (*records, record)
    return tuple(record if each.id == record.id else each for each in records)
