"""Search and suggestions. Cards come ready from the index and are never decoded here."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from litestar import Response, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes
from vivamarket.api.errors import BadParameter
from vivamarket.api.once import ready
from vivamarket.api.schemas.catalog import (
    CategoryChoice,
    FacetChoice,
    FacetGroup,
    PriceRange,
    SearchAnswer,
    SuggestionList,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CategoryQuery, CurrencyQuery, CursorQuery, LimitQuery, LocaleQuery
from vivamarket.catalog.present import CategoryTree
from vivamarket.kernel.ids import CategoryId
from vivamarket.kernel.money import MINOR_UNITS_MAX, Money
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT
from vivamarket.search.model import (
    FILTERS_MAX,
    QUERY_LENGTH_MAX,
    SUGGESTIONS_MAX,
    SearchQuery,
    SearchResult,
    SearchSort,
)

CACHE_CONTROL = "public, max-age=0, s-maxage=15"
ATTRIBUTE_PREFIX = "attr."
ATTRIBUTE_LENGTH_MAX = 200

QueryText = Annotated[
    str, QueryParameter(name="q", max_length=QUERY_LENGTH_MAX, description="The words to look for.")
]
PriceQuery = Annotated[
    int | None,
    QueryParameter(
        ge=0, le=MINOR_UNITS_MAX, description="Price in minor units of the currency, itself included."
    ),
]
_encoder = msgspec.json.Encoder()
_HEADERS = {"cache-control": CACHE_CONTROL}


def search_routes(services: ApiServices) -> Router:
    """Build the search routes."""
    handlers = [_search_handler(services), _suggest_handler(services)]
    return Router("/api/v1", route_handlers=handlers, tags=["Search"])


def _search_handler(services: ApiServices) -> HTTPRouteHandler:
    shop = services.shop

    @get(
        "/search",
        operation_id="searchProducts",
        summary="Search products",
        responses=describes(400, 404),
        response_headers=_HEADERS,
    )
    async def search_products(
        *,
        request: ApiRequest,
        q: QueryText = "",
        category: CategoryQuery = None,
        price_min: PriceQuery = None,
        price_max: PriceQuery = None,
        available: Annotated[bool, QueryParameter(description="True leaves out what is sold out.")] = False,
        sort: Annotated[
            SearchSort, QueryParameter(description="Order of the results.")
        ] = SearchSort.RELEVANCE,
        cursor: CursorQuery = None,
        limit: LimitQuery = PAGE_SIZE_DEFAULT,
        locale: LocaleQuery = None,
        currency: CurrencyQuery = None,
    ) -> Response[SearchAnswer]:
        """Find by words, prefixes and with typos; narrow by category, price and attributes; count facets.

        `attr.<key>=<value>` filters by an attribute or option and may be repeated: values of one key are
        alternatives, different keys must all hold. Paging goes on with `next_cursor`; facets, categories and
        price range come with the first page only, because the whole list has the same.
        """
        language = shop.check_locale(locale or shop.default_locale)
        money = shop.check_currency(currency or shop.default_currency)
        category_id = (await services.shelves.find(language, category)).id if category is not None else None
        result = await services.search.search(
            SearchQuery(
                text=q,
                locale=language,
                currency=money,
                category_id=category_id,
                price_min=price_min,
                price_max=price_max,
                facets=attribute_filters(request),
                available_only=available,
                sort=sort,
                cursor=cursor,
                limit=limit,
                with_facets=cursor is None,
            )
        )
        tree = await services.shelves.tree()
        return ready(_answer(result, language, money, tree))

    return search_products


def _suggest_handler(services: ApiServices) -> HTTPRouteHandler:
    shop = services.shop

    @get(
        "/suggest",
        operation_id="suggest",
        summary="Complete a text while it is typed",
        responses=describes(400),
        response_headers=_HEADERS,
    )
    async def suggest(
        q: QueryText = "",
        limit: Annotated[int, QueryParameter(ge=1, le=SUGGESTIONS_MAX, description="At most so many.")] = 8,
        locale: LocaleQuery = None,
        currency: CurrencyQuery = None,
    ) -> Response[SuggestionList]:
        """Return words to search for, then products to go to, best first."""
        language = shop.check_locale(locale or shop.default_locale)
        money = shop.check_currency(currency or shop.default_currency)
        found = await services.search.suggest(q, language, limit, money)
        items = [
            {"text": each.text, "product": msgspec.Raw(each.card) if each.card else None} for each in found
        ]
        return ready(_encoder.encode({"items": items}))

    return suggest


def attribute_filters(request: ApiRequest) -> dict[str, tuple[str, ...]]:
    """Return the `attr.<key>` parameters by key. Raise ``BadParameter`` past the limits."""
    found: dict[str, list[str]] = {}
    values_count = 0
    for name, value in request.query_params.multi_items():
        if not name.startswith(ATTRIBUTE_PREFIX):
            continue
        key = name.removeprefix(ATTRIBUTE_PREFIX)
        values_count += 1
        if not key or len(key) > ATTRIBUTE_LENGTH_MAX or len(value) > ATTRIBUTE_LENGTH_MAX:
            raise BadParameter("This attribute filter is too long or has no name.", errors=[])
        if values_count > FILTERS_MAX:
            raise BadParameter(f"At most {FILTERS_MAX} attribute filters.", errors=[])
        found.setdefault(key, []).append(value)
    return {key: tuple(values) for key, values in found.items()}


def _answer(result: SearchResult, locale: str, currency: str, tree: CategoryTree) -> bytes:
    price = None
    if result.price_min is not None and result.price_max is not None:
        price = PriceRange(Money(result.price_min, currency), Money(result.price_max, currency))
    answer: dict[str, Any] = {
        "items": [msgspec.Raw(hit.card) for hit in result.hits],
        "total": result.total,
        "next_cursor": result.next_cursor,
        "facets": _facets(result),
        "categories": _categories(result, locale, tree),
        "price": price,
        "corrected": result.corrected,
    }
    return _encoder.encode(answer)


def _facets(result: SearchResult) -> list[FacetGroup]:
    return [
        FacetGroup(
            key=facet.key,
            label=facet.label or facet.key,
            values=tuple(
                FacetChoice(each.value, each.label or each.value, each.count) for each in facet.values
            ),
        )
        for facet in result.facets
    ]


def _categories(result: SearchResult, locale: str, tree: CategoryTree) -> list[CategoryChoice]:
    choices = []
    for each in result.categories:
        category = tree.by_id.get(CategoryId(each.value))
        if category is not None:
            text = category.text(locale)
            choices.append(CategoryChoice(category.id, text.slug, text.title, each.count))
    return choices
