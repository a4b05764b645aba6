"""Searches a second at 1,000, 100,000 and 1,000,000 products, in process, beside SQLite FTS5.

    python -m benchmarks.bench_search [--sizes 1000,100000] [--seconds 2] [--json]

Every kind of query runs with ever new words, so nothing is answered from a cache. One thread.
The reference, SQLite's FTS5 over title and description with BM25, answers the plain two-word query.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from vivamarket.adapters.tantivy import IndexLayout, TantivySearchReader, TantivySearchWriter
from vivamarket.catalog.present import card_key
from vivamarket.kernel.ids import CategoryId, ProductId, Sku, uuid7
from vivamarket.search.model import LocaleText, SearchDocument, SearchQuery, SearchSort

LAYOUT = IndexLayout(locales=("en", "es"), currencies=("EUR", "USD"))
SEED = 20_261_122
WORDS_COUNT = 8_000
CATEGORIES_COUNT = 120
DESCRIPTION_WORDS = 40
QUERIES_MAX = 20_000
TITLES_COUNT = 1_000
BATCH = 1_000

_SYLLABLES = [
    start + vowel
    for start in ("b", "cr", "d", "fl", "g", "l", "m", "n", "p", "st", "tr", "v")
    for vowel in "aeo"
]
_COLORS = ["red", "blue", "green", "black", "white", "yellow", "pink", "grey", "brown", "orange"]
_SIZES = ["XS", "S", "M", "L", "XL", "XXL"]
_MATERIALS = ["cotton", "wool", "steel", "glass", "oak", "bamboo", "leather", "paper", "linen", "cork"]


class MonotonicClock:
    """Enough of a ``Clock`` for the writer's grace."""

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return time.monotonic()


