"""Requests per second of the shop's reads, carts and static pages, beside a bare server.

    python -m benchmarks.bench_http [--quick] [--sizes 1000,100000]

Every read asks for many different addresses in turn (500 products, 200 list pages, 400 searches), over 16
connections. The reference is the least an ASGI server can do: the same bytes for every request, served by
the same server program in the same run.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import httpx

from benchmarks.harness import LOAD_CORE, reference_rate
from benchmarks.load import Measured, measure, request
from benchmarks.report import Row, save, show
from benchmarks.running_shop import RunningShop, market, running_shop
from vivamarket.catalog.model import Product

SECONDS = 8.0
QUICK_SECONDS = 2.0
SIZES = (1_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000,)
LIST_PAGES = 200
CARTS_MAX = 400_000
SEED = 7


class Bench:
    """Measures one running shop."""

    def __init__(self, shop: RunningShop, size: int, seconds: float) -> None:
        self._shop = shop
        self._size = f"{size:,} products"
        self._seconds = seconds

    def rows(self) -> list[Row]:
        """Measure all reads of this size."""
        return [
            self.beside_bare("list of 24", self.list_pages(), target=15_000),
            self.beside_bare("product detail", self.details(), target=15_000),
            self.beside_bare("search, first time", self.searches(), target=self._search_target()),
            self.beside_bare("live price and stock of 24", self.live(), target=None),
        ]

    def fixed_rows(self) -> list[Row]:
        """Measure what does not depend on the size of the market."""
        return [
            self.beside_bare("static product page", self.static_pages(), target=20_000),
            self.carts(),
        ]

    def beside_bare(self, work: str, paths: Sequence[str], *, target: float | None) -> Row:
        """Measure GET requests and the bare server with an average body."""
        bodies = [self._get(path) for path in paths[:50]]
        middle = sorted(bodies, key=len)[len(bodies) // 2]
        ours = self._measure([request("GET", path) for path in paths]).require_only(200)
        bare = reference_rate(middle, self._seconds)
        return self._row(work, ours, bare, target, f"bare ASGI, {len(middle) / 1000:.1f} kB")

    def list_pages(self) -> list[str]:
        """Return different pages of lists: keyset pages of everything and of categories."""
        paths: list[str] = []
        with httpx.Client(base_url=self._shop.url, timeout=30.0) as client:
            shelves = [each["slug"] for each in client.get("/api/v1/categories").json()["items"]]
            starts = ["/api/v1/products?limit=24"]
            starts += [f"/api/v1/products?limit=24&category={slug}" for slug in shelves]
            for start in starts:
                path: str | None = start
                while path is not None and len(paths) < LIST_PAGES:
                    paths.append(path)
                    cursor = client.get(path).raise_for_status().json()["next_cursor"]
                    path = f"{start}&cursor={quote(cursor)}" if cursor and len(paths) % 8 else None
        return paths

    def details(self) -> list[str]:
        """Return the details of products all over the market."""
        return [f"/api/v1/products/{_slug(product)}" for product in self._shop.samples]

    def searches(self) -> list[str]:
        """Return so many different questions that hardly one is asked twice while it is remembered."""
        chance = random.Random(SEED)
        words = sorted({word for product in self._shop.samples for word in product.text("en").title.split()})
        asked = []
        for number in range(20_000):
            text = " ".join(chance.sample(words, 2)) if number % 2 else chance.choice(words)
            low = chance.randrange(100, 5_000)
            asked.append(f"/api/v1/search?limit=24&q={quote(text)}&price_min={low}&available=true")
        return asked

    def live(self) -> list[str]:
        """Return requests for the live state of 24 SKUs each."""
        skus = [product.variants[0].sku for product in self._shop.samples]
        return [
            f"/api/v1/live?skus={quote(','.join(skus[start : start + 24]))}" for start in range(0, 480, 24)
        ]

    def static_pages(self) -> list[str]:
        """Return addresses of published product pages."""
        paths = [f"/en/p/{_slug(product)}/" for product in self._shop.samples[:200]]
        for path in paths:
            self._get(path)
        return paths

    def carts(self) -> Row:
        """Measure new carts with a first line, each with a key of its own."""
        chance = random.Random(SEED)
        skus = [product.variants[0].sku for product in self._shop.samples]
        started = time.time_ns()
        count = min(CARTS_MAX, int(self._seconds * 8_000))
        requests = [
            request(
                "POST",
                "/api/v1/carts",
                headers={"Idempotency-Key": f"bench-{started:x}-{number}"},
                body=json.dumps(
                    {
                        "currency": "EUR",
                        "locale": "en",
                        "lines": [{"sku": chance.choice(skus), "quantity": 1}],
                    }
                ).encode(),
            )
            for number in range(count)
        ]
        ours = self._measure(requests).require_only(201)
        bare = reference_rate(b"x" * 900, self._seconds)
        return self._row("new cart and first line", ours, bare, 2_000, "bare ASGI, 0.9 kB")

    def _search_target(self) -> float:
        return 3_000 if len(self._shop.samples) and self._size.startswith("1,000 ") else 400

    def _get(self, path: str) -> bytes:
        answer = httpx.get(self._shop.url + path, timeout=30.0)
        answer.raise_for_status()
        return answer.content

    def _measure(self, requests: Sequence[bytes]) -> Measured:
        return measure(self._shop.address, requests, seconds=self._seconds, core=LOAD_CORE)

    def _row(
        self, work: str, ours: Measured, bare: Measured, target: float | None, reference_name: str
    ) -> Row:
        return Row(
            bench="http",
            work=f"{work}, {self._size}",
            unit="/s",
            ours=ours.per_second,
            reference=bare.per_second,
            reference_name=reference_name,
            target=target,
            p50_ms=ours.p50_ms,
            p99_ms=ours.p99_ms,
        )


def _slug(product: Product) -> str:
    return product.text("en").slug


def run(sizes: Sequence[int], seconds: float) -> Iterator[list[Row]]:
    """Measure size by size, all rows so far each time; a million takes a while to fill.

    What does not depend on the size is measured with the smallest.
    """
    rows: list[Row] = []
    for size in sizes:
        with market(size) as stock, running_shop(stock) as shop:
            bench = Bench(shop, size, seconds)
            rows += bench.rows()
            if size == SIZES[0]:
                rows += bench.fixed_rows()
        yield rows


def main() -> None:
    """Measure, show and save."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="1,000 products, 2 s a row")
    options.add_argument("--sizes", help="numbers of products, with commas")
    chosen = options.parse_args()
    sizes = tuple(map(int, chosen.sizes.split(","))) if chosen.sizes else SIZES
    if chosen.quick and not chosen.sizes:
        sizes = QUICK_SIZES
    for rows in run(sizes, QUICK_SECONDS if chosen.quick else SECONDS):
        show(rows)
        save(rows, quick=chosen.quick)


if __name__ == "__main__":
    main()
