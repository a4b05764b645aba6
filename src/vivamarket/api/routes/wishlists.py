"""Wishlists, what was looked at, and the cards of products by their ids. Twice leaves each the same."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, Router, delete, get, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.customers import caller_of
from vivamarket.api.documents import describes
from vivamarket.api.errors import BadParameter
from vivamarket.api.present.wishes import cards_of, preferences_out
from vivamarket.api.routes.account_words import CHANGES, READS
from vivamarket.api.schemas.preferences import (
    ID_LENGTH,
    CardList,
    PreferencesOut,
    WishlistLink,
    WishlistOut,
    WishOut,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import TOKEN_LENGTH_MAX, CurrencyQuery, LocaleQuery
from vivamarket.kernel.ids import ProductId, parse_uuid

CARDS_MAX = 50
#: Caches between may answer for as long as they may for lists.
CARDS_CACHE_CONTROL = "public, max-age=0, s-maxage=30"

ProductIdPath = Annotated[str, PathParameter(max_length=64, description="The product's id.")]
WishlistToken = Annotated[
    str, PathParameter(max_length=TOKEN_LENGTH_MAX, description="From the link its owner gave you.")
]
CardIds = Annotated[
    str,
    QueryParameter(
        name="ids",
        min_length=1,
        max_length=CARDS_MAX * (ID_LENGTH + 1),
        description=f"Up to {CARDS_MAX} ids of products, separated by commas.",
    ),
]


def wishlist_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers of the customer's own lists."""
    return [
        _get_wishlist(services),
        _wish(services),
        _stop_wishing(services),
        _share(services),
        _stop_sharing(services),
        _list_seen(services),
        _see(services),
        _forget_seen(services),
    ]


def wishlist_routes(services: ApiServices) -> Router:
    """Build the routes for everybody."""
    handlers = [_read_shared(services), _list_cards(services)]
    return Router("/api/v1", route_handlers=handlers, tags=["Catalogue"])


def _get_wishlist(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/wishlist",
        operation_id="getWishlist",
        summary="Read the customer's wishlist",
        security=READS,
        responses=describes(400, 401),
    )
    async def get_wishlist(
        request: ApiRequest, locale: LocaleQuery = None, currency: CurrencyQuery = None
    ) -> WishlistOut:
        """Return every wish, newest first, with the product's card in that language and currency."""
        preferences = await services.account.preferences.get(caller_of(request).customer.id)
        ids = [wish.product_id for wish in preferences.wishes]
        cards = await cards_of(services, ids, locale=locale, currency=currency)
        items = (WishOut(wish.product_id, wish.at, cards.get(wish.product_id)) for wish in preferences.wishes)
        return WishlistOut(tuple(items), services.account.preferences.link_of(preferences))

    return get_wishlist


def _wish(services: ApiServices) -> HTTPRouteHandler:
    @put(
        "/wishlist/{product_id:str}",
        operation_id="addWish",
        summary="Put a product on the wishlist",
        security=CHANGES,
        responses=describes(400, 401, 403, 404, 422),
    )
    async def add_wish(request: ApiRequest, product_id: ProductIdPath) -> PreferencesOut:
        """Add the product; there it stays until it is taken off, also while it is sold out."""
        product = await services.catalog.shown(ProductId(parse_uuid(product_id)))
        customer = caller_of(request).customer
        return preferences_out(await services.account.preferences.wish(customer.id, product.id))

    return add_wish


def _stop_wishing(services: ApiServices) -> HTTPRouteHandler:
    @delete(
        "/wishlist/{product_id:str}",
        operation_id="removeWish",
        summary="Take a product off the wishlist",
        status_code=200,
        security=CHANGES,
        responses=describes(400, 401, 403),
    )
    async def remove_wish(request: ApiRequest, product_id: ProductIdPath) -> PreferencesOut:
        """Remove the product; one that is not on the list is fine."""
        known = ProductId(parse_uuid(product_id))
        customer = caller_of(request).customer
        return preferences_out(await services.account.preferences.stop_wishing(customer.id, known))

    return remove_wish


