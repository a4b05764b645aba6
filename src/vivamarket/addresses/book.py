"""A customer's address book as a pure value."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from vivamarket.addresses.errors import AddressBookFull, AddressNotFound
from vivamarket.addresses.model import Address
from vivamarket.kernel.ids import CustomerId

#: Of one customer.
ADDRESSES_MAX = 20


@dataclass(frozen=True, slots=True)
class SavedAddress:
    """An address under the name that its customer's browser gave it."""

    id: str
    address: Address = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBook:
    """All addresses of a customer, oldest first, and which of them is offered first.

    The first address becomes the default for both; a default that is removed passes to the oldest one.
    """

    customer_id: CustomerId
    #: 0 for a book that was never written.
    version: int = 0
    addresses: tuple[SavedAddress, ...] = ()
    shipping_default: str | None = None
    billing_default: str | None = None

    def with_address(self, saved: SavedAddress) -> AddressBook:
        """Return the book with this address, in the place of the one of the same id.

        Raise ``AddressBookFull`` when one more would be more than ``ADDRESSES_MAX``.
        """
        if any(each.id == saved.id for each in self.addresses):
            kept = tuple(saved if each.id == saved.id else each for each in self.addresses)
        else:
            kept = (*self.addresses, saved)
        if len(kept) > ADDRESSES_MAX:
            raise AddressBookFull(f"An address book holds {ADDRESSES_MAX} addresses. Remove one first.")
        return self._holding(kept)

    def without(self, address_id: str) -> AddressBook:
        """Return the book without that address; one that is not in it is fine."""
        return self._holding(tuple(each for each in self.addresses if each.id != address_id))

    def preferring(self, *, shipping: str, billing: str) -> AddressBook:
        """Return the book with these defaults. Raise ``AddressNotFound``."""
        known = {each.id for each in self.addresses}
        if not {shipping, billing} <= known:
            raise AddressNotFound("Your address book has no such address.")
        return replace(self, shipping_default=shipping, billing_default=billing)

    def _holding(self, addresses: tuple[SavedAddress, ...]) -> AddressBook:
        known = [each.id for each in addresses]
        first = known[0] if known else None
        return replace(
            self,
            addresses=addresses,
            shipping_default=self.shipping_default if self.shipping_default in known else first,
            billing_default=self.billing_default if self.billing_default in known else first,
        )
