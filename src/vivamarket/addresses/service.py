"""What a customer can do with an address book."""

from __future__ import annotations

from collections.abc import Callable

from vivamarket.addresses.book import AddressBook, SavedAddress
from vivamarket.addresses.model import Address
from vivamarket.addresses.ports import AddressBookStore
from vivamarket.addresses.rules import validated
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CustomerId

#: Two tabs and a phone may write at once; who loses reads again.
WRITES_MAX = 5


class AddressBooks:
    """Use cases. Each says how things shall be, so saying it twice leaves them the same."""

    def __init__(self, store: AddressBookStore) -> None:
        self._store = store

    async def get(self, customer_id: CustomerId) -> AddressBook:
        """Return the customer's book."""
        return await self._store.get(customer_id)

    async def keep(self, customer_id: CustomerId, address_id: str, address: Address) -> AddressBook:
        """Add the address, or replace the one of that id. Raise ``BadAddress``, ``AddressBookFull``."""
        saved = SavedAddress(address_id, validated(address))
        return await self._write(customer_id, lambda book: book.with_address(saved))

    async def remove(self, customer_id: CustomerId, address_id: str) -> AddressBook:
        """Remove the address; one that is not there is fine."""
        return await self._write(customer_id, lambda book: book.without(address_id))

    async def prefer(self, customer_id: CustomerId, *, shipping: str, billing: str) -> AddressBook:
        """Choose what is offered first. Raise ``AddressNotFound``."""
        return await self._write(
            customer_id, lambda book: book.preferring(shipping=shipping, billing=billing)
        )

    async def _write(
        self, customer_id: CustomerId, change: Callable[[AddressBook], AddressBook]
    ) -> AddressBook:
        """Load, decide, save; again when another writer was faster. Raise ``StaleVersion`` in the end."""
        for attempt in range(1, WRITES_MAX + 1):
            book = await self._store.get(customer_id)
            changed = change(book)
            if changed == book:
                return book
            try:
                return await self._store.put(changed)
            except StaleVersion:
                if attempt == WRITES_MAX:
                    raise
        raise AssertionError("the loop returns or raises")
