"""What happens to one order, decided purely from its state. Every transition is taken from the table."""

from __future__ import annotations

from datetime import datetime

from vivamarket.checkout.allocation import RefundWish, as_wish, preview
from vivamarket.checkout.capturing import hold, is_to_be_held
from vivamarket.checkout.draft import Draft
from vivamarket.checkout.errors import OrderNotCancelable, OrderNotPayable, ReviewNotAcceptable
from vivamarket.checkout.fulfillment import reserved_units
from vivamarket.checkout.model import CancelReason, Change, OrderState
from vivamarket.checkout.transitions import Driver, Machine, may
from vivamarket.inventory.model import ReservationStatus
from vivamarket.kernel.ids import PaymentId, RefundId
from vivamarket.kernel.money import Money
from vivamarket.orders.events import (
    OrderCanceled,
    OrderExpired,
    OrderNeedsReview,
    OrderPaid,
    OrderRefunded,
)
from vivamarket.orders.model import OrderStatus
from vivamarket.payments import ledger
from vivamarket.payments.events import PaymentFailed
from vivamarket.payments.ledger import Parts
from vivamarket.payments.model import (
    Payment,
    PaymentStatus,
    ProviderPayment,
    ProviderRefund,
    ProviderStatus,
    Refund,
    RefundStatus,
)

#: An order may be tried to be paid this often.
PAYMENT_ATTEMPTS_MAX = 20

#: Its stock is kept for money that may still come.
_WAITING = frozenset({OrderStatus.PENDING_PAYMENT, OrderStatus.AUTHORIZED, OrderStatus.CANCELING})
_UNPAID_ENDS = frozenset({OrderStatus.EXPIRED, OrderStatus.CANCELED})


def begin_payment(
    state: OrderState, new_id: PaymentId, now: datetime, *, manual_capture: bool = False
) -> Change:
    """Commit the intention to ask the provider: the live attempt, or the next one when none lives.

    With ``manual_capture`` the provider is asked to hold the money only; what it was asked once stays.
    The next attempt starts only after the one before can never succeed, so at most one is live.
    Raise ``OrderNotPayable``.
    """
    if state.status is not OrderStatus.PENDING_PAYMENT or now >= state.expires_at:
        raise OrderNotPayable("This order cannot be paid (any more).", status=state.status.value)
    draft = Draft(state, Driver.SHOPPER, now)
    payment = state.newest_payment
    if not payment.is_live:
        if payment.attempt >= PAYMENT_ATTEMPTS_MAX:
            raise OrderNotPayable("This order was tried to be paid too often.", status=state.status.value)
        payment = draft.add_payment(new_id, payment.attempt + 1, state.total)
    if payment.status is PaymentStatus.NEW:
        draft.move_payment(payment, "requested", requested_at=now, manual_capture=manual_capture)
    return draft.change()


def refuse_session(state: OrderState, payment_id: PaymentId, failure_code: str, now: datetime) -> Change:
    """The provider refused to open a page, so this attempt can never succeed."""
    draft = Draft(state, Driver.SHOPPER, now)
    payment = state.payment(payment_id)
    if payment.status is PaymentStatus.REQUESTED and payment.provider_ref is None:
        _fail(draft, payment, failure_code)
        _finish_canceling(draft)
    return draft.change()


def begin_cancel(state: OrderState, reason: CancelReason, now: datetime) -> Change:
    """Start to end an unpaid order; it ends at once when no payment can come any more.

    Money that is held is let go with it. Nothing changes when it is ending or has ended already, nor, for
    expiry, when its hold is not over or staff have begun to take the money. Raise ``OrderNotCancelable``
    when there is money, or is about to be.
    """
    driver = {
        CancelReason.EXPIRED: Driver.EXPIRY_WORKER,
        CancelReason.CUSTOMER: Driver.SHOPPER,
        CancelReason.STAFF: Driver.STAFF,
    }[reason]
    draft = Draft(state, driver, now)
    if state.status in (OrderStatus.PENDING_PAYMENT, OrderStatus.AUTHORIZED):
        taking = any(each.status is PaymentStatus.CAPTURING for each in state.payments)
        if reason is CancelReason.EXPIRED and (taking or now < state.expires_at):
            return draft.change()
        if taking:
            raise OrderNotCancelable("Its money is being taken at this moment.", status=state.status.value)
        begun = "expiry_begun" if reason is CancelReason.EXPIRED else "cancel_begun"
        draft.move_order(begun, cancel_reason=reason)
        if state.newest_payment.status is PaymentStatus.NEW:
            draft.move_payment(state.newest_payment, "canceled")
        _finish_canceling(draft)
    elif state.status not in _UNPAID_ENDS | {OrderStatus.CANCELING} and reason is not CancelReason.EXPIRED:
        raise OrderNotCancelable("This order is paid; it can only be refunded.", status=state.status.value)
    return draft.change()


