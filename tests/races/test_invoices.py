"""Invoices issued at once by two processes: each sale one number, no number twice, none missing."""

from __future__ import annotations

from tests.helpers.aftersales import invoices_on, wrong_with
from tests.helpers.checkout import MUG, named
from tests.helpers.race import CALLERS, Race, at_once

from vivamarket.checkout.allocation import RefundLine, RefundWish

SALES = 12


async def test_many_that_issue_at_once_leave_no_gap_and_no_duplicate(race: Race, rounds: range) -> None:
    await race.shop.open(MUG=0)
    services = [invoices_on(race[n]) for n in range(2)]
    sold: list[str] = []
    for _ in rounds:
        await race.restock(MUG=2 * SALES)
        orders = [await race.shop.paid((MUG, 2)) for _ in range(SALES)]
        for number, order_id in enumerate(orders[: SALES // 2]):
            await race.shop.checkout.refund_order(
                order_id, RefundWish(lines=(RefundLine(1, 1),)), attempt=named(f"refund-{number}-{order_id}")
            )

        await at_once([services[n % 2].issue(orders[n % SALES]) for n in range(CALLERS)])
        await at_once([services[n % 2].issue_due() for n in range(8)])

        sold += orders
        papers = [each for order_id in orders for each in await services[0].of_order(order_id)]
        assert len(papers) == SALES + SALES // 2
        assert await wrong_with(race.shop) == []
    numbers = sorted([(await services[0].of_order(order_id))[0].sequence for order_id in orders])
    assert numbers[-1] == len(sold)
