"""Every route that changes something: one key, one effect, the same bytes, for 64 at once on two processes.

The routes are read from the OpenAPI document. One that has no recipe here fails the test: whoever adds a
route says how to call it, what its effect is, and what it refuses.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from tests.helpers.api import ApiShop
from tests.helpers.checkout import MUG

from vivamarket.api import openapi_document
from vivamarket.kernel.ids import OrderId

CARTS = "/api/v1/carts"
ORDERS = "/api/v1/orders"
CALLERS = 64
ASKS_MAX = 10_000
MUTATING = ("post", "put", "patch", "delete")
#: The provider's events carry their own id instead of a key; see the last test.
WITHOUT_KEY = {"receiveStripeEvent"}
OPERATIONS = [
    operation["operationId"]
    for path in json.loads(openapi_document())["paths"].values()
    for method, operation in path.items()
    if method in MUTATING and operation["operationId"] not in WITHOUT_KEY
]
ONE_KEY = "one-key-for-all-of-them"
FIRST_LINE = {"sku": MUG, "quantity": 1}
NEW_CART = {"currency": "EUR", "locale": "en", "lines": [FIRST_LINE]}


@dataclass(frozen=True)
class Call:
    """One request, without its key."""

    method: str
    path: str
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recipe:
    """How a route is called: so that it works, otherwise with the same caller, and so that it refuses."""

    works: Call
    #: Another request that may not come under the same key.
    other: Call
    #: Counts the effects so far; the call adds one.
    effects: Callable[[], Awaitable[int]]
    #: None for a route that refuses nothing once the caller is known.
    refused: Call | None


Make = Callable[[ApiShop, asyncpg.Pool], Awaitable[Recipe]]
RECIPES: dict[str, Make] = {}


def recipe(operation_id: str) -> Callable[[Make], Make]:
    """Keep the recipe for that operation."""

    def keep(make: Make) -> Make:
        RECIPES[operation_id] = make
        return make

    return keep


@recipe("createCart")
async def _create_cart(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    return Recipe(
        works=Call("POST", CARTS, NEW_CART),
        other=Call("POST", CARTS, {**NEW_CART, "lines": []}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM cart"),
        refused=Call("POST", CARTS, {**NEW_CART, "lines": [{"sku": "NEW", "quantity": 1}]}),
    )


@recipe("addCartLine")
async def _add_cart_line(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    cart_id = (await api.new_cart())["id"]
    path = f"{CARTS}/{cart_id}/lines"
    return Recipe(
        works=Call("POST", path, FIRST_LINE),
        other=Call("POST", path, {"sku": MUG, "quantity": 2}),
        effects=lambda: _quantity(api, cart_id),
        refused=Call("POST", path, {"sku": "NEW", "quantity": 1}),
    )


@recipe("setCartLine")
async def _set_cart_line(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    cart_id = (await api.new_cart())["id"]
    path = f"{CARTS}/{cart_id}/lines"
    return Recipe(
        works=Call("PUT", f"{path}/{MUG}", {"quantity": 5}),
        other=Call("PUT", f"{path}/{MUG}", {"quantity": 6}),
        effects=lambda: _version(pool, cart_id),
        refused=Call("PUT", f"{path}/NEW", {"quantity": 1}),
    )


@recipe("removeCartLine")
async def _remove_cart_line(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    cart_id = (await api.new_cart())["id"]
    order, _ = await api.placed()
    ordered = await pool.fetchval("SELECT id FROM cart WHERE order_id = $1", order["id"])
    return Recipe(
        works=Call("DELETE", f"{CARTS}/{cart_id}/lines/{MUG}"),
        other=Call("DELETE", f"{CARTS}/{cart_id}/lines/OTHER"),
        effects=lambda: _version(pool, cart_id),
        refused=Call("DELETE", f"{CARTS}/{ordered}/lines/{MUG}"),
    )


@recipe("setCartDetails")
async def _set_cart_details(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    cart_id = (await api.new_cart())["id"]
    path = f"{CARTS}/{cart_id}/details"
    return Recipe(
        works=Call("PUT", path, {"email": "jo@example.com"}),
        other=Call("PUT", path, {"email": "joe@example.com"}),
        effects=lambda: _version(pool, cart_id),
        refused=Call("PUT", path, {"email": "nobody"}),
    )


@recipe("placeOrder")
async def _place_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    cart, quote = await api.ready_cart()
    confirmed = {"cart_id": cart["id"], "quote_hash": quote["hash"]}
    return Recipe(
        works=Call("POST", ORDERS, confirmed),
        other=Call("POST", ORDERS, {**confirmed, "quote_hash": "0" * 64}),
        effects=lambda: pool.fetchval("SELECT count(*) FROM orders"),
        refused=Call("POST", ORDERS, {**confirmed, "quote_hash": "0" * 64}),
    )


@recipe("startPayment")
async def _start_payment(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, token = await api.placed()
    canceled, its_token = await api.placed()
    await api.shop.checkout.cancel_order(OrderId(canceled["id"]))
    provider = api.shop.provider

    async def sessions() -> int:
        return len(provider.sessions)

    return Recipe(
        works=Call("POST", f"{ORDERS}/{order['id']}/payment", headers=token),
        other=Call("POST", f"{ORDERS}/{order['id']}/cancel", headers=token),
        effects=sessions,
        refused=Call("POST", f"{ORDERS}/{canceled['id']}/payment", headers=its_token),
    )


@recipe("settleOrder")
async def _settle_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, token = await api.placed()
    await api.shop.pay(OrderId(order["id"]))
    return Recipe(
        works=Call("POST", f"{ORDERS}/{order['id']}/settle", headers=token),
        other=Call("POST", f"{ORDERS}/{order['id']}/cancel", headers=token),
        effects=lambda: _steps(api, order["id"], "paid"),
        refused=None,
    )


@recipe("cancelOrder")
async def _cancel_order(api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    order, token = await api.placed()
    paid, its_token = await api.placed()
    await api.shop.pay(OrderId(paid["id"]))
    await api.shop.checkout.settle(OrderId(paid["id"]))
    return Recipe(
        works=Call("POST", f"{ORDERS}/{order['id']}/cancel", headers=token),
        other=Call("POST", f"{ORDERS}/{order['id']}/payment", headers=token),
        effects=lambda: _steps(api, order["id"], "canceled"),
        refused=Call("POST", f"{ORDERS}/{paid['id']}/cancel", headers=its_token),
    )


@pytest.fixture
def processes(api: ApiShop, pool: asyncpg.Pool, tmp_path: Path) -> tuple[ApiShop, ApiShop]:
    """Two web processes of one shop."""
    return api, ApiShop.build(pool, tmp_path, twin=api.shop)


@pytest.fixture
async def recipes(api: ApiShop, pool: asyncpg.Pool) -> dict[str, Recipe]:
    """Every mutating route's recipe, all in one shop."""
    await api.shop.stock.set_on_hand([(MUG, 1_000)])
    return {operation: await made(operation, api, pool) for operation in OPERATIONS}


