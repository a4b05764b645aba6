"""Five times more than fits, and a payment provider that is dead.

    python -m benchmarks.bench_overload [--quick]

First what fits: 64 connections that each send the next request when they have their answer. Then a crowd
that does not wait sends five times as many a second over 512 connections; who is sent away comes again
with the same key. What is still served within a second is the goodput; it should be at least 80 % of what
fits, and who is sent away should know within 50 ms.

Then the provider dies, in three ways: nothing listens, it accepts and never answers, it answers 500.
Shoppers go on trying to pay, as often as they are told to, while others browse; then it comes back.
The web process has a core of its own; PostgreSQL, provider and crowd share the other.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

import msgspec
import uvloop

from benchmarks.bench_checkout import SECRET_KEY, WEBHOOK_SECRET
from benchmarks.bench_flash import Cart, browse, fill_carts, pages
from benchmarks.harness import LOAD_CORE, free_port, process, wait_until_answering
from benchmarks.line import Line
from benchmarks.load import Measured, pin, request
from benchmarks.open_loop import Offered, offer
from benchmarks.report import Row, save, show
from benchmarks.running_shop import Market, RunningShop, cpu_seconds, market, running_shop
from vivamarket.payments.breaker import WAIT_SECONDS_MAX

PRODUCTS = 1_000
TIMES = 5
FITTING_CONNECTIONS = 64
CROWD_CONNECTIONS = 512
#: A client that waited so long for its answer has given up.
WITHIN_SECONDS = 1.0
GOODPUT_PERCENT_MIN = 80
SENT_AWAY_MS_MAX = 50
PAYERS = 32
OUTAGE_SECONDS = 12.0
REFUSED_SECONDS_MAX = 6.0
SLOWER_MAX = 1.5
RECOVERY_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Length:
    """How much is measured."""

    seconds: float
    carts: int
    new_carts: int


FULL = Length(seconds=4.0, carts=14_000, new_carts=60_000)
QUICK = Length(seconds=1.5, carts=4_000, new_carts=25_000)


def run(length: Length) -> list[Row]:
    """Measure overload, then outages."""
    pin(LOAD_CORE)
    with market(PRODUCTS) as stock:
        with running_shop(stock) as shop:
            sku = shop.samples[0].variants[0].sku
            carts = uvloop.run(fill_carts(shop, sku, length.carts))
            rows = [
                *overload(shop, "new carts", new_carts(shop, length.new_carts), length.seconds),
                *overload(shop, "placing", placements(carts[:-PAYERS]), length.seconds),
            ]
        return [*rows, *outages(stock, carts[-PAYERS:])]


def new_carts(shop: RunningShop, count: int) -> list[bytes]:
    """Return requests that each begin a cart."""
    skus = [product.variants[0].sku for product in shop.samples]
    run_id = f"{time.time_ns():x}"
    return [
        post(
            "/api/v1/carts",
            {
                "currency": "EUR",
                "locale": "en",
                "lines": [{"sku": skus[number % len(skus)], "quantity": 1}],
            },
            key=f"overload-{run_id}-{number}",
        )
        for number in range(count)
    ]


def placements(carts: Sequence[Cart]) -> list[bytes]:
    """Return requests that each place an order."""
    return [
        post("/api/v1/orders", {"cart_id": cart.id, "quote_hash": cart.quote_hash}, key=f"place-{cart.id}")
        for cart in carts
    ]


def post(path: str, body: object, *, key: str) -> bytes:
    """Return one changing request."""
    return request("POST", path, headers={"Idempotency-Key": key}, body=msgspec.json.encode(body))


def overload(shop: RunningShop, work: str, requests: list[bytes], seconds: float) -> list[Row]:
    """Measure what fits, offer five times that, and return how much of it was still served."""
    half = len(requests) // 2
    fitting, of_fitting = watched(shop, requests[:half], seconds, FITTING_CONNECTIONS)
    peak = fitting.served_per_second(WITHIN_SECONDS)
    crowd, of_crowd = watched(shop, requests[half:], seconds, CROWD_CONNECTIONS, TIMES * peak)
    for each in (fitting, crowd):
        if each.others or each.lost or not each.served:
            raise RuntimeError(f"{work}: {dict(each.others)}, {each.lost} connections lost")
    return overload_rows(work, peak, crowd, f"Cores at the peak: {of_fitting}; under overload: {of_crowd}.")


def watched(
    shop: RunningShop,
    requests: list[bytes],
    seconds: float,
    connections: int,
    per_second: float | None = None,
) -> tuple[Offered, str]:
    """Send the requests; return what became of them and how the two cores were shared meanwhile."""
    watched = (shop.web, shop.database)
    before = [cpu_seconds(each) for each in watched]
    offered = offer(
        shop.address,
        requests,
        seconds=seconds,
        connections=connections,
        per_second=per_second,
        core=LOAD_CORE,
    )
    web, database = ((cpu_seconds(each) - used) / seconds for each, used in zip(watched, before, strict=True))
    crowd = offered.cpu_seconds / seconds
    return offered, f"web {web:.0%} of one, database {database:.0%} and crowd {crowd:.0%} of the other"


def overload_rows(work: str, peak: float, crowd: Offered, cores: str) -> list[Row]:
    """Return the goodput and how long it took to be sent away."""
    goodput = crowd.served_per_second(WITHIN_SECONDS)
    return [
        Row(
            bench="overload",
            work=f"{work}, {TIMES} times what fits: served, of the peak",
            unit="%",
            ours=100 * goodput / peak,
            target=GOODPUT_PERCENT_MIN,
            p50_ms=statistics.median(crowd.served) * 1e3,
            p99_ms=p99_ms(crowd.served),
            note=f"peak {peak:,.0f}/s; offered {crowd.offered_per_second:,.0f}/s; served {goodput:,.0f}/s; "
            f"sent away {len(crowd.sent_away):,}; no connection was free for {crowd.unsent:,}. {cores}",
        ),
        Row(
            bench="overload",
            work=f"{work}, {TIMES} times what fits: p99 of being sent away",
            unit="ms",
            ours=p99_ms(crowd.sent_away),
            better="lower",
            target=SENT_AWAY_MS_MAX,
            p50_ms=statistics.median(crowd.sent_away) * 1e3,
        ),
    ]


def p99_ms(latencies: Sequence[float]) -> float:
    """Return the 99th percentile in milliseconds."""
    ordered = sorted(latencies)
    return ordered[int(len(ordered) * 0.99)] * 1e3


@dataclass(slots=True)
class Trying:
    """What shoppers saw who tried to pay during an outage."""

    began: float
    #: (seconds since the outage began, seconds it took) of every refusal.
    refusals: list[tuple[float, float]] = field(default_factory=list)
    paid_after: float | None = None

    @property
    def slowest_seconds(self) -> float:
        """Return the longest wait for a refusal."""
        return max(took for _, took in self.refusals)

    def at_once(self) -> list[float]:
        """Return what refusals took once the outage was known, the probes apart."""
        known = [took for at, took in self.refusals if at - took > REFUSED_SECONDS_MAX]
        return [took for took in known if took < 1.0]


#: Opens a dead provider on a port for as long as the block lasts.
Dead = Callable[[int], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def gone(port: int) -> AsyncIterator[None]:
    """Nothing listens there."""
    yield


@asynccontextmanager
async def silent(port: int) -> AsyncIterator[None]:
    """Accept every connection and never answer."""
    kept: list[asyncio.StreamWriter] = []

    async def keep(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept.append(writer)

    async with await asyncio.start_server(keep, "127.0.0.1", port):
        yield
        for writer in kept:
            writer.close()


@asynccontextmanager
async def broken(port: int) -> AsyncIterator[None]:
    """Answer 500 to everything."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 500 Broken\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
            await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", port):
        yield


