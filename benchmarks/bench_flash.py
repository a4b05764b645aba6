"""A flash sale: 1,000 units of one SKU, 10,000 shoppers who all order at the same moment.

    python -m benchmarks.bench_flash [--quick]

Each shopper has filled a cart and seen its price before. At the gun each places the order with a key of
its own, over one of 32 connections that all of them share; who is told to come back (503, or 409 while the
first try is still running) waits as long as `Retry-After` says and sends the same request with the same key.
Exactly 1,000 may be sold, and nobody may be told "sold out" while a unit is left. Others browse meanwhile;
their figure is compared with the same browsing before the sale. Then every promise is checked.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvloop

from benchmarks.bench_checkout import DETAILS
from benchmarks.harness import LOAD_CORE
from benchmarks.line import Line, Refused
from benchmarks.load import Measured, measure, pin, request
from benchmarks.report import Row, save, show
from benchmarks.running_shop import RunningShop, market, running_shop
from vivamarket.bootstrap.shop import open_shop
from vivamarket.catalog.model import Product
from vivamarket.cli.auditing import audit
from vivamarket.kernel.ids import Sku
from vivamarket.settings import Settings

UNITS = 1_000
SHOPPERS = 10_000
QUICK_UNITS = 200
QUICK_SHOPPERS = 2_000
CONNECTIONS = 32
PREPARING_CONNECTIONS = 16
TRIES_MAX = 60
PRODUCTS = 1_000
BROWSING_SECONDS = 4.0
BROWSING_CONNECTIONS = 16

PLACEMENTS_PER_SECOND_MIN = 300
P99_MS_MAX = 150
SLOWER_MAX = 2.0


@dataclass(frozen=True, slots=True)
class Cart:
    """One shopper's cart, ready to be ordered."""

    id: str
    quote_hash: str


@dataclass(slots=True)
class Sale:
    """What became of everybody."""

    began: float
    ended: float = 0.0
    #: Seconds of each exchange of a placing request, and when each order was told.
    exchanges: list[float] = field(default_factory=list)
    sold_at: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    #: Times that a shopper was told to come back.
    sent_back: int = 0
    #: Refusals that named a unit which was left.
    false_refusals: int = 0

    @property
    def placements_per_second(self) -> float:
        """Return orders a second from the gun until the last unit was sold."""
        return len(self.sold_at) / (max(self.sold_at) - self.began)


