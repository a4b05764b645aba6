"""What every StockStore promises."""

import asyncio

import asyncpg
import pytest
from tests.helpers.catalog import NOON

from vivamarket.adapters.postgres.inventory import PostgresStockStore
from vivamarket.inventory.errors import NotEnoughOnHand
from vivamarket.inventory.model import MAIN_LOCATION, MoveReason, StockCount, StockShortfall
from vivamarket.inventory.ports import StockStore
from vivamarket.kernel.ids import Sku

MUG, TEA = Sku("MUG"), Sku("TEA")


@pytest.fixture
def store(pool: asyncpg.Pool) -> StockStore:
    return PostgresStockStore(pool)


async def count(store: StockStore, **on_hand: int) -> None:
    counts = [StockCount(Sku(sku), number) for sku, number in on_hand.items()]
    await store.set_on_hand(MAIN_LOCATION, counts, MoveReason.COUNT, NOON)


async def test_a_count_begins_a_stock_item_and_journals_the_difference(
    store: StockStore,
) -> None:
    await count(store, MUG=5, TEA=0)
    await count(store, MUG=3, TEA=0)

    level = (await store.levels(MAIN_LOCATION, [MUG, TEA, Sku("NONE")]))[MUG]
    assert (level.on_hand, level.reserved, level.available) == (3, 0, 3)
    moves = await store.moves(MAIN_LOCATION, MUG, None, 10)
    assert [(move.quantity, move.reason) for move in moves] == [(-2, MoveReason.COUNT), (5, MoveReason.COUNT)]
    assert await store.moves(MAIN_LOCATION, TEA, None, 10) == ()


async def test_the_journal_goes_on_from_a_position(store: StockStore) -> None:
    for number in (1, 2, 3):
        await count(store, MUG=number)

    newest = (await store.moves(MAIN_LOCATION, MUG, None, 1))[0]

    assert len(await store.moves(MAIN_LOCATION, MUG, newest.position, 10)) == 2


async def test_the_same_count_again_changes_nothing(store: StockStore) -> None:
    await count(store, MUG=5)

    result = await store.set_on_hand(MAIN_LOCATION, [StockCount(MUG, 5)], MoveReason.IMPORT, NOON)

    assert (result.changed, result.unchanged) == (0, 1)


async def test_a_count_below_what_is_promised_is_kept_at_that_and_reported(
    store: StockStore, pool: asyncpg.Pool
) -> None:
    await count(store, MUG=5)
    await pool.execute("UPDATE stock_item SET held = 3, claimed = 1")

    result = await store.set_on_hand(MAIN_LOCATION, [StockCount(MUG, 1)], MoveReason.COUNT, NOON)

    assert result.shortfalls == (StockShortfall(MUG, 1, 4),)
    assert (await store.levels(MAIN_LOCATION, [MUG]))[MUG].available == 0


async def test_what_is_promised_cannot_be_taken_away(store: StockStore, pool: asyncpg.Pool) -> None:
    await count(store, MUG=5)
    await pool.execute("UPDATE stock_item SET held = 3")

    with pytest.raises(NotEnoughOnHand):
        await store.move(MAIN_LOCATION, MUG, -3, reason=MoveReason.ADJUSTMENT, reference="broken", at=NOON)

    assert (await store.levels(MAIN_LOCATION, [MUG]))[MUG].on_hand == 5
    assert len(await store.moves(MAIN_LOCATION, MUG, None, 10)) == 1


async def test_a_delivery_pays_back_what_was_sold_beyond_the_stock(
    store: StockStore, pool: asyncpg.Pool
) -> None:
    await count(store, MUG=1)
    await pool.execute("UPDATE stock_item SET held = 4, backordered = 3")

    level = await store.move(MAIN_LOCATION, MUG, 2, reason=MoveReason.RECEIPT, reference="PO-1", at=NOON)

    assert (level.on_hand, level.backordered, level.available) == (3, 1, -1)


async def test_only_crossing_zero_is_told(store: StockStore, pool: asyncpg.Pool) -> None:
    for number in (0, 5, 3, 0, 0):
        await count(store, MUG=number)
    await store.move(MAIN_LOCATION, MUG, 1, reason=MoveReason.RECEIPT, reference="", at=NOON)

    rows = await pool.fetch("SELECT payload ->> 'available' FROM outbox ORDER BY id")
    assert [row[0] for row in rows] == ["true", "false", "true"]


async def test_ten_thousand_counts_are_one_call(store: StockStore) -> None:
    counts = [StockCount(Sku(f"SKU-{number:05}"), number % 7) for number in range(10_000)]

    result = await store.set_on_hand(MAIN_LOCATION, counts, MoveReason.IMPORT, NOON)

    assert result.changed == sum(1 for each in counts if each.on_hand)


async def test_deliveries_at_once_are_all_counted(store: StockStore) -> None:
    await asyncio.gather(
        *(
            store.move(MAIN_LOCATION, MUG, 1, reason=MoveReason.RECEIPT, reference="", at=NOON)
            for _ in range(64)
        )
    )

    assert (await store.levels(MAIN_LOCATION, [MUG]))[MUG].on_hand == 64


async def test_the_journal_cannot_be_edited(store: StockStore, pool: asyncpg.Pool) -> None:
    await count(store, MUG=5)

    for statement in ("UPDATE stock_move SET quantity = 1", "DELETE FROM stock_move"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await pool.execute(statement)
