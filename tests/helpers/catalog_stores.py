"""Every adapter of ``CatalogStore`` by name; the contract's tests run once for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import asyncpg
from tests.helpers.catalog import StillClock

from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.catalog.ports import CatalogStore

CATALOG_STORES: Mapping[str, Callable[[asyncpg.Pool], CatalogStore]] = {
    "postgres": lambda pool: PostgresCatalogStore(pool, StillClock(), locales=("en", "es")),
}
