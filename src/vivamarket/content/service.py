"""What staff does with content pages, and what shoppers see of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vivamarket.content.errors import ContentNotFound
from vivamarket.content.model import (
    ContentBody,
    ContentPage,
    ContentVersion,
    check_body,
    check_key,
)
from vivamarket.content.ports import ContentStore
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import StaffId


@dataclass(frozen=True, slots=True)
class FirstPage:
    """A page that a new shop starts with."""

    key: str
    body: ContentBody


class ContentService:
    """Use cases. ``locales`` are the shop's languages, the first of them required of every page."""

    def __init__(self, *, store: ContentStore, clock: Clock, locales: Sequence[str]) -> None:
        self._store = store
        self._clock = clock
        self._locales = tuple(locales)

    async def all(self) -> tuple[ContentPage, ...]:
        """Return every page in the order of the footer."""
        pages = await self._store.all()
        return tuple(sorted(pages, key=lambda page: (page.draft.position, page.key)))

    async def get(self, key: str) -> ContentPage:
        """Return the page. Raise ``ContentNotFound``."""
        return await self._store.get(key)

    async def versions(self, key: str) -> tuple[ContentVersion, ...]:
        """Return the newest versions of the page, newest first. Raise ``ContentNotFound`` for no such key."""
        found = await self._store.versions(key)
        if not found:
            raise ContentNotFound("There is no such content page.", key=key[:100])
        return found

    async def version(self, key: str, number: int) -> ContentVersion:
        """Return the page as it was at that version. Raise ``ContentNotFound`` when it never was."""
        found = await self._store.version(key, number)
        if found is None:
            raise ContentNotFound("The page never had that version.", key=key[:100])
        return found

    async def save(self, key: str, draft: ContentBody, version: int, staff_id: StaffId | None) -> ContentPage:
        """Keep the draft; version 0 makes the page. What shoppers see stays as it is.

        Raise ``BadContent``, ``StaleVersion``, ``ContentSlugTaken``, ``TooManyPages``, ``ContentNotFound``.
        """
        check_key(key)
        check_body(draft, locales=self._locales)
        now = self._clock.now()
        if version == 0:
            new = ContentPage(key=key, version=0, draft=draft, updated_at=now)
            return await self._made(new, staff_id)
        return await self._change(
            key,
            version,
            lambda page: page.with_draft(draft, now),
            staff_id,
            done=lambda page: page.draft == draft,
        )

    async def publish(self, key: str, version: int, staff_id: StaffId | None) -> ContentPage:
        """Show the draft to shoppers. Raise ``ContentNotFound``, ``StaleVersion``."""
        now = self._clock.now()
        return await self._change(
            key,
            version,
            lambda page: page.with_draft_published(now),
            staff_id,
            done=lambda page: not page.is_changed,
        )

    async def withdraw(self, key: str, version: int, staff_id: StaffId | None) -> ContentPage:
        """Hide the page from shoppers, keep the draft. Raise ``ContentNotFound``, ``StaleVersion``."""
        now = self._clock.now()
        return await self._change(
            key, version, lambda page: page.withdrawn(now), staff_id, done=lambda page: page.published is None
        )

    async def remove(self, key: str, version: int, staff_id: StaffId | None) -> None:
        """Remove the page; one that is not there (any more) is fine. Raise ``StaleVersion``."""
        try:
            await self._store.remove(await self._at(key, version), staff_id)
        except ContentNotFound:
            return

    async def ensure(self, pages: Sequence[FirstPage]) -> int:
        """Publish those pages whose key was never used; return how many. Safe to repeat, also at once.

        A page that staff removed stays removed: its versions say that it was there.
        """
        made = 0
        for first in pages:
            if await self._store.versions(first.key):
                continue
            now = self._clock.now()
            draft = check_body(first.body, locales=self._locales)
            page = ContentPage(key=first.key, version=0, draft=draft, updated_at=now)
            try:
                await self._store.put(page.with_draft_published(now), None)
            except StaleVersion:
                continue
            made += 1
        return made

    async def _made(self, new: ContentPage, staff_id: StaffId | None) -> ContentPage:
        """Make a page. One that was made just so before it was answered is answered again."""
        try:
            return await self._store.put(new, staff_id)
        except StaleVersion:
            stored = await self._store.get(new.key)
            if stored.draft == new.draft and stored.published is None:
                return stored
            raise

    async def _change(
        self,
        key: str,
        version: int,
        change: Callable[[ContentPage], ContentPage],
        staff_id: StaffId | None,
        *,
        done: Callable[[ContentPage], bool],
    ) -> ContentPage:
        """Make one step over a version. A step that was made before it was answered is answered again."""
        page = await self._store.get(key)
        if page.version == version + 1 and done(page):
            return page
        if page.version != version:
            raise StaleVersion("This page was changed elsewhere. Read it again.", version=page.version)
        return await self._store.put(change(page), staff_id)

    async def _at(self, key: str, version: int) -> ContentPage:
        page = await self._store.get(key)
        if page.version != version:
            raise StaleVersion("This page was changed elsewhere. Read it again.", version=page.version)
        return page
