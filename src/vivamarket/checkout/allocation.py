"""What a refund gives back, to the cent: which units, how much tax, what of the shipping. Pure.

Whatever the order in which units go back, their amounts sum to what the line cost, because each share is
the rounded amount of all units up to it, less what is promised already. The same holds for the tax in it,
and for shipping. Rounding is half to even, as everywhere (``divide_half_even``).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from vivamarket.checkout.errors import OrderNotRefundable
from vivamarket.checkout.model import OrderedLine, OrderState
from vivamarket.kernel.money import Money, divide_half_even, total
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.errors import BadRefund, NothingToRefund
from vivamarket.payments.ledger import Parts
from vivamarket.payments.model import (
    DisputeStatus,
    Payment,
    PaymentStatus,
    Refund,
    RefundedLine,
    RefundStatus,
)

_REFUNDABLE = frozenset({OrderStatus.PAID, OrderStatus.PARTIALLY_REFUNDED, OrderStatus.REVIEW})


@dataclass(frozen=True, slots=True)
class RefundLine:
    """So many units of the line at that position.

    ``returned``: the customer has sent them back. Otherwise they are units that were not sent yet, as long as
    there are any.
    """

    position: int
    quantity: int
    returned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundWish:
    """What staff want to give back; a wish that names nothing is everything that is left."""

    lines: tuple[RefundLine, ...] = ()
    #: Of the shipping, tax contained.
    shipping: Money | None = None
    #: For nothing: the sale stays as it is.
    goodwill: Money | None = None
    reason: str = ""

    @property
    def is_everything(self) -> bool:
        """Return whether all that is left is wanted."""
        return not self.lines and self.shipping is None and self.goodwill is None


@dataclass(frozen=True, slots=True)
class LineLeft:
    """What of a line can still be given back."""

    position: int
    quantity: int
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPreview:
    """What a wish comes to. ``lines``, ``shipping`` (tax contained) and ``goodwill`` sum to ``amount``.

    ``goodwill`` is below zero where goodwill given before counts against what goes back now.
    """

    payment: Payment
    amount: Money
    lines: tuple[RefundedLine, ...]
    shipping: Money
    goodwill: Money
    #: The same split for the books, goodwill apart.
    parts: Parts
    #: Money of the payment that is left afterwards, and what it can still be given back for.
    left: Money
    lines_left: tuple[LineLeft, ...]
    shipping_left: Money

    @property
    def tax(self) -> Money:
        """Return the tax in it."""
        return self.parts.tax

    @property
    def is_last(self) -> bool:
        """Return whether nothing of the payment is left afterwards: then the whole sale is undone."""
        return not self.left


def as_wish(wish: RefundWish | Money | None, reason: str = "") -> RefundWish:
    """Return the wish: an amount alone is goodwill, None is everything that is left."""
    if isinstance(wish, RefundWish):
        return replace(wish, reason=reason) if reason else wish
    return RefundWish(goodwill=wish, reason=reason)


def preview(state: OrderState, wish: RefundWish) -> RefundPreview:
    """Return what the wish comes to now; nothing is changed.

    Raise ``OrderNotRefundable``, ``NothingToRefund`` above what is left, ``BadRefund`` for a wish that
    does not fit this order.
    """
    payment = _refundable_payment(state, wish)
    left = state.refundable(payment)
    if payment.is_deposit:
        return _of_deposit(payment, left, wish)
    shares = _Shares(state)
    lines = tuple(shares.line(each) for each in _distinct(wish.lines))
    shipping = shares.shipping(wish.shipping)
    items = total([each.amount for each in lines], left.currency) + shipping
    goodwill = _positive(wish.goodwill, left.currency, "goodwill")
    if wish.is_everything:
        amount = left
    elif goodwill:
        amount = items + goodwill
    else:
        # Goodwill given before counts against what goes back now, so that never more goes than came.
        amount = min(items, left)
    if not 0 < amount.minor_units <= left.minor_units:
        raise _too_much(left)
    if amount == left:
        return shares.everything(payment, left)
    return RefundPreview(
        payment=payment,
        amount=amount,
        lines=lines,
        shipping=shipping,
        goodwill=amount - items,
        parts=shares.parts(lines, shipping),
        left=left - amount,
        lines_left=shares.lines_left(lines),
        shipping_left=shares.shipping_left - shipping,
    )


def _refundable_payment(state: OrderState, wish: RefundWish) -> Payment:
    """Return the payment that money goes back from: a deposit, unless the wish is of what was sold.

    An order that is paid has a deposit as well when it was paid twice and the provider refused to give the
    second payment back: that money goes back before any of the sale is undone. Raise
    ``OrderNotRefundable`` when the order's state allows none or a bank has already taken the money back,
    ``NothingToRefund`` when nothing is left of any.
    """
    if state.status not in _REFUNDABLE:
        raise OrderNotRefundable("This order cannot be refunded.", status=state.status.value)
    succeeded = [each for each in state.payments if each.status is PaymentStatus.SUCCEEDED]
    with_money = [each for each in succeeded if state.refundable(each)]
    if not with_money:
        raise NothingToRefund("All the money of this order is given back or about to be.", refundable=0)
    taken = {
        each.payment_id for each in state.disputes if each.withdrawn or each.status is DisputeStatus.LOST
    }
    here = [each for each in with_money if each.id not in taken]
    if not here:
        raise OrderNotRefundable("The customer's bank has taken this money back already.", status="disputed")
    of_sale = bool(wish.lines) or wish.shipping is not None
    return min(here, key=lambda each: (each.is_deposit is of_sale, each.attempt))


def promised(state: OrderState) -> tuple[Refund, ...]:
    """Return the refunds of the sale itself that have not failed: theirs is not left any more."""
    return tuple(
        each for each in state.refunds if each.status is not RefundStatus.FAILED and not each.of_deposit
    )


class _Shares:
    """What of an order's lines and shipping is promised already, and what a further part comes to."""

    def __init__(self, state: OrderState) -> None:
        self._state = state
        self._refunds = promised(state)
        currency = state.total.currency
        self._nothing = Money.zero(currency)
        self._shipping_total = state.total - total([each.total for each in state.lines], currency)
        self._shipping_tax = state.parts.tax - total([each.tax for each in state.lines], currency)
        given = [self._shipping_of(each) for each in self._refunds]
        self._shipping_given = total([amount for amount, _ in given], currency)
        self._shipping_tax_given = total([tax for _, tax in given], currency)

    @property
    def shipping_left(self) -> Money:
        """Return what of the shipping can still be given back, tax contained."""
        return self._shipping_total - self._shipping_given

    def line(self, wanted: RefundLine) -> RefundedLine:
        """Return what those units come to. Raise ``BadRefund``, ``NothingToRefund``."""
        line = next((each for each in self._state.lines if each.position == wanted.position), None)
        if line is None or wanted.quantity < 1:
            raise BadRefund("The order has no such line.", position=wanted.position)
        units, amount, tax = self._given(line)
        if wanted.quantity > line.quantity - units:
            raise NothingToRefund(
                f"Of line {line.position}, {line.quantity - units} can still be given back.",
                position=line.position,
                refundable=line.quantity - units,
            )
        upto = divide_half_even(line.total.minor_units * (units + wanted.quantity), line.quantity)
        after = max(upto, amount.minor_units)
        tax_after = _tax_in(after, line.total, line.tax)
        return RefundedLine(
            position=line.position,
            quantity=wanted.quantity,
            amount=Money(after, amount.currency) - amount,
            tax=Money(tax_after, tax.currency) - tax,
            returned=wanted.quantity if wanted.returned else 0,
        )

    def shipping(self, wanted: Money | None) -> Money:
        """Return how much of the shipping goes back. Raise ``BadRefund``, ``NothingToRefund``."""
        amount = _positive(wanted, self._nothing.currency, "shipping")
        if self.shipping_left < amount:
            raise NothingToRefund(
                f"At most {self.shipping_left.decimal()} of the shipping can be given back.",
                refundable=self.shipping_left.minor_units,
            )
        return amount

    def parts(self, lines: tuple[RefundedLine, ...], shipping: Money) -> Parts:
        """Split lines and shipping for the books."""
        line_tax = total([each.tax for each in lines], shipping.currency)
        amounts = total([each.amount for each in lines], shipping.currency)
        shipping_tax = shipping * 0
        if shipping:
            given = (self._shipping_given + shipping).minor_units
            tax = Money(_tax_in(given, self._shipping_total, self._shipping_tax), shipping.currency)
            shipping_tax = tax - self._shipping_tax_given
        return Parts(amounts - line_tax, shipping - shipping_tax, line_tax + shipping_tax)

    def everything(self, payment: Payment, left: Money) -> RefundPreview:
        """Undo what is left of the sale, whatever of the payment is left."""
        lines = tuple(self.line(RefundLine(each.position, each.quantity)) for each in self.lines_left(()))
        parts = self._state.parts
        for each in self._refunds:
            parts = parts.minus(Parts(each.goods, each.shipping, each.tax))
        return RefundPreview(
            payment=payment,
            amount=left,
            lines=lines,
            shipping=self.shipping_left,
            goodwill=left - parts.total,
            parts=parts,
            left=self._nothing,
            lines_left=(),
            shipping_left=self._nothing,
        )

    def lines_left(self, besides: tuple[RefundedLine, ...]) -> tuple[LineLeft, ...]:
        """Return what of each line can still be given back after those; lines that are over are left out."""
        left: list[LineLeft] = []
        for line in self._state.lines:
            units, amount, _ = self._given(line)
            now = [each for each in besides if each.position == line.position]
            quantity = line.quantity - units - sum(each.quantity for each in now)
            if quantity:
                given = total([amount, *(each.amount for each in now)], amount.currency)
                left.append(LineLeft(line.position, quantity, line.total - given))
        return tuple(left)

    def _given(self, line: OrderedLine) -> tuple[int, Money, Money]:
        given = [each for refund in self._refunds for each in refund.lines if each.position == line.position]
        currency = line.total.currency
        return (
            sum(each.quantity for each in given),
            total([each.amount for each in given], currency),
            total([each.tax for each in given], currency),
        )

    def _shipping_of(self, refund: Refund) -> tuple[Money, Money]:
        """Return what a refund gave back of the shipping, and the tax in that."""
        tax = refund.tax - total([each.tax for each in refund.lines], refund.tax.currency)
        return refund.shipping + tax, tax


