"""What every InvoiceStore promises, and the check over it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.helpers.aftersales import SELLER, invoices_on, wrong_with
from tests.helpers.checkout import MADRID, MUG, TEA, Shop, named
from tests.helpers.stores import Database

from vivamarket.bootstrap.invoices import SaleBridge
from vivamarket.checkout.allocation import RefundLine, RefundWish
from vivamarket.invoices.drafting import invoice_of
from vivamarket.invoices.errors import InvoiceNotFound
from vivamarket.invoices.model import ERASED, InvoiceDraft, InvoiceKind, InvoiceNumber
from vivamarket.invoices.ports import Posting
from vivamarket.kernel.ids import OrderId
from vivamarket.kernel.money import Money


async def draft_of(shop: Shop) -> InvoiceDraft:
    """Sell something and return what its invoice will say."""
    sale = await SaleBridge(shop.orders, shop.store).sale(await shop.paid())
    assert sale is not None
    return invoice_of(sale, SELLER)


async def refunded(
    shop: Shop, order_id: OrderId, wish: RefundWish | Money, key: str = "refund-key-1"
) -> None:
    await shop.checkout.refund_order(order_id, wish, reason="", attempt=named(key))


async def test_numbers_begin_with_one_and_have_no_gaps(shop: Shop, database: Database) -> None:
    drafts = [await draft_of(shop) for _ in range(3)]

    issued = [await database.invoices.issue(draft, shop.clock.now()) for draft in drafts]

    year = shop.clock.now().year
    assert [each.number for each in issued] == [f"INV-{year}-{n:06}" for n in (1, 2, 3)]
    assert [each.draft for each in issued] == drafts


async def test_a_cause_is_issued_once_and_takes_one_number(shop: Shop, database: Database) -> None:
    first, second = await draft_of(shop), await draft_of(shop)

    once = await database.invoices.issue(first, shop.clock.now())
    again = await database.invoices.issue(replace(first, locale="es"), shop.clock.now())
    other = await database.invoices.issue(second, shop.clock.now())

    assert again == once
    assert (once.sequence, other.sequence) == (1, 2)


async def test_a_new_year_begins_a_new_series_and_the_old_cause_keeps_its_number(
    shop: Shop, database: Database
) -> None:
    first, second = await draft_of(shop), await draft_of(shop)
    old = await database.invoices.issue(first, datetime(2026, 12, 31, 23, 59, tzinfo=shop.clock.now().tzinfo))

    fresh = await database.invoices.issue(second, old.issued_at + timedelta(minutes=1))
    again = await database.invoices.issue(first, fresh.issued_at)

    assert (old.number, fresh.number) == ("INV-2026-000001", "INV-2027-000001")
    assert again == old


async def test_no_number_is_dated_before_the_one_before(shop: Shop, database: Database) -> None:
    first, second = await draft_of(shop), await draft_of(shop)
    once = await database.invoices.issue(first, shop.clock.now())

    after = await database.invoices.issue(second, once.issued_at - timedelta(minutes=3))

    assert after.issued_at == once.issued_at


async def test_an_invoice_reads_back_by_number_and_by_order(shop: Shop, database: Database) -> None:
    order_id = await shop.paid((MUG, 2), (TEA, 1))
    issued = await invoices_on(shop).issue(order_id)

    assert issued is not None
    assert await database.invoices.get(issued.number) == issued
    assert await database.invoices.of_order(order_id) == (issued,)
    assert issued.draft.buyer.name == MADRID.name


@pytest.mark.parametrize("number", ["", "INV-2026-000009", "INV-2026-x", "INV", "INV-2026-²", "-" * 40])
async def test_unknown_numbers_are_not_found(database: Database, number: str) -> None:
    with pytest.raises(InvoiceNotFound):
        await database.invoices.get(InvoiceNumber(number))


async def test_erasing_a_buyer_leaves_the_rest_as_it_was(shop: Shop, database: Database) -> None:
    order_id, other_id = await shop.paid(), await shop.paid()
    issued, other = [await invoices_on(shop).issue(each) for each in (order_id, other_id)]
    assert issued is not None

    assert await database.invoices.erase_buyers([order_id]) == 1
    assert await database.invoices.erase_buyers([order_id]) == 0

    assert (await database.invoices.get(issued.number)).draft == issued.draft.sold_to(ERASED)
    assert await database.invoices.of_order(other_id) == (other,)


async def test_what_the_books_hold_and_no_invoice_tells_is_due(shop: Shop, database: Database) -> None:
    waiting, sold = await shop.ordered(), await shop.paid((MUG, 2))
    service = invoices_on(shop)
    assert await database.invoices.due(shop.clock.now(), 10) == (Posting(sold, None),)

    assert await service.issue_due() == 1
    await refunded(shop, sold, RefundWish(lines=(RefundLine(1, 1),)))
    (refund,) = (await shop.state(sold)).refunds

    assert await database.invoices.due(shop.clock.now(), 10) == (Posting(sold, refund.id),)
    assert await service.issue_due() == 1
    assert await service.issue_due() == 0
    assert await service.of_order(waiting) == ()
    kinds = [each.draft.kind for each in await service.of_order(sold)]
    assert kinds == [InvoiceKind.INVOICE, InvoiceKind.CREDIT_NOTE]
    assert await wrong_with(shop) == []


async def test_what_is_settled_is_not_looked_at_again_and_what_is_new_is(
    shop: Shop, database: Database
) -> None:
    service = invoices_on(shop)
    for _ in range(3):
        await service.issue(await shop.paid())
    later = shop.clock.now() + timedelta(hours=1)
    assert await database.invoices.due(later, 2) == ()
    assert await database.invoices.due(later, 2) == ()

    order_id = await shop.paid()

    assert await database.invoices.due(later, 2) == (Posting(order_id, None),)
    assert await database.invoices.due(later, 2) == (Posting(order_id, None),)


async def test_goodwill_and_money_that_paid_nothing_need_no_credit_note(
    shop: Shop, database: Database
) -> None:
    service = invoices_on(shop)
    sold = await shop.paid()
    await refunded(shop, sold, Money(100, "EUR"))
    odd = await shop.ordered()
    await shop.pay(odd, Money(1, "EUR"))
    await shop.checkout.settle(odd)
    await refunded(shop, odd, RefundWish(), "refund-key-2")

    await service.issue_due()

    assert [each.draft.kind for each in await service.of_order(sold)] == [InvoiceKind.INVOICE]
    assert await service.of_order(odd) == ()
    assert await database.invoices.due(shop.clock.now(), 10) == ()
    assert await wrong_with(shop) == []


async def test_the_check_finds_a_sale_without_an_invoice(shop: Shop) -> None:
    order_id = await shop.paid()
    number = (await shop.orders.by_id(order_id)).number

    (found,) = await wrong_with(shop)

    assert found.subject == number
    assert "no invoice" in found.detail


async def test_the_check_finds_an_invoice_that_tells_another_sum(shop: Shop, database: Database) -> None:
    draft = await draft_of(shop)
    cent = Money(1, "EUR")
    line = replace(draft.lines[0], net=draft.lines[0].net + cent)
    wrong = replace(draft, lines=(line, *draft.lines[1:]), net=draft.net + cent, total=draft.total + cent)
    await database.invoices.issue(wrong, shop.clock.now())

    (found,) = await wrong_with(shop)

    assert found.subject == draft.order_number


async def test_the_check_finds_an_invoice_of_nothing(shop: Shop, database: Database) -> None:
    sale = await SaleBridge(shop.orders, shop.store).sale(await shop.paid())
    assert sale is not None
    unpaid = await shop.ordered()
    draft = replace(invoice_of(sale, SELLER), cause=unpaid, order_id=unpaid)
    await database.invoices.issue(draft, shop.clock.now())

    subjects = [each.subject for each in await wrong_with(shop)]

    assert subjects == [sale.order_number, f"INV-{shop.clock.now().year}-000001"]
