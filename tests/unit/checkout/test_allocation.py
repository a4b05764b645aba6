"""What refunds come to: whatever is wished in whatever order, it sums to the cent and never exceeds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vivamarket.checkout import decisions
from vivamarket.checkout.allocation import RefundLine, RefundPreview, RefundWish, preview
from vivamarket.checkout.errors import OrderNotRefundable
from vivamarket.checkout.model import OrderedLine, OrderState
from vivamarket.kernel.errors import DomainError
from vivamarket.kernel.ids import DisputeId, OrderId, OrderNumber, PaymentId, RefundId, Sku
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.errors import BadRefund, NothingToRefund
from vivamarket.payments.ledger import Account, Parts
from vivamarket.payments.model import (
    Dispute,
    DisputeStatus,
    Payment,
    PaymentStatus,
    ProviderRefund,
    RefundStatus,
)

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
#: Three mugs for 10.00 with 1.74 tax in it, two teas for 4.99, shipping for 4.95: 19.94 in all.
MUGS = (3, 1_000, 174)
TEAS = (2, 499, 45)
SHIPPING = (495, 86)


def eur(minor_units: int) -> Money:
    return Money(minor_units, "EUR")


def paid(
    *lines: tuple[int, int, int], shipping: tuple[int, int] = SHIPPING, is_deposit: bool = False
) -> OrderState:
    """Return a paid order of lines of (quantity, total, tax)."""
    lines = lines or (MUGS, TEAS)
    tax = sum(line[2] for line in lines) + shipping[1]
    total = sum(line[1] for line in lines) + shipping[0]
    net_shipping = shipping[0] - shipping[1]
    payment = Payment(
        id=PaymentId("payment"),
        order_id=OrderId("order"),
        attempt=1,
        status=PaymentStatus.SUCCEEDED,
        amount=eur(total),
        captured=eur(total),
        is_deposit=is_deposit,
        created_at=NOON,
        updated_at=NOON,
    )
    return OrderState(
        id=OrderId("order"),
        number=OrderNumber("VM-1"),
        status=OrderStatus.REVIEW if is_deposit else OrderStatus.PAID,
        cancel_reason=None,
        total=eur(total),
        parts=Parts(eur(total - tax - net_shipping), eur(net_shipping), eur(tax)),
        reservation=None,
        payments=(payment,),
        refunds=(),
        lines=tuple(
            OrderedLine(position, Sku(f"SKU-{position}"), quantity, eur(amount), eur(line_tax))
            for position, (quantity, amount, line_tax) in enumerate(lines, start=1)
        ),
        placed_at=NOON,
        expires_at=NOON + timedelta(minutes=15),
    )


def units(position: int, quantity: int = 1) -> RefundWish:
    return RefundWish(lines=(RefundLine(position, quantity),))


class Books:
    """An order, what was given back for it, and its accounts after the sale."""

    def __init__(self, state: OrderState) -> None:
        self.state = state
        parts = state.parts
        self.accounts = {
            **dict.fromkeys(Account, 0),
            Account.PROVIDER_CLEARING: state.total.minor_units,
            Account.SALES: -parts.goods.minor_units,
            Account.SHIPPING_INCOME: -parts.shipping.minor_units,
            Account.TAX_PAYABLE: -parts.tax.minor_units,
        }
        self.count = 0

    def wish(self, wish: RefundWish) -> RefundPreview:
        """Begin a refund and return what its preview had said."""
        shown = preview(self.state, wish)
        self.count += 1
        change = decisions.request_refund(
            self.state,
            wish,
            refund_id=RefundId(f"refund-{self.count}"),
            request_key=f"wish-{self.count}",
            now=NOON,
        )
        (refund,) = change.refunds
        assert (refund.amount, refund.lines, refund.goodwill) == (shown.amount, shown.lines, shown.goodwill)
        self.state = change.state
        return shown

    def answer(self, refund_id: RefundId, status: RefundStatus) -> None:
        refund = next(each for each in self.state.refunds if each.id == refund_id)
        seen = ProviderRefund(provider_ref="re", status=status, amount=refund.amount)
        change = decisions.observe_refund(self.state, refund_id, seen, NOON)
        for transaction in change.ledger:
            for entry in transaction.entries:
                self.accounts[entry.account] += entry.amount.minor_units
        self.state = change.state

    def refund(self, wish: RefundWish) -> RefundPreview:
        """Begin a refund that succeeds."""
        shown = self.wish(wish)
        self.answer(self.state.refunds[-1].id, RefundStatus.SUCCEEDED)
        return shown


def test_units_of_a_line_sum_to_the_line_and_its_tax() -> None:
    books = Books(paid())

    shown = [books.refund(units(1)) for _ in range(3)]

    assert [each.amount.minor_units for each in shown] == [333, 334, 333]
    assert sum(each.tax.minor_units for each in shown) == 174
    assert [each.lines_left[0].position for each in shown] == [1, 1, 2]


def test_more_units_than_are_left_are_refused() -> None:
    books = Books(paid())
    books.refund(units(1, 2))

    with pytest.raises(NothingToRefund) as refusal:
        books.wish(units(1, 2))

    assert refusal.value.fields == {"position": 1, "refundable": 1}


def test_shipping_goes_back_in_parts_with_its_tax_and_never_more_than_it_cost() -> None:
    books = Books(paid())

    first = books.refund(RefundWish(shipping=eur(200)))
    with pytest.raises(NothingToRefund):
        books.wish(RefundWish(shipping=eur(296)))
    second = books.refund(RefundWish(shipping=eur(295)))

    assert first.shipping_left == eur(295)
    assert (first.tax + second.tax, second.shipping_left) == (eur(86), eur(0))
    assert books.accounts[Account.SHIPPING_INCOME] == 0


def test_goodwill_is_an_expense_and_undoes_no_sale() -> None:
    books = Books(paid())
    before = dict(books.accounts)

    shown = books.refund(RefundWish(goodwill=eur(300), reason="late"))

    assert (shown.amount, shown.goodwill, shown.lines) == (eur(300), eur(300), ())
    assert books.accounts == {
        **before,
        Account.GOODWILL: 300,
        Account.PROVIDER_CLEARING: before[Account.PROVIDER_CLEARING] - 300,
    }


def test_goodwill_given_before_counts_against_what_goes_back_later() -> None:
    books = Books(paid())
    books.refund(RefundWish(goodwill=eur(300)))
    books.refund(RefundWish(shipping=eur(495)))
    books.refund(units(2, 2))

    last = books.refund(units(1, 3))

    assert (last.amount, last.goodwill, last.is_last) == (eur(700), eur(-300), True)
    assert set(books.accounts.values()) == {0}
    assert books.state.status is OrderStatus.REFUNDED


def test_goodwill_is_at_most_what_is_left_of_the_payment() -> None:
    books = Books(paid())
    books.refund(units(1, 3))

    with pytest.raises(NothingToRefund) as refusal:
        books.wish(RefundWish(lines=(RefundLine(2, 2),), goodwill=eur(496)))

    assert refusal.value.fields == {"refundable": 994}


def test_the_refund_of_the_last_cent_undoes_the_whole_sale() -> None:
    books = Books(paid())

    shown = books.refund(RefundWish(goodwill=eur(1_994)))

    assert [(each.position, each.quantity) for each in shown.lines] == [(1, 3), (2, 2)]
    assert set(books.accounts.values()) == {0}


def test_a_refused_refund_gives_its_units_back() -> None:
    books = Books(paid())
    books.wish(units(1, 3))
    books.answer(RefundId("refund-1"), RefundStatus.FAILED)

    assert books.refund(units(1, 3)).amount == eur(1_000)


def test_goodwill_after_a_refused_refund_leaves_the_sale_alone() -> None:
    books = Books(paid())
    for _ in range(2):
        books.wish(RefundWish(shipping=eur(3)))
    books.answer(RefundId("refund-1"), RefundStatus.FAILED)

    shown = books.refund(RefundWish(goodwill=eur(300)))

    assert shown.parts == Parts(eur(0), eur(0), eur(0))
    books.answer(RefundId("refund-2"), RefundStatus.SUCCEEDED)
    books.refund(RefundWish())
    assert set(books.accounts.values()) == {0}


def test_a_deposit_goes_back_by_amount_only() -> None:
    state = paid(is_deposit=True)

    with pytest.raises(BadRefund):
        preview(state, units(1))
    assert preview(state, RefundWish(goodwill=eur(94))).left == eur(1_900)
    assert preview(state, RefundWish()).amount == eur(1_994)


@pytest.mark.parametrize(
    "wish",
    [
        units(3),
        units(1, 0),
        units(1, -1),
        RefundWish(lines=(RefundLine(1, 1), RefundLine(1, 1))),
        RefundWish(shipping=Money(1, "USD")),
        RefundWish(goodwill=eur(-1)),
    ],
)
def test_a_wish_that_does_not_fit_the_order_is_refused(wish: RefundWish) -> None:
    with pytest.raises(BadRefund):
        preview(paid(), wish)


@pytest.mark.parametrize("wish", [RefundWish(goodwill=eur(0)), RefundWish(shipping=eur(0))])
def test_a_wish_for_nothing_is_refused(wish: RefundWish) -> None:
    with pytest.raises(NothingToRefund):
        preview(paid(), wish)


@pytest.mark.parametrize(
    ("status", "withdrawn", "refundable"),
    [
        (DisputeStatus.OPEN, True, False),
        (DisputeStatus.LOST, True, False),
        (DisputeStatus.OPEN, False, True),
        (DisputeStatus.WON, False, True),
    ],
)
def test_money_that_a_bank_has_taken_back_is_not_refunded_as_well(
    status: DisputeStatus, withdrawn: bool, refundable: bool
) -> None:
    dispute = Dispute(
        id=DisputeId("dispute"),
        order_id=OrderId("order"),
        payment_id=PaymentId("payment"),
        provider_ref="du_1",
        status=status,
        amount=eur(1_994),
        withdrawn=withdrawn,
        reason="fraudulent",
        opened_at=NOON,
        updated_at=NOON,
    )
    state = replace(paid(), disputes=(dispute,))

    if refundable:
        assert preview(state, RefundWish()).amount == eur(1_994)
    else:
        with pytest.raises(OrderNotRefundable):
            preview(state, RefundWish())


LINES = st.lists(
    st.integers(1, 9).flatmap(
        lambda quantity: st.integers(0, 2_000).flatmap(
            lambda total: st.tuples(st.just(quantity), st.just(total), st.integers(0, total))
        )
    ),
    min_size=1,
    max_size=4,
)
SHIPPINGS = st.integers(0, 900).flatmap(lambda price: st.tuples(st.just(price), st.integers(0, price)))


def wishes(state: OrderState) -> st.SearchStrategy[RefundWish]:
    lines = st.lists(
        st.builds(RefundLine, st.sampled_from([each.position for each in state.lines]), st.integers(1, 4)),
        max_size=3,
        unique_by=lambda line: line.position,
    )
    amounts = st.one_of(st.none(), st.builds(eur, st.integers(0, 600)))
    return st.builds(RefundWish, lines=lines.map(tuple), shipping=amounts, goodwill=amounts)


@given(st.data(), LINES, SHIPPINGS)
@settings(max_examples=300, deadline=None)
def test_any_sequence_of_wishes_sums_to_the_cent_and_never_exceeds(
    data: st.DataObject, lines: list[tuple[int, int, int]], shipping: tuple[int, int]
) -> None:
    books = Books(paid(*lines, shipping=shipping))
    total = books.state.total

    for _ in range(data.draw(st.integers(0, 8))):
        try:
            shown = books.wish(data.draw(wishes(books.state)))
        except DomainError:
            continue
        line_sum = sum(each.amount.minor_units for each in shown.lines)
        assert shown.amount.minor_units == line_sum + (shown.shipping + shown.goodwill).minor_units
        if data.draw(st.booleans()):
            outcome = data.draw(st.sampled_from([RefundStatus.SUCCEEDED, RefundStatus.FAILED]))
            books.answer(data.draw(st.sampled_from(books.state.refunds)).id, outcome)
        check_never_more(books.state)

    for refund in books.state.refunds:
        books.answer(refund.id, RefundStatus.SUCCEEDED)
    if total and books.state.status is not OrderStatus.REFUNDED:
        books.refund(RefundWish())
    assert total == books.state.refunded
    assert set(books.accounts.values()) == {0}


def check_never_more(state: OrderState) -> None:
    """Whatever is promised: never more units, never more of a line or its tax, never more in all."""
    promised = [each for each in state.refunds if each.status is not RefundStatus.FAILED]
    assert sum(each.amount.minor_units for each in promised) <= state.total.minor_units
    for line in state.lines:
        back = [each for refund in promised for each in refund.lines if each.position == line.position]
        quantity = sum(each.quantity for each in back)
        amount = sum(each.amount.minor_units for each in back)
        tax = sum(each.tax.minor_units for each in back)
        assert (quantity, amount, tax) <= (line.quantity, line.total.minor_units, line.tax.minor_units)
        assert amount <= line.total.minor_units
        assert tax <= line.tax.minor_units
        if quantity == line.quantity:
            assert (amount, tax) == (line.total.minor_units, line.tax.minor_units)