DEATHS: dict[str, Dead] = {"gone": gone, "silent": silent, "answering 500": broken}


def outages(stock: Market, carts: Sequence[Cart]) -> list[Row]:
    """Let the provider die in every way; return what it was like."""
    port = free_port()
    environ = {
        "VIVA_STRIPE_API_BASE": f"http://127.0.0.1:{port}/sandbox",
        "VIVA_STRIPE_SECRET_KEY": SECRET_KEY,
        "VIVA_STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
    }
    rows: list[Row] = []
    shares = len(carts) // len(DEATHS)
    for number, (name, dead) in enumerate(DEATHS.items()):
        mine = carts[number * shares : (number + 1) * shares]
        with running_shop(stock, environ) as shop:
            paths = pages(shop.samples)
            browse(shop, paths)
            quiet = browse(shop, paths)
            trying, busy = uvloop.run(outage(shop, port, dead, mine, paths))
        rows += outage_rows(name, trying, quiet, busy)
    return rows


async def outage(
    shop: RunningShop, port: int, dead: Dead, carts: Sequence[Cart], paths: Sequence[str]
) -> tuple[Trying, Measured]:
    """Place orders, try to pay them in the outage while others browse, and go on until one can be paid."""
    orders = [await place(shop, cart) for cart in carts]
    trying = Trying(time.perf_counter())
    async with asyncio.TaskGroup() as crowd:
        over = asyncio.Event()
        async with dead(port):
            payers = [
                crowd.create_task(try_to_pay(shop, path, token, trying, over)) for path, token in orders
            ]
            busy = await asyncio.to_thread(browse, shop, paths)
            await asyncio.sleep(max(0.0, trying.began + OUTAGE_SECONDS - time.perf_counter()))
        with contextlib.ExitStack() as back:
            # In a thread: its start takes seconds, and the shoppers' clocks run in this loop.
            await asyncio.to_thread(back.enter_context, sandbox(shop, port))
            back_at = time.perf_counter()
            await asyncio.wait(payers, timeout=RECOVERY_SECONDS_MAX, return_when=asyncio.FIRST_COMPLETED)
            trying.paid_after = time.perf_counter() - back_at
            over.set()
            await asyncio.wait(payers)
    return trying, busy


