"""Product pages a second: rendered, and rendered and written, each beside a reference of the same run.

    python -m benchmarks.bench_publish [--products 10000] [--quick] [--json]

Pages are the storefront's own (``web/storefront/out`` must be built): two languages, three pictures,
specifications, structured data, eight related products. Rendering runs on one thread without a database;
its reference is the same pipeline with Jinja2 in place of our templates. Writing goes through the object
store of one machine; its reference writes as many ready files of the same size the same way.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import msgspec
from jinja2 import Environment

from benchmarks import catalogue_generator as market
from benchmarks.harness import ROOT, folder
from benchmarks.report import Row, save, show
from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.memory.companions import MemoryCompanionStore
from vivamarket.adapters.memory.content import MemoryContentStore
from vivamarket.catalog.model import Category, Product, ProductImage
from vivamarket.catalog.ports import CatalogStore, ListSort
from vivamarket.catalog.present import CategoryTree
from vivamarket.kernel.ids import CategoryId, MediaId, ProductId, Sku
from vivamarket.kernel.paging import Page
from vivamarket.pages.directory import PREFIX
from vivamarket.pages.markup import Template, View, json_in_script
from vivamarket.pages.publisher import PagesPublisher
from vivamarket.pages.render import Renderer
from vivamarket.pages.site import PagesConfig, Site

EXPORT = ROOT / "web" / "storefront" / "out"
CONFIG = PagesConfig(
    public_url="http://127.0.0.1:8000", shop_name="VivaMarket", locales=("en", "es"), currencies=("EUR",)
)
PRODUCTS = 10_000
QUICK_PRODUCTS = 2_000
TARGET_PAGES_PER_SECOND = 10_000.0
CHANGES = 50
WIDTHS = (160, 320, 640, 960, 1280)
_MARK = re.compile(r'@@(html:|json:)?([a-z0-9_]+)@@|<vm-(if|each) name="([a-z0-9_]+)">|</vm-(if|each)>')


class Memory:
    """The few reads of ``CatalogStore`` that publishing makes, from memory."""

    def __init__(self, products: Sequence[Product]) -> None:
        self.products = {product.id: product for product in products}
        self.order = list(products)
        self.tree = CategoryTree.of(market.categories())
        self._shelves: dict[CategoryId | None, list[Product]] = {None: self.order}
        for product in products:
            for category_id in self.tree.with_ancestors(product.category_ids):
                self._shelves.setdefault(category_id, []).append(product)

    async def get_many(self, product_ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        """Return the products asked for."""
        return {product_id: self.products[product_id] for product_id in product_ids}

    async def categories(self) -> tuple[Category, ...]:
        """Return the made-up market's tree."""
        return tuple(self.tree.by_id.values())

    async def scan(self, cursor: str | None, limit: int) -> Page[Product]:
        """Return a page of all products."""
        start = int(cursor or 0)
        more = start + limit < len(self.order)
        return Page(tuple(self.order[start : start + limit]), str(start + limit) if more else None)

    async def list_active(
        self, *, category_id: CategoryId | None, locale: str, sort: ListSort, cursor: str | None, limit: int
    ) -> Page[Product]:
        """Return the first products of a shelf."""
        del locale, sort, cursor
        return Page(tuple(self._shelves.get(category_id, [])[:limit]))


class Plenty:
    """A stock that has everything."""

    async def available(self, skus: Sequence[Sku]) -> dict[Sku, int]:
        """Return five of each."""
        return dict.fromkeys(skus, 5)


class JinjaTemplate:
    """The same markup, filled by Jinja2."""

    def __init__(self, source: str, environment: Environment) -> None:
        self._template = environment.from_string(_as_jinja(source))

    def render(self, view: View) -> bytes:
        """Return the filled markup."""
        return self._template.render(v=view).encode()


def _as_jinja(source: str) -> str:
    depth = 0

    def translated(match: re.Match[str]) -> str:
        nonlocal depth
        kind, value, block, name, end = match.groups()
        scope = f"v{depth}" if depth else "v"
        if value:
            wrap = {"html:": "{{ %s.decode() | safe }}", "json:": "{{ json(%s).decode() | safe }}"}.get(
                kind, "{{ %s }}"
            )
            return wrap % f'{scope}["{value}"]'
        if block == "if":
            return f'{{% if {scope}.get("{name}") %}}'
        if block == "each":
            depth += 1
            return f'{{% for v{depth} in {scope}["{name}"] %}}'
        if end == "each":
            depth -= 1
            return "{% endfor %}"
        return "{% endif %}"

    return _MARK.sub(translated, source)


def with_jinja(site: Site) -> Site:
    """Return the site with every fragment filled by Jinja2."""
    environment = Environment(autoescape=True)
    environment.globals["json"] = json_in_script
    raw = msgspec.json.decode((EXPORT / "fragments.json").read_bytes())
    editions = {
        edition: replace(
            site.edition(edition),
            fragments=cast(
                dict[str, Template],
                {
                    part: JinjaTemplate(source, environment)
                    for part, source in raw["locales"][edition.locale]["parts"].items()
                },
            ),
        )
        for edition in CONFIG.editions
    }
    return replace(site, editions=editions)


