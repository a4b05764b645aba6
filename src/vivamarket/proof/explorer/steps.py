"""The actors as step machines: whatever may happen next in one shopper's corner of the world.

Each step is either one transaction of ours (a real decision, through ``Orders``) or one call answered by
the provider; between the two the answer is in flight and may grow stale. The machines follow
``checkout.settlement``, ``checkout.refunding`` and ``checkout.repairs`` step by step, with one difference:
where the code reads a session only to learn its name before closing it, the model closes it at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vivamarket.checkout.capturing import HeldMoney, what_to_do
from vivamarket.checkout.model import CancelReason, OrderState
from vivamarket.checkout.transitions import Driver
from vivamarket.inventory.model import ReservationStatus
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.model import Payment, PaymentStatus, RefundStatus
from vivamarket.proof.explorer.model import (
    DONE,
    NO_ORDER,
    UNSENT,
    Bounds,
    By,
    Corner,
    Flight,
    Move,
    Need,
    Returned,
    Session,
    Stage,
)
from vivamarket.proof.explorer.orders import Orders, Outcome

_BROKEN_PROMISE: Final = (Session.FAILED, Session.CANCELED)
_AWAITING_PAYMENT: Final = (OrderStatus.PENDING_PAYMENT, OrderStatus.AUTHORIZED, OrderStatus.CANCELING)
_OPEN_REFUNDS: Final = (RefundStatus.NEW, RefundStatus.REQUESTED)
_TAKING_STOCK: Final = (ReservationStatus.HELD, ReservationStatus.CLAIMED)


class Actors:
    """Lists the moves of a corner. Pure, but for what ``Orders`` remembers."""

    def __init__(self, orders: Orders, bounds: Bounds) -> None:
        self._orders = orders
        self._bounds = bounds
        #: What the provider has once somebody has paid.
        self._paid = Session.AUTHORIZED if bounds.manual_capture else Session.SUCCEEDED

    def start(self) -> Corner:
        """Return a shopper who has not ordered yet."""
        return Corner(
            sessions=(Session.NONE,) * self._bounds.attempts_max,
            inbox=(UNSENT,) * self._bounds.deliveries_max,
        )

    def units(self, corner: Corner) -> int:
        """Return how many units of stock the corner's order takes."""
        if corner.order == NO_ORDER:
            return 0
        return int(self._orders[corner.order].reservation in _TAKING_STOCK)

    def moves(self, corner: Corner) -> Iterator[Move]:
        """Yield everything that may happen next."""
        for move in self._moves(corner):
            after = self._without_idle_clocks(move.corner)
            yield move if after is move.corner else move._replace(corner=after)

    def _without_idle_clocks(self, corner: Corner) -> Corner:
        """Forget the times that make no difference any more: equal corners are one."""
        status = self._orders[corner.order].status
        if not corner.hold_over and status is not OrderStatus.PENDING_PAYMENT:
            corner = corner._replace(hold_over=True)
        if corner.authorization_over and status is not OrderStatus.AUTHORIZED:
            corner = corner._replace(authorization_over=False)
        return corner

    def _moves(self, corner: Corner) -> Iterator[Move]:
        if corner.order == NO_ORDER:
            placed = corner._replace(order=self._orders.place())
            yield Move(By.SHOPPER, "places the order", Need.AVAILABLE, placed)
            return
        yield from self._world(corner)
        for flight in dict.fromkeys(corner.flights):
            yield from self._continue(corner, flight)
            yield Move(By.MISHAP, f"a crash loses {_named(flight)}", Need.NOTHING, _drop(corner, flight))
        if len(corner.flights) < self._bounds.flights_max:
            yield from self._begin(corner)

    # What happens outside of the shop.

    def _world(self, corner: Corner) -> Iterator[Move]:
        if not corner.hold_over:
            yield Move(By.WORLD, "the hold runs out", Need.NOTHING, corner._replace(hold_over=True))
        if self._orders[corner.order].status is OrderStatus.AUTHORIZED and not corner.authorization_over:
            late_to_take = corner._replace(authorization_over=True)
            yield Move(By.WORLD, "the time to take the money runs out", Need.NOTHING, late_to_take)
        for attempt, session in enumerate(corner.sessions, start=1):
            for by, label, after in self._turns(session):
                yield Move(by, f"{label} (attempt {attempt})", Need.NOTHING, _turned(corner, attempt, after))
            if session in _BROKEN_PROMISE and corner.late_payments < self._bounds.late_payments_max:
                late = _turned(corner, attempt, self._paid)
                late = late._replace(late_payments=corner.late_payments + 1)
                yield Move(By.MISHAP, f"money comes late for attempt {attempt}", Need.NOTHING, late)
        for name, status in corner.returned:
            if status is Returned.PENDING:
                for after_refund in (Returned.SUCCEEDED, Returned.FAILED):
                    moved = corner._replace(returned=_with(corner.returned, name, after_refund))
                    yield Move(
                        By.WORLD, f"the provider ends refund {name}: {after_refund}", Need.NOTHING, moved
                    )
        yield from self._deliveries(corner)

    def _turns(self, session: Session) -> Iterator[tuple[By, str, Session]]:
        if session is Session.OPEN:
            yield By.SHOPPER, "pays at the provider", self._paid
            yield By.SHOPPER, "is declined for good", Session.FAILED
            if self._bounds.slow_payments:
                yield By.SHOPPER, "pays slowly at the provider", Session.PROCESSING
            yield By.WORLD, "the page runs out at the provider", Session.CANCELED
            if self._bounds.mismatches and not self._bounds.manual_capture:
                yield By.SHOPPER, "pays another amount", Session.OTHER
        elif session is Session.PROCESSING:
            yield By.WORLD, "the slow payment succeeds", self._paid
            yield By.WORLD, "the slow payment fails", Session.FAILED
            yield By.WORLD, "the slow payment is canceled by the provider", Session.CANCELED
        elif session is Session.AUTHORIZED:
            yield By.MISHAP, "the bank lets go what it held", Session.CANCELED
            if self._bounds.refusals:
                yield By.MISHAP, "the bank will not give what it held", Session.FAILED

    def _deliveries(self, corner: Corner) -> Iterator[Move]:
        """A message about a session may come as soon as there is something to say, or ever after."""
        slot = next((index for index, about in enumerate(corner.inbox) if about == UNSENT), None)
        if slot is None:
            return
        for attempt, session in enumerate(corner.sessions, start=1):
            if session not in (Session.NONE, Session.OPEN, Session.REFUSED):
                moved = corner._replace(inbox=_put(corner.inbox, slot, attempt))
                yield Move(By.WEBHOOK, f"a webhook about attempt {attempt} is kept", Need.NOTHING, moved)

    # What the shop begins.

    def _begin(self, corner: Corner) -> Iterator[Move]:
        yield from self._start_payment(corner)
        newest = self._orders[corner.order].newest_payment.attempt
        yield from self._settle(corner, newest, By.RETURN_PAGE)
        if self._orders.is_checked(corner.order):
            yield from self._settle(corner, newest, By.RECONCILER)
        for slot, attempt in enumerate(corner.inbox):
            if attempt not in (UNSENT, DONE):
                yield from self._handle(corner, attempt, slot)
        yield from self._capture(corner)
        yield from self._cancel(corner, By.SHOPPER, CancelReason.CUSTOMER)
        if self._orders.expires(corner.order) and corner.hold_over:
            yield from self._cancel(corner, By.EXPIRY, CancelReason.EXPIRED)
        for outcome in self._orders.accept_review(corner.order):
            if outcome.order != corner.order:
                moved = corner._replace(order=outcome.order)
                yield Move(By.STAFF, "accepts the money in review", outcome.need, moved)
        for name in self._bounds.refunds:
            for outcome in self._orders.request_refund(corner.order, name):
                moved = self._push(corner._replace(order=outcome.order))
                yield Move(By.STAFF, f"asks for refund {name}", outcome.need, moved)

    def _start_payment(self, corner: Corner) -> Iterator[Move]:
        begun = self._orders.begin_payment(
            corner.order, hold_over=corner.hold_over, manual_capture=self._bounds.manual_capture
        )
        for outcome in begun:
            payment = self._orders[outcome.order].newest_payment
            if payment.attempt > self._bounds.attempts_max:
                continue
            moved = corner._replace(order=outcome.order)
            if payment.provider_ref is None:
                moved = _add(moved, Flight(Stage.OPEN, payment.attempt, driver=Driver.SHOPPER))
            yield Move(By.SHOPPER, "starts to pay", outcome.need, moved)

    def _settle(self, corner: Corner, attempt: int, by: By, slot: int = -1) -> Iterator[Move]:
        """Read the order without a lock and go the way that this reading shows."""
        state = self._orders[corner.order]
        payment = _payment(state, attempt)
        flight = _reading(state, payment)._replace(slot=slot)
        if payment.status is PaymentStatus.SUCCEEDED or _never_asked(payment):
            moved = _add(corner, flight._replace(stage=Stage.KEEP)) if slot >= 0 else self._finish(corner)
        elif payment.provider_ref is None:
            moved = _add(corner, flight._replace(stage=Stage.REOPEN))
        else:
            moved = _add(corner, flight)
        if moved != corner:
            yield Move(by, f"begins to settle attempt {attempt}", Need.NOTHING, moved)

    def _handle(self, corner: Corner, attempt: int, slot: int) -> Iterator[Move]:
        """The inbox hands out the event, to a second worker also, once its lease is over."""
        state = self._orders[corner.order]
        finished = _payment(state, attempt).status is PaymentStatus.SUCCEEDED
        if finished and not _open_refunds(state):
            moved = corner._replace(inbox=_put(corner.inbox, slot, DONE))
            yield Move(By.WEBHOOK, f"is done with the event about attempt {attempt}", Need.NOTHING, moved)
        else:
            yield from self._settle(corner, attempt, By.WEBHOOK, slot)

    def _cancel(self, corner: Corner, by: By, reason: CancelReason) -> Iterator[Move]:
        driver = Driver.EXPIRY_WORKER if reason is CancelReason.EXPIRED else Driver.SETTLE
        begun = self._orders.begin_cancel(
            corner.order,
            reason,
            hold_over=corner.hold_over,
            authorization_over=corner.authorization_over,
        )
        for outcome in begun:
            state = self._orders[outcome.order]
            moved = corner._replace(order=outcome.order)
            asked = [each for each in state.payments if each.is_live and each.status is not PaymentStatus.NEW]
            if asked and state.cancel_reason:
                stage = Stage.VOID if asked[0].provider_ref else Stage.REOPEN
                moved = _add(moved, Flight(stage, asked[0].attempt, driver=driver, ends=True))
            else:
                moved = self._push(moved)
            if moved != corner:
                yield Move(by, f"begins to cancel ({reason})", outcome.need, moved)

    def _capture(self, corner: Corner) -> Iterator[Move]:
        """Staff take what is held."""
        before = self._orders[corner.order].held_payment
        if before is None or before.captures_begun >= self._bounds.captures_max:
            return
        for outcome in self._orders.begin_capture(corner.order):
            state = self._orders[outcome.order]
            held = state.held_payment
            if held is not None:
                moved = _add(corner._replace(order=outcome.order), _reading(state, held))
                yield Move(By.STAFF, "begins to take the money", outcome.need, moved)

    # What goes on.

    def _continue(self, corner: Corner, flight: Flight) -> Iterator[Move]:
        left = _drop(corner, flight)
        match flight.stage:
            case Stage.OPEN | Stage.REOPEN:
                yield from self._open(left, flight)
            case Stage.VOID:
                yield from self._void(left, flight)
            case Stage.RETRIEVE:
                yield _read(left, flight)
            case Stage.TAKE:
                yield from self._take(left, flight)
            case Stage.LET_GO:
                yield from self._void(left, flight)
            case Stage.NOT_TAKEN:
                outcomes = self._orders.refuse_capture(left.order, flight.attempt, flight.captures_begun)
                yield from self._write("writes that it was not taken", left, flight, outcomes)
            case Stage.SEEN:
                yield from self._observe(left, flight)
            case Stage.REFUSED:
                yield from self._refuse(left, flight)
            case Stage.FORGET:
                driver = Driver(flight.driver)
                outcomes = self._orders.forget_session(left.order, flight.attempt, driver)
                yield from self._write("forgets the payment", left, flight, outcomes)
            case Stage.KEEP:
                outcomes = (Outcome(Need.NOTHING, left.order),)
                yield from self._write("marks the event as done", left, flight, outcomes)
            case Stage.PUSH:
                yield from self._ask_refund(left, flight)
            case Stage.REFUND_SEEN:
                yield from self._observe_refund(left, flight)

    def _open(self, left: Corner, flight: Flight) -> Iterator[Move]:
        """Ask for the page: the same key is the same page, told as it was when it was first opened."""
        again = flight.stage is Stage.REOPEN
        after = (Stage.VOID if flight.ends else Stage.RETRIEVE) if again else Stage.SEEN
        seen = "" if again else Session.OPEN
        session = left.sessions[flight.attempt - 1]
        if session is Session.REFUSED:
            yield _on("is refused the page again", left, flight, Stage.REFUSED)
        elif session is not Session.NONE:
            yield _on("is told of the page that was opened before", left, flight, after, seen)
        else:
            opened = _turned(left, flight.attempt, Session.OPEN)
            yield _on("lets the provider open the page", opened, flight, after, seen)
            refused = _turned(left, flight.attempt, Session.REFUSED)
            if self._bounds.refusals:
                yield _on("is refused a page", refused, flight, Stage.REFUSED, by=By.MISHAP)
            if self._bounds.refusals and again and not left.flights:
                # Past the provider's memory of keys it is not asked to open, but whether it ever did.
                yield _on("finds no page, a day later", refused, flight, Stage.FORGET, by=By.MISHAP)

    def _void(self, left: Corner, flight: Flight) -> Iterator[Move]:
        session = left.sessions[flight.attempt - 1]
        if session in (Session.OPEN, Session.AUTHORIZED):
            closed = _turned(left, flight.attempt, Session.CANCELED)
            yield _on("closes the page at the provider", closed, flight, Stage.SEEN, Session.CANCELED)
        elif session in _BROKEN_PROMISE:
            yield _on("finds the page closed", left, flight, Stage.SEEN, session)
        else:
            yield _on("cannot close the page: money is moving", left, flight, Stage.RETRIEVE)

    def _take(self, left: Corner, flight: Flight) -> Iterator[Move]:
        """Ask the provider to take what it holds; what it does not take is read again."""
        session = left.sessions[flight.attempt - 1]
        if session is not Session.AUTHORIZED:
            yield _on("finds nothing held any more", left, flight, Stage.SEEN, session)
            return
        taken = _turned(left, flight.attempt, Session.SUCCEEDED)
        yield _on("takes the held money", taken, flight, Stage.SEEN, Session.SUCCEEDED)
        if self._bounds.mismatches:
            other = _turned(left, flight.attempt, Session.OTHER)
            yield _on("takes another amount", other, flight, Stage.SEEN, Session.OTHER, by=By.MISHAP)
        if self._bounds.refusals:
            yield _on("is refused the held money", left, flight, Stage.NOT_TAKEN, by=By.MISHAP)

    def _observe(self, left: Corner, flight: Flight) -> Iterator[Move]:
        seen = Session(flight.seen)
        outcomes = self._orders.observe(left.order, flight.attempt, seen, Driver(flight.driver))
        yield from self._write(f"writes what the provider said: {seen}", left, flight, outcomes)

    def _refuse(self, left: Corner, flight: Flight) -> Iterator[Move]:
        for outcome in self._orders.refuse_session(left.order, flight.attempt):
            moved = left._replace(order=outcome.order)
            if flight.driver != Driver.SHOPPER:
                moved = _add(moved, flight._replace(stage=Stage.FORGET, seen=""))
            yield Move(By.FLIGHT, "writes that the page was refused", outcome.need, moved)

    def _write(
        self, label: str, left: Corner, flight: Flight, outcomes: tuple[Outcome, ...]
    ) -> Iterator[Move]:
        """Commit the outcome together with the event's mark; an event done before has no effect."""
        if flight.slot >= 0:
            if left.inbox[flight.slot] == DONE:
                outcomes = (Outcome(Need.NOTHING, left.order),)
            left = left._replace(inbox=_put(left.inbox, flight.slot, DONE))
        for outcome in outcomes:
            moved = left._replace(order=outcome.order)
            if flight.driver == Driver.SHOPPER:
                yield Move(By.FLIGHT, label, outcome.need, self._close_needless(moved) or moved)
            else:
                after = self._push(moved) if flight.ends else self._finish(moved)
                yield Move(By.FLIGHT, label, outcome.need, after)

    def _finish(self, corner: Corner) -> Corner:
        """Go on as every settling does: close a page that is not needed any more, then push refunds."""
        return self._close_needless(corner) or self._push(corner)

    def _close_needless(self, corner: Corner) -> Corner | None:
        state = self._orders[corner.order]
        if state.status in _AWAITING_PAYMENT:
            return None
        for payment in state.payments:
            if payment.is_live and payment.status is not PaymentStatus.NEW:
                stage = Stage.VOID if payment.provider_ref else Stage.REOPEN
                return _add(corner, Flight(stage, payment.attempt, driver=Driver.SETTLE, ends=True))
        return None

    # Refunds.

    def _push(self, corner: Corner) -> Corner:
        names = _open_refunds(self._orders[corner.order])
        return _add(corner, Flight(Stage.PUSH, refunds=names)) if names else corner

    def _ask_refund(self, left: Corner, flight: Flight) -> Iterator[Move]:
        name = flight.refunds[0]
        known = dict(left.returned).get(name)
        if known is not None:
            yield _on(f"asks about refund {name}", left, flight, Stage.REFUND_SEEN, known)
        else:
            for status in (Returned.PENDING, Returned.SUCCEEDED):
                made = left._replace(returned=_with(left.returned, name, status))
                yield _on(f"sends refund {name}: {status}", made, flight, Stage.REFUND_SEEN, status)
            if self._bounds.refusals:
                refused = left._replace(returned=_with(left.returned, name, Returned.REFUSED))
                label = f"is refused refund {name}"
                yield _on(label, refused, flight, Stage.REFUND_SEEN, Returned.REFUSED, by=By.MISHAP)
        yield Move(By.MISHAP, "the provider does not answer", Need.NOTHING, _next_refund(left, flight))

    def _observe_refund(self, left: Corner, flight: Flight) -> Iterator[Move]:
        name = flight.refunds[0]
        seen = Returned(flight.seen)
        for outcome in self._orders.observe_refund(left.order, name, seen):
            moved = _next_refund(left._replace(order=outcome.order), flight)
            yield Move(By.FLIGHT, f"writes that refund {name} is {seen}", outcome.need, moved)