class Lines:
    """A bounded number of connections that many shoppers share."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._free: asyncio.LifoQueue[Line] = asyncio.LifoQueue()
        for line in lines:
            self._free.put_nowait(line)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Line]:
        """Lend a connection, once one is free."""
        line = await self._free.get()
        try:
            yield line
        finally:
            self._free.put_nowait(line)


@asynccontextmanager
async def connected(shop: RunningShop, count: int) -> AsyncIterator[Lines]:
    """Lend so many connections to the shop."""
    lines = [await Line.open(*shop.address) for _ in range(count)]
    try:
        yield Lines(lines)
    finally:
        for line in lines:
            line.close()


async def fill_carts(shop: RunningShop, sku: Sku, count: int) -> list[Cart]:
    """Make the carts through the API, each with one unit, an address and a price that was seen."""
    run = f"{time.time_ns():x}"

    async def fill(number: int) -> Cart:
        async with lines.one() as line:
            wish = {"currency": "EUR", "locale": "en", "lines": [{"sku": sku, "quantity": 1}]}
            cart = await _insist(line, "POST", "/api/v1/carts", wish, f"flash-{run}-{number}-cart")
            path = f"/api/v1/carts/{cart['id']}"
            await _insist(line, "PUT", f"{path}/details", DETAILS, f"flash-{run}-{number}-details")
            quote = await line.ask("GET", f"{path}/quote")
            return Cart(cart["id"], quote["hash"])

    async with connected(shop, PREPARING_CONNECTIONS) as lines:
        return list(await asyncio.gather(*(fill(number) for number in range(count))))


async def _insist(line: Line, method: str, path: str, body: object, key: str) -> dict[str, str]:
    """Ask until the shop has time for it."""
    for _ in range(TRIES_MAX):
        answer = await line.exchange(method, path, body, headers={"Idempotency-Key": key})
        if answer.retry_after_seconds is None:
            break
        await asyncio.sleep(answer.retry_after_seconds)
    if answer.status >= 300:
        raise Refused(f"{method} {path}: {answer.status} {answer.body[:600]!r}")
    decoded: dict[str, str] = answer.json()
    return decoded


async def sell(shop: RunningShop, carts: Sequence[Cart]) -> Sale:
    """Fire the gun; return when every shopper has an answer."""
    run = f"{time.time_ns():x}"
    async with connected(shop, CONNECTIONS) as lines:
        sale = Sale(time.perf_counter())
        async with asyncio.TaskGroup() as crowd:
            for number, cart in enumerate(carts):
                crowd.create_task(_order(lines, cart, f"flash-{run}-{number}", sale))
        sale.ended = time.perf_counter()
    return sale


async def _order(lines: Lines, cart: Cart, key: str, sale: Sale) -> None:
    confirmed = {"cart_id": cart.id, "quote_hash": cart.quote_hash}
    for _ in range(TRIES_MAX):
        async with lines.one() as line:
            begun = time.perf_counter()
            answer = await line.exchange(
                "POST", "/api/v1/orders", confirmed, headers={"Idempotency-Key": key}
            )
            ended = time.perf_counter()
        sale.exchanges.append(ended - begun)
        if answer.status == 201:
            sale.sold_at.append(ended)
            sale.outcomes["sold"] += 1
            return
        if answer.retry_after_seconds is None:
            problem = answer.json()
            sale.outcomes[str(problem["code"])] += 1
            sale.false_refusals += any(each["available"] for each in problem.get("skus", ()))
            return
        sale.sent_back += 1
        await asyncio.sleep(answer.retry_after_seconds)
    sale.outcomes["gave up"] += 1


def browse(shop: RunningShop, paths: Sequence[str]) -> Measured:
    """Read these pages over and over again."""
    requests = [request("GET", path) for path in paths]
    return measure(
        shop.address,
        requests,
        seconds=BROWSING_SECONDS,
        connections=BROWSING_CONNECTIONS,
        core=LOAD_CORE,
        warm_up=False,
    ).require_only(200)


def pages(products: Sequence[Product]) -> list[str]:
    """Return what a shopper without a wish looks at: product pages and lists."""
    details = [f"/en/p/{product.text('en').slug}/" for product in products[:50]]
    return [path for page in details for path in (page, "/api/v1/products?limit=24")]


async def sell_while_browsed(
    shop: RunningShop, carts: Sequence[Cart], paths: Sequence[str]
) -> tuple[Sale, Measured]:
    """Sell and let others browse from the same moment on."""
    browsing = asyncio.create_task(asyncio.to_thread(browse, shop, paths))
    sale = await sell(shop, carts)
    return sale, await browsing


async def count(shop: RunningShop, sku: Sku, units: int) -> None:
    """Put exactly so many on the shelf."""
    async with open_shop(Settings.from_env(shop.environ), role="bench") as opened:
        await opened.stock.set_on_hand([(sku, units)])


def check(shop: RunningShop, sale: Sale, units: int, shoppers: int) -> None:
    """Raise unless exactly the stock was sold, each refusal was true and every promise holds."""
    expected = Counter({"sold": units, "out_of_stock": shoppers - units})
    if sale.outcomes != expected or sale.false_refusals:
        raise RuntimeError(f"{dict(sale.outcomes)}, {sale.false_refusals} refused with units left")
    report, _ = audit(shop.environ["VIVA_DATABASE_URL"], None)
    if not report.holds or report.orders != units:
        raise RuntimeError(f"{report.orders} orders of {units} units; {report.violations[:5]}")


def run(units: int, shoppers: int) -> list[Row]:
    """Hold the sale and return what it was like."""
    pin(LOAD_CORE)
    with market(PRODUCTS) as stock, running_shop(stock) as shop:
        sku = shop.samples[0].variants[0].sku
        asyncio.run(count(shop, sku, units))
        carts = uvloop.run(fill_carts(shop, sku, shoppers))
        paths = pages(shop.samples)
        browse(shop, paths)
        quiet = browse(shop, paths)
        sale, busy = uvloop.run(sell_while_browsed(shop, carts, paths))
        check(shop, sale, units, shoppers)
    return rows(sale, quiet, busy, units, shoppers)


def rows(sale: Sale, quiet: Measured, busy: Measured, units: int, shoppers: int) -> list[Row]:
    """Return the figures beside what was asked for."""
    ordered = sorted(sale.exchanges)
    p99_ms = ordered[int(len(ordered) * 0.99)] * 1e3
    named = f"{shoppers:,} shoppers, {units:,} units"
    note = f"{sale.sent_back:,} times told to come back; all answered in {sale.ended - sale.began:.1f} s"
    return [
        Row(
            bench="flash",
            work=f"placements until sold out, {named}",
            unit="/s",
            ours=sale.placements_per_second,
            target=PLACEMENTS_PER_SECOND_MIN,
            p50_ms=statistics.median(ordered) * 1e3,
            p99_ms=p99_ms,
            note=note,
        ),
        Row(
            bench="flash",
            work=f"p99 of an answer to a shopper who places, {named}",
            unit="ms",
            ours=p99_ms,
            better="lower",
            target=P99_MS_MAX,
        ),
        Row(
            bench="flash",
            work=f"units sold, {named}",
            unit="units",
            ours=sale.outcomes["sold"],
            target=units,
            note="exactly, or the run fails; nobody was refused while a unit was left; every invariant held",
        ),
        Row(
            bench="flash",
            work=f"browsing slower beside the sale, {named}",
            unit="×",
            ours=quiet.per_second / busy.per_second,
            better="lower",
            target=SLOWER_MAX,
            p50_ms=busy.p50_ms,
            p99_ms=busy.p99_ms,
            note=f"{BROWSING_CONNECTIONS} connections reading pages and lists: {quiet.per_second:,.0f}/s "
            f"(p99 {quiet.p99_ms:.1f} ms) before, {busy.per_second:,.0f}/s beside it",
        ),
    ]


def main() -> None:
    """Measure, show and save."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help=f"{QUICK_SHOPPERS:,} shoppers")
    chosen = options.parse_args()
    found = run(QUICK_UNITS, QUICK_SHOPPERS) if chosen.quick else run(UNITS, SHOPPERS)
    show(found)
    save(found, quick=chosen.quick)


if __name__ == "__main__":
    main()
