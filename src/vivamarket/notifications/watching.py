"""Staff hear of what went wrong with the shop itself, once for each trouble.

It looks at what is written instead of being called when something fails: so a crash at that moment hides
nothing, and nobody's failing path becomes longer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from vivamarket.kernel.clock import Clock
from vivamarket.notifications.ports import Mailer, TroubleReader
from vivamarket.notifications.trouble_mails import TroubleRenderer
from vivamarket.shop.ports import CurrentShop

#: Older troubles are history: nobody is told of them, after an update or with a new mail folder.
TOLD_WITHIN = timedelta(days=2)
#: Ids remembered by this process; more only mean that the mailer is asked again, which sends nothing twice.
TOLD_KEPT_MAX = 1_000


class StaffWatch:
    """Sends staff one mail for each trouble."""

    def __init__(
        self,
        readers: Sequence[TroubleReader],
        mailer: Mailer,
        renderer: TroubleRenderer,
        *,
        clock: Clock,
        shop: CurrentShop,
    ) -> None:
        self._readers = tuple(readers)
        self._mailer = mailer
        self._renderer = renderer
        self._clock = clock
        self._shop = shop
        self._told: set[str] = set()

    async def run_once(self) -> int:
        """Tell what is new; return always zero. Safe to repeat: a mail is named after its trouble."""
        for reader in self._readers:
            for trouble in await reader.troubles():
                if trouble.id in self._told or self._clock.now() - trouble.at > TOLD_WITHIN:
                    continue
                shop = self._shop.profile
                mail = self._renderer.render(trouble, to=shop.email, locale=shop.default_locale)
                await self._mailer.send(mail)
                if len(self._told) >= TOLD_KEPT_MAX:
                    self._told.clear()
                self._told.add(trouble.id)
        return 0
