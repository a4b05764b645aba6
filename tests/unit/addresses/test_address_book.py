"""An address book: its defaults, its limit, and the use cases that write it."""

from __future__ import annotations

import pytest

from vivamarket.adapters.memory.address_books import MemoryAddressBookStore
from vivamarket.addresses.book import ADDRESSES_MAX, AddressBook, SavedAddress
from vivamarket.addresses.errors import AddressBookFull, AddressNotFound, BadAddress
from vivamarket.addresses.model import Address
from vivamarket.addresses.service import AddressBooks
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CustomerId

JO = CustomerId("018bcfe5-0000-7000-8000-000000000009")
MADRID = Address(name="Jo", line1="1 Calle Mayor", city="Madrid", country="ES", postal_code="28013")
EMPTY = AddressBook(customer_id=JO)


def book_of(*ids: str) -> AddressBook:
    book = EMPTY
    for each in ids:
        book = book.with_address(SavedAddress(each, MADRID))
    return book


def test_the_first_address_is_the_default_for_both() -> None:
    book = book_of("home", "work")

    assert (book.shipping_default, book.billing_default) == ("home", "home")


def test_a_removed_default_passes_to_the_oldest_address() -> None:
    book = book_of("home", "work", "gran").preferring(shipping="gran", billing="work")

    assert book.without("gran").shipping_default == "home"
    assert book.without("gran").billing_default == "work"
    assert book.without("gran").without("work").without("home").shipping_default is None


def test_an_address_is_replaced_in_its_place() -> None:
    moved = SavedAddress("home", Address(name="Jo", line1="2 Main St", city="Cork", country="IE"))

    book = book_of("home", "work").with_address(moved)

    assert [each.id for each in book.addresses] == ["home", "work"]
    assert book.addresses[0] == moved


def test_a_full_book_takes_no_more_but_changes_what_it_has() -> None:
    book = book_of(*(str(number) for number in range(ADDRESSES_MAX)))

    with pytest.raises(AddressBookFull):
        book.with_address(SavedAddress("one more", MADRID))
    assert len(book.with_address(SavedAddress("0", MADRID)).addresses) == ADDRESSES_MAX


def test_only_what_is_in_the_book_can_be_the_default() -> None:
    with pytest.raises(AddressNotFound):
        book_of("home").preferring(shipping="home", billing="elsewhere")


async def test_an_address_is_checked_by_its_countrys_rules() -> None:
    books = AddressBooks(MemoryAddressBookStore())

    with pytest.raises(BadAddress):
        await books.keep(JO, "home", Address(name="Jo", line1="1 Calle Mayor", city="Madrid", country="ES"))
    kept = await books.keep(JO, "home", MADRID)

    assert kept.addresses[0].address.region == "M"


class Contended(MemoryAddressBookStore):
    """Another writer is faster so many times."""

    def __init__(self, faster: int) -> None:
        super().__init__()
        self._faster = faster

    async def put(self, book: AddressBook) -> AddressBook:
        if self._faster > 0:
            self._faster -= 1
            other = (await self.get(JO)).with_address(SavedAddress(f"other-{self._faster}", MADRID))
            await super().put(other)
        return await super().put(book)


async def test_two_writers_at_once_lose_nothing() -> None:
    books = AddressBooks(Contended(2))

    kept = await books.keep(JO, "home", MADRID)

    assert [each.id for each in kept.addresses] == ["other-1", "other-0", "home"]


async def test_a_writer_that_never_wins_gives_up() -> None:
    books = AddressBooks(Contended(9))

    with pytest.raises(StaleVersion):
        await books.keep(JO, "home", MADRID)
