"""Runs the real decisions on canonical orders, each once, and checks every change they make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from vivamarket.checkout import capturing, decisions
from vivamarket.checkout.invariants import (
    OrderEvidence,
    ProviderBooks,
    RecordedStep,
    Violation,
    order_violations,
)
from vivamarket.checkout.model import CancelReason, Change, OrderState
from vivamarket.checkout.transitions import (
    Driver,
    ForbiddenTransition,
    Machine,
    StockEffect,
    Transition,
    step,
)
from vivamarket.inventory.model import MAIN_LOCATION, Reservation, ReservationStatus
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import OrderId, OrderNumber, PaymentId, RefundId, Sku
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
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
from vivamarket.proof.explorer.model import NO_ORDER, Need, Returned, Session

TOTAL: Final = Money(1000, "EUR")
#: More than the total by what staff may give back as ``more``: then the rest pays the order after all.
OTHER_TOTAL: Final = Money(1300, "EUR")
_PARTS: Final = Parts(Money(700, "EUR"), Money(126, "EUR"), Money(174, "EUR"))
#: What staff ask for by the name of a refund; any other name asks for all that is left.
_PARTS_OF_TOTAL: Final = {"part": Money(400, "EUR"), "more": Money(300, "EUR")}
_ORDER: Final = OrderId("order")
_PLACED: Final = datetime(2026, 1, 1, tzinfo=UTC)
_HOLD_ENDS: Final = _PLACED + timedelta(minutes=15)
_IN_HOLD: Final = _PLACED + timedelta(minutes=1)
_AFTER_HOLD: Final = _HOLD_ENDS + timedelta(minutes=1)
_LONG_AFTER: Final = _HOLD_ENDS + timedelta(days=1)
_AUTHORIZATION_ENDS: Final = _HOLD_ENDS + timedelta(days=7)
_AFTER_AUTHORIZATION: Final = _AUTHORIZATION_ENDS + timedelta(minutes=1)

_SAID: Final = {
    Session.OPEN: ProviderStatus.OPEN,
    Session.PROCESSING: ProviderStatus.PROCESSING,
    Session.AUTHORIZED: ProviderStatus.AUTHORIZED,
    Session.SUCCEEDED: ProviderStatus.SUCCEEDED,
    Session.OTHER: ProviderStatus.SUCCEEDED,
    Session.FAILED: ProviderStatus.FAILED,
    Session.CANCELED: ProviderStatus.CANCELED,
}
_WITH_MONEY: Final = (Session.AUTHORIZED, Session.SUCCEEDED, Session.OTHER)
_RETURNED: Final = {
    Returned.PENDING: RefundStatus.REQUESTED,
    Returned.SUCCEEDED: RefundStatus.SUCCEEDED,
    Returned.FAILED: RefundStatus.FAILED,
}
_RESERVATION_EVENT: Final = {
    StockEffect.HOLD: "held",
    StockEffect.CLAIM: "claimed",
    StockEffect.RELEASE: "released",
    StockEffect.RETAKE: "retaken",
}
#: What a programmer's mistake in a decision raises. A ``DomainError`` is a refusal and no mistake.
_MISTAKES: Final = (AssertionError, ForbiddenTransition, LookupError, StopIteration, TypeError, ValueError)

Decision = Callable[[OrderState], Change]


class Outcome(NamedTuple):
    """What a decision leads to: the order afterwards, and what it needs of the stock."""

    need: Need
    order: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A broken promise, and the decision on an order that broke it."""

    violation: Violation
    order: int
    decision: str


@dataclass(frozen=True, slots=True)
class Known:
    """One canonical order, with one shortest history that leads to it."""

    state: OrderState
    ledger: tuple[tuple[str, int], ...]
    #: Whether the expiry worker and the reconciler will look at it.
    expires: bool
    is_checked: bool
    steps: tuple[RecordedStep, ...]


_Key = tuple[OrderState, tuple[tuple[str, int], ...], bool, bool]


