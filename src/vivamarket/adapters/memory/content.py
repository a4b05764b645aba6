"""``ContentStore`` in memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from vivamarket.content.errors import ContentNotFound
from vivamarket.content.model import ContentPage, ContentVersion, check_put
from vivamarket.content.ports import VERSIONS_MAX
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import StaffId


class MemoryContentStore:
    """The ``ContentStore`` in two dictionaries."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pages: dict[str, ContentPage] = {}
        self._versions: defaultdict[str, list[ContentVersion]] = defaultdict(list)
        self._writes = 0

    async def all(self) -> tuple[ContentPage, ...]:
        """See ``ContentStore``."""
        return tuple(self._pages[key] for key in sorted(self._pages))

    async def get(self, key: str) -> ContentPage:
        """See ``ContentStore``."""
        if key not in self._pages:
            raise ContentNotFound("There is no such content page.", key=key[:100])
        return self._pages[key]

    async def put(self, page: ContentPage, staff_id: StaffId | None) -> ContentPage:
        """See ``ContentStore``."""
        stored = self._pages.get(page.key)
        others = tuple(other for other in self._pages.values() if other.key != page.key)
        check_put(page, stored, others)
        kept = replace(page, version=self._next(page.key))
        self._pages[page.key] = kept
        self._note(page.key, kept.version, staff_id, kept)
        return kept

    async def remove(self, page: ContentPage, staff_id: StaffId | None) -> None:
        """See ``ContentStore``."""
        if (await self.get(page.key)).version != page.version:
            raise StaleVersion("This page was changed elsewhere. Read it again.")
        del self._pages[page.key]
        self._note(page.key, self._next(page.key), staff_id, None)

    async def versions(self, key: str) -> tuple[ContentVersion, ...]:
        """See ``ContentStore``."""
        return tuple(self._versions.get(key, [])[::-1][:VERSIONS_MAX])

    async def version(self, key: str, number: int) -> ContentVersion | None:
        """See ``ContentStore``."""
        return next((each for each in self._versions.get(key, []) if each.version == number), None)

    async def revision(self) -> str:
        """See ``ContentStore``."""
        return str(self._writes)

    def _next(self, key: str) -> int:
        versions = self._versions.get(key)
        return versions[-1].version + 1 if versions else 1

    def _note(self, key: str, version: int, staff_id: StaffId | None, page: ContentPage | None) -> None:
        self._writes += 1
        at = self._clock.now()
        self._versions[key].append(ContentVersion(version=version, staff_id=staff_id, at=at, page=page))