def pictured(product: Product) -> Product:
    """Return the product with three pictures, as a shop's have."""
    images = tuple(
        ProductImage(MediaId(f"{product.id[-12:]}{place}"), {"en": "A view"}, 1280, 1280, WIDTHS, "#e9f5dc")
        for place in range(3)
    )
    return replace(product, images=images)


def publisher(site: Site, memory: Memory, files: FolderObjectStore) -> PagesPublisher:
    """Return a publisher on memory and a folder."""
    return PagesPublisher(
        site=site,
        config=CONFIG,
        catalog=cast(CatalogStore, memory),
        stock=Plenty(),
        content=MemoryContentStore(SystemClock()),
        companions=MemoryCompanionStore(),
        files=files,
        clock=SystemClock(),
    )


async def render_rate(site: Site, memory: Memory, files: FolderObjectStore) -> tuple[float, int]:
    """Return product pages a second on one thread, and the bytes of one page."""
    renderer = Renderer(site, CONFIG, memory.tree)
    shelves = publisher(site, memory, files).shelves()
    related = [(product, await shelves.related(product)) for product in memory.order]
    available: dict[str, bool] = {
        variant.sku: True for product in memory.order for variant in product.variants
    }
    size = 0
    started = time.perf_counter()
    for product, neighbors in related:
        for edition in CONFIG.main_editions:
            size = len(renderer.product(product, edition, available, neighbors))
    return len(related) * len(CONFIG.locales) / (time.perf_counter() - started), size


async def write_rates(site: Site, memory: Memory, place: Path, page_bytes: int) -> tuple[float, float]:
    """Return product pages a second of a whole publication, and files a second of writing alone."""
    files = FolderObjectStore(place / "ours", durable=False)
    pages = len(memory.order) * len(CONFIG.locales)
    ours = await _timed(publisher(site, memory, files).publish_all)
    bare = FolderObjectStore(place / "bare", durable=False)
    body = b"x" * page_bytes
    names = [
        (f"{PREFIX}{locale}/p/{product.text(locale).slug}.html", body, "text/html")
        for product in memory.order
        for locale in CONFIG.locales
    ]

    async def write() -> None:
        for start in range(0, len(names), 1_000):
            await bare.put_many(names[start : start + 1_000])

    reference = await _timed(write)
    return pages / ours, pages / reference


async def change_milliseconds(site: Site, memory: Memory, place: Path) -> list[float]:
    """Return how long it takes to write everything one changed product touches."""
    files = FolderObjectStore(place / "ours", durable=False)
    ours = publisher(site, memory, files)
    return sorted(
        [
            1_000 * await _timed(lambda product=product: ours.publish_products([product.id]))  # type: ignore[misc]  # mypy cannot infer a default's type
            for product in memory.order[:CHANGES]
        ]
    )


async def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    await work()  # type: ignore[misc]  # every caller passes an async function
    return time.perf_counter() - started


async def measured(products: int) -> list[Row]:
    """Measure all rows."""
    if not (EXPORT / "fragments.json").exists():
        sys.exit(f"Build the storefront first (npm run build in web/): there is nothing in {EXPORT}.")
    site = Site.load(EXPORT)
    memory = Memory([pictured(product) for product in market.products(products)])
    with folder("viva-bench-publish-") as place:
        scratch = FolderObjectStore(place / "scratch", durable=False)
        rate, size = await render_rate(site, memory, scratch)
        jinja_rate, _ = await render_rate(with_jinja(site), memory, scratch)
        written, bare = await write_rates(site, memory, place, size)
        changes = await change_milliseconds(site, memory, place)
    return [
        Row(
            bench="publish",
            work="render a product page",
            unit="pages/s",
            ours=rate,
            reference=jinja_rate,
            reference_name="Jinja2",
            target=TARGET_PAGES_PER_SECOND,
            note=f"one thread, {size / 1_000:.0f} kB a page, two languages",
        ),
        Row(
            bench="publish",
            work=f"publish {products:,} products",
            unit="pages/s",
            ours=written,
            reference=bare,
            reference_name="writing ready files",
            target=TARGET_PAGES_PER_SECOND,
            note="render and write, with notes, category pages and sitemap",
        ),
        Row(
            bench="publish",
            work="publish one change",
            unit="ms",
            better="lower",
            ours=changes[len(changes) // 2],
            target=1_000.0,
            p50_ms=changes[len(changes) // 2],
            p99_ms=changes[-1],
            note="the product's pages, its categories' and the front page",
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", type=int)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    rows = asyncio.run(measured(given.products or (QUICK_PRODUCTS if given.quick else PRODUCTS)))
    if given.json:
        print(msgspec.json.encode(rows).decode())
        return
    save(rows, quick=given.quick)
    show(rows)


if __name__ == "__main__":
    main()
