"""Our account of payments, and the reports of comparing it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vivamarket.adapters.memory.tables import Tables
from vivamarket.checkout.model import OrderState
from vivamarket.kernel.ids import PaymentId
from vivamarket.kernel.money import Money, total
from vivamarket.kernel.paging import Page, decode_cursor, encode_cursor
from vivamarket.payments.model import Payment, RefundStatus
from vivamarket.payments.ports import REPORTS_KEPT_MAX
from vivamarket.payments.statement import PaymentAccount, ReconciliationReport

_SCOPE = "captured"
_REFUNDING = (RefundStatus.NEW, RefundStatus.REQUESTED)


_ONLY_ONE = "comparison"


class MemoryPaymentReader:
    """The ``PaymentReader`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def accounts(
        self, payment_ids: Sequence[PaymentId], provider_payment_refs: Sequence[str]
    ) -> tuple[PaymentAccount, ...]:
        """Return the accounts of the payments with one of those names, ours or the provider's."""
        tables = self._tables
        by_ref = (tables.payment_of_money.get(ref) for ref in provider_payment_refs)
        named = {*payment_ids, *(each for each in by_ref if each is not None)}
        known = sorted(each for each in named if each in tables.order_of_payment)
        states = ((each, tables.orders[tables.order_of_payment[each]].state) for each in known)
        return tuple(_account(state, state.payment(each)) for each, state in states)

    async def captured(
        self, since: datetime, before: datetime, cursor: str | None, limit: int
    ) -> Page[PaymentAccount]:
        """Return a keyset page of the payments asked for in that time that brought money, oldest first."""
        after = tuple(decode_cursor(_SCOPE, cursor, 2)) if cursor is not None else ("", "")
        found = sorted(
            (
                (payment.requested_at.isoformat(), payment.id, _account(record.state, payment))
                for record in self._tables.orders.values()
                for payment in record.state.payments
                if payment.captured and payment.requested_at and since <= payment.requested_at < before
            ),
            key=lambda each: each[:2],
        )
        page = [each for each in found if each[:2] > after][: limit + 1]
        more = len(page) > limit
        return Page(
            tuple(account for _, _, account in page[:limit]),
            encode_cursor(_SCOPE, page[limit - 1][:2]) if more else None,
        )


class MemoryReportStore:
    """The ``ReportStore`` over the tables."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    async def put(self, report: ReconciliationReport) -> None:
        """Keep the report durably, and drop the oldest."""
        with self._tables.transaction():
            self._tables.put(self._tables.reports, report.id, report)
            for old in self._newest()[REPORTS_KEPT_MAX:]:
                self._tables.drop(self._tables.reports, old.id)
            for name, at in list(self._tables.comparison_asked.items()):
                if at <= report.begun_at:
                    self._tables.drop(self._tables.comparison_asked, name)

    async def ask(self, at: datetime) -> None:
        """Want a comparison before its day."""
        asked = self._tables.comparison_asked
        with self._tables.transaction():
            self._tables.put(asked, _ONLY_ONE, max(at, asked.get(_ONLY_ONE, at)))

    async def is_asked_for(self) -> bool:
        """Return whether a comparison is wanted and not made yet."""
        return bool(self._tables.comparison_asked)

    async def newest(self, limit: int) -> tuple[ReconciliationReport, ...]:
        """Return the newest reports."""
        return tuple(self._newest()[:limit])

    def _newest(self) -> list[ReconciliationReport]:
        reports = self._tables.reports.values()
        return sorted(reports, key=lambda report: (report.begun_at, report.id), reverse=True)


def _account(state: OrderState, payment: Payment) -> PaymentAccount:
    captured = payment.captured or Money.zero(payment.amount.currency)
    refunds = [each for each in state.refunds if each.payment_id == payment.id]
    done = [each.amount for each in refunds if each.status is RefundStatus.SUCCEEDED]
    waiting = [each.amount for each in refunds if each.status in _REFUNDING]
    return PaymentAccount(
        payment_id=payment.id,
        order_id=state.id,
        status=payment.status,
        provider_payment_ref=payment.provider_payment_ref,
        captured=captured,
        refunded=total(done, captured.currency),
        refunding=total(waiting, captured.currency),
        disputed=any(each.payment_id == payment.id for each in state.disputes),
    )
