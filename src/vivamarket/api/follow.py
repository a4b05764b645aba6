"""Keeps hot reads true: follows the catalogue's change feed and the search index."""

from __future__ import annotations

import asyncio

import structlog

from vivamarket.api.hot import HotKind, HotReads
from vivamarket.api.shelves import Shelves
from vivamarket.catalog.errors import ChangesForgotten
from vivamarket.catalog.model import Change, ChangeKind
from vivamarket.catalog.ports import CatalogStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable
from vivamarket.search.ports import SearchReader

CHANGES_MAX = 500
ROUNDS_MAX = 200
#: How often the index and the feed are looked at without being woken.
POLL_SECONDS = 0.25
FEED_POLL_SECONDS = 1.0
RETRY_SECONDS = 1.0

_PRODUCT_KINDS = frozenset({ChangeKind.PRODUCT_PUT, ChangeKind.PRODUCT_REMOVED})
_log = structlog.get_logger("vivamarket.api")


class HotFollower:
    """One loop per web process. A lost wake-up costs at most ``FEED_POLL_SECONDS``."""

    def __init__(
        self,
        *,
        hot: HotReads,
        shelves: Shelves,
        catalog: CatalogStore,
        search: SearchReader,
        clock: Clock,
    ) -> None:
        self._hot = hot
        self._shelves = shelves
        self._catalog = catalog
        self._search = search
        self._clock = clock
        self._woken = asyncio.Event()
        self._position: str | None = None

    def wake(self, payload: str = "catalog") -> None:
        """React to a NOTIFY on ``viva_changes``; safe to call for any payload."""
        if payload == "catalog":
            self._woken.set()

    def reset(self) -> None:
        """Trust nothing kept: notifications may have been missed."""
        self._shelves.forget()
        self._hot.invalidate()
        self._woken.set()

    async def run(self) -> None:
        """Follow until canceled. While the database is away nothing kept is trusted."""
        looked_at = 0.0
        while True:
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass
            woken = self._woken.is_set()
            self._woken.clear()
            now = self._clock.monotonic()
            if woken or now - looked_at >= FEED_POLL_SECONDS:
                looked_at = now
                if not await self._can_follow():
                    await self._clock.sleep(RETRY_SECONDS)
            self.look_at_search()

    async def catch_up(self) -> None:
        """Bring what is kept up to date at once, where ``run`` may not have run for a while."""
        self._hot.invalidate(HotKind.LIVE)
        await self._can_follow()
        self.look_at_search()

    def look_at_search(self) -> None:
        """Drop search answers when the index has a newer state."""
        try:
            changed = self._search.refresh()
        except Unavailable:
            changed = True
        if changed:
            self._hot.invalidate(HotKind.SEARCH, HotKind.CATEGORIES)

    async def follow(self) -> None:
        """Apply everything new in the change feed."""
        if self._position is None:
            self._position = await self._catalog.change_head()
            self._shelves.forget()
            self._hot.invalidate()
            return
        for _ in range(ROUNDS_MAX):
            try:
                changes = await self._catalog.changes(self._position, CHANGES_MAX)
            except ChangesForgotten:
                self._position = None
                await self.follow()
                return
            if not changes:
                return
            self._apply(changes)
            self._position = changes[-1].position

    def _apply(self, changes: tuple[Change, ...]) -> None:
        products = {change.id for change in changes if change.kind in _PRODUCT_KINDS}
        if any(change.kind not in _PRODUCT_KINDS for change in changes):
            self._shelves.forget()
            self._hot.invalidate()
        else:
            self._hot.products_changed(products)

    async def _can_follow(self) -> bool:
        try:
            await self.follow()
        except Exception as error:  # noqa: BLE001 - outermost: whatever the database says, go on following
            self._hot.invalidate()
            _log.warning("hot_reads_cannot_follow", error=type(error).__name__)
            return False
        return True
