"""What must hold at every moment: looked at after each change of an order, not only when all has settled.

Told from the records alone, without the shop's own sums, so that a sum which is wrong is seen as well.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from vivamarket.checkout.capturing import taken_unasked
from vivamarket.checkout.invariants import Violation
from vivamarket.checkout.model import OrderState
from vivamarket.inventory.model import StockLevel
from vivamarket.kernel.ids import Sku
from vivamarket.kernel.money import total
from vivamarket.payments.model import RefundStatus


def broken_now(state: OrderState) -> Iterator[Violation]:
    """Yield what may not be in any state of an order, were it for a moment: I4, I8."""
    live = [each for each in state.payments if each.is_live]
    if len(live) > 1:
        yield Violation("I4", state.number, f"{len(live)} payments may bring money")
    if taken_unasked(state):
        yield Violation("I4", state.number, "held money was taken, and nobody had begun to take it")
    for key, count in Counter(each.request_key for each in state.refunds).items():
        if count > 1:
            yield Violation("I8", state.number, f"{count} refunds of one wish {key}")
    for payment in state.payments:
        if payment.captured is None:
            continue
        back = [
            each.amount
            for each in state.refunds
            if each.payment_id == payment.id and each.status is not RefundStatus.FAILED
        ]
        if payment.captured < total(back, payment.captured.currency):
            told = f"{len(back)} refunds promise more than {payment.captured.minor_units} that were taken"
            yield Violation("I8", state.number, told)


def oversold(levels: Iterable[StockLevel], limited: Collection[Sku]) -> Iterator[Violation]:
    """Yield what is promised beyond its stock although it must not be: I1.

    The levels alone do not tell: a promise beyond the stock is written as one that waits for more of it,
    which only those products allow that may be sold so.
    """
    for level in levels:
        if level.sku in limited and level.backordered:
            yield Violation("I1", level.sku, f"{level.backordered} promised that are not there")
