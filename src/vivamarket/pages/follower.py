"""Follows the catalogue's change feed and the clock, and keeps the pages up with them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from vivamarket.catalog.model import Change, ChangeKind
from vivamarket.catalog.ports import CatalogStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import ProductId, Sku
from vivamarket.pages.notes import Progress
from vivamarket.pages.publisher import PagesPublisher

CHANGES_PER_READ_MAX = 500
#: Changes taken together; a longer feed takes several runs, each remembered.
CHANGES_PER_RUN_MAX = 5_000
#: Sitemap and feeds are brought up to date at most this often.
DIRECTORY_INTERVAL_SECONDS = 600.0
_CATEGORY_KINDS = {ChangeKind.CATEGORY_PUT, ChangeKind.CATEGORY_REMOVED}


class PagesFollower:
    """Publishes what changed. One at a time per shop; a second one would only repeat its work."""

    def __init__(self, *, publisher: PagesPublisher, catalog: CatalogStore, clock: Clock) -> None:
        self._publisher = publisher
        self._catalog = catalog
        self._clock = clock
        self._turn = asyncio.Lock()
        self._directory_at = clock.monotonic()

    async def run_once(self) -> bool:
        """Publish what changed since the last run; return whether there was anything.

        Everything is published when nothing is known of an earlier run, the storefront's build changed,
        or what stands around every page did. The position is remembered after the pages are written:
        a crash between repeats work and loses nothing.
        """
        async with self._turn:
            progress = await self._publisher.notes.progress()
            if progress is None or progress.build != self._publisher.build:
                await self._publish_all()
                return True
            if await self._publish_texts(progress):
                return True
            changes = await self._read(progress.position)
            if not changes:
                return await self._publish_due() or await self._publish_directory()
            await self._publish(changes, progress)
            return True

    async def on_availability_changed(self, skus: Sequence[Sku]) -> None:
        """Bring the pages up to date with stock that ran out or came back. Safe to repeat."""
        async with self._turn:
            await self._publisher.publish_skus(skus)

    async def on_companions_changed(self, product_ids: Sequence[ProductId]) -> None:
        """Bring the pages of these products up to date with what is bought with them. Safe to repeat."""
        async with self._turn:
            await self._publisher.publish_products(product_ids)

    async def _read(self, position: str) -> list[Change]:
        changes: list[Change] = []
        while len(changes) < CHANGES_PER_RUN_MAX:
            more = await self._catalog.changes(position, CHANGES_PER_READ_MAX)
            changes.extend(more)
            if len(more) < CHANGES_PER_READ_MAX:
                break
            position = more[-1].position
        return changes

    async def _publish(self, changes: Sequence[Change], progress: Progress) -> None:
        if any(change.kind in _CATEGORY_KINDS for change in changes):
            renderer = await self._publisher.renderer()
            if renderer.frame != progress.frame:
                await self._publish_all()
                return
            await self._publisher.publish_categories()
        products = {ProductId(change.id): None for change in changes if change.kind not in _CATEGORY_KINDS}
        await self._publisher.publish_products(list(products))
        await self._publisher.notes.put_progress(
            msgspec.structs.replace(progress, position=changes[-1].position)
        )

    async def _publish_texts(self, progress: Progress) -> bool:
        """Bring the shop's own texts up to date; all pages when what stands around them changed."""
        revision = await self._publisher.content.revision()
        if revision == progress.content:
            return False
        if (await self._publisher.renderer()).frame != progress.frame:
            await self._publish_all()
            return True
        await self._publisher.publish_texts()
        await self._publisher.notes.put_progress(msgspec.structs.replace(progress, content=revision))
        return True

    async def _publish_all(self) -> None:
        build = self._publisher.build
        head = await self._catalog.change_head()
        content = await self._publisher.content.revision()
        frame = (await self._publisher.renderer()).frame
        await self._publisher.publish_all()
        await self._publisher.notes.put_progress(Progress(build, frame, head, content))

    async def _publish_directory(self) -> bool:
        now = self._clock.monotonic()
        if now - self._directory_at < DIRECTORY_INTERVAL_SECONDS:
            return False
        self._directory_at = now
        return await self._publisher.publish_directory()

    async def _publish_due(self) -> bool:
        now = int(self._clock.now().timestamp())
        agenda = await self._publisher.notes.agenda()
        due = [product_id for product_id, moment in agenda.due.items() if moment <= now]
        if due:
            await self._publisher.publish_products(due)
        return bool(due)
