"""What every StockStore promises."""

import asyncio

import pytest
from tests.helpers.catalog import NOON
from tests.helpers.checkout import EBOOK, MUG, TEA, VASE, Shop
from tests.helpers.stores import Database

from vivamarket.inventory.errors import NotEnoughOnHand
from vivamarket.inventory.model import (
    MAIN_LOCATION,
    MoveReason,
    ReservationStatus,
    StockCount,
    StockShortfall,
)
from vivamarket.inventory.ports import StockStore
from vivamarket.kernel.errors import RuleBroken
from vivamarket.kernel.ids import OrderId, Sku, uuid7
from vivamarket.kernel.outbox import Lane
from vivamarket.kernel.paging import BadCursor, encode_cursor


@pytest.fixture
def store(database: Database) -> StockStore:
    return database.stock


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


@pytest.fixture
async def selling(database: Database) -> Shop:
    """A shop that has five mugs, of which four are promised, and a vase that sells beyond its stock."""
    shop = Shop(database)
    await shop.open(MUG=5)
    await shop.paid((MUG, 1))
    await shop.ordered((MUG, 3))
    return shop


async def test_a_count_below_what_is_promised_is_kept_at_that_and_reported(
    store: StockStore, selling: Shop
) -> None:
    counts = [StockCount(TEA, 1), StockCount(MUG, 1)]

    result = await store.set_on_hand(MAIN_LOCATION, counts, MoveReason.COUNT, NOON)

    assert (result.changed, result.shortfalls) == (2, (StockShortfall(MUG, 1, 4),))
    level = (await store.levels(MAIN_LOCATION, [MUG]))[MUG]
    assert (level.held, level.claimed, level.available) == (3, 1, 0)


async def test_what_is_promised_cannot_be_taken_away(store: StockStore, selling: Shop) -> None:
    with pytest.raises(NotEnoughOnHand):
        await store.move(MAIN_LOCATION, MUG, -2, reason=MoveReason.ADJUSTMENT, reference="broken", at=NOON)

    assert (await store.levels(MAIN_LOCATION, [MUG]))[MUG].on_hand == 5
    assert len(await store.moves(MAIN_LOCATION, MUG, None, 10)) == 1


async def test_taking_away_what_was_never_counted_begins_nothing(store: StockStore) -> None:
    with pytest.raises(NotEnoughOnHand):
        await store.move(MAIN_LOCATION, MUG, -1, reason=MoveReason.ADJUSTMENT, reference="", at=NOON)

    assert await store.levels(MAIN_LOCATION, [MUG]) == {}


async def test_a_move_of_nothing_is_a_mistake(store: StockStore) -> None:
    with pytest.raises(RuleBroken):
        await store.move(MAIN_LOCATION, MUG, 0, reason=MoveReason.ADJUSTMENT, reference="", at=NOON)

    assert await store.levels(MAIN_LOCATION, [MUG]) == {}


async def test_a_delivery_pays_back_what_was_sold_beyond_the_stock(store: StockStore, selling: Shop) -> None:
    await count(store, VASE=1)
    await selling.ordered((VASE, 4))

    level = await store.move(MAIN_LOCATION, VASE, 2, reason=MoveReason.RECEIPT, reference="PO-1", at=NOON)

    assert (level.on_hand, level.backordered, level.available) == (3, 1, -1)


async def test_what_an_order_reserves_is_told_by_sku(store: StockStore, selling: Shop) -> None:
    await count(store, TEA=1)
    order_id = await selling.ordered((VASE, 1), (MUG, 1), (EBOOK, 1), (TEA, 1))

    reserved = await store.reservations(order_id)

    assert [(each.sku, each.quantity, each.status) for each in reserved] == [
        (MUG, 1, ReservationStatus.HELD),
        (TEA, 1, ReservationStatus.HELD),
        (VASE, 1, ReservationStatus.HELD),
    ]
    assert await store.reservations(OrderId(uuid7(1, 1))) == ()


async def test_only_crossing_zero_is_told(store: StockStore, database: Database) -> None:
    for number in (0, 5, 3, 0, 0):
        await count(store, MUG=number)
    await store.move(MAIN_LOCATION, MUG, 1, reason=MoveReason.RECEIPT, reference="", at=NOON)

    told = await database.outbox.claim(NOON, 60.0, 10, Lane.STOCK)
    assert [each.payload["available"] for each in told] == [True, False, True]


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


