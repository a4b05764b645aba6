"""What search engines and marketplaces are told of all pages: sitemap files, and feed files beside them.

The catalogue is cut by id into shards. A change marks its product's shard; only marked shards are read and
written again. A shard is one sitemap file and one feed file for each edition, so that both stay true by the
same reading.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

import msgspec

from vivamarket.catalog.model import Product
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.present import product_detail
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import ProductId
from vivamarket.media.ports import ObjectStore
from vivamarket.pages import seo
from vivamarket.pages.feed import feed, feed_items
from vivamarket.pages.notes import Notes, Shard, ShardMap
from vivamarket.pages.render import Renderer
from vivamarket.pages.shelves import Shelves
from vivamarket.pages.site import PagesConfig

PREFIX = "pages/"
SHARD_PRODUCTS_MAX = 5_000
PAGES_FILE = "sitemaps/pages.xml"
_SCAN_MAX = 500
_XML = "application/xml"

#: One file to write: key, bytes, content type.
File = tuple[str, bytes, str]


def shard_products_max(locales: int) -> int:
    """Return how many products a sitemap file takes, whatever their slugs, so that it keeps its limits."""
    bytes_each = locales * (locales + 2) * seo.URL_BYTES_MAX
    return max(
        1, min(SHARD_PRODUCTS_MAX, seo.SITEMAP_URLS_MAX // locales, seo.SITEMAP_BYTES_MAX // bytes_each)
    )


class Directory:
    """Keeps the sitemap and the feeds true. Used by one publisher at a time."""

    def __init__(
        self,
        *,
        config: PagesConfig,
        catalog: CatalogStore,
        shelves: Callable[[], Shelves],
        files: ObjectStore,
        notes: Notes,
        clock: Clock,
    ) -> None:
        self._config = config
        self._catalog = catalog
        self._shelves = shelves
        self._files = files
        self._notes = notes
        self._clock = clock
        self.products_max = shard_products_max(len(config.locales))

    def take(self, config: PagesConfig) -> None:
        """Say something else of the shop from the next file on."""
        self._config = config

    async def note(self, product_ids: Sequence[ProductId]) -> None:
        """Mark the shards of these products: one note is written, whatever their number."""
        known = await self._notes.shards()
        if known is None or not known.shards:
            return
        ends = [shard.last_id for shard in known.shards]
        last = len(ends) - 1
        places = {min(bisect_left(ends, product_id), last) for product_id in product_ids}
        marked = sorted({*known.marked, *(known.shards[place].number for place in places)})
        if marked != list(known.marked):
            await self._notes.put_shards(msgspec.structs.replace(known, marked=tuple(marked)))

    async def rebuild(self, renderer: Renderer) -> int:
        """Write every file anew; return how many. Reads the whole catalogue, page by page."""
        before = await self._notes.shards() or ShardMap()
        known = ShardMap(shards=(Shard(number=1),), marked=(1,))
        return await self._bring_up(known, renderer, stale=before.shards)

    async def catch_up(self, renderer: Renderer) -> bool:
        """Write the files of marked shards; return whether there were any."""
        known = await self._notes.shards()
        if known is None or not known.marked:
            return False
        await self._bring_up(known, renderer)
        return True

    async def write_pages(self, renderer: Renderer) -> None:
        """Write the file of everything that is no product, and the index."""
        known = await self._notes.shards() or ShardMap()
        await self._files.put_many([self._pages_file(renderer), self._index_file(known.shards)])

    async def _bring_up(self, known: ShardMap, renderer: Renderer, stale: Sequence[Shard] = ()) -> int:
        shards: list[Shard] = []
        number = max((shard.number for shard in known.shards), default=0)
        written = 0
        for place, shard in enumerate(known.shards):
            if shard.number not in known.marked:
                shards.append(shard)
                continue
            end = None if place == len(known.shards) - 1 else shard.last_id
            own: int | None = shard.number
            async for cursor, products in self._pieces(shard.cursor, end):
                if own is None:
                    number += 1
                    own = number
                piece, files = await self._written(own, cursor, products, renderer)
                await self._files.put_many(files)
                written += len(files)
                shards.append(piece)
                own = None
        for shard in {each.number: each for each in stale}.values():
            if shard.number not in {each.number for each in shards}:
                for key in self._keys(shard.number):
                    await self._files.delete(key)
        await self._files.put_many([self._pages_file(renderer), self._index_file(shards)])
        await self._notes.put_shards(ShardMap(shards=tuple(shards)))
        return written + 2

    async def _pieces(
        self, cursor: str | None, end: str | None
    ) -> AsyncIterator[tuple[str | None, list[Product]]]:
        """Yield the products behind the cursor up to ``end``, in pieces that fit a file; one at least."""
        begin, piece = cursor, list[Product]()
        while True:
            page = await self._catalog.scan(cursor, min(_SCAN_MAX, self.products_max))
            items = [product for product in page.items if end is None or product.id <= end]
            if piece and len(piece) + len(items) > self.products_max:
                yield begin, piece
                begin, piece = cursor, []
            piece.extend(items)
            cursor = page.next_cursor
            if cursor is None or len(items) < len(page.items):
                yield begin, piece
                return

    async def _written(
        self, number: int, cursor: str | None, products: Sequence[Product], renderer: Renderer
    ) -> tuple[Shard, list[File]]:
        now = self._clock.now()
        shown = [product for product in products if product.is_shown(now)]
        entries = [(renderer.product_tails(product), product.updated_at) for product in shown]
        keys = self._keys(number)
        files: list[File] = [(keys[0], seo.sitemap(self._config, entries), _XML)]
        available = await self._shelves().availability(shown)
        for key, edition in zip(keys[1:], self._config.editions, strict=True):
            items = [
                item
                for product in shown
                for item in feed_items(
                    self._config,
                    edition,
                    product_detail(
                        product, locale=edition.locale, currency=edition.currency, tree=renderer.tree
                    ),
                    edition.base + renderer.product_tails(product)[edition.locale],
                    available,
                )
            ]
            files.append((key, feed(self._config, edition, items), _XML))
        changed_at = max((product.updated_at for product in products), default=None)
        last_id = products[-1].id if products else ""
        return Shard(number, cursor, last_id, len(shown), changed_at), files

    def _keys(self, number: int) -> list[str]:
        """Return where a shard's files lie: its sitemap first, then a feed for each edition."""
        return [
            f"{PREFIX}sitemaps/products-{number}.xml",
            *(
                f"{PREFIX}feeds/google-{edition.locale}-{edition.currency.lower()}-{number}.xml"
                for edition in self._config.editions
            ),
        ]

    def _pages_file(self, renderer: Renderer) -> File:
        entries: list[tuple[dict[str, str], datetime | None]] = [
            (dict.fromkeys(self._config.locales, ""), None)
        ]
        entries.extend((renderer.category_tails(each), None) for each in renderer.tree.by_id.values())
        entries.extend((renderer.content_tails(body), page.published_at) for page, body in renderer.texts())
        return PREFIX + PAGES_FILE, seo.sitemap(self._config, entries), _XML

    def _index_file(self, shards: Sequence[Shard]) -> File:
        named: list[tuple[str, datetime | None]] = [(PAGES_FILE, None)]
        named.extend(
            (f"sitemaps/products-{shard.number}.xml", shard.changed_at) for shard in shards if shard.products
        )
        return f"{PREFIX}sitemap.xml", seo.sitemap_index(self._config, named), _XML
