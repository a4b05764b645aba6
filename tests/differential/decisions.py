"""The checkout's real decisions, and some wrong ones, as values that print as code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from vivamarket.checkout import capturing, decisions, fulfillment
from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.checkout.disputes import observe_disputes
from vivamarket.checkout.model import CancelReason, Change, OrderState, ReservedUnits, Step
from vivamarket.checkout.transitions import Driver, Machine, StockEffect
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import DisputeId, PaymentId, RefundId, ShipmentId
from vivamarket.kernel.money import Money
from vivamarket.orders.shipments import ShippedUnits, Tracking
from vivamarket.payments import ledger
from vivamarket.payments.model import (
    DisputeStatus,
    Payment,
    PaymentStatus,
    ProviderDispute,
    ProviderPayment,
    ProviderRefund,
    ProviderStatus,
    RefundStatus,
)


class Unwilling(DomainError):
    """The decision says no."""

    code = "unwilling"


@dataclass(frozen=True, slots=True)
class Begin:
    payment_id: PaymentId
    manual_capture: bool = False

    def decide(self, state: OrderState, now: datetime) -> Change:
        return decisions.begin_payment(state, self.payment_id, now, manual_capture=self.manual_capture)


@dataclass(frozen=True, slots=True)
class Capture:
    """Staff begin to take what is held."""

    def decide(self, state: OrderState, now: datetime) -> Change:
        return capturing.begin_capture(state, now)


@dataclass(frozen=True, slots=True)
class RefuseCapture:
    """The provider does not take what was begun the so-many-th time."""

    attempt: int
    captures_begun: int

    def decide(self, state: OrderState, now: datetime) -> Change:
        asked = replace(_payment(state, self.attempt), captures_begun=self.captures_begun)
        return capturing.refuse_capture(state, asked, "card_declined", now)


@dataclass(frozen=True, slots=True)
class RefuseSession:
    attempt: int

    def decide(self, state: OrderState, now: datetime) -> Change:
        return decisions.refuse_session(state, _payment(state, self.attempt).id, "card_declined", now)


@dataclass(frozen=True, slots=True)
class ForgetSession:
    attempt: int

    def decide(self, state: OrderState, now: datetime) -> Change:
        return decisions.forget_session(state, _payment(state, self.attempt).id, now, Driver.SETTLE)


@dataclass(frozen=True, slots=True)
class Cancel:
    reason: CancelReason

    def decide(self, state: OrderState, now: datetime) -> Change:
        return decisions.begin_cancel(state, self.reason, now)


@dataclass(frozen=True, slots=True)
class Observe:
    """The provider says something about one attempt; ``amount`` None is what the order costs."""

    attempt: int
    status: ProviderStatus
    refund_id: RefundId
    amount: Money | None = None
    provider_ref: str | None = None

    def decide(self, state: OrderState, now: datetime) -> Change:
        payment = _payment(state, self.attempt)
        seen = ProviderPayment(
            provider_ref=self.provider_ref or f"cs_{payment.id}",
            status=self.status,
            amount=self.amount or state.total,
            redirect_url=f"https://pay.example/{payment.id}",
            provider_payment_ref=f"pi_{payment.id}",
            failure_code="expired_card" if self.status is ProviderStatus.FAILED else None,
            payment_id=payment.id,
        )
        return decisions.observe(state, payment.id, seen, refund_id=self.refund_id, now=now)


@dataclass(frozen=True, slots=True)
class Refund:
    refund_id: RefundId
    request_key: str
    minor_units: int | None = None
    line: tuple[int, int] | None = None
    returned: bool = False
    goodwill: int | None = None

    def decide(self, state: OrderState, now: datetime) -> Change:
        currency = state.total.currency
        wish: RefundWish | Money | None = None
        if self.line is not None or self.goodwill is not None:
            wish = RefundWish(
                lines=(RefundLine(*self.line, returned=self.returned),) if self.line else (),
                goodwill=Money(self.goodwill, currency) if self.goodwill else None,
            )
        elif self.minor_units is not None:
            wish = Money(self.minor_units, currency)
        return decisions.request_refund(
            state, wish, refund_id=self.refund_id, reason="gift", request_key=self.request_key, now=now
        )


@dataclass(frozen=True, slots=True)
class ObserveRefund:
    refund_id: RefundId
    status: RefundStatus

    def decide(self, state: OrderState, now: datetime) -> Change:
        refund = next((each for each in state.refunds if each.id == self.refund_id), None)
        if refund is None:
            raise Unwilling("no such refund")
        seen = ProviderRefund(
            provider_ref=f"re_{refund.id}", status=self.status, amount=refund.amount, failure_code="lost"
        )
        return decisions.observe_refund(state, refund.id, seen, now)


@dataclass(frozen=True, slots=True)
class RefuseRefund:
    refund_id: RefundId

    def decide(self, state: OrderState, now: datetime) -> Change:
        if all(each.id != self.refund_id for each in state.refunds):
            raise Unwilling("no such refund")
        return decisions.refuse_refund(state, self.refund_id, "insufficient_funds", now)


@dataclass(frozen=True, slots=True)
class Accept:
    def decide(self, state: OrderState, now: datetime) -> Change:
        return decisions.accept_review(state, now)


@dataclass(frozen=True, slots=True)
class ObserveDispute:
    attempt: int
    dispute_id: DisputeId
    status: DisputeStatus
    withdrawn: bool
    minor_units: int

    def decide(self, state: OrderState, now: datetime) -> Change:
        payment = _payment(state, self.attempt)
        ref = f"dp_{self.dispute_id}"
        seen = ProviderDispute(
            provider_ref=ref,
            status=self.status,
            amount=Money(self.minor_units, state.total.currency),
            withdrawn=self.withdrawn,
            reason="fraudulent",
            opened_at=now,
        )
        return observe_disputes(state, payment.id, (seen,), new_ids={ref: self.dispute_id}, now=now)


@dataclass(frozen=True, slots=True)
class Ship:
    """A parcel of so many units of each line."""

    shipment_id: ShipmentId
    request_key: str
    units: tuple[tuple[int, int], ...]

    def decide(self, state: OrderState, now: datetime) -> Change:
        wish = fulfillment.ParcelWish(
            units=tuple(ShippedUnits(*each) for each in self.units),
            tracking=Tracking(carrier_name="Rosa", number="1", url="https://post.example/1"),
            shipped_by="Ana",
        )
        return fulfillment.ship(
            state, wish, shipment_id=self.shipment_id, request_key=self.request_key, now=now
        )


@dataclass(frozen=True, slots=True)
class CorrectShipment:
    number: int
    tracking: str

    def decide(self, state: OrderState, now: datetime) -> Change:
        shipment_id = _shipment(state, self.number)
        return fulfillment.correct_shipment(state, shipment_id, Tracking(number=self.tracking), now)


@dataclass(frozen=True, slots=True)
class CancelShipment:
    number: int

    def decide(self, state: OrderState, now: datetime) -> Change:
        return fulfillment.cancel_shipment(state, _shipment(state, self.number), now)


@dataclass(frozen=True, slots=True)
class SendTooMuch:
    """A wrong decision: more leaves the order's reservations than they hold."""

    def decide(self, state: OrderState, now: datetime) -> Change:
        units = tuple(ReservedUnits(line.sku, line.quantity, 1) for line in state.lines)
        return Change(state=state, steps=(_step(state.newest_payment.id),), reserved=units)


