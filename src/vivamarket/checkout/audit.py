"""The invariants over a whole shop, however large: streamed, beside the provider's books.

The shop may go on selling meanwhile. What it wrote is read from one snapshot; the provider's books are
read before it, so that every order they name existed. Where the two differ, both are read again: money
moves at the provider first, and a shop that works is always a moment behind.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from vivamarket.checkout.invariants import (
    UNBALANCED,
    OrderEvidence,
    ProviderBooks,
    StockEvidence,
    Violation,
    order_violations,
    provider_violations,
    stock_violations,
)
from vivamarket.checkout.model import OrderState
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import OrderId
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.model import RefundStatus

#: So many are told one by one; of all others only the number.
VIOLATIONS_TOLD_MAX = 1_000
#: Orders that are read again because the provider says otherwise; more than these are no coincidence.
SUSPECTS_MAX = 2_000
LOOKS_MAX = 3
LOOK_PAUSE_SECONDS = 0.5

_UNPAID = frozenset({OrderStatus.PENDING_PAYMENT, OrderStatus.CANCELING})
_NOTHING = ProviderBooks(0, 0)


class EvidenceSnapshot(Protocol):
    """Everything that is written, as of one moment, in portions of bounded size."""

    def orders(self) -> AsyncIterator[Sequence[OrderEvidence]]:
        """Yield all orders."""
        ...

    def stock(self) -> AsyncIterator[Sequence[StockEvidence]]:
        """Yield all stock items, and what orders reserve of items that do not exist."""
        ...

    async def unbalanced(self, limit: int) -> Sequence[str]:
        """Return ledger transactions whose entries do not sum to zero in a currency."""
        ...

    async def carts_ordered_twice(self, limit: int) -> Mapping[str, int]:
        """Return carts with more than one order, and how many each has."""
        ...

    async def missing(self, order_ids: Sequence[OrderId]) -> Sequence[OrderId]:
        """Return those of the ids that no order has."""
        ...


class EvidenceStream(Protocol):
    """Reads the evidence of a shop of any size; for checks, not for serving."""

    def snapshot(self) -> AbstractAsyncContextManager[EvidenceSnapshot]:
        """Lend one snapshot."""
        ...

    async def orders(self, order_ids: Sequence[OrderId]) -> Sequence[OrderEvidence]:
        """Return these orders as committed now."""
        ...


class BooksReader(Protocol):
    """The provider's own account per order."""

    def refresh(self) -> None:
        """Look at the books as they are now; what is asked afterwards is of that moment."""
        ...

    def of(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, ProviderBooks]:
        """Return what the provider took and gave back for these orders; nothing for unknown ones."""
        ...

    def with_money(self, after: OrderId | None, limit: int) -> Sequence[OrderId]:
        """Return the next orders for which money was taken, by id."""
        ...