async def place(shop: RunningShop, cart: Cart) -> tuple[str, dict[str, str]]:
    """Place the cart's order; return its address and the header that opens it."""
    line = await Line.open(*shop.address)
    body = {"cart_id": cart.id, "quote_hash": cart.quote_hash}
    placed = await line.ask("POST", "/api/v1/orders", body, headers={"Idempotency-Key": f"place-{cart.id}"})
    line.close()
    return f"/api/v1/orders/{placed['order']['id']}", {"Authorization": f"Bearer {placed['token']}"}


async def try_to_pay(
    shop: RunningShop, path: str, token: dict[str, str], trying: Trying, over: asyncio.Event
) -> None:
    """Ask for the payment page as often as the shop says, until there is one or it is over."""
    line = await Line.open(*shop.address)
    headers = {**token, "Idempotency-Key": f"pay-{path[-36:]}"}
    while not over.is_set():
        begun = time.perf_counter()
        answer = await line.exchange("POST", f"{path}/payment", headers=headers)
        now = time.perf_counter()
        if answer.status == 200:
            break
        if answer.status != 503 or answer.retry_after_seconds is None:
            raise RuntimeError(f"paying: {answer.status} {answer.body[:300]!r}")
        trying.refusals.append((now - trying.began, now - begun))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), answer.retry_after_seconds)
    line.close()


@contextlib.contextmanager
def sandbox(shop: RunningShop, port: int) -> Iterator[None]:
    """Bring the provider back."""
    command = [sys.executable, "-m", "benchmarks.sandbox_app", str(port), SECRET_KEY]
    command += [f"{shop.url}/api/v1/webhooks/stripe", WEBHOOK_SECRET, str(shop.folder / f"sandbox-{port}.db")]
    log = shop.folder / "sandbox.log"
    with process(command, log=log) as child:
        wait_until_answering(f"http://127.0.0.1:{port}/sandbox/", child, log, status=404)
        yield


def outage_rows(name: str, trying: Trying, quiet: Measured, busy: Measured) -> list[Row]:
    """Return the figures of one outage beside what was asked for."""
    at_once = trying.at_once()
    assert trying.paid_after is not None
    return [
        Row(
            bench="overload",
            work=f"provider {name}: slowest refusal of a payment",
            unit="s",
            ours=trying.slowest_seconds,
            better="lower",
            target=REFUSED_SECONDS_MAX,
            note=f"{len(trying.refusals)} refusals in {OUTAGE_SECONDS:.0f} s, {len(at_once)} at once.",
        ),
        Row(
            bench="overload",
            work=f"provider {name}: p99 of a refusal once it is known",
            unit="ms",
            ours=p99_ms(at_once),
            better="lower",
            target=SENT_AWAY_MS_MAX,
        ),
        Row(
            bench="overload",
            work=f"provider {name}: browsing, times slower",
            unit="×",
            ours=quiet.per_second / busy.per_second,
            better="lower",
            target=SLOWER_MAX,
            p50_ms=busy.p50_ms,
            p99_ms=busy.p99_ms,
            note=f"{busy.per_second:,.0f}/s; before the outage {quiet.per_second:,.0f}/s, "
            f"p99 {quiet.p99_ms:.2f} ms.",
        ),
        Row(
            bench="overload",
            work=f"provider {name}: until paying works after it is back",
            unit="s",
            ours=trying.paid_after,
            better="lower",
            target=WAIT_SECONDS_MAX,
        ),
    ]


def main() -> None:
    """Measure, show and save."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="a third of the time")
    chosen = options.parse_args()
    rows = run(QUICK if chosen.quick else FULL)
    show(rows)
    save(rows, quick=chosen.quick)


if __name__ == "__main__":
    main()
