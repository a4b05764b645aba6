"""A customer's address book. Each says how things shall be, so twice leaves them the same."""

from __future__ import annotations

from litestar import delete, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from vivamarket.addresses.book import AddressBook
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.customers import caller_of
from vivamarket.api.documents import describes
from vivamarket.api.present.addresses import address_in, postal_address
from vivamarket.api.routes.account_words import CHANGES, READS, AccountDesk
from vivamarket.api.schemas.address_book import AddressBookOut, AddressDefaults, SavedAddressOut
from vivamarket.api.schemas.cart import AddressFields
from vivamarket.api.words import AddressIdPath
from vivamarket.kernel.ids import parse_uuid

_REFUSALS = (400, 401, 403, 404, 409, 413, 415, 422)


def address_handlers(desk: AccountDesk) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [_list(desk), _prefer(desk), _keep(desk), _remove(desk)]


def _list(desk: AccountDesk) -> HTTPRouteHandler:
    @get(
        "/addresses",
        operation_id="listAddresses",
        summary="Read the customer's address book",
        security=READS,
        responses=describes(401),
    )
    async def list_addresses(request: ApiRequest) -> AddressBookOut:
        """Return all addresses, oldest first; there are twenty at most."""
        return _shown(await desk.account.addresses.get(caller_of(request).customer.id))

    return list_addresses


def _keep(desk: AccountDesk) -> HTTPRouteHandler:
    @put(
        "/addresses/{address_id:str}",
        operation_id="keepAddress",
        summary="Add or replace an address",
        security=CHANGES,
        responses=describes(*_REFUSALS),
    )
    async def keep_address(
        request: ApiRequest, address_id: AddressIdPath, data: JSONBody[AddressFields]
    ) -> AddressBookOut:
        """Keep the address under an id of your own making (a UUID). The first becomes the default."""
        book = await desk.account.addresses.keep(
            caller_of(request).customer.id, parse_uuid(address_id), address_in(data)
        )
        return _shown(book)

    return keep_address


def _remove(desk: AccountDesk) -> HTTPRouteHandler:
    @delete(
        "/addresses/{address_id:str}",
        operation_id="removeAddress",
        summary="Remove an address",
        status_code=200,
        security=CHANGES,
        responses=describes(400, 401, 403, 409),
    )
    async def remove_address(request: ApiRequest, address_id: AddressIdPath) -> AddressBookOut:
        """Remove it; one that is gone already is fine. Orders keep the address they were placed with."""
        return _shown(
            await desk.account.addresses.remove(caller_of(request).customer.id, parse_uuid(address_id))
        )

    return remove_address


def _prefer(desk: AccountDesk) -> HTTPRouteHandler:
    @put(
        "/addresses",
        operation_id="setAddressDefaults",
        summary="Choose the default addresses",
        security=CHANGES,
        responses=describes(*_REFUSALS),
    )
    async def set_address_defaults(request: ApiRequest, data: JSONBody[AddressDefaults]) -> AddressBookOut:
        """Choose which address the checkout offers first for parcels, and which for invoices."""
        book = await desk.account.addresses.prefer(
            caller_of(request).customer.id,
            shipping=parse_uuid(data.shipping_default),
            billing=parse_uuid(data.billing_default),
        )
        return _shown(book)

    return set_address_defaults


def _shown(book: AddressBook) -> AddressBookOut:
    return AddressBookOut(
        items=tuple(SavedAddressOut(each.id, postal_address(each.address)) for each in book.addresses),
        shipping_default=book.shipping_default,
        billing_default=book.billing_default,
    )