class Orders:
    """All canonical orders met so far. Equal orders have equal numbers; a decision is made once."""

    def __init__(self) -> None:
        self.known: list[Known | None] = [None]
        self.rows: set[tuple[Machine, str | None, str]] = set()
        self.findings: list[Finding] = []
        self._numbers: dict[_Key, int] = {}
        self._decided: dict[tuple[int, str], tuple[Outcome, ...]] = {}

    def __getitem__(self, order: int) -> OrderState:
        return self._of(order).state

    def expires(self, order: int) -> bool:
        """Return whether the expiry worker looks at the order, once its hold is over."""
        return self._of(order).expires

    def is_checked(self, order: int) -> bool:
        """Return whether the reconciler looks at the order."""
        return self._of(order).is_checked

    def place(self) -> int:
        """Return the order as one placement writes it: from the rows of the table that begin."""
        steps = [
            self._row(Machine.ORDER, None, "placed", str(_ORDER)),
            self._row(Machine.PAYMENT, None, "begun", "pay-1"),
        ]
        self.rows.add((Machine.RESERVATION, None, "held"))
        payment = Payment(
            id=PaymentId("pay-1"),
            order_id=_ORDER,
            attempt=1,
            status=PaymentStatus.NEW,
            amount=TOTAL,
            created_at=_PLACED,
            updated_at=_PLACED,
        )
        state = OrderState(
            id=_ORDER,
            number=OrderNumber("ORDER"),
            status=OrderStatus(step(Machine.ORDER, None, "placed").target),
            cancel_reason=None,
            total=TOTAL,
            parts=_PARTS,
            reservation=ReservationStatus.HELD,
            payments=(payment,),
            refunds=(),
            placed_at=_PLACED,
            expires_at=_HOLD_ENDS,
        )
        return self._number(Known(state, (), True, False, tuple(steps)), NO_ORDER, "place")

    def begin_payment(
        self, order: int, *, hold_over: bool, manual_capture: bool = False
    ) -> tuple[Outcome, ...]:
        """Start or resume the payment; empty when it is refused."""
        attempt = len(self[order].payments) + 1
        now = _now(hold_over)
        return self._decide(
            order,
            f"begin payment, hold {'over' if hold_over else 'runs'}",
            lambda state: decisions.begin_payment(
                state, _payment_id(attempt), now, manual_capture=manual_capture
            ),
        )

    def refuse_session(self, order: int, attempt: int) -> tuple[Outcome, ...]:
        """The provider refused to open the page."""
        return self._decide(
            order,
            f"refuse session {attempt}",
            lambda state: decisions.refuse_session(state, _payment_id(attempt), "refused", _IN_HOLD),
        )

    def begin_cancel(
        self, order: int, reason: CancelReason, *, hold_over: bool, authorization_over: bool = False
    ) -> tuple[Outcome, ...]:
        """Begin to end the order; empty when it is refused."""
        now = _AFTER_AUTHORIZATION if authorization_over else _now(hold_over)
        name = f"begin to cancel for {reason} at {now}"
        outcomes = self._decide(order, name, lambda state: decisions.begin_cancel(state, reason, now))
        held = self[order].status is OrderStatus.AUTHORIZED and not authorization_over
        if reason is CancelReason.EXPIRED and held and any(each.order != order for each in outcomes):
            self._find(Violation("I3", "order", "it expires while its money is held"), order, name)
        return outcomes

    def begin_capture(self, order: int) -> tuple[Outcome, ...]:
        """Staff begin to take what is held; empty when it is refused."""
        return self._decide(
            order, "begin to capture", lambda state: capturing.begin_capture(state, _AFTER_HOLD)
        )

    def refuse_capture(self, order: int, attempt: int, captures_begun: int) -> tuple[Outcome, ...]:
        """The provider refused what was begun for the so-many-th time, and still holds the money."""

        def refuse(state: OrderState) -> Change:
            asked = replace(state.payment(_payment_id(attempt)), captures_begun=captures_begun)
            return capturing.refuse_capture(state, asked, "refused", _AFTER_HOLD)

        return self._decide(order, f"refuse capture {captures_begun} of attempt {attempt}", refuse)

    def observe(self, order: int, attempt: int, seen: Session, driver: Driver) -> tuple[Outcome, ...]:
        """Draw the consequence of the provider's answer about a payment."""
        answer = ProviderPayment(
            provider_ref=f"session-{attempt}",
            status=_SAID[seen],
            amount=OTHER_TOTAL if seen is Session.OTHER else TOTAL,
            redirect_url="https://pay.example/" if seen is Session.OPEN else None,
            provider_payment_ref=f"money-{attempt}" if seen in _WITH_MONEY else None,
            payment_id=_payment_id(attempt),
            authorized_until=_AUTHORIZATION_ENDS if seen is Session.AUTHORIZED else None,
        )
        return self._decide(
            order,
            f"observe {seen} of attempt {attempt} as {driver}",
            lambda state: decisions.observe(
                state,
                _payment_id(attempt),
                answer,
                refund_id=RefundId(f"late-{attempt}"),
                now=_AFTER_HOLD,
                driver=driver,
            ),
        )

    def forget_session(self, order: int, attempt: int, driver: Driver) -> tuple[Outcome, ...]:
        """The provider knows no such payment."""
        return self._decide(
            order,
            f"forget session {attempt} as {driver}",
            lambda state: decisions.forget_session(state, _payment_id(attempt), _IN_HOLD, driver),
        )

    def request_refund(self, order: int, name: str) -> tuple[Outcome, ...]:
        """Staff ask for a refund, a second time under the same name for the same one; may be refused."""
        return self._decide(
            order,
            f"request refund {name}",
            lambda state: decisions.request_refund(
                state,
                _PARTS_OF_TOTAL.get(name),
                refund_id=RefundId(name),
                reason="",
                request_key=name,
                now=_AFTER_HOLD,
            ),
        )

    def accept_review(self, order: int) -> tuple[Outcome, ...]:
        """Staff take the money of an order in review as its payment; may be refused."""
        return self._decide(order, "accept review", lambda state: decisions.accept_review(state, _AFTER_HOLD))

    def observe_refund(self, order: int, name: str, seen: Returned) -> tuple[Outcome, ...]:
        """Draw the consequence of the provider's answer about a refund."""
        if seen is Returned.REFUSED:
            return self._decide(
                order,
                f"refuse refund {name}",
                lambda state: decisions.refuse_refund(state, RefundId(name), "refused", _AFTER_HOLD),
            )
        amount = next(each.amount for each in self[order].refunds if each.id == name)
        answer = ProviderRefund(
            provider_ref=f"back-{name}",
            status=_RETURNED[seen],
            amount=amount,
            failure_code="failed" if seen is Returned.FAILED else None,
        )
        return self._decide(
            order,
            f"observe {seen} of refund {name}",
            lambda state: decisions.observe_refund(state, RefundId(name), answer, _AFTER_HOLD),
        )

    def settled_violations(self, order: int, captured: int, refunded: int) -> list[Violation]:
        """Return what is wrong with an order at rest, compared with the provider's books."""
        books = ProviderBooks(captured, refunded)
        return list(order_violations(_evidence(self._of(order)), books=books, settled_at=_LONG_AFTER))

    def _of(self, order: int) -> Known:
        known = self.known[order]
        assert known is not None, "there is no order yet"
        return known

    def _decide(self, order: int, name: str, decision: Decision) -> tuple[Outcome, ...]:
        key = (order, name)
        if key not in self._decided:
            self._decided[key] = tuple(self._outcomes(order, name, decision))
        return self._decided[key]

    def _outcomes(self, order: int, name: str, decision: Decision) -> Iterator[Outcome]:
        try:
            change = decision(self[order])
        except DomainError:
            return
        except _MISTAKES as mistake:
            self._find(Violation("I15", "order", f"{type(mistake).__name__}: {mistake}"), order, name)
            return
        if change.stock is StockEffect.RETAKE:
            yield Outcome(Need.AVAILABLE, self._after(order, name, change))
            if change.if_sold_out is None:
                self._find(
                    Violation("I5", "order", "a late payment has no way out when sold out"), order, name
                )
                return
            yield Outcome(Need.SOLD_OUT, self._after(order, name, change.if_sold_out))
        else:
            yield Outcome(Need.NOTHING, self._after(order, name, change))

    def _after(self, order: int, name: str, change: Change) -> int:
        before = self._of(order)
        if change.is_empty:
            return order
        self._check_stock(order, name, before.state, change)
        for each in change.steps:
            row = step(each.machine, each.source, each.event)
            self.rows.add((each.machine, each.source, each.event))
            if each.driver not in row.drivers:
                detail = f"{each.machine} {each.source} by {each.event}: {each.driver} does not drive it"
                self._find(Violation("I15", "order", detail), order, name)
        balances = Counter(dict(before.ledger))
        for transaction in change.ledger:
            for entry in transaction.entries:
                balances[entry.account.value] += entry.amount.minor_units
        steps = tuple(
            RecordedStep(each.machine, each.subject_id, each.event, each.source, each.target)
            for each in change.steps
        )
        ledger = tuple(sorted((account, amount) for account, amount in balances.items() if amount))
        return self._number(
            Known(
                _still(change.state),
                ledger,
                change.expire_at is not None,
                change.check_at is not None,
                (*before.steps, *steps),
            ),
            order,
            name,
        )

    def _check_stock(self, order: int, name: str, before: OrderState, change: Change) -> None:
        """The stock moves as the table of reservations says, and the order knows where it is."""
        standing: str | None = before.reservation
        if change.stock is not StockEffect.NONE:
            event = _RESERVATION_EVENT[change.stock]
            try:
                standing = step(Machine.RESERVATION, standing, event).target
            except ForbiddenTransition as mistake:
                self._find(Violation("I3", "order", str(mistake)), order, name)
                return
            self.rows.add((Machine.RESERVATION, before.reservation, event))
        if standing != change.state.reservation:
            detail = f"stock is {standing}, the order says {change.state.reservation}"
            self._find(Violation("I3", "order", detail), order, name)

    def _number(self, known: Known, before: int, name: str) -> int:
        for violation in order_violations(_evidence(known)):
            self._find(violation, before, name)
        key = (known.state, known.ledger, known.expires, known.is_checked)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.known)
            self.known.append(known)
        return number

    def _row(self, machine: Machine, source: str | None, event: str, subject_id: str) -> RecordedStep:
        row: Transition = step(machine, source, event)
        self.rows.add((machine, source, event))
        return RecordedStep(machine, subject_id, event, source, row.target)

    def _find(self, violation: Violation, order: int, name: str) -> None:
        finding = Finding(violation, order, name)
        if finding not in self.findings:
            self.findings.append(finding)


