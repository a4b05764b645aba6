"""Every route that changes something: one key, one effect, the same bytes, for 64 at once on two processes.

The routes are read from the OpenAPI document. One that has no recipe here fails the test: whoever adds a
route says how to call it, what its effect is, and what it refuses.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from tests.helpers.api import ApiShop
from tests.helpers.checkout import MUG
from tests.helpers.content_recipes import CONTENT_RECIPES, CONTENT_WITHOUT_KEY
from tests.helpers.house_recipes import HOUSE_RECIPES, HOUSE_WITHOUT_KEY
from tests.helpers.office_recipes import OFFICE_RECIPES
from tests.helpers.return_recipes import RETURN_RECIPES, STAFF_RETURN_RECIPES
from tests.helpers.route_recipes import ACCOUNT_WITHOUT_KEY, CARTS, NEW_CART, SHOP_RECIPES, Call, Recipe
from tests.helpers.staff_recipes import STAFF_RECIPES
from tests.helpers.transfer_recipes import TRANSFER_RECIPES

from vivamarket.api import openapi_document
from vivamarket.kernel.ids import OrderId

CALLERS = 64
FEW = 16
ASKS_MAX = 500
MUTATING = ("post", "put", "patch", "delete")
#: The provider's events carry their own id instead of a key; see the last test. Kept answers are no place
#: for a session's token, and a session ends only once.
WITHOUT_KEY = {
    "receiveStripeEvent",
    "signInStaff",
    "signOutStaff",
    *ACCOUNT_WITHOUT_KEY,
    *HOUSE_WITHOUT_KEY,
    *CONTENT_WITHOUT_KEY,
}
OPERATIONS = [
    operation["operationId"]
    for path in json.loads(openapi_document())["paths"].values()
    for method, operation in path.items()
    if method in MUTATING and operation["operationId"] not in WITHOUT_KEY
]
RECIPES = {
    **SHOP_RECIPES,
    **RETURN_RECIPES,
    **STAFF_RECIPES,
    **STAFF_RETURN_RECIPES,
    **OFFICE_RECIPES,
    **CONTENT_RECIPES,
    **TRANSFER_RECIPES,
    **HOUSE_RECIPES,
}


@pytest.fixture
async def processes(api: ApiShop, pool: asyncpg.Pool, tmp_path: Path) -> tuple[ApiShop, ApiShop]:
    """Two web processes of one shop, with a member of the staff signed in to both."""
    other = ApiShop.build(pool, tmp_path, twin=api.shop)
    await api.sign_in()
    other.client.cookies.update(api.client.cookies)
    other.client.headers.update(api.client.headers)
    return api, other


@pytest.fixture
async def recipes(processes: tuple[ApiShop, ApiShop], pool: asyncpg.Pool) -> dict[str, Recipe]:
    """Every mutating route's recipe, all in one shop."""
    await processes[0].shop.stock.set_on_hand([(MUG, 1_000)])
    return {operation: await made(operation, processes[0], pool) for operation in OPERATIONS}


def test_every_recipe_is_of_a_route_that_exists() -> None:
    assert RECIPES.keys() == set(OPERATIONS)


async def test_many_replays_of_one_key_have_one_effect_and_the_same_bytes(
    processes: tuple[ApiShop, ApiShop], recipes: dict[str, Recipe]
) -> None:
    for operation, prepared in recipes.items():
        before = await prepared.effects()
        key = f"one-key-for-all-of-them-{operation}"

        answers = await many(processes, prepared.works, key)
        late = await until_answered(processes[1], prepared.works, key)

        assert await prepared.effects() == before + prepared.adds, operation
        assert {each.status_code for each in (*answers, late)} <= {200, 201, 202}, operation
        assert len({(each.status_code, each.content) for each in (*answers, late)}) == 1, operation


async def test_another_request_with_the_key_is_refused_and_changes_nothing(
    api: ApiShop, recipes: dict[str, Recipe]
) -> None:
    for operation, prepared in recipes.items():
        first = await until_answered(api, prepared.works, f"two-wishes-of-one-caller-{operation}")
        effects = await prepared.effects()

        other = await until_answered(api, prepared.other, f"two-wishes-of-one-caller-{operation}")
        again = await until_answered(api, prepared.works, f"two-wishes-of-one-caller-{operation}")

        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused"), operation
        assert again.content == first.content, operation
        assert await prepared.effects() == effects, operation


async def test_without_a_key_nothing_is_done(api: ApiShop, recipes: dict[str, Recipe]) -> None:
    for operation, prepared in recipes.items():
        before, call = await prepared.effects(), prepared.works

        sent: dict[str, Any] = {"content" if isinstance(call.body, bytes) else "json": call.body}
        answer = await api.client.request(call.method, call.path, headers=call.headers, **sent)

        assert (answer.status_code, answer.json()["code"]) == (400, "bad_idempotency_key"), operation
        assert "8 to 128" in answer.json()["detail"]
        assert await prepared.effects() == before, operation


async def test_a_refusal_is_replayed_to_the_byte(
    processes: tuple[ApiShop, ApiShop], recipes: dict[str, Recipe]
) -> None:
    for operation, prepared in recipes.items():
        if prepared.refused is None:
            continue

        answers = await many(processes, prepared.refused, f"refused-by-everybody-{operation}", FEW)

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


async def many(
    processes: tuple[ApiShop, ApiShop], call: Call, key: str, callers: int = CALLERS
) -> list[httpx.Response]:
    """Send one request under one key, by so many callers at once."""
    return await asyncio.gather(*(until_answered(processes[n % 2], call, key) for n in range(callers)))


async def until_answered(api: ApiShop, call: Call, key: str) -> httpx.Response:
    """Send the request until it is answered, as the document tells clients to."""
    for _ in range(ASKS_MAX):
        answer = await api.send(call.method, call.path, call.body, key=key, headers=call.headers)
        assert answer.status_code < 500, answer.text
        if answer.status_code != 409 or answer.json()["code"] != "request_in_flight":
            return answer
        assert int(answer.headers["retry-after"]) >= 1
    raise AssertionError("the request stays in flight")
