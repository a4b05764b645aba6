"""More than a process can do is sent away at once; what waits for the provider takes nobody's place."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
import structlog
from tests.helpers.catalog import StillClock
from tests.helpers.quiet_api import quiet_client

from vivamarket.api import ApiConfig
from vivamarket.api.admission import BEGINNING_SHARE, RETRY_AFTER_SECONDS, Admission, Lane, lane_of
from vivamarket.cart.errors import CartNotFound
from vivamarket.orders.errors import OrderNotFound

CART = "/api/v1/carts/" + "c" * 24
PAYMENT = "/api/v1/orders/018bcfe5-6800-7fff-bfff-ffffffffffff/payment"
FEW = ApiConfig(
    requests_at_once_min=4, requests_at_once_first=8, paying_at_once_max=3, mutations_per_second_max=None
)
TICK = timedelta(seconds=0.01)
CHANGE = {"idempotency-key": "a-key-of-ours-that-nobody-guesses", "authorization": "Bearer some-token"}


class Held:
    """A service whose every call waits until it is let go, and then knows nothing."""

    def __init__(self, error: Exception) -> None:
        self.go = asyncio.Event()
        self.calls = 0
        self.reached = asyncio.Semaphore(0)
        self._error = error

    def __getattr__(self, name: str) -> Any:
        async def wait(*_args: object, **_named: object) -> None:
            self.calls += 1
            self.reached.release()
            await self.go.wait()
            raise self._error

        return wait


@pytest.fixture
def carts() -> Held:
    return Held(CartNotFound("no such cart"))


def admission(clock: StillClock, **changed: Any) -> Admission:
    limits: dict[str, Any] = {
        "at_once_min": 10,
        "at_once_first": 100,
        "at_once_max": 400,
        "paying_at_once_max": 5,
        "latency_seconds_target": 0.05,
    }
    return Admission(clock, **{**limits, **changed})


async def settled(count: int, held: Held) -> None:
    """Wait until so many calls have reached the service."""
    for _ in range(count):
        await held.reached.acquire()


@pytest.mark.parametrize(
    ("method", "path", "lane"),
    [
        ("GET", "/health/ready", None),
        ("GET", "/api/v1/products/mug", Lane.ORDINARY),
        ("POST", "/api/v1/carts", Lane.BEGINNING),
        ("POST", f"{CART}/lines", Lane.ORDINARY),
        ("POST", "/api/v1/orders", Lane.ORDINARY),
        ("POST", PAYMENT, Lane.PAYING),
        ("POST", "/api/v1/orders/1/settle", Lane.PAYING),
        ("POST", "/api/v1/orders/1/cancel", Lane.PAYING),
        ("POST", "/api/v1/staff/orders/1/refunds", Lane.PAYING),
        ("GET", "/api/v1/orders/1/payment", Lane.ORDINARY),
        ("POST", "/api/v1/webhooks/stripe", Lane.ORDINARY),
    ],
)
def test_a_request_goes_into_the_lane_of_its_work(method: str, path: str, lane: Lane | None) -> None:
    assert lane_of(method, path) is lane


def test_no_more_than_the_limit_is_in_work_and_a_place_that_is_left_is_free() -> None:
    gate = admission(StillClock())

    taken = [gate.enter(Lane.ORDINARY) for _ in range(101)]
    gate.leave(Lane.ORDINARY, 0.01)

    assert taken == [True] * 100 + [False]
    assert gate.enter(Lane.ORDINARY)
    assert not gate.enter(Lane.ORDINARY)


def test_who_has_begun_goes_before_who_begins() -> None:
    gate = admission(StillClock())

    begun = sum(gate.enter(Lane.BEGINNING) for _ in range(200))
    others = sum(gate.enter(Lane.ORDINARY) for _ in range(200))

    assert (begun, others) == (int(100 * BEGINNING_SHARE), 25)


def test_waiting_for_the_provider_takes_no_other_place() -> None:
    gate = admission(StillClock())

    assert sum(gate.enter(Lane.PAYING) for _ in range(50)) == 5
    assert sum(gate.enter(Lane.ORDINARY) for _ in range(200)) == 100
    gate.leave(Lane.PAYING, 6.0)
    assert gate.enter(Lane.PAYING)


@pytest.mark.parametrize("per_second", [300, 1_000, 3_000])
def test_the_limit_follows_what_the_machine_can_do(per_second: int) -> None:
    """A server that does so many a second is offered five times as many, for 30 s of its own time."""
    clock = StillClock()
    gate = admission(clock)
    waiting: list[float] = []
    latencies: list[float] = []
    for tick in range(3_000):
        waiting += [clock.monotonic() for _ in range(per_second // 20) if gate.enter(Lane.ORDINARY)]
        clock.time += TICK
        done, waiting = waiting[: per_second // 100], waiting[per_second // 100 :]
        for began in done:
            seconds = clock.monotonic() - began
            gate.leave(Lane.ORDINARY, seconds)
            if tick > 1_000:
                latencies.append(seconds)

    assert len(latencies) > 0.95 * per_second * 20
    assert sum(latencies) / len(latencies) < 0.075
    assert 10 <= gate.limit <= 0.1 * per_second


def test_an_outage_shrinks_the_limit_to_its_least_and_it_grows_back() -> None:
    clock = StillClock()
    gate = admission(clock)

    limits = []
    for seconds in (5.0, 0.01):
        for _ in range(3_000):
            for _ in range(20):
                while gate.enter(Lane.ORDINARY):
                    pass
                gate.leave(Lane.ORDINARY, seconds)
            clock.time += timedelta(seconds=0.3)
        limits.append(gate.limit)

    assert limits == [10, 400]


async def test_beyond_the_limit_the_answer_is_503_at_once_and_says_when_to_come_back(carts: Held) -> None:
    async with quiet_client(FEW, carts=carts) as client:
        served = asyncio.gather(*(client.get(CART) for _ in range(8)))
        await settled(8, carts)

        shed = [await client.get(CART, headers={"x-request-id": f"my-own-id-{n}"}) for n in range(6)]
        carts.go.set()
        answers = await served
        again = await client.get(CART)

    assert {each.status_code for each in shed} == {503}
    assert {each.json()["code"] for each in shed} == {"overloaded"}
    assert {int(each.headers["retry-after"]) for each in shed} == set(RETRY_AFTER_SECONDS)
    for number, each in enumerate(shed):
        assert each.headers["x-request-id"] == each.json()["request_id"] == f"my-own-id-{number}"
        assert each.headers["content-type"] == "application/problem+json"
        assert each.headers["cache-control"] == "no-store"
        assert each.json()["retry_after_seconds"] == int(each.headers["retry-after"])
    assert {each.status_code for each in (*answers, again)} == {404}
    assert carts.calls == 9


async def test_who_asks_for_the_head_is_sent_away_without_a_body(carts: Held) -> None:
    async with quiet_client(FEW, carts=carts) as client:
        served = asyncio.gather(*(client.get(CART) for _ in range(8)))
        await settled(8, carts)
        shed = await client.head(CART)
        carts.go.set()
        await served

    assert (shed.status_code, shed.content) == (503, b"")


async def test_health_is_answered_when_everything_is_full(carts: Held) -> None:
    async with quiet_client(FEW, carts=carts) as client:
        served = asyncio.gather(*(client.get(CART) for _ in range(8)))
        await settled(8, carts)
        alive = await client.get("/health/live")
        carts.go.set()
        await served

    assert alive.status_code == 200


async def test_payments_that_wait_leave_the_carts_alone(carts: Held) -> None:
    orders = Held(OrderNotFound("no such order"))
    async with quiet_client(FEW, carts=carts, orders=orders) as client:
        paying = asyncio.gather(*(client.post(PAYMENT, headers=CHANGE) for _ in range(3)))
        await settled(3, orders)

        refused = await client.post(PAYMENT, headers=CHANGE)
        carts.go.set()
        cart = await client.get(CART)
        orders.go.set()
        answers = await paying

    assert (refused.status_code, refused.json()["code"]) == (503, "overloaded")
    assert cart.status_code == 404
    assert {each.status_code for each in answers} == {404}


async def test_many_sent_away_are_one_line_in_the_log(carts: Held) -> None:
    clock = StillClock()
    async with quiet_client(FEW, clock=clock, carts=carts) as client:
        served = asyncio.gather(*(client.get(CART) for _ in range(8)))
        await settled(8, carts)
        with structlog.testing.capture_logs() as lines:
            for _ in range(50):
                await client.get(CART)
            clock.time += timedelta(seconds=1)
            await client.get(CART)
        carts.go.set()
        await served

    assert [line["count"] for line in lines if line["event"] == "requests_shed"] == [51]
    assert not [line for line in lines if line["event"] == "request"]