def test_every_recipe_is_of_a_route_that_exists() -> None:
    assert RECIPES.keys() == set(OPERATIONS)


@pytest.mark.parametrize("operation", OPERATIONS)
async def test_many_replays_of_one_key_have_one_effect_and_the_same_bytes(
    processes: tuple[ApiShop, ApiShop], pool: asyncpg.Pool, operation: str
) -> None:
    prepared = await made(operation, processes[0], pool)
    before = await prepared.effects()

    answers = await many(processes, prepared.works)
    late = await until_answered(processes[1], prepared.works, ONE_KEY)

    assert await prepared.effects() == before + 1
    assert {each.status_code for each in (*answers, late)} <= {200, 201}
    assert len({(each.status_code, each.content) for each in (*answers, late)}) == 1


async def test_another_request_with_the_key_is_refused_and_changes_nothing(
    api: ApiShop, recipes: dict[str, Recipe]
) -> None:
    for operation, prepared in recipes.items():
        first = await until_answered(api, prepared.works, f"two-wishes-{operation}")
        effects = await prepared.effects()

        other = await until_answered(api, prepared.other, f"two-wishes-{operation}")
        again = await until_answered(api, prepared.works, f"two-wishes-{operation}")

        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused"), operation
        assert again.content == first.content, operation
        assert await prepared.effects() == effects, operation