def observe(
    state: OrderState,
    payment_id: PaymentId,
    seen: ProviderPayment,
    *,
    refund_id: RefundId,
    now: datetime,
    driver: Driver = Driver.SETTLE,
) -> Change:
    """Draw the consequence of what the provider says about one payment; the heart of ``settle``.

    Whatever was drawn before has no effect again, and a stale answer never turns anything back.
    ``refund_id`` names the refund, should the money have to go back.
    """
    draft = Draft(state, driver, now)
    payment = _named(draft, state.payment(payment_id), seen)
    if driver is Driver.SHOPPER:
        draft.hand_over(Driver.SETTLE)
    match seen.status:
        case ProviderStatus.SUCCEEDED if payment.status is not PaymentStatus.SUCCEEDED:
            _succeed(draft, payment, seen, refund_id)
        case ProviderStatus.AUTHORIZED if is_to_be_held(state, payment):
            hold(draft, payment, seen)
        case ProviderStatus.PROCESSING if may(Machine.PAYMENT, payment.status, "processing"):
            draft.move_payment(payment, "processing", provider_payment_ref=seen.provider_payment_ref)
        case ProviderStatus.FAILED if payment.is_live:
            _fail(draft, payment, seen.failure_code or "unknown")
            _finish_canceling(draft)
        case ProviderStatus.CANCELED if payment.is_live:
            draft.move_payment(payment, "canceled", failure_code=seen.failure_code)
            _finish_canceling(draft)
        case _:
            pass
    return draft.change()


def adopt(
    state: OrderState,
    seen: ProviderPayment,
    *,
    new_id: PaymentId,
    requested_at: datetime,
    refund_id: RefundId,
    now: datetime,
) -> Change:
    """Take in money of this order that no payment of the records knows; again without effect.

    Only records that have lost something meet such money: a safety copy from before the payment page was
    opened. It belongs to the attempt that its session names, when that attempt knows no session yet, else
    to an attempt of its own under ``new_id``. What follows is as in ``observe``: it pays the order, or
    goes back as the refund ``refund_id``. Nothing happens before the provider has the money for good.
    """
    draft = Draft(state, Driver.SETTLE, now)
    known = {each.provider_payment_ref for each in state.payments}
    if seen.status is not ProviderStatus.SUCCEEDED or seen.provider_payment_ref in known:
        return draft.change()
    payment = next((each for each in state.payments if each.id == seen.payment_id), None)
    if payment is None or payment.provider_ref not in (None, seen.provider_ref):
        own_id = seen.payment_id if payment is None and seen.payment_id is not None else new_id
        payment = draft.add_payment(own_id, state.newest_payment.attempt + 1, state.total)
    if payment.status is PaymentStatus.NEW:
        payment = draft.move_payment(payment, "requested", requested_at=requested_at)
    _succeed(draft, _named(draft, payment, seen), seen, refund_id)
    return draft.change()


def nothing(state: OrderState) -> Change:
    """Decide nothing: for an event that has no effect but must be marked as done."""
    return Draft(state, Driver.SETTLE, state.placed_at).change()


def forget_session(state: OrderState, payment_id: PaymentId, now: datetime, driver: Driver) -> Change:
    """The provider has never heard of this attempt and does not accept it any more: it is canceled."""
    draft = Draft(state, driver, now)
    payment = state.payment(payment_id)
    if payment.status is PaymentStatus.REQUESTED and payment.provider_ref is None:
        draft.move_payment(payment, "canceled")
        _finish_canceling(draft)
    return draft.change()


