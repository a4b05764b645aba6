"""Every adapter of ``CatalogStore`` by name; the contract's tests run once for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest
from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.cloud import Cloud

from vivamarket.adapters.aws.catalog import DynamoCatalogStore
from vivamarket.adapters.aws.tables import CATALOG
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.catalog.ports import CatalogStore


def _in_postgres(request: pytest.FixtureRequest) -> CatalogStore:
    return PostgresCatalogStore(request.getfixturevalue("pool"), StillClock(), locales=("en", "es"))


def _in_dynamodb(request: pytest.FixtureRequest) -> CatalogStore:
    cloud: Cloud = request.getfixturevalue("cloud")
    return DynamoCatalogStore(cloud.table(CATALOG), StillClock(), CountedIds(), locales=("en", "es"))


CATALOG_STORES: Mapping[str, Callable[[pytest.FixtureRequest], CatalogStore]] = {
    "postgres": _in_postgres,
    "dynamodb": _in_dynamodb,
}
