"""The audit finds what is broken in a shop of any size, and accuses nobody who is only a moment behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import asyncpg
import pytest
from tests.helpers.checkout import MUG, TEA, VASE, Shop, named

from vivamarket.adapters.postgres.evidence_stream import PostgresEvidenceStream
from vivamarket.checkout.audit import Audit, AuditReport
from vivamarket.checkout.invariants import ProviderBooks, violations
from vivamarket.kernel.ids import OrderId


class Books:
    """The little provider's books, looked at when the audit asks to."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._seen: dict[OrderId, ProviderBooks] = {}
        #: What the next looks see instead of the truth.
        self.stale: list[dict[OrderId, ProviderBooks]] = []

    def refresh(self) -> None:
        self._seen = self.stale.pop(0) if self.stale else self._shop.provider.books()

    def of(self, order_ids: Sequence[OrderId]) -> Mapping[OrderId, ProviderBooks]:
        return {each: self._seen[each] for each in order_ids if each in self._seen}

    def with_money(self, after: OrderId | None, limit: int) -> Sequence[OrderId]:
        named = sorted(each for each, books in self._seen.items() if books.captured)
        return [each for each in named if after is None or each > after][:limit]


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    """Seven orders in many states: two paid, one refunded, one canceled, three not paid yet."""
    shop = Shop(pool)
    await shop.open(MUG=10, TEA=10)
    await shop.paid((MUG, 2))
    await shop.paid((MUG, 1), (VASE, 3))
    refunded = await shop.paid((TEA, 1))
    await shop.checkout.refund_order(refunded, None, reason="broken", attempt=named("refund-it"))
    await shop.checkout.cancel_order(await shop.ordered((MUG, 1)))
    for _ in range(3):
        await shop.ordered((TEA, 1), (MUG, 1))
    return shop


async def audited(
    shop: Shop, pool: asyncpg.Pool, *, books: Books | None = None, settled: bool = False
) -> AuditReport:
    return await Audit(
        evidence=PostgresEvidenceStream(pool, page_size_max=2),
        books=books or Books(shop),
        clock=shop.clock,
        settled_at=shop.clock.now() if settled else None,
    ).run()


async def test_every_page_of_a_sound_shop_is_read_and_nothing_found(shop: Shop, pool: asyncpg.Pool) -> None:
    report = await audited(shop, pool)

    assert report.holds
    assert (report.orders, report.stock_items, report.books_compared) == (7, 3, True)
    assert not report.waiting


DAMAGES = {
    "I1": "UPDATE stock_item SET backordered = 0, on_hand = 0 WHERE sku = 'MUG'",
    "I2": "UPDATE stock_item SET held = held + 1 WHERE sku = 'TEA'",
    "I2 journal": "UPDATE stock_item SET on_hand = on_hand + 5 WHERE sku = 'TEA'",
    "I2 unknown": "INSERT INTO reservation SELECT id, 'main', 'GHOST', 1, false, 'held' FROM orders LIMIT 1",
    "I3": "UPDATE reservation SET status = 'claimed' WHERE status = 'held'",
    "I6": "UPDATE orders SET captured = captured + 1 WHERE status = 'paid'",
    "I7": "UPDATE ledger_entry SET amount = amount + 1 WHERE account = 'sales'",
    "I10": "UPDATE orders SET cart_id = 'twice'",
    "I15": "DELETE FROM order_step WHERE event = 'succeeded'",
}


@pytest.mark.parametrize("invariant", DAMAGES)
async def test_damage_is_found_whether_all_is_read_at_once_or_page_by_page(
    shop: Shop, pool: asyncpg.Pool, invariant: str
) -> None:
    await pool.execute("ALTER TABLE orders DROP CONSTRAINT order_of_cart")
    await pool.execute("ALTER TABLE stock_item DISABLE TRIGGER ALL")
    for table in ("ledger_entry", "order_step"):
        await pool.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    await _drop_checks(pool, "stock_item")
    await pool.execute(DAMAGES[invariant])

    report = await audited(shop, pool)

    assert {each.invariant for each in report.violations} >= {invariant[:3].strip()}
    whole = violations(await shop.evidence.read(), provider=shop.provider.books())
    assert sorted(report.violations, key=str) == sorted(whole, key=str)


async def test_a_payment_that_nobody_told_of_is_on_its_way_until_it_should_be_settled(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    order_id = await shop.ordered((TEA, 1))
    await shop.pay(order_id)
    number = (await shop.state(order_id)).number

    meanwhile = await audited(shop, pool)
    in_the_end = await audited(shop, pool, settled=True)

    assert meanwhile.holds
    assert meanwhile.waiting == [number]
    assert [(each.invariant, each.subject) for each in in_the_end.violations] == [("I6", number)]


async def test_a_payment_settled_while_the_books_were_read_accuses_nobody(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    books = Books(shop)
    books.stale = [shop.provider.books()]
    await shop.paid((TEA, 1))

    report = await audited(shop, pool, books=books)

    assert report.holds
    assert not report.waiting


async def test_money_that_the_provider_gave_back_by_itself_is_found(shop: Shop, pool: asyncpg.Pool) -> None:
    books = Books(shop)
    order_id = next(each for each, its in shop.provider.books().items() if not its.refunded)
    wrong = shop.provider.books() | {order_id: ProviderBooks(1, 1)}
    books.stale = [wrong] * 5

    report = await audited(shop, pool, books=books)

    assert [each.invariant for each in report.violations] == ["I6"]


async def test_money_for_an_order_that_is_not_here_breaks_the_promise(shop: Shop, pool: asyncpg.Pool) -> None:
    books = Books(shop)
    lost, strange = OrderId("00000000-0000-7000-8000-000000000000"), OrderId("somebody else's")
    books.stale = [shop.provider.books() | dict.fromkeys((lost, strange), ProviderBooks(1250, 0))]

    report = await audited(shop, pool, books=books)

    assert report.unknown == [lost, strange]
    assert not report.holds


async def test_money_of_an_unknown_order_that_went_back_whole_is_nothing_to_tell(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    returned, kept = OrderId(shop.ids.uuid7()), OrderId(shop.ids.uuid7())
    books = Books(shop)
    strangers = {returned: ProviderBooks(100, 100), kept: ProviderBooks(100, 99)}
    books.stale = [shop.provider.books() | strangers]

    report = await audited(shop, pool, books=books)

    assert report.unknown == [kept]


async def test_without_the_provider_s_books_everything_else_is_checked(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    await shop.pay(await shop.ordered((TEA, 1)))

    report = await Audit(evidence=PostgresEvidenceStream(pool), books=None, clock=shop.clock).run()

    assert report.holds
    assert not report.books_compared


async def _drop_checks(pool: asyncpg.Pool, table: str) -> None:
    names = await pool.fetch(
        "SELECT conname FROM pg_constraint WHERE conrelid = $1::text::regclass AND contype = 'c'", table
    )
    for row in names:
        await pool.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{row[0]}"')