def request_refund(
    state: OrderState,
    wish: RefundWish | Money | None,
    *,
    refund_id: RefundId,
    reason: str = "",
    request_key: str,
    now: datetime,
) -> Change:
    """Commit the intention to give money back; an amount alone is goodwill, None is all that is left.

    A wish of the same ``request_key`` is the same refund: nothing changes. Raise ``NothingToRefund``
    above what is left, ``BadRefund`` for a wish that does not fit this order, ``OrderNotRefundable``
    when no money of this order can go back.
    """
    draft = Draft(state, Driver.STAFF, now)
    if any(each.request_key == request_key for each in state.refunds):
        return draft.change()
    wanted = as_wish(wish, reason)
    shown = preview(state, wanted)
    draft.add_refund(
        shown.payment,
        refund_id,
        shown.parts,
        amount=shown.amount,
        lines=shown.lines,
        reason=wanted.reason,
        request_key=request_key,
    )
    return draft.change()


def accept_review(state: OrderState, now: datetime) -> Change:
    """Staff take the money of an order in review as its payment; one that is paid changes nothing.

    It must fit: what is left of the money is the order's total, and no refund that may yet fail is on its
    way. When its stock was given away meanwhile it is taken again, all or nothing; without enough of it
    nothing changes and the order stays in review. Raise ``ReviewNotAcceptable``.
    """
    draft = Draft(state, Driver.STAFF, now)
    if state.status is OrderStatus.PAID:
        return draft.change()
    if state.status is not OrderStatus.REVIEW:
        raise ReviewNotAcceptable("This order is not in review.", status=state.status.value)
    if any(each.status in (RefundStatus.NEW, RefundStatus.REQUESTED) for each in state.refunds):
        raise ReviewNotAcceptable(
            "A refund of this order is on its way; wait until the provider has answered.",
            status=state.status.value,
        )
    payment = next(
        (each for each in state.payments if each.is_deposit and state.refundable(each) == state.total), None
    )
    if payment is None:
        raise ReviewNotAcceptable(
            f"What is left of the money is not the total of {state.total}: "
            "give back what is too much, or all of it.",
            status=state.status.value,
        )
    if state.reservation is ReservationStatus.RELEASED:
        draft.if_sold_out = Draft(state, Driver.STAFF, now).change()
    draft.accept(payment)
    draft.move_order("accepted_late" if state.reservation is ReservationStatus.RELEASED else "accepted")
    draft.post(ledger.acceptance(state.id, payment.id, state.parts, now))
    draft.emit(OrderPaid(order_id=state.id, number=state.number))
    return draft.change()


def observe_refund(state: OrderState, refund_id: RefundId, seen: ProviderRefund, now: datetime) -> Change:
    """Draw the consequence of what the provider says about one refund; again and again without effect."""
    draft = Draft(state, Driver.REFUND_WORKER, now)
    refund = next(each for each in state.refunds if each.id == refund_id)
    if refund.status not in (RefundStatus.NEW, RefundStatus.REQUESTED):
        return draft.change()
    match seen.status:
        case RefundStatus.SUCCEEDED:
            _refunded(draft, draft.move_refund(refund, "succeeded", provider_ref=seen.provider_ref))
        case RefundStatus.FAILED:
            _refund_refused(draft, refund, seen.failure_code or "unknown", seen.provider_ref)
        case _ if refund.status is RefundStatus.NEW:
            draft.move_refund(refund, "requested", provider_ref=seen.provider_ref)
        case _:
            pass
    return draft.change()


def refuse_refund(state: OrderState, refund_id: RefundId, failure_code: str, now: datetime) -> Change:
    """The provider will never give this refund."""
    draft = Draft(state, Driver.REFUND_WORKER, now)
    refund = next(each for each in state.refunds if each.id == refund_id)
    if refund.status in (RefundStatus.NEW, RefundStatus.REQUESTED):
        _refund_refused(draft, refund, failure_code, refund.provider_ref)
    return draft.change()


def _named(draft: Draft, payment: Payment, seen: ProviderPayment) -> Payment:
    """Keep the provider's name of an attempt whose answer had not been heard."""
    if payment.provider_ref is not None or payment.status is not PaymentStatus.REQUESTED:
        return payment
    return draft.move_payment(
        payment, "session_opened", provider_ref=seen.provider_ref, redirect_url=seen.redirect_url
    )


