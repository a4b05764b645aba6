"""A shop with 100,000 orders: how long its backup, its restore and the check of every promise take.

    python -m benchmarks.bench_backup [--quick] [--orders 100000]

Each is the command a person would call, in a process of its own, start of Python and of a PostgreSQL
included. The orders are made by the domain (`order_generator.py`) and are in every state; the check reads
all of them and compares each with the sandbox's books. Restoring includes such a check: it is told apart.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import psutil
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.order_generator import generate_orders
from benchmarks.report import Row, save, show
from benchmarks.running_shop import Market, market

ORDERS = 100_000
QUICK_ORDERS = 2_000
PRODUCTS = 1_000
COMMAND_TIMEOUT_SECONDS = 1_800.0
WATCH_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Done:
    """What a command answered, and what it cost."""

    answer: dict[str, Any]
    seconds: float
    #: Its Python process at its largest, without PostgreSQL.
    memory_mb: float


def viva(environ: Mapping[str, str], *arguments: str) -> Done:
    """Call the command with ``--json``."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("VIVA_")}
    begun = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "vivamarket.cli", *arguments, "--json"],
        env={**own, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        peak = _Peak(child.pid)
        said, _ = child.communicate(timeout=COMMAND_TIMEOUT_SECONDS)
        seconds = time.perf_counter() - begun
    if child.returncode != 0:
        raise RuntimeError(f"viva {' '.join(arguments)} ended with {child.returncode}: {said[:1_000]!r}")
    return Done(json.loads(said), seconds, peak.megabytes)


class _Peak(threading.Thread):
    """Watches how large a process grows, until it ends."""

    def __init__(self, process_id: int) -> None:
        super().__init__(daemon=True)
        self._process = psutil.Process(process_id)
        self.megabytes = 0.0
        self.start()

    def run(self) -> None:
        """Look again and again."""
        try:
            while True:
                self.megabytes = max(self.megabytes, self._process.memory_info().rss / 1_000_000)
                time.sleep(WATCH_SECONDS)
        except psutil.Error:
            return


def run(count: int) -> list[Row]:
    """Fill a shop, save it, restore it elsewhere, and check both."""
    with market(PRODUCTS) as shop:
        _fill(shop, count)
        file = shop.folder / "saved.tar"
        saved = viva(shop.environ, "backup", str(file))
        checked = viva(shop.environ, "check")
        copy = {"VIVA_DATA_DIR": str(shop.folder / "copy")}
        restored = viva(copy, "restore", str(file), "--yes")
    for each in (checked.answer, restored.answer["check"]):
        if not each["holds"] or each["orders"] != count:
            raise RuntimeError(f"the check found {each}")
    row = _row_for(count)
    checking = restored.answer["check"]["seconds"]
    return [
        row("backup", "s", saved.seconds, ""),
        row("size of the backup", "MB", saved.answer["bytes"] / 1e6, "products, pictures and books in it"),
        row("restore, without its check", "s", restored.seconds - checking, "a new PostgreSQL included"),
        row("restore, its check included", "s", restored.seconds, ""),
        row("check every promise", "s", checked.seconds, "each order beside the sandbox's books"),
        row("memory of the check at its peak", "MB", checked.memory_mb, "PostgreSQL not counted"),
    ]


def _row_for(count: int) -> Callable[[str, str, float, str], Row]:
    def row(work: str, unit: str, ours: float, note: str) -> Row:
        return Row(
            bench="backup",
            work=f"{work}, {count:,} orders",
            unit=unit,
            ours=ours,
            better="lower",
            note=note,
        )

    return row


def _fill(shop: Market, count: int) -> None:
    skus = [variant.sku for product in shop.samples for variant in product.variants]
    bar = Progress(
        TextColumn("Making orders"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    with bar:
        task = bar.add_task("", total=count)
        asyncio.run(
            generate_orders(
                shop.environ["VIVA_DATABASE_URL"],
                shop.folder / "sandbox.sqlite3",
                count,
                skus,
                progress=lambda orders: bar.advance(task, orders),
            )
        )


def main() -> None:
    """Measure, show and save."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help=f"{QUICK_ORDERS:,} orders")
    options.add_argument("--orders", type=int, help="how many orders")
    chosen = options.parse_args()
    rows = run(chosen.orders or (QUICK_ORDERS if chosen.quick else ORDERS))
    show(rows)
    save(rows, quick=chosen.quick)


if __name__ == "__main__":
    main()
