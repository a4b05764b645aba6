"""``ShopSettingsStore`` in memory."""

from __future__ import annotations

from vivamarket.kernel.errors import StaleVersion
from vivamarket.shop_settings.model import SettingsVersion


class MemoryShopSettingsStore:
    """See ``ShopSettingsStore``."""

    def __init__(self) -> None:
        self._versions: list[SettingsVersion] = []

    async def newest(self) -> SettingsVersion | None:
        """See ``ShopSettingsStore``."""
        return self._versions[-1] if self._versions else None

    async def put(self, version: SettingsVersion) -> None:
        """See ``ShopSettingsStore``."""
        if version.version != len(self._versions) + 1:
            raise StaleVersion("Somebody else has changed the settings. Look at them and change them again.")
        self._versions.append(version)

    async def page(self, before: int | None, limit: int) -> tuple[SettingsVersion, ...]:
        """See ``ShopSettingsStore``."""
        older = [each for each in self._versions if before is None or each.version < before]
        return tuple(older[::-1][:limit])

    async def get(self, version: int) -> SettingsVersion | None:
        """See ``ShopSettingsStore``."""
        return next((each for each in self._versions if each.version == version), None)
