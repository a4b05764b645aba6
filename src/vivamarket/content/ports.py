"""What content needs from storage."""

from __future__ import annotations

from typing import Protocol

from vivamarket.content.model import ContentPage, ContentVersion
from vivamarket.kernel.ids import StaffId

VERSIONS_MAX = 100


class ContentStore(Protocol):
    """Keeps content pages and every version they had. Reads see every write that returned before."""

    async def all(self) -> tuple[ContentPage, ...]:
        """Return every page, at most ``PAGES_MAX``, by key."""
        ...

    async def get(self, key: str) -> ContentPage:
        """Return the page. Raise ``ContentNotFound``."""
        ...

    async def put(self, page: ContentPage, staff_id: StaffId | None) -> ContentPage:
        """Store the page and its version together; return it with its new version.

        ``page.version`` is the one it was read at, 0 for a new page: raise ``StaleVersion`` when that is
        not the stored one. Raise ``ContentSlugTaken`` when another page's draft or published text has one
        of its slugs, ``TooManyPages`` past ``PAGES_MAX``; nothing is written then.
        """
        ...

    async def remove(self, page: ContentPage, staff_id: StaffId | None) -> None:
        """Remove the page, keep its versions. Raise ``ContentNotFound``, ``StaleVersion``."""
        ...

    async def versions(self, key: str) -> tuple[ContentVersion, ...]:
        """Return the newest ``VERSIONS_MAX`` versions of that key, newest first; none for an unknown key."""
        ...

    async def version(self, key: str, number: int) -> ContentVersion | None:
        """Return that version of that key, None when there is none."""
        ...

    async def revision(self) -> str:
        """Return a name for the state of all pages; it differs after every write. Costs one index read."""
        ...