def _reading(state: OrderState, payment: Payment) -> Flight:
    """Return a settling that is about to read the payment, and what it will do should its money be held."""
    flight = Flight(Stage.RETRIEVE, payment.attempt, driver=Driver.SETTLE)
    if not payment.manual_capture:
        return flight
    return flight._replace(held=what_to_do(state, payment), captures_begun=payment.captures_begun)


def _read(left: Corner, flight: Flight) -> Move:
    """Read the payment at the provider, and go on as was meant should its money be held."""
    session = left.sessions[flight.attempt - 1]
    stage, seen = Stage.SEEN, str(session)
    if session is Session.AUTHORIZED and flight.held in (HeldMoney.TAKE, HeldMoney.LET_GO):
        stage, seen = Stage.TAKE if flight.held == HeldMoney.TAKE else Stage.LET_GO, ""
    return _on("reads the payment at the provider", left, flight, stage, seen)


def _payment(state: OrderState, attempt: int) -> Payment:
    return next(each for each in state.payments if each.attempt == attempt)


def _never_asked(payment: Payment) -> bool:
    return payment.provider_ref is None and payment.status is not PaymentStatus.REQUESTED


def _open_refunds(state: OrderState) -> tuple[str, ...]:
    return tuple(str(each.id) for each in state.refunds if each.status in _OPEN_REFUNDS)