@dataclass(frozen=True, slots=True)
class Nothing:
    def decide(self, state: OrderState, now: datetime) -> Change:
        return decisions.nothing(state)


@dataclass(frozen=True, slots=True)
class Refuse:
    def decide(self, state: OrderState, now: datetime) -> Change:
        raise Unwilling("no")


@dataclass(frozen=True, slots=True)
class SecondLivePayment:
    """A wrong decision: another payment lives beside the one there is."""

    payment_id: PaymentId

    def decide(self, state: OrderState, now: datetime) -> Change:
        newest = state.newest_payment
        extra = replace(
            newest,
            id=self.payment_id,
            attempt=newest.attempt + 1,
            status=PaymentStatus.NEW,
            provider_ref=None,
            provider_payment_ref=None,
        )
        return Change(state=state, steps=(_step(extra.id),), payments=(extra,))


@dataclass(frozen=True, slots=True)
class SaleAgain:
    """A wrong decision: the capture is posted, whether or not it was before, and the stock is claimed."""

    def decide(self, state: OrderState, now: datetime) -> Change:
        payment = state.newest_payment
        return Change(
            state=state,
            steps=(_step(payment.id),),
            stock=StockEffect.CLAIM,
            ledger=(ledger.sale(state.id, payment.id, state.parts, now),),
        )


@dataclass(frozen=True, slots=True)
class RetakeWithoutOtherWay:
    """A wrong decision: it does not say what happens when the stock is gone."""

    def decide(self, state: OrderState, now: datetime) -> Change:
        return Change(state=state, steps=(_step(state.newest_payment.id),), stock=StockEffect.RETAKE)


Decision = (
    Begin
    | Capture
    | RefuseCapture
    | RefuseSession
    | ForgetSession
    | Cancel
    | Observe
    | Refund
    | ObserveRefund
    | RefuseRefund
    | Accept
    | ObserveDispute
    | Ship
    | CorrectShipment
    | CancelShipment
    | SendTooMuch
    | Nothing
    | Refuse
    | SecondLivePayment
    | SaleAgain
    | RetakeWithoutOtherWay
)


def _payment(state: OrderState, attempt: int) -> Payment:
    found = next((each for each in state.payments if each.attempt == attempt), None)
    if found is None:
        raise Unwilling("no such attempt")
    return found


def _shipment(state: OrderState, number: int) -> ShipmentId:
    if number >= len(state.shipments):
        raise Unwilling("no such parcel")
    return state.shipments[number].id


def _step(subject_id: str) -> Step:
    return Step(
        machine=Machine.PAYMENT,
        subject_id=subject_id,
        event="mistaken",
        source=None,
        target="",
        driver=Driver.STAFF,
    )