def _succeed(draft: Draft, payment: Payment, seen: ProviderPayment, refund_id: RefundId) -> None:
    fits = seen.amount == draft.state.total
    status = draft.state.status
    unpaid = status in _WAITING
    late = status in _UNPAID_ENDS
    if late and fits:
        without = draft.copy()
        _give_back(without, _take(without, payment, seen, is_deposit=True), refund_id)
        draft.if_sold_out = without.change()
    taken = _take(draft, payment, seen, is_deposit=not (fits and (unpaid or late)))
    if fits and (unpaid or late):
        draft.move_order("paid" if unpaid else "paid_late")
        draft.emit(OrderPaid(order_id=draft.state.id, number=draft.state.number))
    elif unpaid:
        draft.move_order("payment_mismatched")
        _needs_review(draft, f"paid {seen.amount}")
    else:
        # Late with another amount, or a second payment of an order that needs none: it goes back.
        _give_back(draft, taken, refund_id)


def _take(draft: Draft, payment: Payment, seen: ProviderPayment, *, is_deposit: bool) -> Payment:
    taken = draft.move_payment(
        payment,
        "succeeded",
        captured=seen.amount,
        provider_ref=seen.provider_ref,
        provider_payment_ref=seen.provider_payment_ref,
        is_deposit=is_deposit,
        failure_code=None,
    )
    if seen.amount:
        state = draft.state
        draft.post(
            ledger.deposit(state.id, payment.id, seen.amount, draft.now)
            if is_deposit
            else ledger.sale(state.id, payment.id, state.parts, draft.now)
        )
    return taken


def _give_back(draft: Draft, payment: Payment, refund_id: RefundId) -> None:
    assert payment.captured is not None
    nothing = payment.captured * 0
    draft.add_refund(
        payment,
        refund_id,
        Parts(payment.captured, nothing, nothing),
        reason="The payment came when the order could not be fulfilled any more.",
        request_key=f"late:{payment.id}",
    )


def _fail(draft: Draft, payment: Payment, failure_code: str) -> None:
    draft.move_payment(payment, "failed", failure_code=failure_code)
    draft.emit(PaymentFailed(order_id=draft.state.id, payment_id=payment.id, failure_code=failure_code))


def _finish_canceling(draft: Draft) -> None:
    """End the order that was only waiting for this: it is canceling, or what was held for it is gone."""
    state = draft.state
    ending = state.status in (OrderStatus.CANCELING, OrderStatus.AUTHORIZED)
    if not ending or any(each.is_live for each in state.payments):
        return
    if state.status is OrderStatus.AUTHORIZED or state.cancel_reason is CancelReason.EXPIRED:
        draft.move_order("expired")
        draft.emit(OrderExpired(order_id=state.id, number=state.number))
    else:
        draft.move_order("canceled")
        draft.emit(OrderCanceled(order_id=state.id, number=state.number))


def _refunded(draft: Draft, refund: Refund) -> None:
    state = draft.state
    parts = Parts(refund.goods, refund.shipping, refund.tax)
    draft.post(
        ledger.refund(
            state.id,
            refund.payment_id,
            refund.id,
            parts,
            draft.now,
            of_deposit=refund.of_deposit,
            goodwill=refund.goodwill,
        )
    )
    draft.reserve(reserved_units(state))
    draft.emit(
        OrderRefunded(
            order_id=state.id,
            refund_id=refund.id,
            minor_units=refund.amount.minor_units,
            currency=refund.amount.currency,
        )
    )
    if all(state.captured_in(each) == state.refunded_in(each) for each in state.currencies):
        if may(Machine.ORDER, state.status, "refunded"):
            draft.move_order("refunded")
    elif not refund.of_deposit and may(Machine.ORDER, state.status, "refunded_in_part"):
        draft.move_order("refunded_in_part")


def _refund_refused(draft: Draft, refund: Refund, failure_code: str, provider_ref: str | None) -> None:
    draft.move_refund(refund, "failed", failure_code=failure_code, provider_ref=provider_ref)
    if draft.state.status in _UNPAID_ENDS:
        draft.move_order("refund_refused")
    _needs_review(draft, f"refund refused: {failure_code}")


def _needs_review(draft: Draft, reason: str) -> None:
    draft.emit(OrderNeedsReview(order_id=draft.state.id, number=draft.state.number, reason=reason))
