"""How the mutating routes of returns are called."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import asyncpg
from tests.helpers.api import ApiShop
from tests.helpers.route_recipes import Call, Make, Recipe

from vivamarket.kernel.ids import OrderId
from vivamarket.returns.model import ReturnId

ORDERS = "/api/v1/orders"
RETURNS = "/api/v1/staff/returns"
WISH = {"lines": [{"position": 1, "quantity": 1}], "reason": "damaged"}
CAME = {"lines": [{"position": 1, "received": 1, "restocked": 1}]}


async def sent_order(api: ApiShop) -> tuple[OrderId, dict[str, str]]:
    """Sell a mug and send it; return the order and the header that opens it."""
    order, token = await api.placed()
    order_id = OrderId(order["id"])
    await api.shop.pay(order_id)
    await api.shop.checkout.settle(order_id)
    await api.shop.ship(order_id, (1, 1))
    return order_id, token


async def asked(api: ApiShop) -> tuple[OrderId, dict[str, str], str]:
    """Ask to send the mug of an order back; return the order, its header, and the return's id."""
    order_id, token = await sent_order(api)
    answer = await api.send("POST", f"{ORDERS}/{order_id}/returns", WISH, headers=token)
    assert answer.status_code == 201, answer.text
    return order_id, token, str(answer.json()["id"])


async def _request(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order_id, token = await sent_order(api)
    path = f"{ORDERS}/{order_id}/returns"
    return Recipe(
        works=Call("POST", path, WISH, token),
        other=Call("POST", path, {**WISH, "reason": "other"}, token),
        effects=lambda: pool.fetchval("SELECT count(*) FROM return_request"),
        refused=Call("POST", path, {**WISH, "lines": [{"position": 1, "quantity": 9}]}, token),
    )


async def _withdraw(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order_id, token, return_id = await asked(api)
    path = f"{ORDERS}/{order_id}/returns"
    _, _, other = await asked(api)
    return Recipe(
        works=Call("POST", f"{path}/{return_id}/withdraw", headers=token),
        other=Call("POST", f"{ORDERS}/{order_id}/payment", headers=token),
        effects=_in_state(pool, "withdrawn"),
        refused=Call("POST", f"{path}/{other}/withdraw", headers=token),
    )


async def _approve(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    _, _, return_id = await asked(api)
    return Recipe(
        works=Call("POST", f"{RETURNS}/{return_id}/approve", {"answer": "Send it."}),
        other=Call("POST", f"{RETURNS}/{return_id}/approve", {"answer": "Please."}),
        effects=_in_state(pool, "approved"),
        refused=Call("POST", f"{RETURNS}/{await _refused(api)}/approve", {}),
    )


async def _refuse(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    gone = await _refused(api)
    _, _, return_id = await asked(api)
    return Recipe(
        works=Call("POST", f"{RETURNS}/{return_id}/refuse", {"answer": "Worn."}),
        other=Call("POST", f"{RETURNS}/{return_id}/refuse", {"answer": "Broken."}),
        effects=_in_state(pool, "refused"),
        refused=Call("POST", f"{RETURNS}/{gone}/refuse", {}),
    )


async def _receive(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    gone = await _refused(api)
    _, _, return_id = await asked(api)
    await api.services.after.returns.approve(ReturnId(return_id), answer="", by="Sam")
    other = {"lines": [{"position": 1, "received": 1, "restocked": 0}]}
    return Recipe(
        works=Call("POST", f"{RETURNS}/{return_id}/receive", CAME),
        other=Call("POST", f"{RETURNS}/{return_id}/receive", other),
        effects=lambda: pool.fetchval("SELECT count(*) FROM refund"),
        refused=Call("POST", f"{RETURNS}/{gone}/receive", CAME),
    )


async def _refused(api: ApiShop) -> str:
    _, _, return_id = await asked(api)
    await api.services.after.returns.refuse(ReturnId(return_id), answer="", by="Sam")
    return return_id


def _in_state(pool: asyncpg.Pool, status: str) -> Callable[[], Awaitable[int]]:
    return lambda: pool.fetchval("SELECT count(*) FROM return_request WHERE status = $1", status)


#: By the operation's name in the OpenAPI document.
RETURN_RECIPES: dict[str, Make] = {"requestReturn": _request, "withdrawReturn": _withdraw}
STAFF_RETURN_RECIPES: dict[str, Make] = {
    "approveStaffReturn": _approve,
    "refuseStaffReturn": _refuse,
    "receiveStaffReturn": _receive,
}
