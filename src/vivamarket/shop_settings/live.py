"""The settings that hold now, in one process, without asking anybody."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import structlog

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable
from vivamarket.shipping.model import ShippingRules
from vivamarket.shop.model import ShopProfile
from vivamarket.shop_settings.document import SettingsDocument, completed, rules_of
from vivamarket.shop_settings.model import SellingRules
from vivamarket.shop_settings.ports import ShopSettingsStore
from vivamarket.tax.model import TaxRules

#: A lost wake-up costs at most this long.
POLL_SECONDS = 5.0
#: The word of a NOTIFY on ``viva_changes``.
WAKE_WORD = "settings"

_log = structlog.get_logger("vivamarket.settings")


class LiveSettings:
    """``CurrentRules`` that follow the newest version. Each answer is whole: of one version.

    Currencies stay as they were at the start until the next one: pages and index are built with them.
    """

    def __init__(
        self,
        store: ShopSettingsStore,
        defaults: SettingsDocument,
        clock: Clock,
    ) -> None:
        self._store = store
        self._clock = clock
        self._version = 0
        self._defaults = defaults
        self._at_start = defaults.shop
        self._rules = SellingRules(*rules_of(defaults))
        self._woken = asyncio.Event()
        self._told: list[Callable[[], None]] = []

    @property
    def profile(self) -> ShopProfile:
        """Who sells, and where to."""
        return self._rules.profile

    @property
    def tax(self) -> TaxRules:
        """All countries' taxes."""
        return self._rules.tax

    @property
    def shipping(self) -> ShippingRules:
        """All zones and methods."""
        return self._rules.shipping

    def tell(self, changed: Callable[[], None]) -> None:
        """Call that after every change that is taken over."""
        self._told.append(changed)

    async def start(self) -> None:
        """Take the newest version as a process does that starts. Raise ``Unavailable``."""
        newest = await self._store.newest()
        if newest is not None:
            self._at_start = newest.document.shop
            self._rules = SellingRules(*rules_of(completed(newest.document, self._defaults)))
            self._version = newest.version

    def wake(self, payload: str) -> None:
        """React to a NOTIFY payload. Safe for any payload."""
        if payload == WAKE_WORD:
            self._woken.set()

    async def run(self) -> None:
        """Follow until canceled. While the records are away, what was read last holds."""
        while True:
            try:
                async with asyncio.timeout(POLL_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                pass
            self._woken.clear()
            await self.catch_up()

    async def catch_up(self) -> None:
        """Take the newest version, if it is newer. While the records are away, what was read last holds."""
        try:
            await self.follow()
        except Unavailable:
            _log.warning("settings_cannot_follow", version=self._version)

    async def follow(self) -> None:
        """Take the newest version, if it is newer. Raise ``Unavailable``."""
        newest = await self._store.newest()
        if newest is None or newest.version <= self._version:
            return
        profile, tax, shipping = rules_of(completed(newest.document, self._defaults))
        profile = replace(profile, currencies=self._at_start.currencies)
        self._rules = SellingRules(profile, tax, shipping)
        self._version = newest.version
        for changed in self._told:
            changed()
        _log.info("settings_follow", version=newest.version)
