"""Addresses as the API takes and answers them."""

from __future__ import annotations

from vivamarket.addresses.model import Address
from vivamarket.api.schemas.cart import AddressFields, PostalAddress


def address_in(fields: AddressFields) -> Address:
    """Return the address that was sent."""
    return Address(
        name=fields.name,
        line1=fields.line1,
        city=fields.city,
        country=fields.country,
        company=fields.company,
        line2=fields.line2,
        region=fields.region,
        postal_code=fields.postal_code,
        phone=fields.phone,
    )


def postal_address(address: Address) -> PostalAddress:
    """Present an address."""
    return PostalAddress(
        name=address.name,
        company=address.company,
        line1=address.line1,
        line2=address.line2,
        city=address.city,
        region=address.region,
        postal_code=address.postal_code,
        country=address.country,
        phone=address.phone,
    )
