"""The payment provider is dead: everything else goes on, paying refuses at once, and recovers by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest_asyncio
from tests.helpers.api import ApiShop
from tests.helpers.checkout import MUG
from tests.helpers.provider import LittleProvider, fails

from vivamarket.kernel.ids import OrderId
from vivamarket.orders.model import OrderStatus
from vivamarket.payments.breaker import FAILURES_MAX, WAIT_SECONDS_MAX, CircuitBreaker, GuardedGateway

CARTS = "/api/v1/carts"
ORDERS = "/api/v1/orders"


@pytest_asyncio.fixture
async def api(pool: asyncpg.Pool, tmp_path: Path) -> AsyncIterator[ApiShop]:
    """A web process whose provider stands behind a circuit breaker, as bootstrap builds it."""
    clocks = ApiShop.build(pool, tmp_path).shop

    def guarded(port: Any) -> Any:
        if not isinstance(port, LittleProvider):
            return port
        return GuardedGateway(port, CircuitBreaker(clock=clocks.clock, ids=clocks.ids))

    built = ApiShop.build(pool, tmp_path, twin=clocks, wrap=guarded)
    await built.stock_up()
    yield built
    await built.client.aclose()


async def outage(api: ApiShop) -> None:
    """Let the provider die, and let the process notice."""
    api.shop.provider.before = fails(dict.fromkeys(["create_session", "retrieve", "cancel"], 1_000_000))
    order, token = await api.placed()
    for _ in range(FAILURES_MAX):
        answer = await api.send("POST", f"{ORDERS}/{order['id']}/payment", headers=token)
        assert (answer.status_code, answer.json()["code"]) == (503, "payment_provider_unavailable")


def asked(api: ApiShop) -> int:
    return sum(api.shop.provider.calls.values())


async def test_paying_is_refused_without_asking_again_and_says_when_to_come_back(api: ApiShop) -> None:
    await outage(api)
    order, token = await api.placed()
    before = asked(api)

    answers = [
        await api.send("POST", f"{ORDERS}/{order['id']}/{action}", headers=token)
        for action in ("payment", "payment", "settle", "payment")
    ]

    assert {(each.status_code, each.json()["code"]) for each in answers} == {
        (503, "payment_provider_unavailable")
    }
    assert all(1 <= int(each.headers["retry-after"]) <= WAIT_SECONDS_MAX for each in answers)
    assert asked(api) == before


async def test_browsing_carts_and_placing_go_on(api: ApiShop) -> None:
    await outage(api)

    cart, quote = await api.ready_cart()
    reads = [
        await api.get(path)
        for path in (
            "/api/v1/shop",
            "/api/v1/products",
            "/api/v1/products/blue-mug",
            "/api/v1/search?q=mug",
            f"/api/v1/live?skus={MUG}",
            f"{CARTS}/{cart['id']}",
            "/health/ready",
        )
    ]
    placed = await api.send("POST", ORDERS, {"cart_id": cart["id"], "quote_hash": quote["hash"]})

    assert {each.status_code for each in reads} == {200}
    assert placed.status_code == 201


async def test_webhooks_are_taken_meanwhile(api: ApiShop) -> None:
    order, _ = await api.placed()
    await api.shop.pay(OrderId(order["id"]))
    payment = (await api.shop.state(OrderId(order["id"]))).newest_payment
    await outage(api)
    event = api.shop.provider.event("evt_1", payment.id, api.shop.clock.now())

    answer = await api.client.post(
        "/api/v1/webhooks/stripe", content=event, headers={"stripe-signature": "signed"}
    )

    assert answer.status_code == 200


async def test_it_recovers_by_itself_and_the_same_key_pays(api: ApiShop) -> None:
    await outage(api)
    order, token = await api.placed()
    path = f"{ORDERS}/{order['id']}/payment"
    refused = await api.send("POST", path, headers=token, key="one-key-for-this-payment")
    api.shop.provider.before = lambda call: None
    api.shop.later(seconds=WAIT_SECONDS_MAX)

    started = await api.send("POST", path, headers=token, key="one-key-for-this-payment")
    api.shop.provider.pay(started.json()["redirect_url"].rsplit("/", 1)[1])
    settled = await api.send("POST", f"{ORDERS}/{order['id']}/settle", headers=token)

    assert refused.status_code == 503
    assert settled.json()["status"] == OrderStatus.PAID


async def test_orders_that_ended_in_the_outage_are_repaired_within_two_minutes_of_its_end(
    api: ApiShop,
) -> None:
    """I16 with the breaker in between: what it puts off is not put off for long."""
    paid, _ = await api.placed()
    await api.shop.pay(OrderId(paid["id"]))
    await outage(api)
    for _ in range(10):
        api.shop.later(minutes=1)
        await api.shop.reconciler.run_once()
        await api.shop.expiry.run_once()

    api.shop.provider.before = lambda call: None
    for _ in range(12):
        api.shop.later(seconds=10)
        await api.shop.reconciler.run_once()
        await api.shop.expiry.run_once()

    assert (await api.shop.state(OrderId(paid["id"]))).status is OrderStatus.PAID
    await api.shop.check()
