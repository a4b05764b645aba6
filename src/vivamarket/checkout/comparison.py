"""Once a day: our account of all payments against the provider's, whole, in both directions.

The reconciler asks about what it knows to be open. This one finds what nobody knows: money that never
found its payment, a refund made by hand at the provider, a dispute whose message was lost.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import structlog

from vivamarket.checkout.settlement import Settlement
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError, Unavailable
from vivamarket.kernel.ids import IdSource, PaymentId
from vivamarket.kernel.money import Money
from vivamarket.payments.model import PaymentStatus, ProviderStatus
from vivamarket.payments.ports import PaymentGateway, PaymentReader, ReportStore
from vivamarket.payments.statement import (
    DIFFERENCES_LISTED_MAX,
    CurrencySums,
    Difference,
    DifferenceKind,
    PaymentAccount,
    ProviderStatement,
    ReconciliationReport,
)

COMPARED_DAYS = 30
EVERY_HOURS = 24
PAGE_SIZE = 100
#: One comparison looks at so many payments; their ids are all that it keeps in memory (some 20 MB).
PAYMENTS_MAX = 200_000
#: Payments younger than that may still be on their way into one of the accounts.
GRACE = timedelta(minutes=5)

_log = structlog.get_logger("vivamarket.checkout")


class Comparison:
    """The use case of comparing everything with the provider."""

    def __init__(
        self,
        *,
        gateway: PaymentGateway,
        payments: PaymentReader,
        settlement: Settlement,
        reports: ReportStore,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._gateway = gateway
        self._payments = payments
        self._settlement = settlement
        self._reports = reports
        self._clock = clock
        self._ids = ids

    async def run_once(self) -> int:
        """Compare when the newest report is ``EVERY_HOURS`` old, or there is none; return always zero.

        A provider that does not answer is asked again when the job comes next.
        """
        newest = await self._reports.newest(1)
        if not newest or self._clock.now() - newest[0].begun_at >= timedelta(hours=EVERY_HOURS):
            try:
                await self.run()
            except Unavailable as unavailable:
                _log.info("comparison_postponed", code=unavailable.code)
        return 0

    async def run(self) -> ReconciliationReport:
        """Compare now and keep the report.

        What looking at a payment again can settle is settled. Raise ``GatewayUnavailable`` when the
        provider does not answer; then there is no report.
        """
        begun_at = self._clock.now()
        sheet = _Sheet()
        since = begun_at - timedelta(days=COMPARED_DAYS)
        complete = await self._their_side(since, sheet)
        if complete:
            complete = await self._our_side(since, begun_at - GRACE, sheet)
        report = sheet.report(
            report_id=self._ids.uuid7(),
            begun_at=begun_at,
            ended_at=self._clock.now(),
            since=since,
            complete=complete,
        )
        await self._reports.put(report)
        level = _log.warning if report.open_count or not complete else _log.info
        level("provider_compared", compared=report.compared_count, open=report.open_count, complete=complete)
        return report

    async def _their_side(self, since: datetime, sheet: _Sheet) -> bool:
        """Look at every payment of the provider's; return whether there was room for all."""
        cursor: str | None = None
        for _ in range(PAYMENTS_MAX // PAGE_SIZE):
            page = await self._gateway.list_payments(since, cursor, PAGE_SIZE)
            ours = await self._accounts(page.items)
            for theirs in page.items:
                await self._compare(ours.get(theirs.provider_payment_ref), theirs, sheet)
            cursor = page.next_cursor
            if cursor is None:
                return True
        return False

    async def _our_side(self, since: datetime, before: datetime, sheet: _Sheet) -> bool:
        """Look at our money that the provider did not name; return whether there was room for all."""
        cursor: str | None = None
        for _ in range(PAYMENTS_MAX // PAGE_SIZE):
            page = await self._payments.captured(since, before, cursor, PAGE_SIZE)
            for ours in page.items:
                if ours.payment_id not in sheet.seen:
                    sheet.add(ours, None)
                    sheet.note(_difference(DifferenceKind.UNKNOWN_TO_PROVIDER, ours, None, settled=False))
            cursor = page.next_cursor
            if cursor is None:
                return True
        return False

    async def _compare(self, ours: PaymentAccount | None, theirs: ProviderStatement, sheet: _Sheet) -> None:
        kinds = _differ(ours, theirs)
        # What is disputed is always looked at again: only that way a lost decision is heard of.
        if ours is not None and (kinds or theirs.disputed):
            ours, theirs = await self._again(ours, theirs)
        left = _differ(ours, theirs)
        sheet.add(ours, theirs)
        for kind in kinds:
            sheet.note(_difference(kind, ours, theirs, settled=kind not in left))
        for kind in left - kinds:
            sheet.note(_difference(kind, ours, theirs, settled=False))

    async def _again(
        self, ours: PaymentAccount, theirs: ProviderStatement
    ) -> tuple[PaymentAccount, ProviderStatement]:
        """Settle the payment and look at both accounts again: one may have moved since it was read."""
        try:
            await self._settlement.settle(ours.order_id, payment_id=ours.payment_id)
            if theirs.disputed:
                await self._settlement.dispute(ours.order_id, ours.payment_id)
        except Unavailable:
            raise
        except DomainError as refusal:
            _log.warning("comparison_not_settled", payment_id=ours.payment_id, code=refusal.code)
        theirs = await self._gateway.statement(theirs.provider_payment_ref)
        found = await self._accounts((theirs,))
        return found.get(theirs.provider_payment_ref, ours), theirs

    async def _accounts(self, theirs: tuple[ProviderStatement, ...]) -> dict[str, PaymentAccount]:
        """Return our accounts of those payments, by the provider's name."""
        ids = [each.payment_id for each in theirs if each.payment_id is not None]
        found = await self._payments.accounts(ids, [each.provider_payment_ref for each in theirs])
        by_ref = {each.provider_payment_ref: each for each in found}
        by_id = {each.payment_id: each for each in found}
        ours = {
            each.provider_payment_ref: by_ref.get(each.provider_payment_ref)
            or (by_id.get(each.payment_id) if each.payment_id is not None else None)
            for each in theirs
        }
        return {ref: account for ref, account in ours.items() if account is not None}


class _Sheet:
    """What a comparison has found so far."""

    def __init__(self) -> None:
        self.seen: set[PaymentId] = set()
        self._compared = 0
        self._sums: dict[str, list[int]] = {}
        self._counts: Counter[DifferenceKind] = Counter()
        self._open = 0
        self._differences: list[Difference] = []

    def add(self, ours: PaymentAccount | None, theirs: ProviderStatement | None) -> None:
        """Add one payment to the sums."""
        self._compared += 1
        if ours is not None:
            self.seen.add(ours.payment_id)
            self._add(ours.captured, 0)
            self._add(ours.refunded + ours.refunding, 1)
        if theirs is not None:
            self._add(theirs.captured, 2)
            self._add(theirs.refunded, 3)

    def note(self, difference: Difference) -> None:
        """Keep a difference, the first ones by name."""
        self._counts[difference.kind] += 1
        self._open += not difference.settled
        if len(self._differences) < DIFFERENCES_LISTED_MAX:
            self._differences.append(difference)

    def report(
        self, *, report_id: str, begun_at: datetime, ended_at: datetime, since: datetime, complete: bool
    ) -> ReconciliationReport:
        """Return the whole."""
        return ReconciliationReport(
            id=report_id,
            begun_at=begun_at,
            ended_at=ended_at,
            since=since,
            compared_count=self._compared,
            complete=complete,
            sums=tuple(
                CurrencySums(
                    ours_captured=Money(sums[0], currency),
                    ours_refunded=Money(sums[1], currency),
                    theirs_captured=Money(sums[2], currency),
                    theirs_refunded=Money(sums[3], currency),
                )
                for currency, sums in sorted(self._sums.items())
            ),
            counts=dict(self._counts),
            open_count=self._open,
            differences=tuple(self._differences),
        )

    def _add(self, amount: Money, column: int) -> None:
        self._sums.setdefault(amount.currency, [0, 0, 0, 0])[column] += amount.minor_units


def _differ(ours: PaymentAccount | None, theirs: ProviderStatement) -> set[DifferenceKind]:
    took = theirs.status is ProviderStatus.SUCCEEDED
    if ours is None:
        return {DifferenceKind.UNKNOWN_TO_US} if took else set()
    if took != (ours.status is PaymentStatus.SUCCEEDED):
        return {DifferenceKind.STATUS}
    kinds = set()
    if took and ours.captured != theirs.captured:
        kinds.add(DifferenceKind.CAPTURED)
    if took and not ours.refunded <= theirs.refunded <= ours.refunded + ours.refunding:
        kinds.add(DifferenceKind.REFUNDED)
    if theirs.disputed and not ours.disputed:
        kinds.add(DifferenceKind.DISPUTE)
    return kinds


def _difference(
    kind: DifferenceKind, ours: PaymentAccount | None, theirs: ProviderStatement | None, *, settled: bool
) -> Difference:
    named = [each for each in (ours, theirs) if each is not None]
    return Difference(
        kind=kind,
        payment_id=named[0].payment_id,
        order_id=named[0].order_id,
        provider_payment_ref=named[-1].provider_payment_ref,
        ours=_told(ours.status.value, ours.captured, ours.refunded) if ours else "",
        theirs=_told(theirs.status.value, theirs.captured, theirs.refunded) if theirs else "",
        settled=settled,
    )


def _told(status: str, captured: Money, refunded: Money) -> str:
    return f"{status}, {captured.decimal()} {captured.currency}, {refunded.decimal()} given back"
