"""What only a real database can show of placing: what happens between two transactions."""

import asyncio

import asyncpg
from tests.helpers.catalog import NOON
from tests.helpers.checkout import VASE, Shop
from tests.helpers.locks import until_somebody_waits

from vivamarket.inventory.model import MAIN_LOCATION
from vivamarket.kernel.outbox import Lane


async def test_a_first_count_and_an_order_beyond_the_stock_at_once_end_as_one_after_the_other(
    pool: asyncpg.Pool,
) -> None:
    shop = Shop(pool)
    await shop.open()
    cart_id = await shop.cart((VASE, 1))
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(
            "INSERT INTO stock_item (location_id, sku, on_hand) VALUES ($1, $2, 1)", MAIN_LOCATION, VASE
        )
        placing = asyncio.create_task(shop.place(cart_id))
        await until_somebody_waits(connection)
    await placing

    level = (await shop.database.stock.levels(MAIN_LOCATION, [VASE]))[VASE]
    assert (level.on_hand, level.held, level.backordered) == (1, 1, 0)
    told = [each.payload for each in await shop.database.outbox.claim(NOON, 60.0, 10, Lane.STOCK)]
    assert {"sku": VASE, "available": False} in told
