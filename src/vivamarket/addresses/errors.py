"""The refusals of an address."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, NotFound, Refused


class BadAddress(Invalid):
    """The address breaks its country's rules; ``problems`` maps field names to reasons."""

    code = "bad_address"


class UnknownCountry(NotFound):
    """There are no address rules for this country."""

    code = "unknown_country"


class AddressNotFound(NotFound):
    """The customer's address book has no such address."""

    code = "address_not_found"


class AddressBookFull(Refused):
    """The address book holds as many addresses as it may: remove one first."""

    code = "address_book_full"
