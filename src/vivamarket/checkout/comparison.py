"""Once a day: our account of all payments against the provider's, whole, in both directions.

The reconciler asks about what it knows to be open. This one finds what nobody knows: money that never
found its payment, a refund made by hand at the provider, a dispute whose message was lost.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from vivamarket.checkout.settlement import Settlement
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError, Unavailable
from vivamarket.kernel.ids import IdSource, OrderId, PaymentId
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import Page
from vivamarket.kernel.retries import jittered
from vivamarket.payments.model import HELD_STATUSES, PaymentStatus, ProviderStatus
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

T = TypeVar("T")

COMPARED_DAYS = 30
EVERY_HOURS = 24
PAGE_SIZE = 100
#: One comparison looks at so many payments; their ids are all that it keeps in memory (some 20 MB).
PAYMENTS_MAX = 200_000
#: Payments younger than that may still be on their way into one of the accounts.
GRACE = timedelta(minutes=5)
#: A provider that does not answer is asked this often for the same thing, with longer and longer waits.
TRIES_MAX = 4
WAIT_SECONDS_FIRST = 2.0
#: A comparison that was broken off goes on where it was, unless what it has seen is older than this.
PLACE_KEPT = timedelta(hours=1)

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
        self._place: _Place | None = None

    async def run_once(self) -> int:
        """Compare when it is asked for, or the newest report is ``EVERY_HOURS`` old; return always zero.

        A provider that does not answer is asked again when the job comes next, and from where it was.
        """
        if await self._is_due():
            try:
                await self.run()
            except Unavailable as unavailable:
                _log.info("comparison_postponed", code=unavailable.code)
        return 0

    async def _is_due(self) -> bool:
        newest = await self._reports.newest(1)
        if not newest or self._clock.now() - newest[0].begun_at >= timedelta(hours=EVERY_HOURS):
            return True
        return await self._reports.is_asked_for()

    async def run(self) -> ReconciliationReport:
        """Compare now and keep the report.

        What looking at a payment again can settle is settled. Raise ``GatewayUnavailable`` when the
        provider did not answer ``TRIES_MAX`` times; then there is no report, and the next run within
        ``PLACE_KEPT`` goes on from there.
        """
        place = self._take_place()
        try:
            complete = await self._their_side(place) and await self._our_side(place)
        except Unavailable:
            self._place = place
            raise
        report = place.sheet.report(
            report_id=self._ids.uuid7(),
            begun_at=place.begun_at,
            ended_at=self._clock.now(),
            since=place.since,
            complete=complete,
        )
        await self._reports.put(report)
        level = _log.warning if report.open_count or not complete else _log.info
        level("provider_compared", compared=report.compared_count, open=report.open_count, complete=complete)
        return report

    def _take_place(self) -> _Place:
        """Return where the last run was broken off, or the beginning. Nobody else goes on from there."""
        now = self._clock.now()
        place, self._place = self._place, None
        if place is None or now - place.begun_at > PLACE_KEPT:
            return _Place(begun_at=now)
        return place

    async def _their_side(self, place: _Place) -> bool:
        """Look at every payment of the provider's; return whether there was room for all."""
        while place.rest or not place.theirs_ended:
            if not place.rest:
                if place.pages >= PAYMENTS_MAX // PAGE_SIZE:
                    return False
                place.turn(await self._patiently(partial(self._their_page, place)))
            ours = await self._accounts(tuple(place.rest))
            while place.rest:
                theirs = place.rest[0]
                known = ours.get(theirs.provider_payment_ref)
                place.sheet.add(await self._patiently(partial(self._compare, known, theirs)))
                place.rest.popleft()
        return True

    async def _their_page(self, place: _Place) -> Page[ProviderStatement]:
        return await self._gateway.list_payments(place.since, place.cursor, PAGE_SIZE)

    async def _our_side(self, place: _Place) -> bool:
        """Look at our money that the provider did not name; return whether there was room for all."""
        for _ in range(PAYMENTS_MAX // PAGE_SIZE):
            page = await self._payments.captured(
                place.since, place.begun_at - GRACE, place.our_cursor, PAGE_SIZE
            )
            for ours in page.items:
                if ours.payment_id not in place.sheet.seen:
                    missed = _difference(DifferenceKind.UNKNOWN_TO_PROVIDER, ours, None, settled=False)
                    place.sheet.add(_Seen(ours, None, (missed,)))
            place.our_cursor = page.next_cursor
            if page.next_cursor is None:
                return True
        return False

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Return the answer; ask again when there is none, ``TRIES_MAX`` times in all."""
        for number in range(1, TRIES_MAX):
            try:
                return await ask()
            except Unavailable as unavailable:
                _log.info("comparison_asks_again", code=unavailable.code, number=number)
                await self._clock.sleep(jittered(WAIT_SECONDS_FIRST * 2.0 ** (number - 1), self._ids))
        return await ask()

    async def _compare(self, ours: PaymentAccount | None, theirs: ProviderStatement) -> _Seen:
        """Compare one payment; let what differs be settled and say what is left."""
        kinds = _differ(ours, theirs)
        # What is disputed is always looked at again: only that way a lost decision is heard of.
        if kinds or (ours is not None and theirs.disputed):
            ours, theirs = await self._again(ours, theirs)
        left = _differ(ours, theirs)
        return _Seen(
            ours,
            theirs,
            (
                *(_difference(kind, ours, theirs, settled=kind not in left) for kind in kinds),
                *(_difference(kind, ours, theirs, settled=False) for kind in left - kinds),
            ),
        )

    async def _again(
        self, ours: PaymentAccount | None, theirs: ProviderStatement
    ) -> tuple[PaymentAccount | None, ProviderStatement]:
        """Settle the payment and look at both accounts again: one may have moved since it was read."""
        if ours is not None:
            await self._settle(ours, disputed=theirs.disputed)
            ours, theirs = await self._read_again(ours, theirs)
        order_id = theirs.order_id if ours is None else ours.order_id
        if order_id is not None and _is_lost(ours, theirs):
            await self._adopt(order_id, theirs)
            ours, theirs = await self._read_again(ours, theirs)
        return ours, theirs

    async def _settle(self, ours: PaymentAccount, *, disputed: bool) -> None:
        try:
            await self._settlement.settle(ours.order_id, payment_id=ours.payment_id)
            if disputed:
                await self._settlement.dispute(ours.order_id, ours.payment_id)
        except Unavailable:
            raise
        except DomainError as refusal:
            _log.warning("comparison_not_settled", payment_id=ours.payment_id, code=refusal.code)

    async def _adopt(self, order_id: OrderId, theirs: ProviderStatement) -> None:
        """Let the order take in money that its records have lost, should there be such an order."""
        ref = theirs.provider_payment_ref
        try:
            await self._settlement.adopt(order_id, ref)
        except Unavailable:
            raise
        except DomainError as refusal:
            _log.warning("comparison_not_adopted", order_id=order_id, provider_ref=ref, code=refusal.code)
        else:
            _log.warning("comparison_adopted", order_id=order_id, provider_ref=ref)

    async def _read_again(
        self, ours: PaymentAccount | None, theirs: ProviderStatement
    ) -> tuple[PaymentAccount | None, ProviderStatement]:
        theirs = await self._gateway.statement(theirs.provider_payment_ref)
        found = await self._accounts((theirs,))
        return found.get(theirs.provider_payment_ref, ours), theirs

    async def _accounts(self, theirs: tuple[ProviderStatement, ...]) -> dict[str, PaymentAccount]:
        """Return our accounts of those payments, by the provider's name."""
        ids = [each.payment_id for each in theirs if each.payment_id is not None]
        found = await self._payments.accounts(ids, [each.provider_payment_ref for each in theirs])
        by_ref = {each.provider_payment_ref: each for each in found}
        # An attempt has one sum of money: a second one under its name is none that we know.
        by_id = {each.payment_id: each for each in found if each.provider_payment_ref is None}
        ours = {
            each.provider_payment_ref: by_ref.get(each.provider_payment_ref)
            or (by_id.get(each.payment_id) if each.payment_id is not None else None)
            for each in theirs
        }
        return {ref: account for ref, account in ours.items() if account is not None}


@dataclass(frozen=True, slots=True)
class _Seen:
    """One payment, looked at from both sides."""

    ours: PaymentAccount | None
    theirs: ProviderStatement | None
    differences: tuple[Difference, ...]


class _Sheet:
    """What a comparison has found so far."""

    def __init__(self) -> None:
        self.seen: set[PaymentId] = set()
        self._compared = 0
        self._sums: dict[str, list[int]] = {}
        self._counts: Counter[DifferenceKind] = Counter()
        self._open = 0
        self._differences: list[Difference] = []

    def add(self, payment: _Seen) -> None:
        """Add one payment to the sums, and keep its differences, the first ones by name."""
        ours, theirs = payment.ours, payment.theirs
        self._compared += 1
        if ours is not None:
            self.seen.add(ours.payment_id)
            self._add(ours.captured, 0)
            self._add(ours.refunded + ours.refunding, 1)
        if theirs is not None:
            self._add(theirs.captured, 2)
            self._add(theirs.refunded, 3)
        for difference in payment.differences:
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


@dataclass(slots=True, kw_only=True)
class _Place:
    """How far a comparison has come."""

    begun_at: datetime
    sheet: _Sheet = field(default_factory=_Sheet)
    #: Payments of the provider's newest page that are not compared yet.
    rest: deque[ProviderStatement] = field(default_factory=deque)
    cursor: str | None = None
    pages: int = 0
    theirs_ended: bool = False
    our_cursor: str | None = None

    @property
    def since(self) -> datetime:
        """Return from when on payments are compared."""
        return self.begun_at - timedelta(days=COMPARED_DAYS)

    def turn(self, page: Page[ProviderStatement]) -> None:
        """Go on to the provider's next page."""
        self.rest.extend(page.items)
        self.cursor = page.next_cursor
        self.theirs_ended = page.next_cursor is None
        self.pages += 1


def _differ(ours: PaymentAccount | None, theirs: ProviderStatement) -> set[DifferenceKind]:
    took = theirs.status is ProviderStatus.SUCCEEDED
    # What we know nothing of and the provider has given back whole is over.
    kept = took and theirs.refunded < theirs.captured
    if ours is None:
        return {DifferenceKind.UNKNOWN_TO_US} if kept else set()
    if ours.status in HELD_STATUSES and theirs.status is not ProviderStatus.AUTHORIZED:
        return {DifferenceKind.STATUS}
    if ours.status is not PaymentStatus.SUCCEEDED:
        return {DifferenceKind.STATUS} if kept else set()
    if not took:
        return {DifferenceKind.STATUS}
    kinds = set()
    if ours.captured != theirs.captured:
        kinds.add(DifferenceKind.CAPTURED)
    if not ours.refunded <= theirs.refunded <= ours.refunded + ours.refunding:
        kinds.add(DifferenceKind.REFUNDED)
    if theirs.disputed and not ours.disputed:
        kinds.add(DifferenceKind.DISPUTE)
    return kinds


def _is_lost(ours: PaymentAccount | None, theirs: ProviderStatement) -> bool:
    """Return whether the provider has money that no payment of ours knows and that nobody gave back."""
    unknown = ours is None or ours.status is not PaymentStatus.SUCCEEDED
    return unknown and theirs.status is ProviderStatus.SUCCEEDED and not theirs.refunded


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
    return f"{status}, {captured}, {refunded} given back"
