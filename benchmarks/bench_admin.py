"""The staff's lists, searches and dashboard through HTTP, at a million products and a million orders.

    python -m benchmarks.bench_admin [--quick] [--products 1000000] [--orders 1000000]

A few people at once ask ever different questions of one web process; the figure is the 95th percentile.
The orders are made by the domain (`order_generator.py`), spread over sixty days, by 50,000 buyers; one in
twenty products is a draft, one in thirty archived, one SKU in fifty sold out.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.catalogue_generator import DEPARTMENTS
from benchmarks.harness import LOAD_CORE
from benchmarks.load import Measured, measure, request
from benchmarks.order_generator import generate_orders
from benchmarks.ready_orders import Buyer
from benchmarks.report import Row, save, show
from benchmarks.running_shop import LOAD_TIMEOUT_SECONDS, Market, RunningShop, market, running_shop
from vivamarket.bootstrap.accounts import accounts_of
from vivamarket.bootstrap.office import order_indexing_of, staff_index_of, trade_of
from vivamarket.bootstrap.shop import Shop, open_shop
from vivamarket.catalog.model import ProductStatus
from vivamarket.catalog.ports import Write
from vivamarket.kernel.ids import ProductId, Sku
from vivamarket.settings import Settings

PRODUCTS = ORDERS = 1_000_000
QUICK_PRODUCTS, QUICK_ORDERS = 2_000, 2_000
SECONDS = 5.0
QUICK_SECONDS = 1.0
TARGET_MS = 200.0
#: People at work at the same time.
CONNECTIONS = 4
QUESTIONS = 200
PAGE = 25
DAYS = 60.0
BUYERS = 50_000
DEEP_PAGES = 40
SCAN = 1_000
#: SKUs that orders are of.
SOLD_SKUS = 5_000
SEED = 20_261_122
STAFF = "/api/v1/staff"
EMAIL, PASSWORD = "bench@shop.test", "measuring is knowing"

_FIRST = ("Ana", "Ben", "Carla", "David", "Elena", "Farid", "Grace", "Hugo", "Inés", "Jo", "Kenji", "Lucía")
_LAST = ("Álvarez", "Brown", "Costa", "Díaz", "Evans", "Fischer", "García", "Haddad", "Ivanov", "Jones")


def buyer(number: int) -> Buyer:
    """Return whose order that is: the same few names again and again, an address of their own."""
    one = number * 7_919 % BUYERS
    first, last = _FIRST[one % len(_FIRST)], _LAST[one // 12 % len(_LAST)]
    return Buyer(f"buyer{one}@example.com", f"{first} {last} {one // 120}th")


async def prepare(environ: Mapping[str, str], orders: int) -> tuple[Questions, str]:
    """Make the market one of a shop in use; return what is asked, and the cookie of who asks."""
    settings = Settings.from_env(environ)
    async with open_shop(settings, role="bench", command_timeout_seconds=LOAD_TIMEOUT_SECONDS) as shop:
        sold = await _vary(shop)
        with _progress() as bars:
            task = bars.add_task("orders", total=orders)
            await generate_orders(
                environ["VIVA_DATABASE_URL"],
                settings.sandbox_path,
                orders,
                list(sold),
                progress=lambda made: bars.advance(task, made),
                days=DAYS,
                buyers=buyer,
                products=sold,
            )
        await _catch_up(shop)
        numbers = await shop.pool.fetch("SELECT number FROM orders ORDER BY md5(number) LIMIT 500")
        tree = await shop.catalog.categories()
        accounts = accounts_of(shop)
        await accounts.add_staff(EMAIL, name="Bench", password=PASSWORD)
        token = await accounts.sign_in(EMAIL, PASSWORD, address="127.0.0.1")
        questions = Questions(
            numbers=[row["number"] for row in numbers],
            categories=[each.id for each in tree],
            skus=list(sold),
            product_ids=list(sold.values()),
        )
    return questions, f"viva_staff={token}"


async def _vary(shop: Shop) -> dict[Sku, ProductId]:
    """Let some products be drafts, archived, low or sold out; return SKUs to order and their products."""
    sold: dict[Sku, ProductId] = {}
    seen, cursor = 0, None
    while True:
        page = await shop.catalog_store.scan(cursor, SCAN)
        writes, counts = [], []
        for number, product in enumerate(page.items, seen):
            status = _status(number)
            if status is not ProductStatus.ACTIVE:
                writes.append(Write(replace(product, status=status), product.version))
            elif number % 50 == 1:
                counts.append((product.variants[0].sku, number // 50 % 2 * 3))
            elif len(sold) < SOLD_SKUS:
                sold[product.variants[0].sku] = product.id
        await shop.catalog_store.put_many(writes)
        await shop.stock.set_on_hand(counts)
        seen, cursor = seen + len(page.items), page.next_cursor
        if cursor is None:
            return sold


def _status(number: int) -> ProductStatus:
    if number % 20 == 0:
        return ProductStatus.DRAFT
    return ProductStatus.ARCHIVED if number % 30 == 7 else ProductStatus.ACTIVE


async def _catch_up(shop: Shop) -> None:
    """Do what the worker does all the time."""
    for work in (staff_index_of(shop), order_indexing_of(shop)):
        while await work.run_once():
            continue
    while await trade_of(shop).sum_up():
        continue
    await shop.stock.note_low()
    await shop.pool.execute("VACUUM ANALYZE")


class Questions:
    """Ever different questions to the staff's API, by what they are about."""

    def __init__(
        self,
        *,
        numbers: Sequence[str],
        categories: Sequence[str],
        skus: Sequence[Sku],
        product_ids: Sequence[ProductId],
    ) -> None:
        self._chance = random.Random(SEED)
        self._numbers = numbers
        self._categories = categories
        self._skus = skus
        self._product_ids = product_ids

    def kinds(self) -> dict[str, Callable[[], str]]:
        """Return what is measured: name → one more question."""
        pick = self._chance.choice
        return {
            "dashboard": lambda: _path("dashboard", time_zone=pick(_ZONES)),
            "products, newest": self._products,
            "products, two words": lambda: self._products(q=self._words(2)),
            "products, a word while typing": lambda: self._products(q=self._words(1)[:4]),
            "products, a SKU": lambda: self._products(q=pick(self._skus)),
            "products, drafts by name": lambda: self._products(status="draft", sort="name"),
            "products, a category by price": lambda: self._products(
                category_id=pick(self._categories), sort=pick(("price_asc", "price_desc"))
            ),
            "products, sold out": lambda: self._products(stock="sold_out"),
            "products, all filters": lambda: self._products(
                q=self._words(1),
                status="active",
                stock="in_stock",
                category_id=pick(self._categories),
                price_min=self._chance.randint(300, 6_000),
                price_max=self._chance.randint(9_000, 18_000),
            ),
            "one product": lambda: f"{STAFF}/products/{pick(self._product_ids)}",
            "categories": lambda: f"{STAFF}/categories",
            "stock, by SKU": lambda: _path("inventory", q=pick(self._skus)[:6], limit=PAGE),
            "stock, low": lambda: _path("inventory", low=self._chance.randint(0, 20), limit=PAGE),
            "stock, journal": lambda: _path("inventory/moves", sku=pick(self._skus)),
            "orders, newest": self._orders,
            "orders, a number": lambda: self._orders(q=pick(self._numbers)),
            "orders, an address": lambda: self._orders(q=buyer(self._number()).email),
            "orders, a frequent name": lambda: self._orders(q=pick(_LAST)),
            "orders, a whole name": lambda: self._orders(q=buyer(self._number()).name),
            "orders, an address while typing": lambda: self._orders(q=f"buyer{self._chance.randint(1, 99)}"),
            "orders, a usual state": lambda: self._orders(status="paid"),
            "orders, a rare state": lambda: self._orders(status=pick(("review", "refunded", "canceled"))),
            "orders, days": lambda: self._orders(**self._days()),
            "orders, totals": lambda: self._orders(
                currency="EUR", total_min=self._chance.randint(1, 3_000), total_max=4_000
            ),
            "orders, no such total": lambda: self._orders(currency="EUR", total_min=10_000_000),
            "orders, by total": lambda: self._orders(currency="EUR", sort=pick(("total_asc", "total_desc"))),
            "orders, all filters": lambda: self._orders(
                q=pick(_LAST), status="paid", currency="EUR", total_min=100, **self._days()
            ),
        }

    def deep(self) -> dict[str, str]:
        """Return the first pages of lists that are walked down, by name."""
        return {
            f"products, page {DEEP_PAGES}": self._products(sort="name"),
            f"orders, page {DEEP_PAGES}": self._orders(),
            f"stock, page {DEEP_PAGES}": _path("inventory", limit=PAGE),
        }

    def _products(self, **asked: Any) -> str:
        return _path("products", limit=PAGE, **asked)

    def _orders(self, **asked: Any) -> str:
        return _path("orders", limit=PAGE, **asked)

    def _words(self, count: int) -> str:
        shelves = [shelf for found in DEPARTMENTS.values() for shelf in found]
        words = (*_WORDS, *shelves)
        return " ".join(self._chance.sample(words, k=count))

    def _number(self) -> int:
        return self._chance.randint(1, BUYERS)

    def _days(self) -> dict[str, str]:
        begins_at = datetime.now(UTC) - timedelta(days=self._chance.uniform(2, DAYS))
        return {
            "placed_from": begins_at.isoformat(),
            "placed_before": (begins_at + timedelta(days=self._chance.uniform(0.1, 2))).isoformat(),
        }