def _of_deposit(payment: Payment, left: Money, wish: RefundWish) -> RefundPreview:
    """Give back money that paid nothing, all of it or an amount; there are no lines to give back."""
    if wish.lines or wish.shipping is not None:
        raise BadRefund("This money pays no line of the order: give an amount back, or all of it.")
    amount = left if wish.is_everything else _positive(wish.goodwill, left.currency, "goodwill")
    if not 0 < amount.minor_units <= left.minor_units:
        raise _too_much(left)
    nothing = amount * 0
    return RefundPreview(
        payment=payment,
        amount=amount,
        lines=(),
        shipping=nothing,
        goodwill=nothing,
        parts=Parts(amount, nothing, nothing),
        left=left - amount,
        lines_left=(),
        shipping_left=nothing,
    )


def _distinct(lines: tuple[RefundLine, ...]) -> tuple[RefundLine, ...]:
    if len({each.position for each in lines}) != len(lines):
        raise BadRefund("Name each line once.")
    return lines


def _tax_in(amount: int, whole: Money, tax: Money) -> int:
    """Return the tax in the first ``amount`` minor units of the whole."""
    return divide_half_even(tax.minor_units * amount, whole.minor_units) if whole else 0


def _positive(amount: Money | None, currency: str, name: str) -> Money:
    if amount is None:
        return Money.zero(currency)
    if amount.currency != currency or amount.minor_units < 0:
        raise BadRefund(f"{name} is an amount in {currency}, not below zero.", field=name)
    return amount


def _too_much(left: Money) -> NothingToRefund:
    return NothingToRefund(f"At most {left} can be refunded.", refundable=left.minor_units)
