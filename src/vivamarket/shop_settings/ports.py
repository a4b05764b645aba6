"""What settings need from outside."""

from __future__ import annotations

from typing import Protocol

from vivamarket.shop_settings.model import SettingsVersion


class ShopSettingsStore(Protocol):
    """Keeps every version of the settings. None is ever changed or removed."""

    async def newest(self) -> SettingsVersion | None:
        """Return the version that holds, None while the shop file does."""
        ...

    async def put(self, version: SettingsVersion) -> None:
        """Add the next version and wake those who follow.

        Raise ``StaleVersion`` when it is not the next one: somebody was faster; nothing is written then.
        """
        ...

    async def page(self, before: int | None, limit: int) -> tuple[SettingsVersion, ...]:
        """Return versions, newest first, those below ``before`` only when it is given."""
        ...

    async def get(self, version: int) -> SettingsVersion | None:
        """Return that version, None when there is none."""
        ...
