from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vivamarket.kernel.ids import OrderId, PaymentId, RefundId
from vivamarket.kernel.money import Money
from vivamarket.payments import ledger
from vivamarket.payments.errors import LedgerUnbalanced
from vivamarket.payments.ledger import Account, LedgerEntry, LedgerKind, LedgerTransaction, Parts

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ORDER, PAYMENT, REFUND = OrderId("order"), PaymentId("payment"), RefundId("refund")

cents = st.integers(min_value=0, max_value=10_000_000)


def eur(minor_units: int) -> Money:
    return Money(minor_units, "EUR")


parts = st.builds(
    lambda goods, shipping, tax: Parts(eur(goods), eur(shipping), eur(tax)), cents, cents, cents
)


def balances(*transactions: LedgerTransaction) -> dict[Account, int]:
    result = dict.fromkeys(Account, 0)
    for transaction in transactions:
        for entry in transaction.entries:
            result[entry.account] += entry.amount.minor_units
    return result


def test_entries_that_do_not_sum_to_zero_are_a_mistake() -> None:
    with pytest.raises(LedgerUnbalanced):
        LedgerTransaction(
            kind=LedgerKind.SALE,
            order_id=ORDER,
            payment_id=PAYMENT,
            at=NOW,
            entries=(LedgerEntry(Account.SALES, eur(1)),),
        )


def test_entries_of_two_currencies_are_a_mistake() -> None:
    with pytest.raises(LedgerUnbalanced):
        LedgerTransaction(
            kind=LedgerKind.SALE,
            order_id=ORDER,
            payment_id=PAYMENT,
            at=NOW,
            entries=(LedgerEntry(Account.SALES, eur(1)), LedgerEntry(Account.SALES, Money(-1, "USD"))),
        )


@given(parts.filter(lambda each: bool(each.total)))
def test_a_sale_owes_us_the_total_and_names_what_it_was_for(sold: Parts) -> None:
    booked = balances(ledger.sale(ORDER, PAYMENT, sold, NOW))

    assert booked[Account.PROVIDER_CLEARING] == sold.total.minor_units
    assert booked[Account.SALES] == -sold.goods.minor_units
    assert booked[Account.TAX_PAYABLE] == -sold.tax.minor_units


@given(parts.filter(lambda each: bool(each.total)), st.data())
def test_refunds_in_any_parts_turn_the_sale_round_to_the_cent(sold: Parts, data: st.DataObject) -> None:
    posted = [ledger.sale(ORDER, PAYMENT, sold, NOW)]
    left = sold
    while left.total:
        amount = eur(data.draw(st.integers(min_value=1, max_value=left.total.minor_units)))
        if len(posted) == 8:
            amount = left.total
        share = left.share(amount)
        assert share.total == amount
        left = left.minus(share)
        assert min(left.goods.minor_units, left.shipping.minor_units, left.tax.minor_units) >= 0
        posted.append(ledger.refund(ORDER, PAYMENT, REFUND, share, NOW, of_deposit=False))

    assert set(balances(*posted).values()) == {0}


@given(cents.filter(bool))
def test_a_deposit_that_goes_back_leaves_nothing(amount: int) -> None:
    whole = Parts(eur(amount), eur(0), eur(0))

    posted = (
        ledger.deposit(ORDER, PAYMENT, eur(amount), NOW),
        ledger.refund(ORDER, PAYMENT, REFUND, whole, NOW, of_deposit=True),
    )

    assert set(balances(*posted).values()) == {0}
