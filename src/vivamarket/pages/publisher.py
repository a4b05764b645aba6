"""Writes pages: all of them, or those that a change touches."""

from __future__ import annotations

import mimetypes
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from vivamarket.catalog.errors import CategoryNotFound, ProductNotFound
from vivamarket.catalog.model import Category, Product
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.present import CategoryTree
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.media.ports import ObjectStore
from vivamarket.pages import seo
from vivamarket.pages.directory import PREFIX, Directory, File
from vivamarket.pages.editions import Edition
from vivamarket.pages.notes import Agenda, Notes, Published
from vivamarket.pages.ports import Companions, ContentReader, StockReader
from vivamarket.pages.render import Renderer
from vivamarket.pages.shelves import CATEGORY_PAGE_SIZE, Shelves
from vivamarket.pages.site import PagesConfig, Site

BATCH_PRODUCTS_MAX = 500
#: How often a page written on demand is looked at again before its next reader has to live with it.
LOOKS_MAX = 4
_HTML = "text/html; charset=utf-8"
_TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What one publishing did."""

    products: int = 0
    files_written: int = 0
    files_removed: int = 0


class PagesPublisher:
    """Renders pages and puts them into the object store. Everything it writes can be written again.

    Assets come before the pages that name them. Old assets stay, so that a page still open in a browser
    keeps working after a new build.
    """

    def __init__(
        self,
        *,
        site: Site,
        config: PagesConfig,
        catalog: CatalogStore,
        stock: StockReader,
        content: ContentReader,
        companions: Companions,
        files: ObjectStore,
        clock: Clock,
    ) -> None:
        self.site = site
        self.config = config
        self.notes = Notes(files)
        self.content = content
        self._catalog = catalog
        self._stock = stock
        self._companions = companions
        self._files = files
        self._clock = clock
        self.directory = Directory(
            config=config,
            catalog=catalog,
            shelves=self.shelves,
            files=files,
            notes=self.notes,
            clock=clock,
        )

    def take(self, config: PagesConfig) -> None:
        """Say something else of the shop from now on; pages written before are of another ``build``."""
        self.config = config
        self.directory.take(config)

    @property
    def build(self) -> str:
        """Name what pages are made from: the storefront's build and what the shop says of itself."""
        return f"{self.site.build}-{self.config.name}"

    def shelves(self) -> Shelves:
        """Return fresh shelves for one batch of work."""
        return Shelves(
            catalog=self._catalog,
            stock=self._stock,
            companions=self._companions,
            clock=self._clock,
            config=self.config,
        )

    async def renderer(self) -> Renderer:
        """Return a renderer for the tree as it is now."""
        tree = CategoryTree.of(await self._catalog.categories())
        return Renderer(self.site, self.config, tree, await self.content.all())

    async def publish_all(self) -> PublishReport:
        """Write every page and asset, remove product and category pages that nothing stands behind.

        Costs about a tenth of a millisecond of rendering a page, plus the writes; memory does not grow
        with the catalogue, but for the list of addresses.
        """
        renderer = await self.renderer()
        shelves = self.shelves()
        written = await self._put(self._asset_files())
        written += await self._put(self._plain_files(renderer))
        written += await self._put(await self._home_files(renderer, shelves))
        categories = await self._catalog.categories()
        category_files = await self._category_files(renderer, shelves, categories)
        written += await self._put(category_files)
        text_files = self._text_files(renderer)
        written += await self._put(text_files)
        await self._remove(self._bare_keys(renderer))
        keep = {key for key, _, _ in (*category_files, *text_files)}
        due: dict[ProductId, int] = {}
        products = 0
        async for batch in self._all_products():
            shown, later = self._sort_out(batch)
            due |= later
            files = await self._product_files(renderer, shelves, shown)
            keep.update(key for key, _, _ in files if key.startswith(PREFIX))
            written += await self._put(files)
            products += len(shown)
        written += await self.directory.rebuild(renderer)
        await self.notes.put_agenda(Agenda(due))
        removed = await self._remove_others(keep)
        return PublishReport(products, written, removed)

    async def publish_products(self, product_ids: Sequence[ProductId]) -> PublishReport:
        """Bring the pages of these products, of their categories and the front page up to date.

        A product that is gone, hidden or renamed loses its old pages; its old slugs then lead on by the
        on-demand net.
        """
        renderer = await self.renderer()
        shelves = self.shelves()
        report = PublishReport()
        for start in range(0, len(product_ids), BATCH_PRODUCTS_MAX):
            batch = product_ids[start : start + BATCH_PRODUCTS_MAX]
            report = await self._publish_batch(renderer, shelves, batch, report)
        await self.directory.note(product_ids)
        return report

    async def publish_categories(self) -> PublishReport:
        """Write every category page and the front page; cheap beside the products."""
        renderer = await self.renderer()
        shelves = self.shelves()
        categories = await self._catalog.categories()
        files = await self._category_files(renderer, shelves, categories)
        files += await self._home_files(renderer, shelves)
        await self.directory.write_pages(renderer)
        return PublishReport(files_written=await self._put(files))

    async def publish_texts(self) -> PublishReport:
        """Write the shop's own texts, remove those that shoppers no longer see."""
        renderer = await self.renderer()
        files = self._text_files(renderer)
        written = await self._put(files)
        await self._remove(self._bare_keys(renderer))
        await self.directory.write_pages(renderer)
        removed = await self._remove_others({key for key, _, _ in files}, ("info",))
        return PublishReport(files_written=written, files_removed=removed)

    async def publish_directory(self) -> bool:
        """Bring sitemap and feeds up to date where something changed; return whether anything had."""
        return await self.directory.catch_up(await self.renderer())

    async def publish_skus(self, skus: Sequence[Sku]) -> PublishReport:
        """Bring the pages of the products that sell these SKUs up to date, after their stock changed."""
        found = await self._catalog.by_skus(skus)
        return await self.publish_products(sorted({product.id for product in found.values()}))

    async def render_product(self, product_id: ProductId, edition: Edition) -> dict[str, bytes]:
        """Render and write one product's pages; return them by address. Raise ``ProductNotFound``.

        The on-demand net's way: nothing else is touched. In the shop's first currency these are the pages
        in all languages; in another currency the one page that was asked for, which nobody wrote before.
        The publisher removes such a page when the product changes; so that a change which came in between
        is not missed, it is looked at again after it was written.
        """
        before: list[File] = []
        for _ in range(LOOKS_MAX):
            product = await self._catalog.get(product_id)
            if not product.is_shown(self._clock.now()):
                await self._remove([key for key, _, _ in before])
                raise ProductNotFound("There is no such product.", id=product_id)
            renderer, shelves = await self.renderer(), self.shelves()
            if edition.is_main:
                files = await self._product_files(renderer, shelves, [product])
            else:
                files = [await self._product_file(renderer, shelves, product, edition)]
            if files == before:
                break
            await self._remove([key for key, _, _ in before])
            await self._put(files)
            before = files
        return {_address(key): data for key, data, _ in before if key.startswith(PREFIX)}

    async def preview(self, product_id: ProductId, locale: str, currency: str) -> bytes:
        """Return the page that shoppers would be shown, drafts included; nothing is written.

        Raise ``ProductNotFound``.
        """
        product = await self._catalog.get(product_id)
        edition = next(
            each for each in self.config.editions if (each.locale, each.currency) == (locale, currency)
        )
        shelves = self.shelves()
        available = await shelves.availability([product])
        related = await shelves.related(product)
        renderer = await self.renderer()
        return renderer.product(product, edition, available, related, is_preview=True)

    async def render_category(self, category_id: CategoryId) -> dict[str, bytes]:
        """Render and write one category's pages; return them by address. Raise ``CategoryNotFound``."""
        found = [category for category in await self._catalog.categories() if category.id == category_id]
        if not found:
            raise CategoryNotFound("There is no such category.", id=category_id)
        files = await self._category_files(await self.renderer(), self.shelves(), found)
        await self._put(files)
        return {_address(key): data for key, data, _ in files}

    async def render_plain(self, edition: Edition, name: str) -> bytes | None:
        """Render and write the front page (``""``) or a page without catalogue data; None for any other."""
        renderer = await self.renderer()
        if name == "":
            page = renderer.home(edition, await self.shelves().home())
        elif name in renderer.plain_names():
            page = renderer.plain(edition, name)
        else:
            return None
        await self._put([(_key(f"{edition.base}{name}"), page, _HTML)])
        return page

    async def render_text(self, edition: Edition, name: str) -> tuple[str, bytes] | None:
        """Render and write the text that has, or had, that slug or key; return its address and the page.

        Only when the address is the present one is the page written; else it is where to lead on to.
        """
        renderer = await self.renderer()
        for page, body in renderer.texts():
            tail = renderer.content_tails(body)[edition.locale]
            former = page.former_slugs.get(edition.locale, ())
            if name in {page.key, body.text(edition.locale).slug, *former}:
                path = edition.base + tail
                html = renderer.content(page, body, edition)
                if name == body.text(edition.locale).slug:
                    await self._put([(_key(path), html, _HTML)])
                return path, html
        return None

    async def copy_asset(self, name: str) -> File | None:
        """Copy one of the build's files to the pages and return it; None when the build has none so named."""
        path = self.site.assets.get(name)
        if path is None:
            return None
        file = _asset_file(name, path.read_bytes())
        await self._put([file])
        return file

    async def _publish_batch(
        self, renderer: Renderer, shelves: Shelves, batch: Sequence[ProductId], report: PublishReport
    ) -> PublishReport:
        found = await self._catalog.get_many(batch)
        shown, later = self._sort_out(list(found.values()))
        before = {product_id: await self.notes.published(product_id) for product_id in batch}
        files = await self._product_files(renderer, shelves, shown)
        now = {key for key, _, _ in files}
        old = [path for note in before.values() for path in note.paths if path not in now]
        seen = {path for note in before.values() for path in note.paths}
        seen |= {key for key in now if key.startswith(PREFIX)}
        await self._remove(old)
        await self._remove(self._in_other_currencies(sorted(seen)))
        for product_id in set(batch) - {product.id for product in shown}:
            await self.notes.forget(product_id)
        touched = {category for note in before.values() for category in note.category_ids}
        touched |= {category for product in shown for category in product.category_ids}
        files += await self._touched_files(renderer, shelves, touched)
        await self._note_agenda(batch, later)
        return PublishReport(
            report.products + len(shown),
            report.files_written + await self._put(files),
            report.files_removed + len(old),
        )

    async def _touched_files(
        self, renderer: Renderer, shelves: Shelves, touched: set[CategoryId]
    ) -> list[File]:
        categories = await self._catalog.categories()
        wanted = set(CategoryTree.of(categories).with_ancestors(sorted(touched)))
        shown = [category for category in categories if category.id in wanted]
        files = await self._category_files(renderer, shelves, shown)
        return files + await self._home_files(renderer, shelves)

    async def _product_files(
        self, renderer: Renderer, shelves: Shelves, products: Sequence[Product]
    ) -> list[File]:
        available = await shelves.availability(products)
        await shelves.foresee(products)
        files: list[File] = []
        for product in products:
            related = await shelves.related(product)
            keys: list[str] = []
            tails = renderer.product_tails(product)
            for edition in self.config.main_editions:
                keys.append(_key(edition.base + tails[edition.locale]))
                files.append((keys[-1], renderer.product(product, edition, available, related), _HTML))
            note = Published(tuple(keys), product.category_ids)
            files.append(self.notes.published_item(product.id, note))
        return files

    async def _product_file(
        self, renderer: Renderer, shelves: Shelves, product: Product, edition: Edition
    ) -> File:
        available = await shelves.availability([product])
        page = renderer.product(product, edition, available, await shelves.related(product))
        return _key(edition.base + renderer.product_tails(product)[edition.locale]), page, _HTML

    def _in_other_currencies(self, keys: Sequence[str]) -> list[str]:
        """Return where the same products' pages in the other currencies may lie."""
        mains = {edition.locale: _key(edition.base)[: -len(".html")] for edition in self.config.main_editions}
        others = [edition for edition in self.config.editions if not edition.is_main]
        return [
            _key(edition.base).removesuffix(".html") + key.removeprefix(mains[edition.locale])
            for edition in others
            for key in keys
            if key.startswith(mains[edition.locale] + "/")
        ]

    async def _remove(self, keys: Sequence[str]) -> None:
        for key in keys:
            await self._files.delete(key)

    async def _category_files(
        self, renderer: Renderer, shelves: Shelves, categories: Sequence[Category]
    ) -> list[File]:
        files: list[File] = []
        for category in categories:
            shelf = await shelves.category(category.id, CATEGORY_PAGE_SIZE)
            tails = renderer.category_tails(category)
            for edition in self.config.editions:
                key = _key(edition.base + tails[edition.locale])
                files.append((key, renderer.category(category, edition, shelf), _HTML))
        return files

    async def _home_files(self, renderer: Renderer, shelves: Shelves) -> list[File]:
        shown = await shelves.home()
        return [
            (_key(edition.base), renderer.home(edition, shown), _HTML) for edition in self.config.editions
        ]

    def _text_files(self, renderer: Renderer) -> list[File]:
        return [
            (
                _key(edition.base + renderer.content_tails(body)[edition.locale]),
                renderer.content(page, body, edition),
                _HTML,
            )
            for page, body in renderer.texts()
            for edition in self.config.editions
        ]

    def _bare_keys(self, renderer: Renderer) -> list[str]:
        """Return where no file may lie, because a text's bare key leads to the text from there."""
        taken = set(renderer.plain_names())
        keys = [page.key for page, _ in renderer.texts() if page.key not in taken]
        return [_key(edition.base + key) for edition in self.config.editions for key in keys]

    def _plain_files(self, renderer: Renderer) -> list[File]:
        files: list[File] = [
            (_key(edition.base + name), renderer.plain(edition, name), _HTML)
            for edition in self.config.editions
            for name in renderer.plain_names()
        ]
        files.extend(
            (_key(f"{edition.base}404"), renderer.not_found(edition), _HTML)
            for edition in self.config.main_editions
        )
        files.append((f"{PREFIX}404.html", renderer.not_found(self.config.main_editions[0]), _HTML))
        files.append((f"{PREFIX}robots.txt", seo.robots(self.config), _TEXT))
        return files

    def _asset_files(self) -> list[File]:
        return [_asset_file(name, path.read_bytes()) for name, path in self.site.assets.items()]

    def _sort_out(self, products: Sequence[Product]) -> tuple[list[Product], dict[ProductId, int]]:
        """Return those shown now, and when those with a schedule change next."""
        now = self._clock.now()
        shown = [product for product in products if product.is_shown(now)]
        later: dict[ProductId, int] = {}
        for product in products:
            moments: list[datetime] = [
                moment
                for moment in (product.schedule.publish_at, product.schedule.unpublish_at)
                if moment is not None and moment > now
            ]
            if moments:
                later[product.id] = int(min(moments).timestamp())
        return shown, later

    async def _note_agenda(self, batch: Sequence[ProductId], later: dict[ProductId, int]) -> None:
        agenda = await self.notes.agenda()
        due = {key: moment for key, moment in agenda.due.items() if key not in set(batch)} | later
        if due != agenda.due:
            await self.notes.put_agenda(Agenda(due))

    async def _all_products(self) -> AsyncIterator[Sequence[Product]]:
        cursor: str | None = None
        while True:
            page = await self._catalog.scan(cursor, BATCH_PRODUCTS_MAX)
            yield page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    async def _put(self, files: Sequence[File]) -> int:
        if files:
            await self._files.put_many(files)
        return len(files)

    async def _remove_others(self, keep: set[str], folders: Sequence[str] = ("p", "c", "info")) -> int:
        removed = 0
        for edition in self.config.editions:
            for folder in folders:
                async for found in self._files.list(f"{PREFIX}{edition.base[1:]}{folder}/"):
                    if found.key not in keep:
                        await self._files.delete(found.key)
                        removed += 1
        return removed


def _key(path: str) -> str:
    """Return where a page lies: one file, for a folder of its own would double the cost of writing it."""
    return f"{PREFIX}{path.strip('/')}.html"


def _asset_file(name: str, data: bytes) -> File:
    return PREFIX + name, data, mimetypes.guess_type(name)[0] or "application/octet-stream"


def _address(key: str) -> str:
    return f"/{key.removeprefix(PREFIX).removesuffix('.html')}/"
