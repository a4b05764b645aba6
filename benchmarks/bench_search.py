"""Searches a second at 1,000, 100,000 and 1,000,000 products, in process, beside SQLite's FTS5.

    python -m benchmarks.bench_search [--sizes 1000,100000] [--seconds 2] [--quick] [--json]

Every kind of query runs with ever new words, on one thread. The index is built from whole products, with
words in two languages and cards in two currencies; building is timed without generating the products.
The reference answers the two-word query from title and description, with BM25 and a count, which is
less than ours does. Over HTTP see ``bench_http``.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from pathlib import Path

import msgspec

from benchmarks import catalogue_generator as market
from benchmarks.harness import folder
from benchmarks.report import Row, save, show
from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.tantivy import IndexLayout, TantivySearchReader, TantivySearchWriter
from vivamarket.catalog.present import CategoryTree
from vivamarket.kernel.ids import Sku
from vivamarket.search.documents import DocumentBuilder
from vivamarket.search.model import SearchDocument, SearchQuery, SearchSort

LAYOUT = IndexLayout(locales=("en", "es"), currencies=("EUR", "USD"))
SIZES = "1000,100000,1000000"
QUICK_SIZES = "1000,100000"
SECONDS = 2.0
QUICK_SECONDS = 0.5
SEED = 20_261_122
BATCH = 1_000
CALLS_MAX = 50_000
#: What architecture asks for by number of products; the rest of a request needs its share too.
TARGETS = {1_000: 3_000.0, 1_000_000: 400.0}

_TREE = CategoryTree.of(market.categories())
_SHELVES = [shelf for shelves in market.DEPARTMENTS.values() for shelf in shelves]


class Everything(Mapping[Sku, int]):
    """A stock that has nine of ten SKUs."""

    def __getitem__(self, sku: Sku) -> int:
        return 0 if sku.endswith("7") else 5

    def __iter__(self) -> Iterator[Sku]:
        return iter(())

    def __len__(self) -> int:
        return 0


def documents(count: int) -> Iterator[SearchDocument]:
    """Return the made-up market's documents, one by one."""
    builder = DocumentBuilder(LAYOUT.locales, LAYOUT.currencies)
    now = market.START + timedelta(days=3_650)
    stock = Everything()
    for product in market.products(count):
        document = builder.build(product, _TREE, stock, now)
        if document is not None:
            yield document


class Shopper:
    """Asks ever new questions; every word is of some title."""

    def __init__(self) -> None:
        self._chance = random.Random(SEED)
        self._titles = [product.text("en").title for product in market.products(1_000)]

    def words(self, count: int) -> str:
        """Return words that meet in a title."""
        words = self._chance.choice(self._titles).split()[:3]
        return " ".join(self._chance.sample(words, k=count))

    def query(self, text: str) -> SearchQuery:
        """Ask for the words alone."""
        return SearchQuery(text=text, locale="en", currency="EUR", with_facets=False)

    def counted(self) -> SearchQuery:
        """Ask for one frequent word and its facets, ever new: counts of a question asked before are kept."""
        return SearchQuery(
            text=self.words(1) + " ", locale="en", currency="EUR", price_min=self._below_every_price()
        )

    def _below_every_price(self) -> int:
        return self._chance.randint(1, 300)

    def filtered(self, *, with_facets: bool) -> SearchQuery:
        """Ask for two words in a price range, in stock."""
        return SearchQuery(
            text=self.words(2) + " ",
            locale="en",
            currency="EUR",
            price_min=self._chance.randint(300, 6_000),
            price_max=self._chance.randint(9_000, 18_000),
            available_only=True,
            with_facets=with_facets,
        )

    def chosen(self) -> SearchQuery:
        """Ask for two words with one facet chosen, and count the facets around it."""
        return SearchQuery(
            text=self.words(2) + " ", locale="en", currency="EUR", facets={"handmade": ("true",)}
        )

    def misspelled(self) -> str:
        """Return two words, one with a wrong letter."""
        first, second = self.words(2).split()
        place = self._chance.randrange(1, len(first))
        return f"{first[:place]}x{first[place + 1 :]} {second} "

    def shelf(self) -> SearchQuery:
        """Ask for a department by price, with facets."""
        return SearchQuery(
            locale="en",
            currency="EUR",
            category_id=self._chance.choice(tuple(_TREE.by_id)),
            price_min=self._below_every_price(),
            sort=SearchSort.PRICE_ASC,
        )

    def stranger(self) -> str:
        """Return a word of the shop with one that it does not have."""
        return f"{self.words(1)} qq{self._chance.randrange(10**6)} "


