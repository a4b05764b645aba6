"""What every PaymentReader and ReportStore promises: our account, and what came of comparing."""

from datetime import timedelta

import pytest
from tests.helpers.catalog import NOON
from tests.helpers.checkout import Shop, named
from tests.helpers.stores import Database

from vivamarket.kernel.ids import OrderId, PaymentId, uuid7
from vivamarket.kernel.money import Money
from vivamarket.kernel.paging import BadCursor
from vivamarket.payments.model import PaymentStatus
from vivamarket.payments.ports import REPORTS_KEPT_MAX
from vivamarket.payments.statement import (
    CurrencySums,
    Difference,
    DifferenceKind,
    ReconciliationReport,
)

ALWAYS = NOON - timedelta(days=400)
NEVER = NOON + timedelta(days=400)


def eur(minor_units: int) -> Money:
    return Money(minor_units, "EUR")


def report(number: int, *differences: Difference) -> ReconciliationReport:
    begun_at = NOON + timedelta(days=number)
    return ReconciliationReport(
        id=uuid7(number, number),
        begun_at=begun_at,
        ended_at=begun_at + timedelta(seconds=3),
        since=begun_at - timedelta(days=30),
        compared_count=number,
        complete=True,
        sums=(
            CurrencySums(
                ours_captured=eur(10), ours_refunded=eur(2), theirs_captured=eur(10), theirs_refunded=eur(2)
            ),
        ),
        counts={each.kind: 1 for each in differences},
        open_count=len(differences),
        differences=differences,
    )


async def test_an_account_tells_what_came_and_went_back(shop: Shop, database: Database) -> None:
    order_id = await shop.paid()
    total = (await shop.state(order_id)).total
    await shop.checkout.refund_order(order_id, eur(100), attempt=named("refund-1"))
    payment = (await shop.state(order_id)).newest_payment

    by_ours = await database.payments.accounts([payment.id], [])
    by_theirs = await database.payments.accounts([], ["pi_cs_1"])
    by_both = await database.payments.accounts([payment.id], ["pi_cs_1"])

    (account,) = by_ours
    assert by_ours == by_theirs == by_both
    assert (account.order_id, account.status) == (order_id, PaymentStatus.SUCCEEDED)
    assert (account.captured, account.refunded, account.refunding) == (total, eur(100), eur(0))
    assert not account.disputed


async def test_what_is_about_to_go_back_is_told_apart(shop: Shop, database: Database) -> None:
    order_id = await shop.paid()

    def lost(call: str) -> None:
        if call == "refund":
            raise ConnectionError

    shop.provider.before = lost
    with pytest.raises(ConnectionError):
        await shop.checkout.refund_order(order_id, eur(100), attempt=named("refund-1"))

    (account,) = await database.payments.accounts([], ["pi_cs_1"])
    assert (account.refunded, account.refunding) == (eur(0), eur(100))


async def test_nobody_has_an_account_of_unknown_payments(database: Database) -> None:
    assert await database.payments.accounts([PaymentId(uuid7(1, 1))], ["pi_none"]) == ()


async def test_money_that_came_is_paged_through_oldest_first(shop: Shop, database: Database) -> None:
    paid: list[OrderId] = []
    for _ in range(5):
        paid.append(await shop.paid())
        shop.later(seconds=1)
    await shop.pay(await shop.ordered())

    seen: list[OrderId] = []
    cursor: str | None = None
    for size in (2, 2, 1):
        page = await database.payments.captured(ALWAYS, NEVER, cursor, 2)
        assert len(page.items) == size
        seen += [each.order_id for each in page.items]
        cursor = page.next_cursor

    assert (seen, cursor) == (paid, None)


async def test_only_money_of_that_time_is_paged_through(shop: Shop, database: Database) -> None:
    await shop.paid()
    shop.later(minutes=1)
    wanted = await shop.paid()
    begun = shop.clock.now()
    shop.later(minutes=1)
    await shop.paid()

    page = await database.payments.captured(begun, shop.clock.now(), None, 10)

    assert [each.order_id for each in page.items] == [wanted]


async def test_a_cursor_of_another_list_is_refused(database: Database) -> None:
    with pytest.raises(BadCursor):
        await database.payments.captured(ALWAYS, NEVER, "nonsense", 2)


async def test_reports_are_kept_whole_newest_first(database: Database) -> None:
    difference = Difference(
        kind=DifferenceKind.REFUNDED,
        payment_id=PaymentId(uuid7(7, 7)),
        order_id=None,
        provider_payment_ref="pi_1",
        ours="succeeded, 10.00 EUR, 0.00 given back",
        theirs="succeeded, 10.00 EUR, 2.00 given back",
        settled=False,
    )
    reports = [report(1), report(2, difference), report(3)]
    for each in reports:
        await database.reports.put(each)

    assert await database.reports.newest(2) == (reports[2], reports[1])


async def test_a_comparison_that_is_asked_for_is_the_next_one_that_begins(database: Database) -> None:
    assert not await database.reports.is_asked_for()
    await database.reports.ask(NOON + timedelta(days=2))
    await database.reports.ask(NOON + timedelta(days=1))

    await database.reports.put(report(1))
    before = await database.reports.is_asked_for()
    await database.reports.put(report(2))

    assert (before, await database.reports.is_asked_for()) == (True, False)


async def test_the_oldest_reports_are_dropped(database: Database) -> None:
    for number in range(1, REPORTS_KEPT_MAX + 3):
        await database.reports.put(report(number))

    kept = await database.reports.newest(REPORTS_KEPT_MAX * 2)

    assert [len(kept), kept[-1].compared_count] == [REPORTS_KEPT_MAX, 3]
