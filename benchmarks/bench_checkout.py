"""Whole checkouts a second: from an empty cart to an order that is paid, with every request there is.

    python -m benchmarks.bench_checkout [--quick]

Each of 16 shoppers, one after the other: new cart with a line, address and shipping, quote, order,
payment page, pay (at the sandbox, in a process of its own), return page. The shop's web process has one
core; PostgreSQL, worker, sandbox and the shoppers share the other. An order counts when the return page
says `paid`. The reference is the same number of requests to a bare server.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time
from dataclasses import dataclass, field

import uvloop

from benchmarks.harness import (
    LOAD_CORE,
    free_port,
    process,
    reference_rate,
    wait_until_answering,
)
from benchmarks.line import Line, Refused
from benchmarks.load import pin
from benchmarks.report import Row, save, show
from benchmarks.running_shop import RunningShop, market, running_shop, running_worker

SHOPPERS = 16
SECONDS = 15.0
QUICK_SECONDS = 3.0
SIZE = 1_000
REQUESTS_PER_ORDER = 6
SECRET_KEY = "sk_test_benchmark"
WEBHOOK_SECRET = "whsec_benchmark"
SEED = 11
DETAILS = {
    "email": "jo@example.com",
    "shipping_address": {
        "name": "Jo Bench",
        "line1": "Calle Mayor 1",
        "city": "Madrid",
        "postal_code": "28013",
        "country": "ES",
    },
    "shipping_method": "standard",
}


@dataclass(slots=True)
class Tally:
    """What all shoppers together did."""

    deadline: float
    orders: list[float] = field(default_factory=list)


class Shopper:
    """Buys one order after the other."""

    def __init__(self, number: int, skus: list[str], tally: Tally) -> None:
        self._chance = random.Random(SEED + number)
        self._skus = skus
        self._tally = tally
        #: No two runs share a key, or the second would only be told the first one's answers.
        self._run = f"{time.time_ns():x}-{number}"
        self._sent = 0

    async def shop(self, shop: tuple[str, int], sandbox: tuple[str, int]) -> None:
        """Buy until the time is over."""
        line, provider = await Line.open(*shop), await Line.open(*sandbox)
        while time.perf_counter() < self._tally.deadline:
            begun = time.perf_counter()
            await self._order(line, provider)
            self._tally.orders.append(time.perf_counter() - begun)
        line.close()
        provider.close()

    async def _order(self, line: Line, provider: Line) -> None:
        first = {"sku": self._chance.choice(self._skus), "quantity": 1}
        wish = {"currency": "EUR", "locale": "en", "lines": [first]}
        cart = await line.ask("POST", "/api/v1/carts", wish, headers=self._key())
        await line.ask("PUT", f"/api/v1/carts/{cart['id']}/details", DETAILS, headers=self._key())
        quote = await line.ask("GET", f"/api/v1/carts/{cart['id']}/quote")
        confirmed = {"cart_id": cart["id"], "quote_hash": quote["hash"]}
        placed = await line.ask("POST", "/api/v1/orders", confirmed, headers=self._key())
        path = f"/api/v1/orders/{placed['order']['id']}"
        token = {"Authorization": f"Bearer {placed['token']}"}
        payment = await line.ask("POST", f"{path}/payment", {}, headers={**self._key(), **token})
        session = payment["redirect_url"].rsplit("/", 1)[1]
        await provider.ask(
            "POST",
            f"/sandbox/_control/sessions/{session}/pay",
            {"card": "visa"},
            headers={"Authorization": f"Bearer {SECRET_KEY}"},
        )
        order = await line.ask("POST", f"{path}/settle", {}, headers={**self._key(), **token})
        if order["status"] != "paid":
            raise Refused(f"the order is {order['status']}")

    def _key(self) -> dict[str, str]:
        self._sent += 1
        return {"Idempotency-Key": f"bench-{self._run}-{self._sent}"}


async def buy(shop: RunningShop, sandbox: tuple[str, int], seconds: float) -> Tally:
    """Let all shoppers buy for that long."""
    skus = [product.variants[0].sku for product in shop.samples]
    tally = Tally(time.perf_counter() + seconds)
    async with asyncio.TaskGroup() as crowd:
        for number in range(SHOPPERS):
            crowd.create_task(Shopper(number, list(map(str, skus)), tally).shop(shop.address, sandbox))
    return tally


def run(seconds: float) -> list[Row]:
    """Measure whole checkouts."""
    pin(LOAD_CORE)
    port = free_port()
    environ = {
        "VIVA_STRIPE_API_BASE": f"http://127.0.0.1:{port}/sandbox",
        "VIVA_STRIPE_SECRET_KEY": SECRET_KEY,
        "VIVA_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }
    with market(SIZE) as stock, running_shop(stock, environ) as shop, running_worker(shop):
        command = [sys.executable, "-m", "benchmarks.sandbox_app", str(port), SECRET_KEY]
        command += [f"{shop.url}/api/v1/webhooks/stripe", WEBHOOK_SECRET, str(stock.folder / "sandbox.db")]
        log = stock.folder / "sandbox.log"
        with process(command, log=log) as child:
            wait_until_answering(f"http://127.0.0.1:{port}/sandbox/", child, log, status=404)
            sandbox = ("127.0.0.1", port)
            uvloop.run(buy(shop, sandbox, seconds / 5))
            begun = time.perf_counter()
            tally = uvloop.run(buy(shop, sandbox, seconds))
            took = time.perf_counter() - begun
    bare = reference_rate(b"x" * 1_500, seconds / 3)
    ordered = sorted(tally.orders)
    return [
        Row(
            bench="checkout",
            work="whole checkout to a paid order",
            unit="/s",
            ours=len(ordered) / took,
            reference=bare.per_second / REQUESTS_PER_ORDER,
            reference_name="bare ASGI ÷ 6 requests",
            target=400,
            p50_ms=statistics.median(ordered) * 1e3,
            p99_ms=ordered[int(len(ordered) * 0.99)] * 1e3,
            note="p50 and p99 are of the whole checkout of one shopper among 16.",
        )
    ]


def main() -> None:
    """Measure, show and save."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="3 s")
    chosen = options.parse_args()
    rows = run(QUICK_SECONDS if chosen.quick else SECONDS)
    show(rows)
    save(rows, quick=chosen.quick)


if __name__ == "__main__":
    main()
