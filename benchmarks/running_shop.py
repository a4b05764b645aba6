"""A whole shop to measure: a made-up market in a real PostgreSQL, its index, its web process.

The web process runs alone on the server's core; PostgreSQL, the worker and a payment sandbox of its own
run on the other one, where the load comes from.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import psutil

from benchmarks.catalogue_generator import categories, products
from benchmarks.harness import LOAD_CORE, SERVER_CORE, folder, free_port, process, wait_until_answering
from vivamarket.adapters.local.postgres_server import EmbeddedPostgres
from vivamarket.adapters.tantivy import IndexLayout, TantivySearchWriter
from vivamarket.bootstrap.shop import Shop, open_shop
from vivamarket.catalog.model import Product
from vivamarket.catalog.ports import Write
from vivamarket.cli.database import migrate_database
from vivamarket.kernel.ids import Sku
from vivamarket.search.documents import DocumentBuilder
from vivamarket.search.follower import SearchFollower
from vivamarket.settings import Settings

BATCH = 1_000
ON_HAND = 1_000_000
LOAD_TIMEOUT_SECONDS = 600.0
REBUILDS_MAX = 10
REST_SECONDS = 1.5
RESTING_PERCENT_MAX = 10.0


@dataclass(frozen=True, slots=True)
class RunningShop:
    """A shop that answers, and what a benchmark may ask it for."""

    address: tuple[str, int]
    folder: Path
    environ: Mapping[str, str]
    #: Some of its products, evenly spread over the whole market.
    samples: tuple[Product, ...]
    web: psutil.Process
    #: Seconds from starting the web process to its first answer, the database being up.
    boot_seconds: float
    database: psutil.Process

    @property
    def url(self) -> str:
        """Return the shop's address."""
        return f"http://{self.address[0]}:{self.address[1]}"


@dataclass(frozen=True, slots=True)
class Market:
    """A filled data folder with its database running; nothing serves it yet."""

    folder: Path
    environ: dict[str, str]
    samples: tuple[Product, ...]
    database: psutil.Process


@contextlib.contextmanager
def market(count: int, *, samples: int = 500) -> Iterator[Market]:
    """Fill a shop with that many products, each with plenty of stock, and build its search index."""
    with folder("viva-bench-") as place, shop_in(place) as empty:
        found = asyncio.run(fill(Settings.from_env(empty.environ), count, samples))
        yield replace(empty, samples=found)


@contextlib.contextmanager
def shop_in(place: Path) -> Iterator[Market]:
    """Run the database of a data folder, an empty one where there is none, brought up to date."""
    server = EmbeddedPostgres(place / "postgres", log_file=place / "postgres.log")
    server.start()
    try:
        pin_tree(server.process_id, LOAD_CORE)
        server.create_database("viva")
        url = server.url("viva")
        asyncio.run(migrate_database(url))
        environ = {
            "VIVA_DATA_DIR": str(place),
            "VIVA_DATABASE_URL": url,
            "VIVA_MUTATIONS_PER_SECOND_MAX": "0",
            "VIVA_LOG_LEVEL": "error",
        }
        assert server.process_id is not None
        yield Market(place, environ, (), psutil.Process(server.process_id))
    finally:
        server.stop()


@contextlib.contextmanager
def running_shop(stock: Market, environ: Mapping[str, str] | None = None) -> Iterator[RunningShop]:
    """Serve the market on the server's core until the block ends."""
    port = free_port()
    env = {**stock.environ, "VIVA_PORT": str(port), **(environ or {})}
    log = stock.folder / "web.log"
    command = [*pinned(SERVER_CORE), sys.executable, "-m", "vivamarket.serve", "web"]
    with process(command, env=env, log=log) as child:
        seconds = wait_until_answering(f"http://127.0.0.1:{port}/health/ready", child, log)
        yield RunningShop(
            ("127.0.0.1", port), stock.folder, env, stock.samples, child, seconds, stock.database
        )


def cpu_seconds(root: psutil.Process) -> float:
    """Return what a process and its children have used so far."""
    used = 0.0
    for each in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            times = each.cpu_times()
            used += times.user + times.system
    return used


@contextlib.contextmanager
def running_worker(shop: RunningShop) -> Iterator[None]:
    """Run the worker beside the shop, on the other core.

    It first publishes the new market's pages; the block begins when that is done and it rests.
    """
    command = [*pinned(LOAD_CORE), sys.executable, "-m", "vivamarket.serve", "worker"]
    with process(command, env=dict(shop.environ), log=shop.folder / "worker.log") as child:
        wait_until_resting(child)
        yield


def wait_until_resting(child: psutil.Process) -> None:
    """Wait until the process has used a tenth of a core at most for a second."""
    deadline = time.monotonic() + LOAD_TIMEOUT_SECONDS
    child.cpu_percent()
    while time.monotonic() < deadline:
        time.sleep(REST_SECONDS)
        if child.cpu_percent() <= RESTING_PERCENT_MAX:
            return
    raise RuntimeError("the worker does not come to rest")


def pinned(core: int) -> list[str]:
    """Return the words that start a Python process on one core, where the system allows it."""
    if not hasattr(os, "sched_setaffinity"):
        return []
    code = "import os,sys; os.sched_setaffinity(0, {int(sys.argv[1])}); os.execv(sys.argv[2], sys.argv[2:])"
    return [sys.executable, "-c", code, str(core)]


def pin_tree(process_id: int | None, core: int) -> None:
    """Keep a process and its children, present and future, on one core where the system allows it."""
    if process_id is None or not hasattr(os, "sched_setaffinity"):
        return
    root = psutil.Process(process_id)
    for each in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.Error, ProcessLookupError):
            os.sched_setaffinity(each.pid, {core})


async def fill(settings: Settings, count: int, samples: int) -> tuple[Product, ...]:
    """Put that many products on sale and into the index; return some of them, evenly spread."""
    async with open_shop(settings, role="bench", command_timeout_seconds=LOAD_TIMEOUT_SECONDS) as shop:
        for category in categories():
            await shop.home.catalog.put_category(category, 0)
        every = max(1, count // samples)
        stream = products(count)
        kept: list[Product] = []
        seen = 0
        while batch := list(islice(stream, BATCH)):
            await shop.home.catalog.put_many([Write(product, 0) for product in batch])
            await shop.stock.set_on_hand([(sku, ON_HAND) for sku in _skus(batch)])
            kept += [product for at, product in enumerate(batch, seen) if at % every == 0]
            seen += len(batch)
        # Everything is in stock, and the index built below knows it.
        await shop.pool.execute("DELETE FROM outbox")
        await _index(shop)
        await shop.pool.execute("VACUUM ANALYZE")
        return tuple(kept[:samples])


def _skus(batch: Sequence[Product]) -> list[Sku]:
    return [variant.sku for product in batch for variant in product.variants]


async def _index(shop: Shop) -> None:
    profile = shop.file.profile
    layout = IndexLayout(profile.locales, profile.currencies)
    follower = SearchFollower(
        catalog=shop.home.catalog,
        availability=shop.stock,
        documents=DocumentBuilder(profile.locales, profile.currencies),
        writer=TantivySearchWriter(shop.settings.search_dir, layout, shop.clock),
        clock=shop.clock,
    )
    for _ in range(REBUILDS_MAX):
        if not await follower.run_once():
            return
