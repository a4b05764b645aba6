"""Keeping the index true: follows the catalogue's changes, availability and schedules; rebuilds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from vivamarket.catalog.errors import ChangesForgotten
from vivamarket.catalog.model import Change, ChangeKind, Product
from vivamarket.catalog.ports import GET_MANY_MAX
from vivamarket.catalog.present import CategoryTree
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.kernel.paging import PAGE_SIZE_MAX
from vivamarket.search.documents import BuildsDocuments, counted_skus, next_change_at
from vivamarket.search.model import SearchDocument
from vivamarket.search.ports import (
    AVAILABILITY_SKUS_MAX,
    AvailabilitySource,
    FollowedCatalog,
    SearchRebuild,
    SearchWriter,
)

T = TypeVar("T")

CHANGES_MAX = 1_000
DUE_MAX = 1_000
SCAN_PAGE = 1_000
#: Between two commits; with ``IDLE_SECONDS`` and the readers' refresh well within a second.
COMMIT_EVERY_SECONDS = 0.3
IDLE_SECONDS = 0.2
RETRY_SECONDS = 2.0

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_log = logging.getLogger(__name__)


class Offload(Protocol):
    """Runs work that blocks on CPU and disk away from the event loop."""

    async def __call__(self, work: Callable[[], T], /) -> T:
        """Return what ``work`` returns."""
        ...


async def inline(work: Callable[[], T], /) -> T:
    """Run the work right here: for tests and the simulator."""
    return work()


class SearchFollower:
    """Brings every change of the shop into the index. One instance per index.

    The feed position is committed with the content, so after a crash it repeats some work and loses none.
    """

    def __init__(
        self,
        *,
        catalog: FollowedCatalog,
        availability: AvailabilitySource,
        documents: BuildsDocuments,
        writer: SearchWriter,
        clock: Clock,
        offload: Offload = inline,
    ) -> None:
        self._catalog = catalog
        self._availability = availability
        self._documents = documents
        self._writer = writer
        self._clock = clock
        self._offload = offload
        self._lock = asyncio.Lock()
        self._tree: CategoryTree | None = None
        self._sold: dict[Sku, None] = {}
        self._is_rebuilding = False
        #: Whether the index is known to follow this very database.
        self._is_known = False

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until ``stop`` is set: commits at most every ``COMMIT_EVERY_SECONDS``.

        While catalogue or index are unavailable it tries again every ``RETRY_SECONDS``, for ever:
        an index that cannot be written is rebuilt as soon as the disk allows.
        """
        while not stop.is_set():
            started = self._clock.monotonic()
            try:
                done = await self.run_once()
            except Unavailable as error:
                _log.warning("search cannot follow now: %s %s", error, dict(error.fields))
                await self._clock.sleep(RETRY_SECONDS)
                continue
            spent = self._clock.monotonic() - started
            await self._clock.sleep(max(0.0, COMMIT_EVERY_SECONDS - spent) if done else IDLE_SECONDS)

    async def run_once(self) -> int:
        """Bring in what is due now, at most ``CHANGES_MAX`` changes; return how many things were done.

        With a missing or damaged index, rebuild it; the old one answers meanwhile.
        """
        async with self._lock:
            position = await self._offload(self._writer.position)
            if position is None:
                return await self._rebuild()
            try:
                changes = await self._catalog.changes(position, CHANGES_MAX)
            except ChangesForgotten:
                return await self._rebuild()
            if not changes and await self._is_foreign(position):
                return await self._rebuild()
            now_ms = (self._clock.now() - _EPOCH) // timedelta(milliseconds=1)
            due = await self._offload(lambda: self._writer.due(now_ms, DUE_MAX))
            await self._look_again(due)
            sold = await self._look_at_sold()
            position = await self._apply(changes, position)
            if changes or due or sold:
                await self._commit(position)
            return len(changes) + len(due) + sold

    async def _is_foreign(self, position: str) -> bool:
        """Return whether the index followed another database, one that a restore or reset replaced.

        Asked once a process, when nothing is left to follow: then position and head are the same.
        """
        if self._is_known:
            return False
        head = await self._catalog.change_head()
        self._is_known = head == position
        return not self._is_known and not await self._catalog.changes(position, 1)

    async def availability_changed(self, skus: Sequence[Sku]) -> None:
        """Take in that the SKUs can be bought, or no longer can; return when that is durable.

        Calls made while another one works share one commit. During a rebuild, which reads all stock
        anyway, it returns at once and the SKUs are looked at right after.
        """
        self._sold.update(dict.fromkeys(skus))
        if self._is_rebuilding:
            return
        async with self._lock:
            if not any(sku in self._sold for sku in skus):
                return
            position = await self._offload(self._writer.position)
            if position is not None and await self._look_at_sold():
                await self._commit(position)

    async def _apply(self, changes: Sequence[Change], position: str) -> str:
        """Put the changed products; return the position reached.

        A changed shelf is followed by all products on it, committed in parts at the position before
        it: a crash in between repeats the shelf.
        """
        products: dict[ProductId, None] = {}
        for change in changes:
            if change.kind in (ChangeKind.PRODUCT_PUT, ChangeKind.PRODUCT_REMOVED):
                products[ProductId(change.id)] = None
            else:
                await self._look_again(tuple(products))
                products.clear()
                self._tree = None
                if change.kind is ChangeKind.CATEGORY_PUT:
                    await self._look_at_shelf(CategoryId(change.id), position)
            position = change.position
        await self._look_again(tuple(products))
        return position

    async def _look_at_shelf(self, category_id: CategoryId, position: str) -> None:
        cursor: str | None = None
        while True:
            page = await self._catalog.members(category_id, cursor, PAGE_SIZE_MAX)
            await self._put(page.items)
            cursor = page.next_cursor
            if cursor is None:
                return
            await self._commit(position)

    async def _look_at_sold(self) -> int:
        """Put the products of SKUs whose availability changed."""
        skus = tuple(self._sold)[:GET_MANY_MAX]
        if not skus:
            return 0
        found = await self._catalog.by_skus(skus)
        await self._put(tuple({product.id: product for product in found.values()}.values()))
        for sku in skus:
            del self._sold[sku]
        return len(skus)

    async def _look_again(self, product_ids: Sequence[ProductId]) -> None:
        """Put what these products are now; take away those that are gone."""
        for start in range(0, len(product_ids), GET_MANY_MAX):
            wanted = product_ids[start : start + GET_MANY_MAX]
            found = await self._catalog.get_many(wanted)
            gone = [product_id for product_id in wanted if product_id not in found]
            if gone:
                await self._offload(partial(self._forget, gone))
            await self._put(tuple(found.values()))

    def _forget(self, product_ids: Sequence[ProductId]) -> None:
        self._writer.remove(product_ids)
        for product_id in product_ids:
            self._writer.schedule(product_id, None)

    async def _put(self, products: Sequence[Product]) -> None:
        if products:
            build = await self._builder(products)
            await self._offload(partial(self._write, build))

    def _write(self, build: Callable[[], _Built]) -> None:
        built = build()
        self._writer.put(built.shown)
        self._writer.remove(built.hidden)
        for product_id, at_ms in built.alarms:
            self._writer.schedule(product_id, at_ms)

    async def _builder(self, products: Sequence[Product]) -> Callable[[], _Built]:
        """Read what the documents of these products need; return the work that builds them, all CPU."""
        tree = await self._category_tree()
        stock = await self._stock(products)
        return partial(_build, self._documents, products, tree, stock, self._clock.now())

    async def _rebuild(self) -> int:
        """Build a new index of the whole catalogue and switch to it; return the number of products."""
        self._is_rebuilding = True
        _log.info("building the search index")
        session = await self._offload(self._writer.begin_rebuild)
        try:
            head = await self._catalog.change_head()
            self._tree = None
            count, cursor = 0, None
            while True:
                page = await self._catalog.scan(cursor, SCAN_PAGE)
                build = await self._builder(page.items)
                await self._offload(partial(_grow, session, build))
                count, cursor = count + len(page.items), page.next_cursor
                if cursor is None:
                    break
            await self._offload(lambda: session.finish(head))
        finally:
            self._is_rebuilding = False
            session.abandon()
        _log.info("the search index is built: %d products", count)
        return max(count, 1)

    async def _commit(self, position: str) -> None:
        await self._offload(lambda: self._writer.commit(position))

    async def _stock(self, products: Iterable[Product]) -> dict[Sku, int]:
        skus = [sku for product in products for sku in counted_skus(product)]
        stock: dict[Sku, int] = {}
        for start in range(0, len(skus), AVAILABILITY_SKUS_MAX):
            stock.update(await self._availability.available(skus[start : start + AVAILABILITY_SKUS_MAX]))
        return stock

    async def _category_tree(self) -> CategoryTree:
        if self._tree is None:
            self._tree = CategoryTree.of(await self._catalog.categories())
        return self._tree


@dataclass(frozen=True, slots=True)
class _Built:
    """The documents of shown products, the ids of the others, and when each must be looked at again."""

    shown: list[SearchDocument]
    hidden: list[ProductId]
    alarms: list[tuple[ProductId, int | None]]


def _build(
    documents: BuildsDocuments,
    products: Sequence[Product],
    tree: CategoryTree,
    stock: Mapping[Sku, int],
    now: datetime,
) -> _Built:
    built = _Built([], [], [])
    for product in products:
        document = documents.build(product, tree, stock, now)
        if document is None:
            built.hidden.append(product.id)
        else:
            built.shown.append(document)
        at = next_change_at(product, now)
        built.alarms.append((product.id, None if at is None else _milliseconds_up(at)))
    return built


def _grow(session: SearchRebuild, build: Callable[[], _Built]) -> None:
    built = build()
    session.put(built.shown)
    for product_id, at_ms in built.alarms:
        session.schedule(product_id, at_ms)


def _milliseconds_up(moment: datetime) -> int:
    """Return Unix milliseconds, rounded up, so that an alarm never rings too early."""
    return -((_EPOCH - moment) // timedelta(milliseconds=1))
