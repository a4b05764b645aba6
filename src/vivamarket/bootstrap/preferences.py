"""Preferences, as web and worker use them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from vivamarket.bootstrap.shop import Shop
from vivamarket.kernel.ids import CustomerId
from vivamarket.preferences.ports import PreferenceStore
from vivamarket.preferences.service import PreferenceService
from vivamarket.privacy.model import Person

#: Secrets, and what says nothing of the person.
_NOT_TOLD = ("customer_id", "version", "wishlist_link_id")


def preferences_of(shop: Shop) -> PreferenceService:
    """Build the use cases of preferences."""
    return PreferenceService(
        store=shop.home.preferences,
        clock=shop.clock,
        ids=shop.ids,
        key=shop.secrets.token_key,
    )


class PreferenceKeeper:
    """A ``PersonalDataKeeper``: preferences and consents, wherever the shop keeps them."""

    def __init__(self, store: PreferenceStore) -> None:
        self._store = store

    @property
    def name(self) -> str:
        """See ``PersonalDataKeeper``."""
        return "preferences"

    async def export(self, person: Person, limit: int) -> Sequence[Mapping[str, object]]:
        """See ``PersonalDataKeeper``."""
        customer = CustomerId(person.customer_id)
        kept = await self._store.get(customer)
        consents = await self._store.consents(customer, limit)
        told: list[dict[str, object]] = [msgspec.to_builtins(consent) for consent in reversed(consents)]
        if kept.version > 0:
            record = msgspec.to_builtins(kept)
            told.insert(0, {key: value for key, value in record.items() if key not in _NOT_TOLD})
        return told[:limit]

    async def erase(self, person: Person) -> None:
        """See ``PersonalDataKeeper``."""
        await self._store.erase(CustomerId(person.customer_id))
