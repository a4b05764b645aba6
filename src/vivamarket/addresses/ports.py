"""What address books need from outside."""

from __future__ import annotations

from typing import Protocol

from vivamarket.addresses.book import AddressBook
from vivamarket.kernel.ids import CustomerId


class AddressBookStore(Protocol):
    """Keeps address books, one record a customer. Each method is one transaction."""

    async def get(self, customer_id: CustomerId) -> AddressBook:
        """Return the customer's book; an empty one of version 0 when there is none."""
        ...

    async def put(self, book: AddressBook) -> AddressBook:
        """Write the book and return it with its next version.

        Raise ``StaleVersion``, with nothing written, unless the kept version is that of ``book``.
        """
        ...

    async def erase(self, customer_id: CustomerId) -> None:
        """Remove the customer's book; none is fine."""
        ...