def _share(services: ApiServices) -> HTTPRouteHandler:
    @put(
        "/wishlist-link",
        operation_id="shareWishlist",
        summary="Share the wishlist by a link",
        security=CHANGES,
        responses=describes(401, 403),
    )
    async def share_wishlist(request: ApiRequest) -> WishlistLink:
        """Return the link's token. Whoever has it reads the list, and nothing about whose it is."""
        return WishlistLink(await services.account.preferences.share(caller_of(request).customer.id))

    return share_wishlist


def _stop_sharing(services: ApiServices) -> HTTPRouteHandler:
    @delete(
        "/wishlist-link",
        operation_id="stopSharingWishlist",
        summary="Take the wishlist's link back",
        status_code=204,
        security=CHANGES,
        responses=describes(401, 403),
    )
    async def stop_sharing_wishlist(request: ApiRequest) -> Response[None]:
        """Make the link open nothing, at once and for good."""
        await services.account.preferences.stop_sharing(caller_of(request).customer.id)
        return Response(None, status_code=204)

    return stop_sharing_wishlist


def _list_seen(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/seen",
        operation_id="listSeen",
        summary="Read which products the customer looked at",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_seen(
        request: ApiRequest, locale: LocaleQuery = None, currency: CurrencyQuery = None
    ) -> CardList:
        """Return their cards, newest first."""
        preferences = await services.account.preferences.get(caller_of(request).customer.id)
        ids = [mark.product_id for mark in preferences.seen]
        return CardList(tuple((await cards_of(services, ids, locale=locale, currency=currency)).values()))

    return list_seen


def _see(services: ApiServices) -> HTTPRouteHandler:
    @put(
        "/seen/{product_id:str}",
        operation_id="addSeen",
        summary="Note that the customer looked at a product",
        status_code=204,
        security=CHANGES,
        responses=describes(400, 401, 403, 404),
    )
    async def add_seen(request: ApiRequest, product_id: ProductIdPath) -> Response[None]:
        """Note it as the newest; the oldest beyond the limit is forgotten.

        Nothing is noted unless the customer allows `marketing`.
        """
        product = await services.catalog.shown(ProductId(parse_uuid(product_id)))
        await services.account.preferences.see(caller_of(request).customer.id, product.id)
        return Response(None, status_code=204)

    return add_seen


def _forget_seen(services: ApiServices) -> HTTPRouteHandler:
    @delete(
        "/seen",
        operation_id="forgetSeen",
        summary="Forget what the customer looked at",
        status_code=204,
        security=CHANGES,
        responses=describes(401, 403),
    )
    async def forget_seen(request: ApiRequest) -> Response[None]:
        """Forget all of it."""
        await services.account.preferences.forget_seen(caller_of(request).customer.id)
        return Response(None, status_code=204)

    return forget_seen


def _read_shared(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/wishlists/{token:str}",
        operation_id="getSharedWishlist",
        summary="Read a shared wishlist",
        responses=describes(400, 404),
        response_headers={"cache-control": "no-store", "x-robots-tag": "noindex"},
    )
    async def get_shared_wishlist(
        token: WishlistToken, locale: LocaleQuery = None, currency: CurrencyQuery = None
    ) -> CardList:
        """Return the cards of what is wished for and sold now; nothing tells whose list it is."""
        wishes = await services.account.preferences.shared(token)
        ids = [wish.product_id for wish in wishes]
        return CardList(tuple((await cards_of(services, ids, locale=locale, currency=currency)).values()))

    return get_shared_wishlist


def _list_cards(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/cards",
        operation_id="listCards",
        summary="Read the cards of some products",
        responses=describes(400),
        response_headers={"cache-control": CARDS_CACHE_CONTROL},
    )
    async def list_cards(
        ids: CardIds, locale: LocaleQuery = None, currency: CurrencyQuery = None
    ) -> CardList:
        """Return the cards in the order of the ids: a guest's wishlist, and what was looked at."""
        wanted = list(dict.fromkeys(ProductId(parse_uuid(part)) for part in ids.split(",")))
        if len(wanted) > CARDS_MAX:
            raise BadParameter(f"Ask for at most {CARDS_MAX} products.", errors=[{"parameter": "ids"}])
        return CardList(tuple((await cards_of(services, wanted, locale=locale, currency=currency)).values()))

    return list_cards
