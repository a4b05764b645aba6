"""Preferences, as web and worker use them."""

from __future__ import annotations

from vivamarket.adapters.postgres.preferences import PostgresPreferenceStore
from vivamarket.bootstrap.shop import Shop
from vivamarket.preferences.service import PreferenceService


def preferences_of(shop: Shop) -> PreferenceService:
    """Build the use cases of preferences."""
    return PreferenceService(
        store=PostgresPreferenceStore(shop.pool),
        clock=shop.clock,
        ids=shop.ids,
        key=shop.secrets.token_key,
    )