async def test_without_a_key_nothing_is_done(api: ApiShop, recipes: dict[str, Recipe]) -> None:
    for operation, prepared in recipes.items():
        before, call = await prepared.effects(), prepared.works

        answer = await api.client.request(call.method, call.path, json=call.body, headers=call.headers)

        assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key"), operation
        assert "8 to 128" in answer.json()["detail"]
        assert await prepared.effects() == before, operation


async def test_a_refusal_is_replayed_to_the_byte(
    processes: tuple[ApiShop, ApiShop], recipes: dict[str, Recipe]
) -> None:
    for operation, prepared in recipes.items():
        if prepared.refused is None:
            continue

        answers = await many(processes, prepared.refused)

        # The bytes hold the id of the request that was refused first.
        assert len({(each.status_code, each.content) for each in answers}) == 1, operation
        assert 400 <= answers[0].status_code < 500, operation
        assert answers[0].json()["code"] not in {"request_in_flight", "idempotency_key_reused"}, operation


async def test_a_key_of_one_cart_means_nothing_to_another(api: ApiShop) -> None:
    """I18: who happens to use somebody else's key is neither shown that answer nor kept from their own."""
    mine, theirs = await api.new_cart(), await api.new_cart()
    details = {"email": "very-private@example.org"}

    first = await api.send("PUT", f"{CARTS}/{mine['id']}/details", details, key="checkout-1")
    second = await api.send("PUT", f"{CARTS}/{theirs['id']}/details", {"note": "hello"}, key="checkout-1")

    assert first.status_code == second.status_code == 200
    assert second.json()["id"] == theirs["id"]
    assert "very-private" not in second.text


async def test_a_cart_is_not_begun_under_a_key_that_somebody_else_may_choose(api: ApiShop) -> None:
    """I18: there is no caller yet, so the key alone must tell shoppers apart."""
    answer = await api.send("POST", CARTS, NEW_CART, key="checkout-1")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key")


async def test_one_event_of_the_provider_sent_by_many_is_kept_once(
    processes: tuple[ApiShop, ApiShop], pool: asyncpg.Pool
) -> None:
    shop = processes[0].shop
    order, _ = await processes[0].placed()
    await shop.pay(OrderId(order["id"]))
    payment = (await shop.state(OrderId(order["id"]))).newest_payment
    event = shop.provider.event("evt_1", payment.id, shop.clock.now())

    answers = await asyncio.gather(
        *(
            processes[n % 2].client.post(
                "/api/v1/webhooks/stripe", content=event, headers={"stripe-signature": "signed"}
            )
            for n in range(CALLERS)
        )
    )

    assert {(each.status_code, each.content) for each in answers} == {(200, answers[0].content)}
    assert await pool.fetchval("SELECT count(*) FROM inbox") == 1


async def made(operation: str, api: ApiShop, pool: asyncpg.Pool) -> Recipe:
    """Return the operation's recipe, its world prepared."""
    make = RECIPES.get(operation)
    assert make is not None, f"{operation} has no recipe in {Path(__file__).name}: write one"
    return await make(api, pool)


async def many(processes: tuple[ApiShop, ApiShop], call: Call) -> list[httpx.Response]:
    """Send one request under one key, by all callers at once."""
    return await asyncio.gather(*(until_answered(processes[n % 2], call, ONE_KEY) for n in range(CALLERS)))


async def until_answered(api: ApiShop, call: Call, key: str) -> httpx.Response:
    """Send the request until it is answered, as the document tells clients to."""
    for _ in range(ASKS_MAX):
        answer = await api.send(call.method, call.path, call.body, key=key, headers=call.headers)
        if answer.status_code != 409 or answer.json()["code"] != "request_in_flight":
            return answer
        assert int(answer.headers["retry-after"]) >= 1
    raise AssertionError("the request stays in flight")


async def _version(pool: asyncpg.Pool, cart_id: str) -> int:
    version: int = await pool.fetchval("SELECT version FROM cart WHERE id = $1", cart_id)
    return version


async def _quantity(api: ApiShop, cart_id: str) -> int:
    cart: dict[str, Any] = (await api.get(f"{CARTS}/{cart_id}")).json()
    return int(cart["item_count"])


async def _steps(api: ApiShop, order_id: str, event: str) -> int:
    """Return how often that happened to the order itself, by its history."""
    orders = (await api.shop.evidence.read()).orders
    steps = next(each.steps for each in orders if each.state.id == order_id)
    return [step.event for step in steps if step.subject_id == order_id].count(event)
