"""What every CustomerDirectory promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
import pytest_asyncio
from tests.helpers.catalog import NOON
from tests.helpers.checkout import MUG, Shop

from vivamarket.accounts.identity.desk import CustomerDirectory, CustomerRow
from vivamarket.adapters.memory.customer_directory import MemoryCustomerDirectory
from vivamarket.adapters.postgres.customer_directory import PostgresCustomerDirectory
from vivamarket.kernel.ids import CustomerId, uuid7
from vivamarket.kernel.paging import BadCursor

JO = CustomerRow(
    id=CustomerId(uuid7(1, 1)), email="jo@example.com", name="Jo Pérez", locale="es", created_at=NOON
)
ANA = replace(JO, id=CustomerId(uuid7(2, 2)), email="ana_b@example.com", name="Ana Jones")
KIM = replace(
    JO, id=CustomerId(uuid7(3, 3)), email="kim@perez.org", name="Kim", created_at=NOON + timedelta(1)
)
ROWS = (JO, ANA, KIM)
_ADD = """
INSERT INTO customer (id, email, name, locale, password_hash, created_at) VALUES ($1, $2, $3, $4, '', $5)
"""


@pytest_asyncio.fixture(params=["postgres", "memory"])
async def found(request: pytest.FixtureRequest, pool: asyncpg.Pool) -> tuple[CustomerDirectory, str]:
    """A directory of three, and the number of an order that Jo has placed as a guest."""
    if request.param == "memory":
        return MemoryCustomerDirectory(ROWS, {"VM-7K3QX9": JO.id}), "VM-7K3QX9"
    shop = Shop(pool)
    await shop.open(MUG=5)
    placed = await shop.paid((MUG, 1))
    for row in ROWS:
        await pool.execute(_ADD, row.id, row.email, row.name, row.locale, row.created_at)
    number = await pool.fetchval("SELECT number FROM orders WHERE id = $1", placed)
    return PostgresCustomerDirectory(pool), str(number)


async def names(directory: CustomerDirectory, words: str) -> list[str]:
    return [row.name for row in (await directory.find(words, None, 10)).items]


async def test_all_are_listed_newest_first_by_page(found: tuple[CustomerDirectory, str]) -> None:
    directory, _ = found

    first = await directory.find("", None, 2)
    second = await directory.find("", first.next_cursor, 2)

    assert (first.items, second.items) == ((KIM, ANA), (JO,))
    assert second.next_cursor is None
    with pytest.raises(BadCursor):
        await directory.find("", "strange", 2)


async def test_customers_are_found_by_how_address_name_or_last_name_begins(
    found: tuple[CustomerDirectory, str],
) -> None:
    directory, _ = found

    assert await names(directory, "jo") == ["Ana Jones", "Jo Pérez"]
    assert await names(directory, "PÉREZ") == ["Jo Pérez"]
    assert await names(directory, "kim@") == ["Kim"]
    assert await names(directory, "jo pé") == ["Jo Pérez"]
    assert await names(directory, "ana_b") == ["Ana Jones"]
    assert await names(directory, "an%") == []
    assert await names(directory, "j") == []
    page = await directory.find("jo", None, 1)
    assert (await directory.find("jo", page.next_cursor, 1)).items == (JO,)


async def test_who_placed_an_order_is_found_by_its_number(found: tuple[CustomerDirectory, str]) -> None:
    directory, number = found

    assert await names(directory, number.lower()) == ["Jo Pérez"]
    assert await names(directory, "VM-000000") == []
