"""Customers' address books."""

from __future__ import annotations

from dataclasses import replace

from vivamarket.addresses.book import AddressBook
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CustomerId


class MemoryAddressBookStore:
    """The ``AddressBookStore``."""

    def __init__(self) -> None:
        self._books: dict[CustomerId, AddressBook] = {}

    async def get(self, customer_id: CustomerId) -> AddressBook:
        """See ``AddressBookStore``."""
        return self._books.get(customer_id, AddressBook(customer_id=customer_id))

    async def put(self, book: AddressBook) -> AddressBook:
        """See ``AddressBookStore``."""
        if (await self.get(book.customer_id)).version != book.version:
            raise StaleVersion("Your addresses were changed elsewhere. Read them again.")
        written = replace(book, version=book.version + 1)
        self._books[book.customer_id] = written
        return written

    async def erase(self, customer_id: CustomerId) -> None:
        """See ``AddressBookStore``."""
        self._books.pop(customer_id, None)