_ZONES = ("UTC", "Europe/Madrid", "America/New_York", "Asia/Kolkata")
_WORDS = ("Oak", "Linen", "Steel", "Clay", "Sturdy", "Gentle", "Bright", "Quiet", "Classic", "Compact")


def _path(place: str, **asked: Any) -> str:
    return f"{STAFF}/{place}?{urlencode(asked)}" if asked else f"{STAFF}/{place}"


class Bench:
    """Measures one running shop."""

    def __init__(self, shop: RunningShop, cookie: str, sizes: str, seconds: float) -> None:
        self._shop = shop
        self._headers = {"cookie": cookie}
        self._sizes = sizes
        self._seconds = seconds

    def rows(self, questions: Questions) -> list[Row]:
        """Measure every kind of question."""
        rows = []
        for kind, ask in questions.kinds().items():
            rows.append(self._row(kind, [ask() for _ in range(QUESTIONS)]))
        for kind, first in questions.deep().items():
            rows.append(self._row(kind, [self._walk(first)]))
        return rows

    def _walk(self, first: str) -> str:
        """Return the address of a page far down the list; the last one of a short list."""
        path = first
        with httpx.Client(base_url=self._shop.url, headers=self._headers) as client:
            for _ in range(DEEP_PAGES - 1):
                following = client.get(path).raise_for_status().json()["next_cursor"]
                if following is None:
                    break
                path = f"{first}&{urlencode({'cursor': following})}"
        return path

    def _row(self, kind: str, paths: Sequence[str]) -> Row:
        measured = self._measure([request("GET", path, headers=self._headers) for path in paths])
        return Row(
            bench="admin",
            work=f"{kind}, {self._sizes}",
            unit="ms p95",
            ours=round(measured.p95_ms, 1),
            better="lower",
            target=TARGET_MS,
            p50_ms=round(measured.p50_ms, 1),
            p99_ms=round(measured.p99_ms, 1),
            note=f"{measured.per_second:,.0f} /s",
        )

    def _measure(self, requests: Sequence[bytes]) -> Measured:
        return measure(
            self._shop.address, requests, seconds=self._seconds, connections=CONNECTIONS, core=LOAD_CORE
        ).require_only(200)


