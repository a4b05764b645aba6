"""Every contract about the checkout's records is asked of the real database and of its double."""

from __future__ import annotations

import pytest
from tests.helpers.catalog import StillClock
from tests.helpers.checkout import Shop
from tests.helpers.stores import DATABASES, Database


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, clock: StillClock) -> Database:
    """Each kind of database, empty. Only the real one starts a server."""
    pool = request.getfixturevalue("pool") if request.param == "postgres" else None
    return DATABASES[request.param](pool, clock)


@pytest.fixture
async def shop(database: Database) -> Shop:
    """A shop on it that sells fifty mugs and fifty teas."""
    shop = Shop(database)
    await shop.open(MUG=50, TEA=50)
    return shop
