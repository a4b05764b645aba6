"""The staff's lists, searches and dashboard through HTTP, at a million products and a million orders.

    python -m benchmarks.bench_admin [--quick] [--products 1000000] [--orders 1000000]
        [--customers 1000000] [--keep FOLDER]

A few people at once ask ever different questions of one web process; the figure is the 95th percentile.
Making the shop (`busy_shop.py`) takes far longer than asking: with --keep it stays for the next time.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec

from benchmarks.busy_shop import BUYERS, DAYS, LAST, Known, busy_shop, buyer, member, signed_in
from benchmarks.catalogue_generator import DEPARTMENTS
from benchmarks.harness import LOAD_CORE
from benchmarks.load import Measured, measure, request
from benchmarks.report import Row, save, show
from benchmarks.running_shop import Market, RunningShop, running_shop

PRODUCTS = ORDERS = CUSTOMERS = 1_000_000
QUICK_PRODUCTS = QUICK_ORDERS = QUICK_CUSTOMERS = 2_000
SECONDS = 5.0
QUICK_SECONDS = 1.0
TARGET_MS = 200.0
#: People at work at the same time.
CONNECTIONS = 4
QUESTIONS = 200
PAGE = 25
DEEP_PAGES = 40
SEED = 20_261_122
STAFF = "/api/v1/staff"


class Questions:
    """Ever different questions to the staff's API, by what they are about."""

    def __init__(self, known: Known) -> None:
        self._chance = random.Random(SEED)
        self._numbers = known.numbers
        self._categories = known.categories
        self._skus = tuple(known.sold)
        self._product_ids = tuple(known.sold.values())

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
            "orders, a frequent name": lambda: self._orders(q=pick(LAST)),
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
                q=pick(LAST), status="paid", currency="EUR", total_min=100, **self._days()
            ),
        }

    def of_customers(self, count: int) -> dict[str, Callable[[], str]]:
        """Return what is measured of so many customers."""
        pick = self._chance.choice

        def anybody() -> tuple[str, str]:
            return member(self._chance.randint(min(BUYERS, count - 1) + 1, max(count, 2)))

        return {
            "customers, newest": lambda: _path("customers", limit=PAGE),
            "customers, an address": lambda: _path("customers", limit=PAGE, q=anybody()[0]),
            "customers, an address while typing": lambda: _path("customers", limit=PAGE, q=anybody()[0][:9]),
            "customers, a whole name": lambda: _path("customers", limit=PAGE, q=anybody()[1]),
            "customers, a last name": lambda: _path("customers", limit=PAGE, q=anybody()[1].split()[-1]),
            "customers, a frequent last name": lambda: _path("customers", limit=PAGE, q=pick(LAST)),
            "customers, an order's number": lambda: _path("customers", limit=PAGE, q=pick(self._numbers)),
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

    def rows(self, questions: Questions, customers: int) -> list[Row]:
        """Measure every kind of question."""
        rows = []
        for kind, ask in questions.of_customers(customers).items():
            rows.append(self._row(kind, [ask() for _ in range(QUESTIONS)], f"{customers:,} customers"))
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

    def _row(self, kind: str, paths: Sequence[str], sizes: str = "") -> Row:
        measured = self._measure([request("GET", path, headers=self._headers) for path in paths])
        return Row(
            bench="admin",
            work=f"{kind}, {sizes or self._sizes}",
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


def bench(stock: Market, known: Known, customers: int, seconds: float) -> list[Row]:
    """Serve the shop and measure it."""
    cookie = asyncio.run(signed_in(stock))
    sizes = f"{known.products:,} products, {known.orders:,} orders"
    with running_shop(stock) as shop:
        return Bench(shop, cookie, sizes, seconds).rows(Questions(known), customers)


def main() -> None:
    """Measure, print, and keep the rows in RESULTS.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--products", type=int, help=f"how many (default {PRODUCTS:,})")
    parser.add_argument("--orders", type=int, help=f"how many (default {ORDERS:,})")
    parser.add_argument("--customers", type=int, help=f"how many (default {CUSTOMERS:,})")
    parser.add_argument("--keep", type=Path, help="make the shop in this folder, or use the one made there")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_PRODUCTS:,} of each")
    parser.add_argument("--json", action="store_true", help="one JSON object a line; nothing is kept")
    options = parser.parse_args()
    products = options.products or (QUICK_PRODUCTS if options.quick else PRODUCTS)
    orders = options.orders or (QUICK_ORDERS if options.quick else ORDERS)
    customers = options.customers or (QUICK_CUSTOMERS if options.quick else CUSTOMERS)
    with busy_shop(products, orders, customers, options.keep) as (stock, known):
        rows = bench(stock, known, customers, QUICK_SECONDS if options.quick else SECONDS)
    if options.json:
        for row in rows:
            print(msgspec.json.encode(row).decode(), flush=True)
    else:
        show(rows)
        save(rows, quick=options.quick)


if __name__ == "__main__":
    main()
