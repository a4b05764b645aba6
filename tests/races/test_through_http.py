"""The same through two web processes: what shoppers are told is what happened."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import asyncpg
import httpx
import pytest
from tests.helpers.api import ApiShop
from tests.helpers.checkout import MUG
from tests.helpers.race import CALLERS, Race

from vivamarket.kernel.ids import CartId, OrderId
from vivamarket.orders.model import OrderStatus

ORDERS = "/api/v1/orders"


@pytest.fixture
def processes(race: Race, pool: asyncpg.Pool, tmp_path: Path) -> tuple[ApiShop, ApiShop]:
    """Two web processes of the shop that races."""
    first = ApiShop.build(pool, tmp_path, twin=race.shop)
    return first, ApiShop.build(pool, tmp_path, twin=race.shop)


def told(answers: list[httpx.Response]) -> Counter[str]:
    """Count what the shoppers were told."""
    return Counter(str(each.json().get("code", each.status_code)) for each in answers)


async def place(process: ApiShop, race: Race, cart_id: CartId) -> httpx.Response:
    quote = await race.shop.pricing.quote(cart_id)
    return await process.send("POST", ORDERS, {"cart_id": cart_id, "quote_hash": quote.hash})


async def test_so_many_shoppers_are_told_yes_as_there_are_units(
    processes: tuple[ApiShop, ApiShop], race: Race, rounds: range
) -> None:
    await race.shop.open(MUG=0)
    for number in rounds:
        units = number % 4 + 1
        await race.restock(MUG=units)
        carts = [await race.shop.cart((MUG, 1)) for _ in range(CALLERS)]

        answers = await asyncio.gather(
            *(place(processes[n % 2], race, cart_id) for n, cart_id in enumerate(carts))
        )

        assert told(answers) == {"201": units, "out_of_stock": CALLERS - units}
        await race.check()


async def test_paying_settling_and_canceling_one_order_from_many_tabs_ends_in_one_state(
    processes: tuple[ApiShop, ApiShop], race: Race, rounds: range
) -> None:
    await race.shop.open(MUG=0)
    for _ in rounds:
        await race.restock(MUG=1)
        placed = (await place(processes[0], race, await race.shop.cart((MUG, 1)))).json()
        order_id, token = placed["order"]["id"], {"authorization": f"Bearer {placed['token']}"}
        actions = ("payment", "settle", "cancel", "payment")

        answers = await asyncio.gather(
            *(
                processes[n % 2].send(
                    "POST", f"{ORDERS}/{order_id}/{actions[n % 4]}", headers=token, key=f"key-of-tab-{n}"
                )
                for n in range(CALLERS)
            )
        )

        assert set(told(answers)) <= {"200", "order_not_payable"}
        await race.shop.heal()
        await race.shop.check(settled=True)
        assert (await race.shop.state(OrderId(order_id))).status is OrderStatus.CANCELED
