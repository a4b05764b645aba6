"""The refusals of an address."""

from __future__ import annotations

from vivamarket.kernel.errors import Invalid, NotFound


class BadAddress(Invalid):
    """The address breaks its country's rules; ``problems`` maps field names to reasons."""

    code = "bad_address"


class UnknownCountry(NotFound):
    """There are no address rules for this country."""

    code = "unknown_country"
