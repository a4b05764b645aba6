"""Money that the provider only holds: until when, who takes it, and what is done with it. Pure.

A shop that captures by hand has its payments ``authorized`` first. Staff take the money
(``capture_begun``, committed before the provider is asked), or let it go by canceling the order; when neither
happens in time, the order expires.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from vivamarket.checkout.draft import Draft
from vivamarket.checkout.errors import OrderNotCapturable
from vivamarket.checkout.model import Change, OrderState
from vivamarket.checkout.transitions import Driver, Machine, may
from vivamarket.orders.events import OrderAuthorized
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.model import Payment, PaymentStatus, ProviderPayment

#: How long money is held where the provider does not say it: the shortest that a card network allows.
#: https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
AUTHORIZATION_LASTS = timedelta(days=4, hours=18)
#: A held payment may be begun to be taken this often.
CAPTURES_MAX = 20


class HeldMoney(StrEnum):
    """What is to be done with money that the provider holds for one payment."""

    TAKE = "take"
    #: It waits for staff.
    KEEP = "keep"
    LET_GO = "let_go"


def is_to_be_held(state: OrderState, payment: Payment) -> bool:
    """Return whether held money of this payment makes the order an authorized one."""
    return (
        payment.manual_capture
        and state.status is OrderStatus.PENDING_PAYMENT
        and may(Machine.PAYMENT, payment.status, "authorized")
    )


def hold(draft: Draft, payment: Payment, seen: ProviderPayment) -> None:
    """Let the order wait for staff as long as its money is held, and its stock with it."""
    until = seen.authorized_until or draft.now + AUTHORIZATION_LASTS
    draft.move_payment(payment, "authorized", provider_payment_ref=seen.provider_payment_ref)
    draft.move_order("authorized", expires_at=until)
    draft.emit(OrderAuthorized(order_id=draft.state.id, number=draft.state.number, until=until))


def what_to_do(state: OrderState, payment: Payment) -> HeldMoney:
    """Return what is to be done with held money, by this reading of the order.

    It stays right when the reading is stale: an order that waits no more never waits again, and money is
    taken under the key of the intention that was read, which the provider answers once.
    """
    if payment.manual_capture:
        if state.status is OrderStatus.AUTHORIZED and payment.status is PaymentStatus.CAPTURING:
            return HeldMoney.TAKE
        waits = state.status in (OrderStatus.PENDING_PAYMENT, OrderStatus.AUTHORIZED) and payment.is_live
        return HeldMoney.KEEP if waits else HeldMoney.LET_GO
    return HeldMoney.TAKE if state.status is OrderStatus.PENDING_PAYMENT else HeldMoney.LET_GO


def broken_holds(state: OrderState) -> Iterator[tuple[str, str]]:
    """Yield which invariant an order breaks by what is held for it, and how."""
    taking = any(each.status is PaymentStatus.CAPTURING for each in state.payments)
    if state.status is OrderStatus.CANCELING and taking:
        yield "I3", "it is canceling, and its held money is being taken"
    if state.status is not OrderStatus.AUTHORIZED:
        return
    if state.held_payment is None:
        yield "I5", "it is authorized, and no money is held for it"
    if any(each.status is PaymentStatus.SUCCEEDED and not each.is_deposit for each in state.payments):
        yield "I5", "it is authorized, and a payment pays it"


def taken_unasked(state: OrderState) -> bool:
    """Return whether held money was taken although nobody of ours had begun to.

    A person may do so at the provider; where there is nobody else, our code did.
    """
    return any(each.manual_capture and each.captured and not each.captures_begun for each in state.payments)


def begin_capture(state: OrderState, now: datetime) -> Change:
    """Commit the intention of staff to take what is held, all of it.

    Nothing changes while it is being taken, nor once it was. Raise ``OrderNotCapturable`` when nothing is
    held, or it was begun ``CAPTURES_MAX`` times.
    """
    draft = Draft(state, Driver.STAFF, now)
    if any(each.status is PaymentStatus.SUCCEEDED and each.captures_begun for each in state.payments):
        return draft.change()
    held = state.held_payment
    if state.status is not OrderStatus.AUTHORIZED or held is None:
        raise OrderNotCapturable("No money is held for this order.", status=state.status.value)
    if held.status is PaymentStatus.CAPTURING:
        return draft.change()
    if held.captures_begun >= CAPTURES_MAX:
        raise OrderNotCapturable(
            "The provider has refused this too often. Cancel the order, or look at the payment there.",
            status=state.status.value,
        )
    draft.move_payment(held, "capture_begun", captures_begun=held.captures_begun + 1, failure_code=None)
    return draft.change()


def refuse_capture(state: OrderState, payment: Payment, failure_code: str, now: datetime) -> Change:
    """The provider does not take the money now, and still holds it: it waits for staff again.

    ``payment`` is as it was when the provider was asked; an answer to an earlier intention has no effect.
    """
    draft = Draft(state, Driver.SETTLE, now)
    known = state.payment(payment.id)
    if known.status is PaymentStatus.CAPTURING and known.captures_begun == payment.captures_begun:
        draft.move_payment(known, "capture_refused", failure_code=failure_code)
    return draft.change()