def _payment_id(attempt: int) -> PaymentId:
    return PaymentId(f"pay-{attempt}")


def _now(hold_over: bool) -> datetime:
    return _AFTER_HOLD if hold_over else _IN_HOLD


def _still(state: OrderState) -> OrderState:
    """Return the order without what differs between histories and decides nothing: times and reasons."""
    return replace(
        state,
        payments=tuple(
            _still_payment(each) for each in sorted(state.payments, key=lambda each: each.attempt)
        ),
        refunds=tuple(_still_refund(each) for each in sorted(state.refunds, key=lambda each: each.id)),
    )


def _still_payment(payment: Payment) -> Payment:
    return replace(
        payment,
        redirect_url=None,
        failure_code=None,
        created_at=_PLACED,
        requested_at=_PLACED if payment.requested_at else None,
        updated_at=_PLACED,
    )


def _still_refund(refund: Refund) -> Refund:
    return replace(refund, failure_code=None, created_at=_PLACED, updated_at=_PLACED)


def _evidence(known: Known) -> OrderEvidence:
    state = known.state
    reserved = () if state.reservation is None else (_reservation(state.reservation),)
    return OrderEvidence(
        state=state,
        captured=state.captured,
        refunded=state.refunded,
        cart_id="cart",
        steps=known.steps,
        reservations=reserved,
        ledger=dict(known.ledger),
    )


def _reservation(status: ReservationStatus) -> Reservation:
    return Reservation(order_id=_ORDER, sku=Sku("UNIT"), location_id=MAIN_LOCATION, quantity=1, status=status)