class Vocabulary:
    """Made-up words, the first ones frequent, the last ones rare (Zipf), as in real catalogues."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        words: dict[str, None] = {}
        while len(words) < WORDS_COUNT:
            words["".join(self.random.choices(_SYLLABLES, k=self.random.randint(2, 4)))] = None
        self.words = list(words)
        self._cumulative: list[float] = []
        total = 0.0
        for rank in range(WORDS_COUNT):
            total += 1 / (rank + 10)
            self._cumulative.append(total)

    def pick(self, count: int) -> list[str]:
        """Return that many words by frequency."""
        return self.random.choices(self.words, cum_weights=self._cumulative, k=count)


def documents(count: int) -> Iterator[SearchDocument]:
    """Return the same products for the same count, one by one."""
    vocabulary = Vocabulary(SEED)
    rng = vocabulary.random
    vendors = [" ".join(vocabulary.pick(2)).title() for _ in range(200)]
    shelves = [" ".join(vocabulary.pick(1)).title() for _ in range(CATEGORIES_COUNT)]
    for number in range(count):
        yield _document(number, vocabulary, rng, vendors, shelves)


def _document(
    number: int, vocabulary: Vocabulary, rng: random.Random, vendors: list[str], shelves: list[str]
) -> SearchDocument:
    product_id = ProductId(uuid7(1_700_000_000_000 + number, rng.getrandbits(74)))
    title = " ".join(vocabulary.pick(rng.randint(2, 5)))
    description = " ".join(vocabulary.pick(DESCRIPTION_WORDS))
    shelf = rng.randrange(CATEGORIES_COUNT)
    price = rng.randint(100, 30_000)
    color, size, material = rng.choice(_COLORS), rng.sample(_SIZES, k=3), rng.choice(_MATERIALS)
    text = LocaleText(title, description, (shelves[shelf // 10], shelves[shelf]), (color, material))
    card = json.dumps(
        {"id": product_id, "slug": title.replace(" ", "-"), "title": title, "vendor": vendors[number % 200],
         "image": {"id": product_id, "alt": title, "width": 1024, "height": 1024,
                   "widths": [160, 320, 640, 960], "color": "#aabbcc", "src_base": f"/media/{product_id}/"},
         "price": {"minor_units": price, "currency": "EUR"}, "compare_at": None, "price_varies": False,
         "available": True, "skus_count": 3, "default_sku": f"S{number}", "category_slug": shelves[shelf]}
    ).encode()  # fmt: skip
    return SearchDocument(
        product_id=product_id,
        version=1,
        texts={"en": text, "es": text},
        vendor=vendors[number % 200],
        product_type="",
        tags=tuple(vocabulary.pick(2)),
        skus=(Sku(f"S{number:07d}"),),
        category_ids=(CategoryId(f"c{shelf // 10}"), CategoryId(f"c{shelf // 10}-{shelf}")),
        price_min={"EUR": price, "USD": price + 50},
        price_max={"EUR": price * 2, "USD": price * 2 + 50},
        facets={"color": (color,), "size": tuple(size), "material": (material,)},
        available=rng.random() < 0.9,
        created_at_ms=1_700_000_000_000 + number,
        cards={card_key(locale, currency): card for locale in ("en", "es") for currency in ("EUR", "USD")},
    )


def known_titles() -> list[str]:
    """Return titles that every size holds, to take words from that meet in a product."""
    return [document.texts["en"].title for document in documents(TITLES_COUNT)]


def query_kinds(vocabulary: Vocabulary, titles: list[str]) -> dict[str, Callable[[], SearchQuery]]:
    """Return a maker of ever new queries for each kind."""
    rng = vocabulary.random

    def two_words() -> str:
        return " ".join(rng.sample(rng.choice(titles).split(), k=2)) + " "

    def ask(text: str, **rest: object) -> SearchQuery:
        return SearchQuery(text=text, locale="en", currency="EUR", **rest)  # type: ignore[arg-type]  # fields by name

    def filters() -> dict[str, object]:
        return {
            "price_min": rng.randint(100, 5_000),
            "price_max": rng.randint(10_000, 30_000),
            "available_only": True,
        }

    return {
        "two words": lambda: ask(two_words(), with_facets=False),
        "two words that never meet": lambda: ask(" ".join(vocabulary.pick(2)) + " ", with_facets=False),
        "two words, filters": lambda: ask(two_words(), **filters(), with_facets=False),
        "two words, filters, facets": lambda: ask(two_words(), **filters()),
        "chosen facet, counts": lambda: ask(
            vocabulary.pick(1)[0] + " ", facets={"color": (rng.choice(_COLORS),)}
        ),
        "while typing": lambda: ask(two_words()[:-2], with_facets=False),
        "typo": lambda: ask(_misspelled(rng, vocabulary.pick(1)[0]), with_facets=False),
        "one word by price": lambda: ask(
            vocabulary.pick(1)[0] + " ", sort=SearchSort.PRICE_ASC, with_facets=False
        ),
        "shelf by name, facets": lambda: ask(
            "", category_id=CategoryId(f"c{rng.randrange(12)}"), sort=SearchSort.NAME
        ),
    }


def _misspelled(rng: random.Random, word: str) -> str:
    place = rng.randrange(1, len(word) - 1)
    return word[:place] + "x" + word[place + 1 :] + " "


def measure(work: Callable[[], object], seconds: float) -> dict[str, float]:
    """Run ``work`` for that long; return calls a second and milliseconds at the percentiles."""
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while (started := time.perf_counter()) < end and len(taken) < QUERIES_MAX:
        work()
        taken.append(time.perf_counter() - started)
    taken.sort()
    return {
        "per_second": round(len(taken) / sum(taken)),
        "p50_ms": round(taken[len(taken) // 2] * 1e3, 3),
        "p99_ms": round(taken[len(taken) * 99 // 100] * 1e3, 3),
        "calls": len(taken),
    }


def folder_bytes(folder: Path) -> int:
    """Return what a folder takes on disk."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def bench_tantivy(size: int, folder: Path, seconds: float) -> dict[str, object]:
    """Build an index of that size and ask it every kind of query."""
    writer = TantivySearchWriter(folder, LAYOUT, MonotonicClock())  # type: ignore[arg-type]  # monotonic is all it asks
    session = writer.begin_rebuild()
    source = documents(size)
    building = 0.0
    while batch := list(islice(source, BATCH)):
        started = time.perf_counter()
        session.put(batch)
        building += time.perf_counter() - started
    started = time.perf_counter()
    session.finish("0")
    building += time.perf_counter() - started
    reader = TantivySearchReader(folder, LAYOUT)
    reader.refresh()
    vocabulary = Vocabulary(SEED)
    vocabulary.random.seed(SEED + 1)
    kinds = {
        kind: measure(lambda make=make: reader.search(make()), seconds)  # type: ignore[misc]  # bound per loop
        for kind, make in query_kinds(vocabulary, known_titles()).items()
    }
    kinds["suggest"] = measure(lambda: reader.suggest(vocabulary.pick(1)[0][:4], "en", 8), seconds)
    return {
        "engine": "tantivy",
        "products": size,
        "build_seconds": round(building, 1),
        "index_megabytes": round(folder_bytes(folder) / 1e6, 1),
        "kinds": kinds,
    }


