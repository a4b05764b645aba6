"""The promises of ``AddressBookStore``."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from vivamarket.adapters.memory.address_books import MemoryAddressBookStore
from vivamarket.adapters.postgres.address_books import PostgresAddressBookStore
from vivamarket.addresses.book import AddressBook, SavedAddress
from vivamarket.addresses.model import Address
from vivamarket.addresses.ports import AddressBookStore
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CustomerId

HOME = SavedAddress(
    "018bcfe5-0000-7000-8000-000000000001",
    Address(name="Jo Ñandú", line1="1 Calle Mayor", city="Madrid", country="ES", postal_code="28013"),
)
JO = CustomerId("018bcfe5-0000-7000-8000-000000000009")
EMPTY = AddressBook(customer_id=JO)


@pytest.fixture(params=["postgres", "memory"])
def store(request: pytest.FixtureRequest) -> AddressBookStore:
    if request.param == "memory":
        return MemoryAddressBookStore()
    return PostgresAddressBookStore(request.getfixturevalue("pool"))


async def test_a_book_is_read_as_it_was_written(store: AddressBookStore) -> None:
    written = await store.put(EMPTY.with_address(HOME))

    assert written == await store.get(JO)
    assert (written.version, written.addresses) == (1, (HOME,))
    assert (written.shipping_default, written.billing_default) == (HOME.id, HOME.id)


async def test_a_customer_without_a_book_has_an_empty_one(store: AddressBookStore) -> None:
    assert await store.get(JO) == EMPTY


async def test_a_stale_write_changes_nothing(store: AddressBookStore) -> None:
    first = await store.put(EMPTY.with_address(HOME))
    await store.put(first.without(HOME.id))

    for stale in (first, EMPTY, replace(first, version=9)):
        with pytest.raises(StaleVersion):
            await store.put(stale)

    assert (await store.get(JO)).addresses == ()


async def test_of_two_first_writes_one_wins(store: AddressBookStore) -> None:
    results = await asyncio.gather(
        *(store.put(EMPTY.with_address(HOME)) for _ in range(2)), return_exceptions=True
    )

    assert sorted(type(each).__name__ for each in results) == ["AddressBook", "StaleVersion"]


async def test_an_erased_book_is_empty(store: AddressBookStore) -> None:
    await store.put(EMPTY.with_address(HOME))

    await store.erase(JO)
    await store.erase(JO)

    assert await store.get(JO) == EMPTY
