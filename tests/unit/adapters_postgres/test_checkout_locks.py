"""What only a real database can show of the checkout's store: its locks and its own last defences."""

import asyncio
from datetime import timedelta

import asyncpg
import pytest
from tests.helpers.catalog import NOON
from tests.helpers.checkout import MUG, Shop, named
from tests.helpers.locks import until_somebody_waits

from vivamarket.adapters.postgres.inventory import PostgresStockStore
from vivamarket.checkout import decisions
from vivamarket.checkout.model import Change, OrderState
from vivamarket.checkout.ports import CheckoutStore
from vivamarket.inventory.model import MAIN_LOCATION, MoveReason, StockCount
from vivamarket.kernel.ids import PaymentId, Sku, uuid7
from vivamarket.payments.model import PaymentStatus


@pytest.fixture
async def shop(pool: asyncpg.Pool) -> Shop:
    shop = Shop(pool)
    await shop.open(MUG=50)
    return shop


@pytest.fixture
def store(shop: Shop) -> CheckoutStore:
    return shop.store


async def test_a_decision_is_made_anew_when_another_transaction_was_faster(
    shop: Shop, store: CheckoutStore, pool: asyncpg.Pool
) -> None:
    order_id = await shop.ordered()
    seen: list[PaymentStatus] = []

    def decide(state: OrderState) -> Change:
        seen.append(state.newest_payment.status)
        return begin(state)

    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("UPDATE orders SET steps = steps + 1 WHERE id = $1", order_id)
        await connection.execute("UPDATE payment SET status = 'canceled' WHERE order_id = $1", order_id)
        waiting = asyncio.create_task(store.change(order_id, decide, NOON))
        await until_somebody_waits(connection)
    after = await waiting

    assert seen == [PaymentStatus.NEW, PaymentStatus.CANCELED]
    assert [(each.attempt, each.status) for each in after.payments] == [
        (1, PaymentStatus.CANCELED),
        (2, PaymentStatus.REQUESTED),
    ]


async def test_an_event_that_another_worker_finished_meanwhile_has_no_second_effect(
    shop: Shop, store: CheckoutStore, pool: asyncpg.Pool
) -> None:
    order_id = await shop.ordered()
    await shop.checkout.receive_event(shop.provider.event("evt_1", None, NOON), "signed")
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM orders WHERE id = $1 FOR UPDATE", order_id)
        await connection.execute("UPDATE inbox SET done_at = now()")
        waiting = asyncio.create_task(store.change(order_id, begin, NOON, inbox_event_id="evt_1"))
        await until_somebody_waits(connection)
    after = await waiting

    assert after.newest_payment.status is PaymentStatus.NEW
    assert await store.state(order_id) == after


def begin(state: OrderState) -> Change:
    return decisions.begin_payment(state, PaymentId(uuid7(2, 2)), NOON)


async def test_the_books_refuse_what_does_not_balance_and_any_edit(shop: Shop, pool: asyncpg.Pool) -> None:
    await shop.paid()

    with pytest.raises(asyncpg.IntegrityConstraintViolationError):
        await pool.execute(
            "INSERT INTO ledger_entry SELECT transaction_id, 'gift', currency, 1 FROM ledger_entry LIMIT 1"
        )
    for statement in ("UPDATE ledger_entry SET amount = 1", "DELETE FROM ledger_transaction"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await pool.execute(statement)


async def test_the_journal_cannot_be_edited(pool: asyncpg.Pool) -> None:
    counts = [StockCount(Sku("MUG"), 5)]
    await PostgresStockStore(pool).set_on_hand(MAIN_LOCATION, counts, MoveReason.COUNT, NOON)

    for statement in ("UPDATE stock_move SET quantity = 1", "DELETE FROM stock_move"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await pool.execute(statement)


async def test_a_cart_that_becomes_an_order_while_old_carts_are_forgotten_stays(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    cart_id = await shop.cart((MUG, 1))
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("UPDATE cart SET order_id = $1 WHERE id = $2", shop.ids.uuid7(), cart_id)
        forgetting = asyncio.create_task(shop.database.carts.forget(NOON + timedelta(days=90), 10))
        await until_somebody_waits(connection)

    assert await forgetting == 0
    assert (await shop.carts.get(cart_id)).order_id is not None


async def test_a_key_that_is_claimed_anew_while_old_keys_are_forgotten_stays(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    await shop.keys.begin(named("key-00001"))
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("UPDATE idempotency_key SET claimed_at = $1", NOON + timedelta(days=3))
        forgetting = asyncio.create_task(shop.keys.forget(NOON + timedelta(days=1), 10))
        await until_somebody_waits(connection)

    assert await forgetting == 0
