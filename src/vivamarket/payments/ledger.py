"""The books: double entry, append-only. Every transaction sums to zero in its one currency.

A positive amount is a debit, a negative one a credit. What the provider owes us stands in
``provider_clearing``; what customers bought stands in ``sales``, ``shipping_income`` and
``tax_payable``; money that belongs to no fulfilled promise stands in ``customer_deposits``. What was
given for nothing stands in ``goodwill``, what a bank has taken back until it has decided in ``disputes``,
and what it kept in ``dispute_losses``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vivamarket.kernel.ids import OrderId, PaymentId, RefundId
from vivamarket.kernel.money import Money, allocate
from vivamarket.payments.errors import LedgerUnbalanced


class Account(StrEnum):
    """The accounts of the books."""

    PROVIDER_CLEARING = "provider_clearing"
    CUSTOMER_DEPOSITS = "customer_deposits"
    SALES = "sales"
    SHIPPING_INCOME = "shipping_income"
    TAX_PAYABLE = "tax_payable"
    GOODWILL = "goodwill"
    DISPUTES = "disputes"
    DISPUTE_LOSSES = "dispute_losses"


class LedgerKind(StrEnum):
    """Why a transaction was posted."""

    SALE = "sale"
    DEPOSIT = "deposit"
    REFUND = "refund"
    #: A deposit has become the payment of its order.
    ACCEPTANCE = "acceptance"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One line: so much in that account, debit positive."""

    account: Account
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTransaction:
    """Lines that belong together. Raise ``LedgerUnbalanced`` unless they sum to zero."""

    kind: LedgerKind
    order_id: OrderId
    payment_id: PaymentId
    refund_id: RefundId | None = None
    at: datetime
    entries: tuple[LedgerEntry, ...]

    def __post_init__(self) -> None:
        currencies = {entry.amount.currency for entry in self.entries}
        if len(currencies) != 1 or sum(entry.amount.minor_units for entry in self.entries) != 0:
            raise LedgerUnbalanced("A ledger transaction sums to zero in one currency.", kind=self.kind)


@dataclass(frozen=True, slots=True)
class Parts:
    """An amount split by what it is for; goods and shipping without the tax on them."""

    goods: Money
    shipping: Money
    tax: Money

    @property
    def total(self) -> Money:
        """Return the whole."""
        return self.goods + self.shipping + self.tax

    def minus(self, other: Parts) -> Parts:
        """Return what is left after taking the other away."""
        return Parts(self.goods - other.goods, self.shipping - other.shipping, self.tax - other.tax)

    def plus(self, other: Parts) -> Parts:
        """Return both together."""
        return Parts(self.goods + other.goods, self.shipping + other.shipping, self.tax + other.tax)

    def share(self, amount: Money) -> Parts:
        """Split an amount not above the whole in proportion, exactly; no part exceeds its own here.

        Because ``amount <= total``, an exact share that is not whole lies below its part, so rounding
        it up by one unit cannot pass the part.
        """
        goods, shipping, tax = allocate(
            amount.minor_units,
            [self.goods.minor_units, self.shipping.minor_units, self.tax.minor_units],
        )
        currency = amount.currency
        return Parts(Money(goods, currency), Money(shipping, currency), Money(tax, currency))


def sale(order_id: OrderId, payment_id: PaymentId, parts: Parts, at: datetime) -> LedgerTransaction:
    """Return what is posted when an order is paid."""
    return LedgerTransaction(
        kind=LedgerKind.SALE,
        order_id=order_id,
        payment_id=payment_id,
        at=at,
        entries=_entries(parts.total, _income(parts, -1)),
    )


def deposit(order_id: OrderId, payment_id: PaymentId, amount: Money, at: datetime) -> LedgerTransaction:
    """Return what is posted when money came that pays no order: late, or of another amount."""
    return LedgerTransaction(
        kind=LedgerKind.DEPOSIT,
        order_id=order_id,
        payment_id=payment_id,
        at=at,
        entries=_entries(amount, [LedgerEntry(Account.CUSTOMER_DEPOSITS, amount * -1)]),
    )


def refund(
    order_id: OrderId,
    payment_id: PaymentId,
    refund_id: RefundId,
    parts: Parts,
    at: datetime,
    *,
    of_deposit: bool,
    goodwill: Money | None = None,
) -> LedgerTransaction:
    """Return what is posted when a refund has succeeded: the sale (or the deposit) turned round.

    ``goodwill`` goes back besides the parts, and undoes no sale; below zero, earlier goodwill is undone.
    """
    given = goodwill or parts.total * 0
    back = [LedgerEntry(Account.CUSTOMER_DEPOSITS, parts.total)] if of_deposit else _income(parts, 1)
    return LedgerTransaction(
        kind=LedgerKind.REFUND,
        order_id=order_id,
        payment_id=payment_id,
        refund_id=refund_id,
        at=at,
        entries=_entries((parts.total + given) * -1, [*back, LedgerEntry(Account.GOODWILL, given)]),
    )


def acceptance(order_id: OrderId, payment_id: PaymentId, parts: Parts, at: datetime) -> LedgerTransaction:
    """Return what is posted when staff take a deposit as the payment of its order: the sale."""
    return LedgerTransaction(
        kind=LedgerKind.ACCEPTANCE,
        order_id=order_id,
        payment_id=payment_id,
        at=at,
        entries=tuple(
            entry
            for entry in (LedgerEntry(Account.CUSTOMER_DEPOSITS, parts.total), *_income(parts, -1))
            if entry.amount
        ),
    )


def dispute(
    order_id: OrderId, payment_id: PaymentId, *, claimed: Money, lost: Money, at: datetime
) -> LedgerTransaction:
    """Return what is posted when a dispute moves money or is decided.

    ``claimed`` and ``lost`` say by how much ``disputes`` and ``dispute_losses`` rise; below zero they fall.
    """
    return LedgerTransaction(
        kind=LedgerKind.DISPUTE,
        order_id=order_id,
        payment_id=payment_id,
        at=at,
        entries=_entries(
            (claimed + lost) * -1,
            [LedgerEntry(Account.DISPUTES, claimed), LedgerEntry(Account.DISPUTE_LOSSES, lost)],
        ),
    )


def _income(parts: Parts, sign: int) -> list[LedgerEntry]:
    return [
        LedgerEntry(Account.SALES, parts.goods * sign),
        LedgerEntry(Account.SHIPPING_INCOME, parts.shipping * sign),
        LedgerEntry(Account.TAX_PAYABLE, parts.tax * sign),
    ]


def _entries(clearing: Money, others: list[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    entries = [LedgerEntry(Account.PROVIDER_CLEARING, clearing), *others]
    return tuple(entry for entry in entries if entry.amount)
