"""What must hold in every corner, and what every corner must be able to reach."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from vivamarket.checkout.invariants import Violation
from vivamarket.checkout.model import OrderState
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.model import Payment, PaymentStatus, RefundStatus
from vivamarket.proof.explorer.closure import Closure
from vivamarket.proof.explorer.model import NO_ORDER, UNSENT, By, Corner, Need, Returned, Session
from vivamarket.proof.explorer.orders import OTHER_TOTAL, TOTAL, Orders

_TAKEN: Final = {Session.SUCCEEDED: TOTAL.minor_units, Session.OTHER: OTHER_TOTAL.minor_units}
_UNDECIDED: Final = (Session.OPEN, Session.PROCESSING)
_UNPAID_ENDS: Final = (OrderStatus.EXPIRED, OrderStatus.CANCELED)
_ON_THE_WAY: Final = (OrderStatus.PENDING_PAYMENT, OrderStatus.CANCELING)
#: What goes on without any repair: activities end, time passes, the provider makes up its mind.
_ALWAYS: Final = frozenset({By.WORLD, By.FLIGHT})


@dataclass(frozen=True, slots=True)
class Repair:
    """Who is left to repair, and which money they are told of."""

    name: str
    by: frozenset[By]
    #: Whether a message about money that came late is still to come.
    hears_of_late_money: bool
    #: Whether it also closes a page that a paid order does not need any more. A webhook about money that
    #: is settled ends without a look at the order; the reconciler comes for the page.
    closes_pages: bool = True


#: The reconciler with the expiry worker: all that a shop needs, but for money that comes after the
#: provider has promised that none would; of that only a message tells.
RECONCILER: Final = Repair("reconciler", _ALWAYS | {By.EXPIRY, By.RECONCILER}, hears_of_late_money=False)
WEBHOOK: Final = Repair(
    "webhook", _ALWAYS | {By.EXPIRY, By.WEBHOOK}, hears_of_late_money=True, closes_pages=False
)
RETURN_PAGE: Final = Repair("return page", _ALWAYS | {By.EXPIRY, By.RETURN_PAGE}, hears_of_late_money=False)
TOGETHER: Final = Repair(
    "all together",
    _ALWAYS | {By.EXPIRY, By.WEBHOOK, By.RETURN_PAGE, By.RECONCILER},
    hears_of_late_money=True,
)
REPAIRS: Final = (RECONCILER, WEBHOOK, RETURN_PAGE, TOGETHER)


def standing_violations(orders: Orders, corner: Corner) -> Iterator[Violation]:
    """Yield what is wrong in a corner at this moment, whatever is still under way."""
    if corner.order == NO_ORDER:
        return
    state = orders[corner.order]
    undecided = sum(session in _UNDECIDED for session in corner.sessions)
    if undecided > 1:
        yield Violation("I4", "order", f"{undecided} pages of the provider take money for one order")
    if state.status in _UNPAID_ENDS and undecided:
        yield Violation("I3", "order", f"{state.status}, and the provider may still take the money")
    taken = sum(_TAKEN.get(session, 0) for session in corner.sessions)
    if _given_back(orders, corner, Returned.SUCCEEDED, Returned.PENDING) > taken:
        yield Violation("I8", "order", "the provider gives back more than it took")
    for payment in state.payments:
        session = corner.sessions[payment.attempt - 1]
        if payment.manual_capture and session in _TAKEN and not payment.captures_begun:
            yield Violation("I4", "order", "held money was taken, and nobody had begun to take it")
        if state.status in _UNPAID_ENDS and session is Session.AUTHORIZED and not corner.late_payments:
            yield Violation("I3", "order", f"{state.status}, and the provider still holds the money")
        if payment.status is PaymentStatus.SUCCEEDED and session not in _TAKEN:
            yield Violation(
                "I6", "order", f"attempt {payment.attempt} has succeeded here, is {session} there"
            )


def settled_violations(orders: Orders, corner: Corner) -> list[Violation]:
    """Return what the provider's books say against an order at rest."""
    if corner.order == NO_ORDER:
        return []
    state = orders[corner.order]
    known = [
        _TAKEN.get(corner.sessions[each.attempt - 1], 0)
        for each in state.payments
        if not _is_late(corner, each)
    ]
    return orders.settled_violations(
        corner.order, sum(known), _given_back(orders, corner, Returned.SUCCEEDED)
    )


def is_settled(
    orders: Orders, corner: Corner, *, hears_of_late_money: bool, closes_pages: bool = True
) -> bool:
    """Return whether nothing of the order is on its way any more, and all money is where it belongs."""
    if corner.order == NO_ORDER:
        return not corner.flights
    state = orders[corner.order]
    return (
        not corner.flights
        and state.status not in _ON_THE_WAY
        and (
            _waits_for_staff(state, corner)
            or not (closes_pages and any(each.is_live for each in state.payments))
        )
        and not any(each.status in (RefundStatus.NEW, RefundStatus.REQUESTED) for each in state.refunds)
        and not (hears_of_late_money and any(_is_late(corner, each) for each in state.payments))
    )


def _waits_for_staff(state: OrderState, corner: Corner) -> bool:
    """Whether money is held, here and there: the order is at rest until staff or time decide."""
    held = state.held_payment
    return (
        held is not None and state.waits_for_staff and corner.sessions[held.attempt - 1] is Session.AUTHORIZED
    )


def unrepaired(closure: Closure, repair: Repair) -> Iterator[tuple[int, Violation]]:
    """Yield the corners from which the repair alone leads nowhere settled, the nearest first.

    Both constant answers of the stock are tried: whatever the other shopper holds, holding it on must not
    keep this one from its end.
    """
    settled = [
        number
        for number, corner in enumerate(closure.corners)
        if is_settled(
            closure.orders,
            corner,
            hears_of_late_money=repair.hears_of_late_money,
            closes_pages=repair.closes_pages,
        )
    ]
    for stock in (Need.AVAILABLE, Need.SOLD_OUT):
        reached = _reaching(closure, settled, repair, stock)
        for number, corner in enumerate(closure.corners):
            if not reached[number] and _is_promised(closure.orders, corner, repair):
                detail = f"no settled end by the {repair.name}, the unit being {stock}"
                yield number, Violation("I16", "order", detail)


def _reaching(closure: Closure, settled: Sequence[int], repair: Repair, stock: Need) -> bytearray:
    sources = closure.arrivals(lambda by, need: by in repair.by and need in (Need.NOTHING, stock))
    reached = bytearray(len(closure.corners))
    waiting = deque(settled)
    for number in settled:
        reached[number] = 1
    while waiting:
        for source in sources[waiting.popleft()]:
            if not reached[source]:
                reached[source] = 1
                waiting.append(source)
    return reached


def _is_promised(orders: Orders, corner: Corner, repair: Repair) -> bool:
    """Whether the repair must be enough from here.

    A webhook is, while a message about every attempt is still to come: the provider sends one whenever
    something has changed, and the model has only so many.
    """
    if not repair.hears_of_late_money:
        return True
    return corner.order == NO_ORDER or UNSENT in corner.inbox


def _is_late(corner: Corner, payment: Payment) -> bool:
    ended = payment.status in (PaymentStatus.FAILED, PaymentStatus.CANCELED)
    return ended and corner.sessions[payment.attempt - 1] in _TAKEN


def _given_back(orders: Orders, corner: Corner, *statuses: Returned) -> int:
    amounts = {str(each.id): each.amount.minor_units for each in orders[corner.order].refunds}
    return sum(amounts[name] for name, status in corner.returned if status in statuses)