def _add(corner: Corner, flight: Flight) -> Corner:
    return corner._replace(flights=tuple(sorted((*corner.flights, flight))))


def _drop(corner: Corner, flight: Flight) -> Corner:
    flights = list(corner.flights)
    flights.remove(flight)
    return corner._replace(flights=tuple(flights))


def _on(
    label: str, left: Corner, flight: Flight, stage: Stage, seen: str = "", *, by: By = By.FLIGHT
) -> Move:
    return Move(by, label, Need.NOTHING, _add(left, flight._replace(stage=stage, seen=seen)))


def _next_refund(left: Corner, flight: Flight) -> Corner:
    rest = flight.refunds[1:]
    return _add(left, Flight(Stage.PUSH, refunds=rest)) if rest else left


def _turned(corner: Corner, attempt: int, session: Session) -> Corner:
    return corner._replace(sessions=(*corner.sessions[: attempt - 1], session, *corner.sessions[attempt:]))


def _named(flight: Flight) -> str:
    about = f"attempt {flight.attempt}" if flight.attempt else f"refund {flight.refunds[0]}"
    return f"what was under way about {about} ({flight.stage})"


def _put(inbox: tuple[int, ...], slot: int, about: int) -> tuple[int, ...]:
    return (*inbox[:slot], about, *inbox[slot + 1 :])


def _with(
    returned: tuple[tuple[str, Returned], ...], name: str, status: Returned
) -> tuple[tuple[str, Returned], ...]:
    return tuple(sorted({**dict(returned), name: status}.items()))