async def test_a_move_under_a_key_is_made_once(store: StockStore) -> None:
    await count(store, MUG=5)

    async def take(key: str) -> int:
        level = await store.move(
            MAIN_LOCATION,
            MUG,
            -2,
            reason=MoveReason.ADJUSTMENT,
            reference="broken",
            at=NOON,
            made_by="sam",
            request_key=key,
        )
        return level.on_hand

    levels = [await take(key) for key in ("key-1", "key-1", "key-2")]

    assert levels == [3, 3, 1]
    moves = await store.moves(MAIN_LOCATION, MUG, None, 10)
    assert [(each.quantity, each.made_by) for each in moves] == [(-2, "sam"), (-2, "sam"), (5, "")]


async def test_one_key_sent_by_many_at_once_moves_once(store: StockStore) -> None:
    await count(store, MUG=5)

    await asyncio.gather(
        *(
            store.move(
                MAIN_LOCATION,
                MUG,
                1,
                reason=MoveReason.RECEIPT,
                reference="",
                at=NOON,
                request_key="key-of-all",
            )
            for _ in range(8)
        )
    )

    assert (await store.levels(MAIN_LOCATION, [MUG]))[MUG].on_hand == 6


async def test_stock_is_paged_by_sku_and_prefix(store: StockStore) -> None:
    await count(store, **dict.fromkeys(("A", "AB", "AB-1", "AB-2", "AC", "B", "a"), 1))

    async def walk(prefix: str, limit: int) -> list[str]:
        seen: list[str] = []
        cursor = None
        for _ in range(10):
            page = await store.page(MAIN_LOCATION, prefix, cursor, limit)
            seen += [level.sku for level in page.items]
            cursor = page.next_cursor
            if cursor is None:
                return seen
        raise AssertionError("the list does not end")

    for limit in (1, 2, 10):
        assert await walk("", limit) == ["A", "AB", "AB-1", "AB-2", "AC", "B", "a"]
        assert await walk("AB", limit) == ["AB", "AB-1", "AB-2"]
        assert await walk("Z", limit) == []


async def test_low_stock_is_noted_and_read_lowest_first(store: StockStore) -> None:
    await count(store, MUG=3, TEA=0, VASE=3, PAN=30)
    assert (await store.low(MAIN_LOCATION, 5, None, 10)).items == ()

    assert await store.note_low(MAIN_LOCATION, 20, 100) == 3
    assert await store.note_low(MAIN_LOCATION, 20, 100) == 0

    first = await store.low(MAIN_LOCATION, 5, None, 2)
    rest = await store.low(MAIN_LOCATION, 5, first.next_cursor, 2)
    assert [level.sku for level in (*first.items, *rest.items)] == ["TEA", "MUG", "VASE"]
    assert rest.next_cursor is None
    assert await store.low_count(MAIN_LOCATION, 5, 100) == 3
    assert await store.low_count(MAIN_LOCATION, 5, 2) == 2
    assert await store.low_count(MAIN_LOCATION, 0, 100) == 1


async def test_the_low_list_tells_present_figures_and_leaves_out_what_was_filled_up(
    store: StockStore,
) -> None:
    await count(store, MUG=3, TEA=1)
    await store.note_low(MAIN_LOCATION, 20, 100)

    await count(store, MUG=2, TEA=9)

    page = await store.low(MAIN_LOCATION, 5, None, 10)
    assert [(level.sku, level.available) for level in page.items] == [("MUG", 2)]
    assert await store.note_low(MAIN_LOCATION, 20, 1) == 2
    assert await store.low_count(MAIN_LOCATION, 20, 100) == 1


@pytest.mark.parametrize(
    "cursor", ["nonsense", encode_cursor("stock:X", ["A"]), encode_cursor("low:5", [1, "\0"])]
)
async def test_a_foreign_cursor_of_a_list_of_stock_is_refused(store: StockStore, cursor: str) -> None:
    with pytest.raises(BadCursor):
        await store.page(MAIN_LOCATION, "", cursor, 2)
    with pytest.raises(BadCursor):
        await store.low(MAIN_LOCATION, 5, cursor, 2)
