"""Reading and changing the settings."""

from __future__ import annotations

from dataclasses import dataclass

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import StaffId
from vivamarket.shop_settings.document import SettingsDocument, check
from vivamarket.shop_settings.errors import BadSettings
from vivamarket.shop_settings.model import SettingsVersion
from vivamarket.shop_settings.ports import ShopSettingsStore


@dataclass(frozen=True, slots=True)
class Changed:
    """A change that was made."""

    before: SettingsDocument
    after: SettingsVersion


class ShopSettings:
    """The owner's use cases. ``defaults`` are the shop file's."""

    def __init__(self, store: ShopSettingsStore, defaults: SettingsDocument, clock: Clock) -> None:
        self._store = store
        self._defaults = defaults
        self._clock = clock

    async def read(self) -> tuple[SettingsDocument, SettingsVersion | None]:
        """Return what holds, and its version; None for the shop file's."""
        newest = await self._store.newest()
        return (self._defaults, None) if newest is None else (newest.document, newest)

    async def change(self, document: SettingsDocument, *, version: int, staff_id: StaffId) -> Changed:
        """Make the document hold, everywhere within seconds.

        ``version`` is the one it was made from, 0 for the shop file. Shoppers with an older quote confirm
        anew: its hash no longer fits. Languages stay the shop file's, since pages are built with them.
        Raise ``BadSettings``, ``StaleVersion``.
        """
        check(document)
        if document.shop.locales != self._defaults.shop.locales:
            raise BadSettings(
                "Languages stand in the shop file: pages are built with them.", pointer="/shop/locales"
            )
        before, _ = await self.read()
        after = SettingsVersion(
            version=version + 1, document=document, changed_at=self._clock.now(), staff_id=staff_id
        )
        await self._store.put(after)
        return Changed(before, after)