def kinds(reader: TantivySearchReader) -> dict[str, Callable[[], object]]:
    """Return what is measured: name → one call."""
    ask = Shopper()
    return {
        "two words": lambda: reader.search(ask.query(ask.words(2) + " ")),
        "two words, filters": lambda: reader.search(ask.filtered(with_facets=False)),
        "two words, filters, facets": lambda: reader.search(ask.filtered(with_facets=True)),
        "two words, chosen facet, facets": lambda: reader.search(ask.chosen()),
        "one frequent word": lambda: reader.search(ask.query(ask.words(1) + " ")),
        "one frequent word, facets": lambda: reader.search(ask.counted()),
        "while typing": lambda: reader.search(ask.query(ask.words(2)[:-2])),
        "a typo": lambda: reader.search(ask.query(ask.misspelled())),
        "an unknown word": lambda: reader.search(ask.query(ask.stranger())),
        "a category by price, facets": lambda: reader.search(ask.shelf()),
        "suggest": lambda: reader.suggest(ask.words(1)[:4], "en", 8),
    }


def measure(work: Callable[[], object], seconds: float) -> tuple[float, float, float]:
    """Call for that long; return calls a second, and the median's and the 99th percentile's milliseconds."""
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while (started := time.perf_counter()) < end and len(taken) < CALLS_MAX:
        work()
        taken.append(time.perf_counter() - started)
    taken.sort()
    return (
        len(taken) / sum(taken),
        taken[len(taken) // 2] * 1e3,
        taken[min(len(taken) - 1, len(taken) * 99 // 100)] * 1e3,
    )


def bench(sizes: list[int], seconds: float) -> Iterator[Row]:
    """Measure every size."""
    for size in sizes:
        with folder("viva-bench-search-") as place:
            reference = sqlite_two_words(size, place / "reference.sqlite3", seconds)
            built_seconds = build(size, place / "index")
            yield Row(
                bench="search",
                work=f"build the index, {size:,} products",
                unit="s",
                ours=round(built_seconds, 1),
                better="lower",
                target=10.0 if size == 100_000 else None,
                note=f"{megabytes(place / 'index'):,.0f} MB on disk",
            )
            reader = TantivySearchReader(place / "index", LAYOUT)
            reader.refresh()
            for kind, work in kinds(reader).items():
                per_second, p50, p99 = measure(work, seconds)
                is_plain = kind == "two words"
                yield Row(
                    bench="search",
                    work=f"{kind}, {size:,} products",
                    unit="/s",
                    ours=round(per_second),
                    reference=round(reference) if is_plain else None,
                    reference_name="SQLite FTS5" if is_plain else "",
                    target=TARGETS.get(size) if kind.startswith("two words") else None,
                    p50_ms=round(p50, 3),
                    p99_ms=round(p99, 3),
                )


def build(size: int, place: Path) -> float:
    """Build an index; return the seconds without making the documents."""
    session = TantivySearchWriter(place, LAYOUT, SystemClock()).begin_rebuild()
    source = documents(size)
    spent = 0.0
    while batch := list(islice(source, BATCH)):
        started = time.perf_counter()
        session.put(batch)
        spent += time.perf_counter() - started
    started = time.perf_counter()
    session.finish("0")
    return spent + time.perf_counter() - started


def sqlite_two_words(size: int, file: Path, seconds: float) -> float:
    """Return how many two-word queries a second SQLite's FTS5 answers over the same products."""
    database = sqlite3.connect(file)
    database.execute("CREATE VIRTUAL TABLE found USING fts5(id UNINDEXED, title, words, tokenize=porter)")
    database.executemany(
        "INSERT INTO found VALUES (?, ?, ?)",
        (
            (product.id, product.text("en").title, product.text("en").description_html)
            for product in market.products(size)
        ),
    )
    database.commit()
    shopper = Shopper()

    def ask() -> None:
        words = (shopper.words(2),)
        best = "SELECT id FROM found WHERE found MATCH ? ORDER BY bm25(found, 0, 8, 1) LIMIT 24"
        database.execute(best, words).fetchall()
        database.execute("SELECT count(*) FROM found WHERE found MATCH ?", words).fetchone()

    per_second, _, _ = measure(ask, seconds)
    database.close()
    return per_second


def megabytes(place: Path) -> float:
    """Return what a folder takes on disk."""
    return sum(file.stat().st_size for file in place.rglob("*") if file.is_file()) / 1e6


def main() -> None:
    """Measure, print, and keep the rows in RESULTS.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", help=f"numbers of products (default {SIZES}; quick: {QUICK_SIZES})")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each kind is measured")
    parser.add_argument("--quick", action="store_true", help=f"without the million, {QUICK_SECONDS} s a kind")
    parser.add_argument("--json", action="store_true", help="one JSON object a line; nothing is kept")
    options = parser.parse_args()
    sizes = [int(text) for text in (options.sizes or (QUICK_SIZES if options.quick else SIZES)).split(",")]
    rows = []
    for row in bench(sizes, QUICK_SECONDS if options.quick else options.seconds):
        rows.append(row)
        if options.json:
            print(msgspec.json.encode(row).decode(), flush=True)
    if not options.json:
        show(rows)
        save(rows, quick=options.quick)


if __name__ == "__main__":
    main()
