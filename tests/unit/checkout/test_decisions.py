"""Any sequence of decisions, drawn at random: the table is never left and the money always adds up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from vivamarket.checkout import decisions
from vivamarket.checkout.model import CancelReason, Change, OrderState
from vivamarket.inventory.model import ReservationStatus
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import OrderId, OrderNumber, PaymentId, RefundId
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.ledger import Account, Parts
from vivamarket.payments.model import (
    Payment,
    PaymentStatus,
    ProviderPayment,
    ProviderRefund,
    ProviderStatus,
    RefundStatus,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
STEPS_MAX = 12
_HOLDING = (OrderStatus.PENDING_PAYMENT, OrderStatus.CANCELING)


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
        parts=Parts(eur(700), eur(100), eur(200)),
        reservation=ReservationStatus.HELD,
        payments=(payment,),
        refunds=(),
        placed_at=NOON,
        expires_at=NOON + timedelta(minutes=15),
    )


class World:
    """One order and the sums of its books."""

    def __init__(self) -> None:
        self.state = placed()
        self.books = dict.fromkeys(Account, 0)
        self.now = NOON
        self.count = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}-{self.count}"

    def apply(self, change: Change, *, sold_out: bool) -> None:
        if change.if_sold_out is not None and sold_out:
            change = change.if_sold_out
        for transaction in change.ledger:
            for entry in transaction.entries:
                self.books[entry.account] += entry.amount.minor_units
        self.state = change.state

    def decide(self, data: st.DataObject) -> Change:
        """Draw one of everything that may happen to an order."""
        state, now = self.state, self.now
        payment = data.draw(st.sampled_from(state.payments))
        match data.draw(st.sampled_from(["begin", "observe", "cancel", "later", "refund", "refunded"])):
            case "begin":
                return decisions.begin_payment(state, PaymentId(self.name("payment")), now)
            case "observe" if payment.status is not PaymentStatus.NEW:
                seen = ProviderPayment(
                    provider_ref=f"cs-{payment.id}",
                    status=data.draw(st.sampled_from(ProviderStatus)),
                    amount=data.draw(st.sampled_from([state.total, eur(1)])),
                )
                refund_id = RefundId(self.name("refund"))
                return decisions.observe(state, payment.id, seen, refund_id=refund_id, now=now)
            case "cancel":
                return decisions.begin_cancel(state, data.draw(st.sampled_from(CancelReason)), now)
            case "refund":
                return decisions.request_refund(
                    state,
                    eur(data.draw(st.integers(min_value=1, max_value=1_100))),
                    refund_id=RefundId(self.name("refund")),
                    reason="",
                    request_key=self.name("wish"),
                    now=now,
                )
            case "refunded" if state.refunds:
                refund = data.draw(st.sampled_from(state.refunds))
                status = data.draw(
                    st.sampled_from([RefundStatus.REQUESTED, RefundStatus.SUCCEEDED, RefundStatus.FAILED])
                )
                answer = ProviderRefund(provider_ref="re", status=status, amount=refund.amount)
                return decisions.observe_refund(state, refund.id, answer, now)
            case _:
                self.now += timedelta(minutes=data.draw(st.integers(min_value=0, max_value=20)))
                return decisions.nothing(state)

    def check(self) -> None:
        state = self.state
        assert sum(payment.is_live for payment in state.payments) <= 1
        assert sum(self.books.values()) == 0
        assert self.books[Account.PROVIDER_CLEARING] == (state.captured - state.refunded).minor_units
        assert all(state.refundable(payment).minor_units >= 0 for payment in state.payments)
        assert (state.reservation is ReservationStatus.HELD) == (state.status in _HOLDING)
        if state.status in (OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED):
            assert state.reservation is ReservationStatus.CLAIMED
            (paying,) = [each for each in state.payments if each.captured and not each.is_deposit]
            assert paying.captured == state.total
        if state.status is OrderStatus.REFUNDED and all(
            refund.status is RefundStatus.SUCCEEDED for refund in state.refunds
        ):
            assert state.captured == state.refunded
            assert self.books[Account.SALES] == self.books[Account.TAX_PAYABLE] == 0


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_happens_the_money_adds_up_and_the_table_holds(data: st.DataObject) -> None:
    world = World()

    for _ in range(STEPS_MAX):
        try:
            change = world.decide(data)
        except DomainError:
            continue
        world.apply(change, sold_out=data.draw(st.booleans()))
        world.check()


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
