"""Orders placed a second: the batched placement beside `pgbench` calling the same function per order.

    python -m benchmarks.bench_placement [--seconds 5] [--quick] [--json]

Placement alone: prices are decided before and the order's document and answer are ready, as they are
when the placing use case hands them over. Each order has two lines; with ``hot SKU`` one of them is the
same for everybody. fsync is on; an order counts when its transaction is on disk. PostgreSQL runs on one
core, the application (or pgbench) on the other, both with 16 clients.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import msgspec
import psutil
import uvloop

from benchmarks.harness import LOAD_CORE, SERVER_CORE, folder
from benchmarks.ready_orders import ANSWER, Orders
from benchmarks.report import Row, save, show
from vivamarket.adapters.local.postgres_server import EmbeddedPostgres, programs_folder
from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.adapters.postgres.migrate import migrate
from vivamarket.adapters.postgres.order_document import encode_document
from vivamarket.adapters.postgres.placements import PostgresPlacementStore
from vivamarket.adapters.postgres.pool import create_pool
from vivamarket.checkout.batcher import Batcher
from vivamarket.checkout.model import Placement, PlacementAnswer, PlacementOutcome
from vivamarket.kernel.ids import Sku

CLIENTS = 16
SKUS_COUNT = 1_000
CARTS_PER_SECOND_MAX = 20_000
SECONDS = 5.0
QUICK_SECONDS = 1.5
HOT = Sku("HOT")
PGBENCH_TIMEOUT_SECONDS = 120.0

_PGBENCH = """
WITH n AS (SELECT nextval('bench_cart')::text AS n, now() AS at)
SELECT p.outcome FROM n, place_orders(
    ARRAY[gen_random_uuid()], ARRAY['PG-' || n], ARRAY['cart-' || n], ARRAY[1], ARRAY[decode(md5(n), 'hex')],
    ARRAY['jo@example.com'], ARRAY['en'], ARRAY['EUR'], ARRAY[3489::bigint], ARRAY[2478::bigint],
    ARRAY[405::bigint], ARRAY[606::bigint], ARRAY['{document}'], ARRAY[at],
    ARRAY[at + interval '15 minutes'], ARRAY[gen_random_uuid()], ARRAY['key-' || n],
    ARRAY[decode(md5(n), 'hex')], ARRAY[201], ARRAY['{answer}'::bytea],
    ARRAY[1], ARRAY[2], ARRAY['{first}', 'SKU-' || (n::bigint % 1000)], ARRAY['p-1', 'p-2'], ARRAY[1, 1],
    ARRAY[1250::bigint, 1749], ARRAY[0::bigint, 0], ARRAY[217::bigint, 304], ARRAY[1250::bigint, 1749],
    ARRAY[true, true], ARRAY[1], ARRAY[2], ARRAY[1, 2], ARRAY[1, 1], ARRAY[false, false],
    ARRAY['main', 'main'], ARRAY['{first}', 'SKU-' || (n::bigint % 1000)]
) AS p;
"""
_TPS = re.compile(r"tps = ([0-9.]+)")


@dataclass(frozen=True, slots=True)
class Figures:
    """Orders a second, and every order's seconds, sorted."""

    per_second: float
    latencies: list[float]

    def at(self, share: float) -> float:
        """Return the latency in milliseconds below which that share of the orders lies."""
        return self.latencies[min(int(len(self.latencies) * share), len(self.latencies) - 1)] * 1_000


class Workbench:
    """A fresh durable PostgreSQL on the load's core, with stock and empty carts."""

    def __init__(self, place: Path) -> None:
        self.server = EmbeddedPostgres(place / "postgres", log_file=place / "log", durable=True)

    def __enter__(self) -> Workbench:
        self.server.start()
        process = psutil.Process(self.server.process_id)
        for each in [process, *process.children(recursive=True)]:
            each.cpu_affinity([LOAD_CORE])
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()

    async def fill(self, carts: int) -> str:
        """Make a new database with that many carts; return its address."""
        self.server.create_database("bench")
        connection = await asyncpg.connect(self.server.url())
        await connection.execute("DROP DATABASE bench")
        await connection.execute("CREATE DATABASE bench")
        await connection.close()
        url = self.server.url("bench")
        connection = await asyncpg.connect(url)
        await migrate(connection)
        await connection.execute(
            """
            INSERT INTO cart (id, version, doc, updated_at)
            SELECT 'cart-' || n, 1, '{}', now() FROM generate_series(1, $1::int) AS n
            """,
            carts,
        )
        await connection.execute(
            """
            INSERT INTO stock_item (location_id, sku, on_hand)
            SELECT 'main', shelf || n, 1000000000
            FROM unnest(ARRAY['FIRST-', 'SKU-']) AS shelf, generate_series(0, $1::int - 1) AS n
            UNION ALL SELECT 'main', 'HOT', 1000000000
            """,
            SKUS_COUNT,
        )
        await connection.execute("CREATE SEQUENCE bench_cart")
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
        await connection.close()
        return url