@dataclass(slots=True, kw_only=True)
class AuditReport:
    """What a check found."""

    orders: int = 0
    stock_items: int = 0
    #: Whether the provider's books were there to compare with.
    books_compared: bool = False
    violations: list[Violation] = field(default_factory=list)
    #: Violations and unknown orders beyond ``VIOLATIONS_TOLD_MAX`` of each.
    untold: int = 0
    #: Numbers of orders on their way, of which the provider knows more than we; the repairs settle them.
    waiting: list[str] = field(default_factory=list)
    #: Orders that the provider took money for, and keeps it, and that are not here.
    unknown: list[OrderId] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Return whether every invariant holds."""
        return not self.violations and not self.unknown

    def add(self, violation: Violation) -> None:
        """Keep the violation, or count it."""
        if len(self.violations) < VIOLATIONS_TOLD_MAX:
            self.violations.append(violation)
        else:
            self.untold += 1

    def add_unknown(self, order_ids: Sequence[OrderId]) -> None:
        """Keep orders that only the provider knows, or count them."""
        room = VIOLATIONS_TOLD_MAX - len(self.unknown)
        self.unknown += order_ids[:room]
        self.untold += len(order_ids[room:])


class Audit:
    """Checks a shop once."""

    def __init__(
        self,
        *,
        evidence: EvidenceStream,
        books: BooksReader | None,
        clock: Clock,
        settled_at: datetime | None = None,
        progress: Callable[[int], None] = lambda orders: None,
    ) -> None:
        """With ``settled_at``, a moment long after the last fault, nothing may still be on its way."""
        self._evidence = evidence
        self._books = books
        self._clock = clock
        self._settled_at = settled_at
        self._progress = progress
        self._report = AuditReport(books_compared=books is not None)
        self._suspects: list[OrderId] = []

    async def run(self) -> AuditReport:
        """Read everything once and return what was found."""
        if self._books is not None:
            self._books.refresh()
        async with self._evidence.snapshot() as snapshot:
            async for orders in snapshot.orders():
                self._check_orders(orders)
            async for items in snapshot.stock():
                self._check_stock(items)
            await self._check_sums(snapshot)
            await self._find_unknown(snapshot)
        await self._judge_suspects()
        return self._report

    def _check_orders(self, orders: Sequence[OrderEvidence]) -> None:
        books = self._books.of([order.state.id for order in orders]) if self._books else {}
        for order in orders:
            for violation in order_violations(order, settled_at=self._settled_at):
                self._report.add(violation)
            if self._books is not None:
                self._compare(order, books.get(order.state.id, _NOTHING))
        self._report.orders += len(orders)
        self._progress(len(orders))

    def _compare(self, order: OrderEvidence, books: ProviderBooks) -> None:
        different = list(provider_violations(order, books))
        if different and len(self._suspects) < SUSPECTS_MAX:
            self._suspects.append(order.state.id)
            return
        for violation in different:
            self._report.add(violation)

    def _check_stock(self, items: Sequence[StockEvidence]) -> None:
        for item in items:
            for violation in stock_violations(item):
                self._report.add(violation)
        self._report.stock_items += len(items)

    async def _check_sums(self, snapshot: EvidenceSnapshot) -> None:
        for name in await snapshot.unbalanced(VIOLATIONS_TOLD_MAX):
            self._report.add(Violation("I7", name, UNBALANCED))
        for cart_id, count in (await snapshot.carts_ordered_twice(VIOLATIONS_TOLD_MAX)).items():
            self._report.add(Violation("I10", cart_id, f"{count} orders were made of this cart"))

    async def _find_unknown(self, snapshot: EvidenceSnapshot) -> None:
        if self._books is None:
            return
        after: OrderId | None = None
        while named := self._books.with_money(after, VIOLATIONS_TOLD_MAX):
            missing = await snapshot.missing(named)
            books = self._books.of(missing)
            self._report.add_unknown([name for name in missing if _keeps_money(books.get(name, _NOTHING))])
            after = named[-1]

    async def _judge_suspects(self) -> None:
        """Look again at orders of which the provider says otherwise, until both agree or stay apart."""
        suspects = self._suspects
        for look in range(1, LOOKS_MAX + 1):
            if not suspects or self._books is None:
                return
            self._books.refresh()
            books = self._books.of(suspects)
            different = [
                (order, found)
                for order in await self._evidence.orders(suspects)
                if (found := list(provider_violations(order, books.get(order.state.id, _NOTHING))))
            ]
            if look == LOOKS_MAX:
                self._tell_different(different)
                return
            suspects = [order.state.id for order, _ in different]
            if suspects and self._settled_at is None:
                await self._clock.sleep(LOOK_PAUSE_SECONDS)

    def _tell_different(self, different: Sequence[tuple[OrderEvidence, list[Violation]]]) -> None:
        for order, found in different:
            if self._settled_at is None and is_on_its_way(order.state):
                self._report.waiting.append(order.state.number)
                continue
            for violation in found:
                self._report.add(violation)


def _keeps_money(books: ProviderBooks) -> bool:
    """Return whether the provider has not given everything back: else there is nothing left to do."""
    return books.captured > books.refunded


def is_on_its_way(state: OrderState) -> bool:
    """Return whether the repairs will still ask the provider about the order by themselves."""
    return (
        state.status in _UNPAID
        or any(payment.is_live for payment in state.payments)
        or any(refund.status in (RefundStatus.NEW, RefundStatus.REQUESTED) for refund in state.refunds)
    )
