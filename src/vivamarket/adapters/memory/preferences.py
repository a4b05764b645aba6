"""``PreferenceStore`` in memory."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CustomerId
from vivamarket.preferences.errors import WishlistNotFound
from vivamarket.preferences.model import Consent, ConsentPurpose, Preferences


class MemoryPreferenceStore:
    """The ``PreferenceStore`` in two dictionaries."""

    def __init__(self) -> None:
        self._kept: dict[CustomerId, tuple[Preferences, bytes | None]] = {}
        self._consents: defaultdict[CustomerId, list[Consent]] = defaultdict(list)

    async def get(self, customer_id: CustomerId) -> Preferences:
        """See ``PreferenceStore``."""
        return self._known(customer_id)

    async def put(self, preferences: Preferences, link_digest: bytes | None) -> Preferences:
        """See ``PreferenceStore``."""
        if self._known(preferences.customer_id).version != preferences.version:
            raise StaleVersion("Your preferences were changed elsewhere. Read them again.")
        kept = replace(preferences, version=preferences.version + 1)
        self._kept[kept.customer_id] = (kept, link_digest)
        return kept

    async def by_link(self, link_digest: bytes) -> Preferences:
        """See ``PreferenceStore``."""
        for preferences, digest in self._kept.values():
            if digest == link_digest:
                return preferences
        raise WishlistNotFound("No wishlist is shared under this link.")

    async def add_consent(self, customer_id: CustomerId, consent: Consent) -> None:
        """See ``PreferenceStore``."""
        self._consents[customer_id].append(consent)

    async def consents(self, customer_id: CustomerId, limit: int) -> tuple[Consent, ...]:
        """See ``PreferenceStore``."""
        return tuple(self._consents[customer_id][::-1][:limit])

    async def newest_consent(self, customer_id: CustomerId, purpose: ConsentPurpose) -> Consent | None:
        """See ``PreferenceStore``."""
        return next((each for each in self._consents[customer_id][::-1] if each.purpose is purpose), None)

    async def erase(self, customer_id: CustomerId) -> None:
        """See ``PreferenceStore``."""
        self._kept.pop(customer_id, None)
        self._consents.pop(customer_id, None)

    def _known(self, customer_id: CustomerId) -> Preferences:
        kept = self._kept.get(customer_id)
        return Preferences(customer_id=customer_id) if kept is None else kept[0]