def statement(document: str, first: str) -> str:
    """Return what pgbench runs on one line: an order of two lines, placed by the shop's own function."""
    filled = _PGBENCH.replace("{document}", document).replace("{answer}", ANSWER.decode())
    return " ".join(filled.replace("{first}", first).split())


def pgbench(bench: Workbench, place: Path, *, hot: bool, seconds: float) -> float:
    """Return transactions a second of one order per call: what the database gives without us."""
    url = asyncio.run(bench.fill(int(seconds * CARTS_PER_SECOND_MAX / 2)))
    orders = Orders(lambda number: (HOT, _second(number)))
    document = _document_of(orders.next())
    first = "HOT" if hot else "FIRST-' || ((n::bigint * 7) % 1000) || '"
    script = place / "place.sql"
    script.write_text(statement(document, first))
    command = [
        str(programs_folder() / "pgbench"), "--no-vacuum", "--protocol=prepared", f"--client={CLIENTS}",
        f"--time={max(int(seconds), 1)}", f"--file={script}", url,
    ]  # fmt: skip
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=PGBENCH_TIMEOUT_SECONDS, check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, {SERVER_CORE}),
    )  # fmt: skip
    found = _TPS.search(done.stdout)
    if done.returncode or not found:
        raise RuntimeError(f"pgbench failed: {done.stderr[-2000:]}")
    return float(found[1])


async def placement(url: str, *, first: Callable[[int], Sku], clients: int, seconds: float) -> Figures:
    """Return what the shop's own placing store and batcher do with that many clients."""
    tasks = AsyncioTasks()
    pool = await create_pool(url, size_max=2, application_name="bench")
    batcher: Batcher[Placement, PlacementAnswer] = Batcher(PostgresPlacementStore(pool).place, tasks)
    orders = Orders(lambda number: (first(number), _second(number)))
    latencies: list[float] = []

    async def client(until: float) -> None:
        while time.perf_counter() < until:
            request = orders.next()
            begun = time.perf_counter()
            answer = await batcher.submit(request)
            latencies.append(time.perf_counter() - begun)
            if answer.outcome is not PlacementOutcome.PLACED:
                raise RuntimeError(f"an order was {answer.outcome}")

    begun = time.perf_counter()
    await asyncio.gather(*(client(begun + seconds) for _ in range(clients)))
    lasted = time.perf_counter() - begun
    await pool.close()
    return Figures(len(latencies) / lasted, sorted(latencies))


def _second(number: int) -> Sku:
    return Sku(f"SKU-{number % SKUS_COUNT}")


def _document_of(example: Placement) -> str:
    """Return the document for a pgbench script, which takes a colon before a word for a variable."""
    return json.dumps(json.loads(encode_document(example.order))).replace("'", "''")


def bench(seconds: float) -> Iterator[Row]:
    """Measure both, spread over many SKUs and on one."""
    os.sched_setaffinity(0, {SERVER_CORE})
    kinds: list[tuple[str, bool, Callable[[int], Sku]]] = [
        ("placement, spread SKUs", False, lambda number: Sku(f"FIRST-{number * 7 % SKUS_COUNT}")),
        ("placement, one hot SKU", True, lambda _: HOT),
    ]
    with folder("viva-bench-placement-") as place, Workbench(place) as bench:
        for work, hot, first in kinds:
            floor = pgbench(bench, place, hot=hot, seconds=seconds)
            for clients in (CLIENTS, 4 * CLIENTS):
                url = asyncio.run(bench.fill(int(seconds * CARTS_PER_SECOND_MAX)))
                run = placement(url, first=first, clients=clients, seconds=seconds)
                figures = uvloop.run(run)
                yield Row(
                    bench="placement",
                    work=f"{work}, {clients} clients",
                    unit="orders/s",
                    ours=figures.per_second,
                    reference=floor,
                    reference_name=f"pgbench, one order per call, {CLIENTS} clients",
                    target=floor,
                    p50_ms=figures.at(0.5),
                    p99_ms=figures.at(0.99),
                )


def main() -> None:
    """Measure, print, and keep the rows in RESULTS.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each figure is measured")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_SECONDS} s a figure")
    parser.add_argument("--json", action="store_true", help="one JSON object a line; nothing is kept")
    options = parser.parse_args()
    rows = list(bench(QUICK_SECONDS if options.quick else options.seconds))
    if options.json:
        for row in rows:
            print(msgspec.json.encode(row).decode())
        return
    show(rows)
    save(rows, quick=options.quick)


if __name__ == "__main__":
    main()
