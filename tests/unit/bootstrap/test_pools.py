"""A shop whose settings name user pools keeps passwords there, and forgets them with their customers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from tests.helpers.cloud import Cloud

from vivamarket.accounts.identity.model import CodePurpose, SignedIn
from vivamarket.adapters.aws.identity_pools import CUSTOMERS, STAFF, PoolAccess
from vivamarket.bootstrap.accounts import accounts_of, identity_of
from vivamarket.bootstrap.privacy import keepers_of
from vivamarket.bootstrap.shop import Shop, open_shop
from vivamarket.kernel.ids import CustomerId
from vivamarket.privacy.model import Person
from vivamarket.settings import Settings

EMAIL, PASSWORD, HERE = "jo@example.com", "correct horse battery", "10.0.0.1"


def opened(access: PoolAccess) -> str:
    """Return the setting that opens the pool."""
    return f"{access.pool_id}:{access.client_id}:{access.client_secret}"


@pytest.fixture
async def shop(cloud: Cloud, pool: asyncpg.Pool, database_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    """A shop that has its passwords in user pools of its own."""
    environ = {
        "VIVA_DATA_DIR": str(tmp_path),
        "VIVA_PROFILE": "aws",
        "VIVA_AWS_REGION": "eu-central-1",
        "VIVA_AWS_BUCKET": "viva-files",
        "VIVA_AWS_TABLE_PREFIX": "viva-",
        "VIVA_AWS_ENDPOINT": cloud.endpoint_url,
        "VIVA_COGNITO_CUSTOMERS_SECRET": opened(cloud.pool(CUSTOMERS)),
        "VIVA_COGNITO_STAFF_SECRET": opened(cloud.pool(STAFF)),
    }
    async with open_shop(Settings.from_env(environ), role="test", database_url=database_url) as shop:
        yield shop


async def test_customers_and_staff_sign_in_by_their_pools(shop: Shop) -> None:
    identity, staff = identity_of(shop), accounts_of(shop)
    await identity.provider.sign_up(EMAIL, PASSWORD, name="Jo", locale="en", address=HERE)
    code_id = await shop.pool.fetchval(
        "SELECT id::text FROM identity_code WHERE purpose = $1", CodePurpose.SIGN_UP.value
    )
    joined = await identity.provider.confirm(EMAIL, identity.marks.code(code_id), PASSWORD, address=HERE)
    await staff.add_staff(EMAIL, password=PASSWORD)

    entered = await identity.provider.sign_in(EMAIL, PASSWORD, address=HERE)
    await staff.sign_in(EMAIL, PASSWORD, address=HERE)

    assert isinstance(entered, SignedIn)
    kept = await shop.pool.fetch(
        "SELECT password_hash FROM customer UNION ALL SELECT password_hash FROM staff"
    )
    assert [row["password_hash"].partition(":")[0] for row in kept] == ["pool", "pool"]
    assert shop.home.customers_pool is not None
    assert await shop.home.customers_pool.matches(joined.customer.id, PASSWORD)


async def test_whoever_is_erased_is_forgotten_by_the_pool(shop: Shop) -> None:
    customers = shop.home.customers_pool
    assert customers is not None
    await customers.keep("jo", PASSWORD)
    (keeper,) = [each for each in keepers_of(shop.home, shop.pool) if each.name == "passwords"]
    jo = Person(customer_id=CustomerId("jo"), email=EMAIL, locale="en", emails=(EMAIL,))

    assert await keeper.export(jo, 10) == []
    await keeper.erase(jo)
    await keeper.erase(jo)

    assert not await customers.matches("jo", PASSWORD)
