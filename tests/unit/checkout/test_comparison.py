"""The daily comparison: what it finds on either side, what it settles, and what it keeps."""

from dataclasses import replace

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.checkout import MUG, Shop, named
from tests.helpers.provider import fails, fails_at

from vivamarket.adapters.memory import MemoryDatabase
from vivamarket.checkout.comparison import EVERY_HOURS, TRIES_MAX, WAIT_SECONDS_FIRST
from vivamarket.kernel.ids import OrderId, PaymentId
from vivamarket.kernel.money import Money
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.errors import GatewayUnavailable
from vivamarket.payments.model import (
    DisputeStatus,
    ProviderDispute,
    ProviderRefund,
    ProviderStatus,
    RefundStatus,
)
from vivamarket.payments.statement import CurrencySums, DifferenceKind, ReconciliationReport


def eur(minor_units: int) -> Money:
    return Money(minor_units, "EUR")


@pytest.fixture
async def shop() -> Shop:
    shop = Shop(MemoryDatabase(StillClock()))
    await shop.open(MUG=200)
    return shop


async def compared(shop: Shop) -> ReconciliationReport:
    shop.later(minutes=10)
    return await shop.comparison.run()


def found(report: ReconciliationReport) -> list[tuple[DifferenceKind, bool]]:
    return [(each.kind, each.settled) for each in report.differences]


async def test_two_accounts_that_agree_make_a_clean_report_with_their_sums(shop: Shop) -> None:
    for _ in range(3):
        await shop.paid()
    order_id = await shop.paid()
    await shop.checkout.refund_order(order_id, eur(100), attempt=named("refund-1"))
    total = (await shop.state(order_id)).total

    report = await compared(shop)

    assert (report.compared_count, report.open_count, report.complete) == (4, 0, True)
    assert report.sums == (
        CurrencySums(
            ours_captured=total * 4,
            ours_refunded=eur(100),
            theirs_captured=total * 4,
            theirs_refunded=eur(100),
        ),
    )
    assert await shop.database.reports.newest(5) == (report,)


async def test_a_payment_nobody_told_about_is_settled(shop: Shop) -> None:
    order_id = await shop.ordered()
    await shop.pay(order_id)

    report = await shop.comparison.run()

    assert found(report) == [(DifferenceKind.STATUS, True)]
    assert (report.open_count, (await shop.state(order_id)).status) == (0, OrderStatus.PAID)


async def test_more_pages_than_one_are_compared(shop: Shop) -> None:
    for _ in range(101):
        await shop.pay(await shop.ordered())

    report = await shop.comparison.run()

    assert (report.compared_count, report.counts) == (101, {DifferenceKind.STATUS: 101})
    assert shop.provider.calls["list_payments"] == 2


async def test_money_that_we_have_no_payment_for_is_reported(shop: Shop) -> None:
    await shop.paid()
    shop.provider.requests["cs_1"] = replace(
        shop.provider.requests["cs_1"], payment_id=PaymentId("stranger"), order_id=OrderId("stranger")
    )
    shop.provider.sessions["cs_1"] = replace(
        shop.provider.sessions["cs_1"], provider_payment_ref="pi_stranger"
    )

    report = await compared(shop)

    assert found(report) == [
        (DifferenceKind.UNKNOWN_TO_US, False),
        (DifferenceKind.UNKNOWN_TO_PROVIDER, False),
    ]
    assert report.differences[0].provider_payment_ref == "pi_stranger"
    assert report.open_count == 2


async def test_money_too_young_for_the_other_account_is_not_missed_yet(shop: Shop) -> None:
    await shop.paid()
    shop.provider.sessions.clear()

    assert (await shop.comparison.run()).open_count == 0
    assert (await compared(shop)).open_count == 1


async def test_a_refund_made_by_hand_at_the_provider_is_reported(shop: Shop) -> None:
    order_id = await shop.paid()
    by_hand = ProviderRefund(provider_ref="re_9", status=RefundStatus.SUCCEEDED, amount=eur(50))
    shop.provider.refunds["re_9"] = (by_hand, order_id, "by hand")

    report = await compared(shop)

    assert found(report) == [(DifferenceKind.REFUNDED, False)]
    assert report.differences[0].order_id == order_id
    assert report.differences[0].theirs.endswith("0.50 EUR given back")


async def test_a_refund_on_its_way_is_no_difference(shop: Shop) -> None:
    order_id = await shop.paid()
    shop.provider.after = fails({"refund": 1})
    await shop.checkout.refund_order(order_id, eur(50), attempt=named("refund-1"))

    report = await compared(shop)

    assert (report.differences, report.sums[0].ours_refunded) == ((), eur(50))


async def test_another_amount_is_reported(shop: Shop) -> None:
    await shop.paid()
    shop.provider.sessions["cs_1"] = replace(shop.provider.sessions["cs_1"], amount=eur(1))

    assert found(await compared(shop)) == [(DifferenceKind.CAPTURED, False)]


async def test_money_that_we_have_and_the_provider_took_back_is_reported(shop: Shop) -> None:
    await shop.paid()
    shop.provider.turn("cs_1", ProviderStatus.CANCELED)

    assert found(await compared(shop)) == [(DifferenceKind.STATUS, False)]


