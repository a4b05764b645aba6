"""Carts: begun, filled, completed, quoted. Each change is idempotent by its key."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from litestar import Response, Router, delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter

from vivamarket.addresses.model import Address
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, ready, render
from vivamarket.api.present.addresses import address_in
from vivamarket.api.present.cart import cart_out, quote_out
from vivamarket.api.schemas.cart import (
    AddressFields,
    CartDetailsPatch,
    CartOut,
    LineQuantity,
    NewCart,
    NewLine,
    QuoteOut,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CartIdPath, IdempotencyKey
from vivamarket.cart.model import CartLine
from vivamarket.cart.service import CartView, DetailsPatch
from vivamarket.kernel.idempotency import StoredResponse, require_unguessable
from vivamarket.kernel.ids import CartId, Sku, parse_sku

SkuPath = Annotated[str, PathParameter(description="The line's SKU, percent-encoded.", max_length=80)]


def cart_routes(services: ApiServices) -> Router:
    """Build the cart routes."""
    reading = [_get_cart(services), _get_quote(services)]
    changing = [_create_cart(services), _add_line(services), _set_line(services), _remove_line(services)]
    return Router(
        "/api/v1/carts", route_handlers=[*reading, *changing, _set_details(services)], tags=["Cart"]
    )


def _get_cart(services: ApiServices) -> HTTPRouteHandler:
    @get("/{cart_id:str}", operation_id="getCart", summary="Read a cart", responses=describes(400, 404))
    async def get_cart(request: ApiRequest, cart_id: CartIdPath) -> Response[CartOut]:
        """Return the cart, priced now; `problem` of a line says what stands in the way of ordering it.

        The `ETag` changes with the cart's version and with whatever changed its prices or stock.
        """
        view = await services.carts.view(CartId(cart_id))
        body = render(200, cart_out(view)).body
        digest = hashlib.blake2b(body, digest_size=8).hexdigest()
        headers = {"cache-control": "private, no-cache", "etag": f'W/"{view.cart.version}-{digest}"'}
        if headers["etag"] in request.headers.get("if-none-match", ""):
            return _unchanged(headers)
        return ready(body, headers=headers)

    return get_cart


def _get_quote(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/{cart_id:str}/quote",
        operation_id="getQuote",
        summary="Read what the cart would cost now",
        responses=describes(400, 404),
    )
    async def get_quote(cart_id: CartIdPath) -> QuoteOut:
        """Return all sums, shipping choices and taxes, and the hash that placing the order confirms."""
        return quote_out(await services.pricing.quote(CartId(cart_id)))

    return get_quote


def _create_cart(services: ApiServices) -> HTTPRouteHandler:
    @post("/", operation_id="createCart", summary="Begin a cart", responses=describes_change(404))
    async def create_cart(
        request: ApiRequest,
        data: JSONBody[NewCart],
        idempotency_key: IdempotencyKey,
    ) -> Response[CartOut]:
        """Begin a cart, with first lines if any. Its id is a secret: whoever knows it may use the cart.

        So is the key while there is no cart: send a random one of 20 characters or more, such as a UUID.
        """
        require_unguessable(idempotency_key)
        once = Once(services, request, idempotency_key, data)
        lines = [CartLine(parse_sku(line.sku), line.quantity) for line in data.lines]
        return await once.with_effect(
            lambda: services.carts.create(
                currency=data.currency, locale=data.locale, lines=lines, attempt=once.attempt, render=_created
            )
        )

    return create_cart


def _add_line(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/{cart_id:str}/lines",
        operation_id="addCartLine",
        summary="Put something into the cart",
        status_code=200,
        responses=describes_change(404),
    )
    async def add_line(
        request: ApiRequest, cart_id: CartIdPath, data: JSONBody[NewLine], idempotency_key: IdempotencyKey
    ) -> Response[CartOut]:
        """Add that many more of the SKU to the cart."""
        once = Once(services, request, idempotency_key, data, caller=cart_id)
        sku = parse_sku(data.sku)
        return await once.with_effect(
            lambda: services.carts.add(CartId(cart_id), sku, data.quantity, once.attempt, _shown)
        )

    return add_line


def _set_line(services: ApiServices) -> HTTPRouteHandler:
    @put(
        "/{cart_id:str}/lines/{sku:path}",
        operation_id="setCartLine",
        summary="Set how many a line has",
        responses=describes_change(404),
    )
    async def set_line(
        request: ApiRequest,
        cart_id: CartIdPath,
        sku: SkuPath,
        data: JSONBody[LineQuantity],
        idempotency_key: IdempotencyKey,
    ) -> Response[CartOut]:
        """Set the line to exactly that many; zero removes it."""
        once = Once(services, request, idempotency_key, data, caller=cart_id)
        named = _sku(sku)
        return await once.with_effect(
            lambda: services.carts.set_quantity(CartId(cart_id), named, data.quantity, once.attempt, _shown)
        )

    return set_line


def _remove_line(services: ApiServices) -> HTTPRouteHandler:
    @delete(
        "/{cart_id:str}/lines/{sku:path}",
        operation_id="removeCartLine",
        summary="Take a line out of the cart",
        status_code=200,
        responses=describes_change(404, has_body=False),
    )
    async def remove_line(
        request: ApiRequest, cart_id: CartIdPath, sku: SkuPath, idempotency_key: IdempotencyKey
    ) -> Response[CartOut]:
        """Remove the SKU from the cart."""
        once = Once(services, request, idempotency_key, caller=cart_id)
        named = _sku(sku)
        return await once.with_effect(
            lambda: services.carts.set_quantity(CartId(cart_id), named, 0, once.attempt, _shown)
        )

    return remove_line


def _set_details(services: ApiServices) -> HTTPRouteHandler:
    @put(
        "/{cart_id:str}/details",
        operation_id="setCartDetails",
        summary="Tell who buys and where it goes",
        responses=describes_change(404),
    )
    async def set_details(
        request: ApiRequest,
        cart_id: CartIdPath,
        data: JSONBody[CartDetailsPatch],
        idempotency_key: IdempotencyKey,
    ) -> Response[CartOut]:
        """Change the details that the body names; all problems are told at once."""
        once = Once(services, request, idempotency_key, data, caller=cart_id)
        patch = DetailsPatch(
            email=data.email,
            shipping_address=_address(data.shipping_address),
            billing_address=_address(data.billing_address),
            billing_same_as_shipping=data.billing_same_as_shipping,
            shipping_method=data.shipping_method,
            note=data.note,
            locale=data.locale,
            currency=data.currency,
        )
        return await once.with_effect(
            lambda: services.carts.set_details(CartId(cart_id), patch, once.attempt, _shown)
        )

    return set_details


def _unchanged(headers: dict[str, str]) -> Response[Any]:
    return Response(b"", status_code=304, headers=headers)


def _created(view: CartView) -> StoredResponse:
    return render(201, cart_out(view))


def _shown(view: CartView) -> StoredResponse:
    return render(200, cart_out(view))


def _sku(path: str) -> Sku:
    return parse_sku(path.removeprefix("/"))


def _address(fields: AddressFields | None) -> Address | None:
    return None if fields is None else address_in(fields)
