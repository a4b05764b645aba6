"""Seconds from start to first answer, and memory under load.

    python -m benchmarks.bench_boot [--quick]

Boot is the web process alone on its core with the database up, from its start to the first ready answer;
the reference is the bare server's start in the same run. Memory is the web process's resident set
after reads, searches and carts over 16 connections.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Callable

from benchmarks.bench_http import Bench
from benchmarks.harness import (
    SERVER_CORE,
    folder,
    free_port,
    process,
    wait_until_answering,
)
from benchmarks.report import Row, save, show
from benchmarks.running_shop import Market, market, running_shop

SIZE = 1_000
RUNS = 7
QUICK_RUNS = 3
SECONDS = 5.0
QUICK_SECONDS = 1.0
MEGABYTE = 1024 * 1024


def boot(stock: Market) -> float:
    """Start the web process once and return its seconds to the first ready answer."""
    with running_shop(stock) as shop:
        return shop.boot_seconds


def bare_boot() -> float:
    """Start the bare server once and return its seconds to the first answer."""
    with folder("viva-bare-") as place:
        (place / "body").write_bytes(b"x")
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.reference_app", str(port), str(place / "body")]
        with process([*command, str(SERVER_CORE)], log=place / "log") as child:
            return wait_until_answering(f"http://127.0.0.1:{port}/", child, place / "log")


def median(runs: int, once: Callable[[], float]) -> float:
    """Return the median of several runs, after one that is not counted."""
    once()
    return statistics.median(once() for _ in range(runs))


def memory(stock: Market, seconds: float) -> float:
    """Return the web process's megabytes after it has worked."""
    with running_shop(stock) as shop:
        bench = Bench(shop, SIZE, seconds)
        bench.rows()
        bench.fixed_rows()
        return shop.web.memory_info().rss / MEGABYTE


def run(runs: int, seconds: float) -> list[Row]:
    """Measure boot and memory."""
    with market(SIZE) as stock:
        return [
            Row(
                bench="boot",
                work="web process to its first answer, database up",
                unit="s",
                better="lower",
                ours=median(runs, lambda: boot(stock)),
                reference=median(runs, bare_boot),
                reference_name="bare ASGI",
                target=1.0,
            ),
            Row(
                bench="boot",
                work="memory of the web process after load",
                unit="MB",
                better="lower",
                ours=memory(stock, seconds),
                target=150,
            ),
        ]


def main() -> None:
    """Measure, show and save."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="3 starts, 1 s a load")
    quick = options.parse_args().quick
    rows = run(QUICK_RUNS if quick else RUNS, QUICK_SECONDS if quick else SECONDS)
    show(rows)
    save(rows, quick=quick)


if __name__ == "__main__":
    main()
