"""Any sequence of decisions, drawn at random: the table is never left and every promise holds."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from vivamarket.checkout import capturing, decisions, fulfillment
from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.checkout.disputes import observe_disputes
from vivamarket.checkout.invariants import (
    OrderEvidence,
    RecordedStep,
    account_key,
    describe,
    order_violations,
)
from vivamarket.checkout.model import CancelReason, Change, OrderedLine, OrderState, ReservedUnits
from vivamarket.checkout.transitions import TABLE, Driver, Machine
from vivamarket.inventory.model import MAIN_LOCATION, Reservation, ReservationStatus
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import DisputeId, OrderId, OrderNumber, PaymentId, RefundId, ShipmentId, Sku
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.orders.shipments import ShippedUnits, Tracking
from vivamarket.payments.ledger import Parts
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

#: Draws one of several; from hypothesis or from a seed.
Pick = Callable[[Sequence[Any]], Any]

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
STEPS_MAX = 14
#: Enough for every row of the table; the rarest is taken about once in 700 walks.
WALKS = 1_500
LONG_WALK_STEPS = 80
_REFUND_ANSWERS = (RefundStatus.REQUESTED, RefundStatus.SUCCEEDED, RefundStatus.FAILED)


def eur(minor_units: int) -> Money:
    return Money(minor_units, "EUR")


def placed() -> OrderState:
    payment = Payment(
        id=PaymentId("payment-0"),
        order_id=OrderId("order"),
        attempt=1,
        status=PaymentStatus.NEW,
        amount=eur(1_000),
        created_at=NOON,
        updated_at=NOON,
    )
    return OrderState(
        id=OrderId("order"),
        number=OrderNumber("VM-1"),
        status=OrderStatus.PENDING_PAYMENT,
        cancel_reason=None,
        total=eur(1_000),
        parts=Parts(eur(700), eur(126), eur(174)),
        reservation=ReservationStatus.HELD,
        payments=(payment,),
        refunds=(),
        lines=(OrderedLine(1, Sku("MUG"), 3, eur(847), eur(147)),),
        placed_at=NOON,
        expires_at=NOON + timedelta(minutes=15),
    )


class World:
    """One order, its books and its history."""

    def __init__(self) -> None:
        self.state = placed()
        self.books: Counter[str] = Counter()
        self.steps = [
            RecordedStep(Machine.ORDER, "order", "placed", None, "pending_payment"),
            RecordedStep(Machine.PAYMENT, "payment-0", "begun", None, "new"),
        ]
        self.now = NOON
        self.count = 0
        #: What has left the reservation: sent, and free again.
        self.gone = ReservedUnits(Sku("MUG"), 0, 0)

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    def apply(self, change: Change, *, sold_out: bool) -> None:
        if change.if_sold_out is not None and sold_out:
            change = change.if_sold_out
        for transaction in change.ledger:
            for entry in transaction.entries:
                key = account_key(entry.account, entry.amount.currency, "EUR")
                self.books[key] += entry.amount.minor_units
        for step in change.steps:
            self.steps.append(
                RecordedStep(step.machine, step.subject_id, step.event, step.source, step.target)
            )
        self.gone = next(iter(change.reserved), self.gone)
        self.state = change.state

    def hold(self) -> None:
        """Begin where the provider holds the money."""
        payment = self.state.newest_payment
        begun = decisions.begin_payment(self.state, PaymentId("unused"), self.now, manual_capture=True)
        self.apply(begun, sold_out=False)
        seen = ProviderPayment(
            provider_ref=f"cs-{payment.id}", status=ProviderStatus.AUTHORIZED, amount=self.state.total
        )
        self.apply(
            decisions.observe(self.state, payment.id, seen, refund_id=RefundId("unused"), now=self.now),
            sold_out=False,
        )

    def decide(self, pick: Pick) -> Change:
        """Draw one of everything that may happen to an order."""
        held = self.state.held_payment
        if held is not None and pick((True, False)):
            return self._held(pick, held)
        payment: Payment = pick(self.state.payments)
        happenings = ("begin", "observe", "observe", "observe", "cancel", "refund", "refunded", "refunded")
        match pick((*happenings, *(("rarer",) * 8))):
            case "begin":
                return decisions.begin_payment(
                    self.state,
                    PaymentId(self.name("payment")),
                    self.now,
                    manual_capture=pick((True, False, False)),
                )
            case "observe" if payment.status is not PaymentStatus.NEW:
                return self._observe(pick, payment)
            case "cancel":
                return decisions.begin_cancel(self.state, pick(tuple(CancelReason)), self.now)
            case "refund":
                return self._wish(pick)
            case "refunded" if self.state.refunds:
                return self._answer(pick)
            case _:
                return self._rarer(pick, payment)

    def _rarer(self, pick: Pick, payment: Payment) -> Change:
        match pick(("refused", "forgotten", "accepted", "disputed", "parcel", "later")):
            case "refused":
                return decisions.refuse_session(self.state, payment.id, "card_declined", self.now)
            case "forgotten":
                driver = pick((Driver.SETTLE, Driver.EXPIRY_WORKER))
                return decisions.forget_session(self.state, payment.id, self.now, driver)
            case "accepted":
                return decisions.accept_review(self.state, self.now)
            case "disputed" if payment.status is PaymentStatus.SUCCEEDED:
                return self._dispute(pick, payment)
            case "parcel":
                return self._parcel(pick)
            case _:
                self.now += timedelta(minutes=pick((0, 1, 16)))
                return decisions.nothing(self.state)

    def _held(self, pick: Pick, held: Payment) -> Change:
        match pick(("capture", "untaken", "observe", "cancel", "expire")):
            case "capture":
                return capturing.begin_capture(self.state, self.now)
            case "untaken":
                return capturing.refuse_capture(self.state, held, "card_declined", self.now)
            case "observe":
                return self._observe(pick, held)
            case "cancel":
                return decisions.begin_cancel(self.state, pick(tuple(CancelReason)), self.now)
            case _:
                self.now = max(self.now, self.state.expires_at)
                return decisions.begin_cancel(self.state, CancelReason.EXPIRED, self.now)

    def _observe(self, pick: Pick, payment: Payment) -> Change:
        seen = ProviderPayment(
            provider_ref=f"cs-{payment.id}",
            status=pick(tuple(ProviderStatus)),
            amount=pick((self.state.total, self.state.total, eur(1), eur(1_300), Money(1_000, "USD"))),
            provider_payment_ref=f"pi-{payment.id}",
        )
        return decisions.observe(
            self.state,
            payment.id,
            seen,
            refund_id=RefundId(self.name("refund")),
            now=self.now,
            driver=pick((Driver.SETTLE, Driver.EXPIRY_WORKER, Driver.SHOPPER)),
        )

    def _wish(self, pick: Pick) -> Change:
        wish: RefundWish = pick(
            (
                RefundWish(),
                RefundWish(lines=(RefundLine(1, 1),)),
                RefundWish(lines=(RefundLine(1, 1, returned=True),)),
                RefundWish(lines=(RefundLine(1, 2),), shipping=eur(100)),
                RefundWish(shipping=eur(53)),
                RefundWish(goodwill=eur(300)),
                RefundWish(goodwill=eur(1), lines=(RefundLine(1, 3),)),
            )
        )
        return decisions.request_refund(
            self.state,
            wish,
            refund_id=RefundId(self.name("refund")),
            request_key=self.name("wish"),
            now=self.now,
        )

    def _answer(self, pick: Pick) -> Change:
        refund = pick(self.state.refunds)
        if pick((True, False, False, False)):
            return decisions.refuse_refund(self.state, refund.id, "closed_account", self.now)
        answer = ProviderRefund(provider_ref="re", status=pick(_REFUND_ANSWERS), amount=refund.amount)
        return decisions.observe_refund(self.state, refund.id, answer, self.now)

    def _dispute(self, pick: Pick, payment: Payment) -> Change:
        assert payment.captured is not None
        seen = ProviderDispute(
            provider_ref=f"du-{payment.id}",
            status=pick(tuple(DisputeStatus)),
            amount=payment.captured,
            withdrawn=pick((True, False)),
            reason="fraudulent",
            opened_at=NOON,
        )
        new_ids = {seen.provider_ref: DisputeId(self.name("dispute"))}
        return observe_disputes(self.state, payment.id, (seen,), new_ids=new_ids, now=self.now)

    def _parcel(self, pick: Pick) -> Change:
        wish = fulfillment.ParcelWish(
            units=(ShippedUnits(1, pick((1, 1, 2, 3))),), tracking=Tracking(number="1"), shipped_by="Ana"
        )
        known = [each.id for each in self.state.shipments]
        match pick(("ship", "correct", "cancel") if known else ("ship",)):
            case "ship":
                name = ShipmentId(self.name("parcel"))
                return fulfillment.ship(
                    self.state, wish, shipment_id=name, request_key=self.name("wish"), now=self.now
                )
            case "correct":
                told = Tracking(number=pick(("1", "2")))
                return fulfillment.correct_shipment(self.state, pick(known), told, self.now)
            case _:
                return fulfillment.cancel_shipment(self.state, pick(known), self.now)

    def check(self) -> None:
        """Ask the very checker that reads real databases."""
        state = self.state
        assert state.reservation is not None
        evidence = OrderEvidence(
            state=state,
            captured=state.captured,
            refunded=state.refunded,
            cart_id="cart",
            steps=tuple(self.steps),
            reservations=(
                Reservation(
                    order_id=state.id,
                    sku=Sku("MUG"),
                    location_id=MAIN_LOCATION,
                    quantity=3,
                    status=state.reservation,
                    shipped=self.gone.shipped,
                    freed=self.gone.freed,
                ),
            ),
            fulfillment=fulfillment.fulfillment_of(state),
            ledger=dict(self.books),
        )
        found = list(order_violations(evidence))
        assert not found, describe(found)


def walk(pick: Pick, steps: int = STEPS_MAX, *, held: bool = False) -> World:
    world = World()
    if held:
        world.hold()
    for _ in range(steps):
        try:
            change = world.decide(pick)
        except DomainError:
            continue
        if not change.is_empty:
            world.apply(change, sold_out=pick((True, False)))
            world.check()
    return world


@given(st.data())
@settings(max_examples=100, deadline=None)
def test_whatever_happens_every_promise_holds(data: st.DataObject) -> None:
    walk(lambda options: data.draw(st.sampled_from(options)), held=data.draw(st.booleans()))


def test_every_row_of_the_table_is_taken() -> None:
    taken: set[tuple[Machine, str | None, str]] = set()

    for seed in range(WALKS):
        world = walk(random.Random(seed).choice, LONG_WALK_STEPS, held=seed % 4 == 0)
        taken |= {(step.machine, step.source, step.event) for step in world.steps}

    listed = {(row.machine, row.source, row.event) for row in TABLE if row.machine is not Machine.RESERVATION}
    assert taken == listed


def test_a_stale_answer_turns_nothing_back() -> None:
    world = World()
    world.apply(decisions.begin_payment(world.state, PaymentId("unused"), NOON), sold_out=False)
    for status in (ProviderStatus.SUCCEEDED, ProviderStatus.OPEN, ProviderStatus.FAILED):
        seen = ProviderPayment(provider_ref="cs", status=status, amount=eur(1_000))
        world.apply(
            decisions.observe(
                world.state, PaymentId("payment-0"), seen, refund_id=RefundId("unused"), now=NOON
            ),
            sold_out=False,
        )

    assert world.state.status is OrderStatus.PAID
    assert world.state.newest_payment.status is PaymentStatus.SUCCEEDED
