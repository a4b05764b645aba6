"""Reading and changing the settings."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import StaffId
from vivamarket.kernel.paging import BadCursor, Page, decode_cursor, encode_cursor
from vivamarket.shop_settings.document import SettingsDocument, check, completed, differences
from vivamarket.shop_settings.errors import BadSettings, VersionNotFound
from vivamarket.shop_settings.model import SettingsVersion
from vivamarket.shop_settings.ports import ShopSettingsStore

#: Values of one version that are told; a shop's settings have a few hundred.
CHANGES_MAX = 200
_SCOPE = "settings"


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was made."""

    before: SettingsDocument
    after: SettingsVersion


@dataclass(frozen=True, slots=True)
class Step:
    """A version with what it changed: (place, before, after), at most ``CHANGES_MAX``."""

    version: SettingsVersion
    changes: tuple[tuple[str, str, str], ...]


class ShopSettings:
    """The owner's use cases. ``defaults`` are the shop file's."""

    def __init__(self, store: ShopSettingsStore, defaults: SettingsDocument, clock: Clock) -> None:
        self._store = store
        self._defaults = defaults
        self._clock = clock

    async def read(self) -> tuple[SettingsDocument, SettingsVersion | None]:
        """Return what holds, and its version; None for the shop file's."""
        newest = await self._store.newest()
        return (self._defaults, None) if newest is None else (self._whole(newest.document), newest)

    def checked(self, document: SettingsDocument) -> SettingsDocument:
        """Return the document if it could hold. Raise ``BadSettings``."""
        check(document)
        if document.shop.locales != self._defaults.shop.locales:
            raise BadSettings(
                "Languages stand in the shop file: pages are built with them.", pointer="/shop/locales"
            )
        return document

    async def versions(self, cursor: str | None, limit: int) -> Page[Step]:
        """Return what each version changed, newest first. Raise ``BadCursor``."""
        below = None if cursor is None else _version_of(cursor)
        found = await self._store.page(below, limit + 1)
        # The version below is what this one changed; the first one stands over the shop file.
        whole = [*(self._whole(each.document) for each in found), self._defaults]
        steps = tuple(
            Step(each, tuple(islice(differences(before, after), CHANGES_MAX)))
            for each, after, before in zip(found, whole, whole[1:], strict=False)
        )
        is_more = len(found) > limit
        return Page(steps[:limit], encode_cursor(_SCOPE, [found[limit - 1].version]) if is_more else None)

    async def at(self, version: int) -> SettingsDocument:
        """Return the settings as they were at that version, 0 for the shop file's.

        Raise ``VersionNotFound``.
        """
        if version == 0:
            return self._defaults
        found = await self._store.get(version)
        if found is None:
            raise VersionNotFound("The settings never had that version.", version=version)
        return self._whole(found.document)

    async def change(self, document: SettingsDocument, *, version: int, staff_id: StaffId) -> Changed:
        """Make the document hold, everywhere within seconds.

        ``version`` is the one it was made from, 0 for the shop file. Shoppers with an older quote confirm
        anew: its hash no longer fits. Languages stay the shop file's, since pages are built with them.
        Raise ``BadSettings``, ``StaleVersion``.
        """
        document = self._whole(self.checked(document))
        before, _ = await self.read()
        after = SettingsVersion(
            version=version + 1, document=document, changed_at=self._clock.now(), staff_id=staff_id
        )
        await self._store.put(after)
        return Changed(before, after)

    def _whole(self, document: SettingsDocument) -> SettingsDocument:
        return completed(document, self._defaults)


def _version_of(cursor: str) -> int:
    (version,) = decode_cursor(_SCOPE, cursor, 1)
    if not isinstance(version, int):
        raise BadCursor("The cursor is damaged; start again from the first page.")
    return version
