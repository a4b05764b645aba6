"""A customer's address book."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from vivamarket.api.schemas.cart import PostalAddress

AddressId = Annotated[str, Meta(min_length=36, max_length=36, description="The address's id, a UUID.")]


class SavedAddressOut(Struct, frozen=True):
    """One address of the book."""

    id: str
    address: PostalAddress


class AddressBookOut(Struct, frozen=True):
    """All addresses, oldest first, and which of them the checkout offers first."""

    items: tuple[SavedAddressOut, ...]
    shipping_default: str | None
    billing_default: str | None


class AddressDefaults(Struct, frozen=True, forbid_unknown_fields=True):
    """Which address is offered first for parcels, and which for invoices."""

    shipping_default: AddressId
    billing_default: AddressId