def bench(stock: Market, products: int, orders: int, seconds: float) -> list[Row]:
    """Prepare the shop, serve it, measure it."""
    begun = time.perf_counter()
    questions, cookie = asyncio.run(prepare(stock.environ, orders))
    Console(stderr=True).print(f"prepared in {time.perf_counter() - begun:,.0f} s")
    with running_shop(stock) as shop:
        return Bench(shop, cookie, f"{products:,} products, {orders:,} orders", seconds).rows(questions)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=Console(stderr=True),
    )  # fmt: skip


def main() -> None:
    """Measure, print, and keep the rows in RESULTS.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--products", type=int, help=f"how many (default {PRODUCTS:,})")
    parser.add_argument("--orders", type=int, help=f"how many (default {ORDERS:,})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_PRODUCTS:,} and {QUICK_ORDERS:,}")
    parser.add_argument("--json", action="store_true", help="one JSON object a line; nothing is kept")
    options = parser.parse_args()
    products = options.products or (QUICK_PRODUCTS if options.quick else PRODUCTS)
    orders = options.orders or (QUICK_ORDERS if options.quick else ORDERS)
    with market(products) as stock:
        rows = bench(stock, products, orders, QUICK_SECONDS if options.quick else SECONDS)
    if options.json:
        for row in rows:
            print(msgspec.json.encode(row).decode(), flush=True)
    else:
        show(rows)
        save(rows, quick=options.quick)


if __name__ == "__main__":
    main()
