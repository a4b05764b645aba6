"""Every contract about the checkout's records is asked of the real database and of its double."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.checkout import Shop
from tests.helpers.gateway import Rig, rig_of
from tests.helpers.identity import IdentityHouse, memory_stores, postgres_stores
from tests.helpers.stores import Database, PostgresDatabase

from vivamarket.adapters.memory import MemoryDatabase

if TYPE_CHECKING:
    from tests.helpers.cloud import Cloud


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(params=["postgres", "memory"])
def database(request: pytest.FixtureRequest, clock: StillClock) -> Database:
    """Each kind of database, empty. Only the real one starts a server."""
    if request.param == "memory":
        return MemoryDatabase(clock)
    return PostgresDatabase(request.getfixturevalue("pool"), clock)


@pytest.fixture
async def shop(database: Database) -> Shop:
    """A shop on it that sells fifty mugs and fifty teas."""
    shop = Shop(database)
    await shop.open(MUG=50, TEA=50)
    return shop


@pytest.fixture(params=["postgres", "memory", "cognito"])
def house(request: pytest.FixtureRequest, clock: StillClock) -> IdentityHouse:
    """Each identity provider, with nobody in it."""
    if request.param == "cognito":
        cloud: Cloud = request.getfixturevalue("cloud")
        return IdentityHouse(memory_stores(clock), clock, cloud.customer_passwords)
    if request.param == "memory":
        return IdentityHouse(memory_stores(clock), clock)
    return IdentityHouse(postgres_stores(request.getfixturevalue("pool")), clock)


@pytest.fixture(params=["stripe over the sandbox", "the same behind a circuit breaker"])
def rig(request: pytest.FixtureRequest) -> Rig:
    """Each payment gateway; an adapter joins by a line here."""
    return rig_of(guarded="breaker" in request.param)