def bench_sqlite(size: int, folder: Path, seconds: float) -> dict[str, object]:
    """Ask SQLite's FTS5 the plain two-word query over the same products."""
    folder.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(folder / "fts.sqlite3")
    database.execute(
        "CREATE VIRTUAL TABLE products USING fts5(id UNINDEXED, title, description, tokenize=porter)"
    )
    started = time.perf_counter()
    rows = ((one.product_id, one.texts["en"].title, one.texts["en"].description) for one in documents(size))
    database.executemany("INSERT INTO products VALUES (?, ?, ?)", rows)
    database.commit()
    building = time.perf_counter() - started
    vocabulary = Vocabulary(SEED)
    vocabulary.random.seed(SEED + 1)
    titles = known_titles()

    def ask() -> None:
        words = " ".join(vocabulary.random.sample(vocabulary.random.choice(titles).split(), k=2))
        database.execute(
            "SELECT id FROM products WHERE products MATCH ? ORDER BY bm25(products, 0, 8, 1) LIMIT 24",
            (words,),
        ).fetchall()
        database.execute("SELECT count(*) FROM products WHERE products MATCH ?", (words,)).fetchone()

    result = {"two words": measure(ask, seconds)}
    database.close()
    return {
        "engine": "sqlite fts5",
        "products": size,
        "build_seconds": round(building, 1),
        "index_megabytes": round(folder_bytes(folder) / 1e6, 1),
        "kinds": result,
    }


def main() -> None:
    """Run the sizes and print one JSON line a result, or a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="1000,100000,1000000")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each kind of query runs")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.add_argument("--no-reference", action="store_true", help="leave SQLite out")
    options = parser.parse_args()
    for size in (int(text) for text in options.sizes.split(",")):
        benches = [bench_tantivy] if options.no_reference else [bench_tantivy, bench_sqlite]
        for bench in benches:
            folder = Path(tempfile.mkdtemp(prefix="viva-bench-search-"))
            try:
                report(bench(size, folder / "data", options.seconds), as_json=options.json)
            finally:
                shutil.rmtree(folder, ignore_errors=True)


def report(result: dict[str, object], *, as_json: bool) -> None:
    """Print one engine's figures."""
    if as_json:
        print(json.dumps(result), flush=True)
        return
    print(
        f"{result['engine']}, {result['products']:,} products: built in {result['build_seconds']} s, "
        f"{result['index_megabytes']} MB"
    )
    kinds = result["kinds"]
    assert isinstance(kinds, dict)
    for kind, figures in kinds.items():
        print(
            f"  {kind:<28} {figures['per_second']:>7,}/s   p50 {figures['p50_ms']:>8.3f} ms   "
            f"p99 {figures['p99_ms']:>8.3f} ms"
        )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
