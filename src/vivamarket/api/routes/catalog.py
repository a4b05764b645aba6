"""Categories, product lists, product pages. Hot: the edge keeps these answers (see `api.hot`)."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import quote

from litestar import Response, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import PathParameter, QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes
from vivamarket.api.schemas.catalog import CategoryList, ProductList
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CategoryQuery, CurrencyQuery, CursorQuery, LimitQuery, LocaleQuery
from vivamarket.catalog.model import SLUG_LENGTH_MAX
from vivamarket.catalog.ports import ListSort
from vivamarket.catalog.present import ProductDetail, category_node, product_card, product_detail
from vivamarket.kernel.ids import CategoryId
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT

#: Browsers ask again and mostly get 304; caches between may answer for a short while.
CACHE_CONTROL = "public, max-age=0, s-maxage=30, stale-while-revalidate=300"
_HEADERS = {"cache-control": CACHE_CONTROL}


def catalog_routes(services: ApiServices) -> Router:
    """Build the catalogue's routes."""
    handlers = [_categories_handler(services), _list_handler(services), _product_handler(services)]
    return Router("/api/v1", route_handlers=handlers, tags=["Catalogue"])


def _categories_handler(services: ApiServices) -> HTTPRouteHandler:
    shop = services.shop

    @get(
        "/categories",
        operation_id="listCategories",
        summary="Read the category tree",
        responses=describes(400),
        response_headers=_HEADERS,
    )
    async def list_categories(locale: LocaleQuery = None) -> CategoryList:
        """Return every category with its path and how many products it shows."""
        language = shop.check_locale(locale or shop.default_locale)
        tree = await services.shelves.tree()
        counts = await services.catalog.category_counts()
        return CategoryList(
            tuple(
                category_node(category, locale=language, tree=tree, product_count=counts.get(category.id, 0))
                for category in tree.by_id.values()
            )
        )

    return list_categories


def _list_handler(services: ApiServices) -> HTTPRouteHandler:
    shop = services.shop

    @get(
        "/products",
        operation_id="listProducts",
        summary="List products",
        responses=describes(400, 404),
        response_headers=_HEADERS,
    )
    async def list_products(
        *,
        category: CategoryQuery = None,
        sort: Annotated[
            ListSort, QueryParameter(name="sort", description="Order of the list.")
        ] = ListSort.NEWEST,
        cursor: CursorQuery = None,
        limit: LimitQuery = PAGE_SIZE_DEFAULT,
        locale: LocaleQuery = None,
        currency: CurrencyQuery = None,
    ) -> ProductList:
        """Return one keyset page of a category and all below it, or of the whole shop."""
        language = shop.check_locale(locale or shop.default_locale)
        money = shop.check_currency(currency or shop.default_currency)
        category_id: CategoryId | None = None
        if category is not None:
            category_id = (await services.shelves.find(language, category)).id
        page = await services.catalog.list_shown(
            category_id=category_id, locale=language, sort=sort, cursor=cursor, limit=limit
        )
        tree = await services.shelves.tree()
        cards = [product_card(product, locale=language, currency=money, tree=tree) for product in page.items]
        return ProductList(tuple(cards), page.next_cursor)

    return list_products


def _product_handler(services: ApiServices) -> HTTPRouteHandler:
    shop = services.shop

    @get(
        "/products/{slug:str}",
        operation_id="getProduct",
        summary="Read a product",
        responses=describes(400, 404),
        response_headers=_HEADERS,
    )
    async def get_product(
        request: ApiRequest,
        slug: Annotated[str, PathParameter(max_length=SLUG_LENGTH_MAX, description="The product's slug.")],
        locale: LocaleQuery = None,
        currency: CurrencyQuery = None,
    ) -> Response[ProductDetail]:
        """Return everything a product page shows; a slug of former times answers 301 to the present one."""
        language = shop.check_locale(locale or shop.default_locale)
        money = shop.check_currency(currency or shop.default_currency)
        found = await services.catalog.shown_by_slug(language, slug)
        if found.redirect_to is not None:
            return _moved(request, found.redirect_to)
        tree = await services.shelves.tree()
        request.is_about(found.product.id)
        detail = product_detail(found.product, locale=language, currency=money, tree=tree)
        return Response(detail)

    return get_product


def _moved(request: ApiRequest, slug: str) -> Response[Any]:
    location = f"/api/v1/products/{quote(slug, safe='')}"
    if request.scope["query_string"]:
        location += "?" + request.scope["query_string"].decode("latin-1")
    return Response(b"", status_code=301, headers={"location": location})