async def test_a_dispute_whose_message_was_lost_is_kept(shop: Shop) -> None:
    order_id = await shop.paid()
    total = (await shop.state(order_id)).total
    shop.provider.disputed["pi_cs_1"] = (
        ProviderDispute(
            provider_ref="du_1",
            status=DisputeStatus.OPEN,
            amount=total,
            withdrawn=True,
            reason="fraudulent",
            opened_at=shop.clock.now(),
        ),
    )

    report = await compared(shop)

    assert found(report) == [(DifferenceKind.DISPUTE, True)]
    assert (await shop.state(order_id)).withdrawn == total
    assert (await compared(shop)).differences == ()


async def test_the_decision_of_a_dispute_is_found_too(shop: Shop) -> None:
    order_id = await shop.paid()
    dispute = ProviderDispute(
        provider_ref="du_1",
        status=DisputeStatus.OPEN,
        amount=(await shop.state(order_id)).total,
        withdrawn=True,
        reason="fraudulent",
        opened_at=shop.clock.now(),
    )
    shop.provider.disputed["pi_cs_1"] = (dispute,)
    await compared(shop)
    shop.provider.disputed["pi_cs_1"] = (replace(dispute, status=DisputeStatus.WON, withdrawn=False),)

    await compared(shop)

    assert [each.status for each in (await shop.state(order_id)).disputes] == [DisputeStatus.WON]


async def test_it_runs_at_the_first_start_and_then_once_a_day(shop: Shop) -> None:
    for hours in (0, EVERY_HOURS - 1, 1):
        shop.later(hours=hours)
        await shop.comparison.run_once()
        await shop.comparison.run_once()

    assert len(await shop.database.reports.newest(10)) == 2


async def test_it_runs_before_its_day_when_it_is_asked_for(shop: Shop) -> None:
    await shop.comparison.run_once()
    shop.later(minutes=1)
    await shop.database.reports.ask(shop.clock.now())

    for _ in range(2):
        shop.later(minutes=1)
        await shop.comparison.run_once()

    assert len(await shop.database.reports.newest(10)) == 2


async def test_without_the_provider_there_is_no_report(shop: Shop) -> None:
    shop.provider.before = fails({"list_payments": 2 * TRIES_MAX})

    with pytest.raises(GatewayUnavailable):
        await shop.comparison.run()
    await shop.comparison.run_once()

    assert await shop.database.reports.newest(1) == ()
    await shop.comparison.run_once()
    assert len(await shop.database.reports.newest(1)) == 1


async def test_a_page_that_is_not_answered_at_first_is_asked_for_again(shop: Shop) -> None:
    await shop.paid()
    shop.provider.before = fails({"list_payments": TRIES_MAX - 1})
    begun = shop.clock.now()

    report = await shop.comparison.run()

    waits = (shop.clock.now() - begun).total_seconds()
    assert (report.compared_count, report.open_count) == (1, 0)
    assert WAIT_SECONDS_FIRST <= waits <= WAIT_SECONDS_FIRST * 2.0**TRIES_MAX


async def broken_off_at_the_second_page(shop: Shop) -> None:
    for _ in range(101):
        await shop.pay(await shop.ordered())
    shop.provider.before = fails_at("list_payments", range(2, 2 + TRIES_MAX))
    await shop.comparison.run_once()
    assert await shop.database.reports.newest(1) == ()
    shop.provider.calls.clear()


async def test_what_was_broken_off_goes_on_where_it_was(shop: Shop) -> None:
    await broken_off_at_the_second_page(shop)

    report = await shop.comparison.run()

    assert shop.provider.calls["list_payments"] == 1
    assert (report.compared_count, report.counts) == (101, {DifferenceKind.STATUS: 101})
    assert report.sums[0].ours_captured == report.sums[0].theirs_captured


async def test_what_was_broken_off_long_ago_begins_anew(shop: Shop) -> None:
    await broken_off_at_the_second_page(shop)
    shop.later(hours=2)

    report = await shop.comparison.run()

    assert shop.provider.calls["list_payments"] == 2
    assert report.compared_count == 101


async def test_a_payment_whose_settling_is_not_answered_is_asked_for_again_and_counted_once(
    shop: Shop,
) -> None:
    await shop.pay(await shop.ordered())
    shop.provider.before = fails({"statement": 2, "retrieve": 1})

    report = await shop.comparison.run()

    assert (report.compared_count, found(report)) == (1, [(DifferenceKind.STATUS, True)])


async def test_a_second_sum_of_money_under_one_attempts_name_is_not_hidden_by_the_first(shop: Shop) -> None:
    await shop.paid()
    shop.provider.requests["cs_2"] = replace(shop.provider.requests["cs_1"], order_id=OrderId("stranger"))
    shop.provider.sessions["cs_2"] = replace(
        shop.provider.sessions["cs_1"], provider_ref="cs_2", provider_payment_ref="pi_cs_2"
    )

    report = await compared(shop)

    assert found(report) == [(DifferenceKind.UNKNOWN_TO_US, False)]
    assert report.differences[0].provider_payment_ref == "pi_cs_2"


async def test_an_order_that_nobody_began_to_pay_is_in_no_account(shop: Shop) -> None:
    await shop.ordered((MUG, 1))

    assert (await compared(shop)).compared_count == 0
