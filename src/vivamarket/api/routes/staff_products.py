"""Products for staff: found, read, made, edited, archived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from litestar import Response, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter, QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import MIB
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff_products import filled, gallery, product_out, row_out
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff_products import (
    GalleryEdit,
    GalleryImage,
    ProductEdit,
    ProductFields,
    StaffProduct,
    StaffProductPage,
    VersionIn,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CurrencyQuery, CursorQuery, IdempotencyKey, LimitQuery, LocaleQuery
from vivamarket.catalog.model import Product, ProductImage, ProductStatus
from vivamarket.inventory.model import StockLevel
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import CategoryId, MediaId, ProductId, Sku
from vivamarket.kernel.money import MINOR_UNITS_MAX
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT
from vivamarket.media.model import Picture
from vivamarket.search.model import QUERY_LENGTH_MAX, SearchQuery, SearchSort
from vivamarket.search.staff_documents import STATUS, STOCK, StockState

#: A product of many variants with descriptions in many languages.
PRODUCT_BODY_BYTES_MAX = 2 * MIB

ProductIdPath = Annotated[str, PathParameter(max_length=64, description="The product's id.")]
PriceBound = Annotated[
    int | None,
    QueryParameter(ge=0, le=MINOR_UNITS_MAX, description="Minor units of the currency, itself included."),
]


def product_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    desk = _Desk(services)
    return [
        _list(services, desk),
        _get(desk),
        _create(services, desk),
        _update(services, desk),
        _set_images(services, desk),
        _archive(services, desk),
    ]


class _Desk:
    """What several of these routes do."""

    def __init__(self, services: ApiServices) -> None:
        self._services = services

    async def out(self, product: Product) -> StaffProduct:
        levels = await self.levels([product])
        return product_out(product, levels, self._services.clock.now())

    async def levels(self, products: Sequence[Product]) -> dict[Sku, StockLevel]:
        skus = [variant.sku for product in products for variant in product.variants]
        return await self._services.stock.levels(skus)

    async def read(self, product_id: str) -> Product:
        return await self._services.catalog.get(ProductId(product_id))

    async def gallery(
        self, wanted: Sequence[GalleryImage], known: Sequence[ProductImage] = ()
    ) -> list[ProductImage]:
        """Return the pictures as sent. Raise ``BadProduct`` for one that was not uploaded."""
        return gallery(wanted, known, await self._pictures(wanted, known))

    async def _pictures(
        self, wanted: Sequence[GalleryImage], known: Sequence[ProductImage]
    ) -> Mapping[MediaId, Picture]:
        """Read the facts of pictures that are new to the product."""
        there = {image.media_id for image in known}
        new = {each.media_id for each in wanted if each.media_id is not None} - there
        return await self._services.office.media.pictures([MediaId(each) for each in sorted(new)])


def _list(services: ApiServices, desk: _Desk) -> HTTPRouteHandler:
    shop = services.shop

    @get(
        "/products",
        operation_id="listStaffProducts",
        summary="Find products, drafts and archived ones too",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_staff_products(
        *,
        q: Annotated[
            str,
            QueryParameter(max_length=QUERY_LENGTH_MAX, description="Words of title, vendor, tag; a SKU."),
        ] = "",
        status: Annotated[
            list[ProductStatus] | None, QueryParameter(max_items=3, description="In these states only.")
        ] = None,
        category_id: Annotated[
            str | None,
            QueryParameter(name="category_id", max_length=64, description="In it and below it only."),
        ] = None,
        stock: Annotated[StockState | None, QueryParameter(description="Sold out, or not.")] = None,
        price_min: PriceBound = None,
        price_max: PriceBound = None,
        sort: Annotated[
            SearchSort, QueryParameter(description="Order; `relevance` without words is `newest`.")
        ] = SearchSort.RELEVANCE,
        cursor: CursorQuery = None,
        limit: LimitQuery = PAGE_SIZE_DEFAULT,
        locale: LocaleQuery = None,
        currency: CurrencyQuery = None,
    ) -> StaffProductPage:
        """Return a page of products. A change is found within about a second; rows are always as stored.

        Titles are in `locale`, prices in `currency`. While the index is being built it answers 503.
        """
        language = shop.check_locale(locale or shop.default_locale)
        money = shop.check_currency(currency or shop.default_currency)
        facets = {STATUS: tuple(dict.fromkeys(each.value for each in status or ()))}
        if stock is not None:
            facets[STOCK] = (stock.value,)
        result = await services.office.found.search(
            SearchQuery(
                text=q,
                locale=language,
                currency=money,
                category_id=CategoryId(category_id) if category_id is not None else None,
                price_min=price_min,
                price_max=price_max,
                facets=facets,
                sort=sort,
                cursor=cursor,
                limit=limit,
                with_facets=False,
            )
        )
        found = await services.catalog.get_many([hit.product_id for hit in result.hits])
        products = [found[hit.product_id] for hit in result.hits if hit.product_id in found]
        levels, now = await desk.levels(products), services.clock.now()
        rows = tuple(row_out(each, levels, now, locale=language, currency=money) for each in products)
        return StaffProductPage(rows, result.total, result.next_cursor)

    return list_staff_products


def _get(desk: _Desk) -> HTTPRouteHandler:
    @get(
        "/products/{product_id:str}",
        operation_id="getStaffProduct",
        summary="Read everything about a product",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def get_staff_product(product_id: ProductIdPath) -> StaffProduct:
        """Return the product in every language and currency, with its stock."""
        return await desk.out(await desk.read(product_id))

    return get_staff_product


def _create(services: ApiServices, desk: _Desk) -> HTTPRouteHandler:
    @post(
        "/products",
        operation_id="createStaffProduct",
        summary="Add a product",
        security=CHANGES,
        request_max_body_size=PRODUCT_BODY_BYTES_MAX,
        responses=describes_change(401, 403),
    )
    async def create_staff_product(
        request: ApiRequest, data: JSONBody[ProductFields], idempotency_key: IdempotencyKey
    ) -> Response[StaffProduct]:
        """Add a product, a draft unless `status` says otherwise.

        Refusals: `bad_product` (400) with `field` and `reason`, `slug_taken` and `sku_taken` (409).
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            now = services.clock.now()
            empty = Product(
                id=ProductId(""),
                version=0,
                status=data.status,
                texts={},
                variants=(),
                created_at=now,
                updated_at=now,
            )
            new = filled(empty, data, await desk.gallery(data.images))
            added = await services.catalog.add(new, request_key=once.attempt.key)
            return render(201, await desk.out(added))

        return await once.in_steps(work)

    return create_staff_product


def _update(services: ApiServices, desk: _Desk) -> HTTPRouteHandler:
    @put(
        "/products/{product_id:str}",
        operation_id="updateStaffProduct",
        summary="Edit a product",
        security=CHANGES,
        request_max_body_size=PRODUCT_BODY_BYTES_MAX,
        responses=describes_change(401, 403, 404),
    )
    async def update_staff_product(
        request: ApiRequest,
        product_id: ProductIdPath,
        data: JSONBody[ProductEdit],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffProduct]:
        """Set all content of the product as it is sent.

        Refusals: `stale_version` (409) when somebody changed it since `version`, with the present one;
        `bad_product` (400) with `field` and `reason`; `slug_taken` and `sku_taken` (409).
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            stored = await desk.read(product_id)
            images = await desk.gallery(data.images, stored.images)
            edited = await services.catalog.edit(filled(stored, data, images), data.version)
            return render(200, await desk.out(edited))

        return await once.in_steps(work)

    return update_staff_product


def _set_images(services: ApiServices, desk: _Desk) -> HTTPRouteHandler:
    @put(
        "/products/{product_id:str}/images",
        operation_id="setStaffProductImages",
        summary="Attach, order, describe and detach a product's pictures",
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def set_staff_product_images(
        request: ApiRequest,
        product_id: ProductIdPath,
        data: JSONBody[GalleryEdit],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffProduct]:
        """Set the gallery as it is sent. A variant whose picture leaves the gallery shows none.

        Refusals: `stale_version` (409), `bad_product` (400).
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            stored = await desk.read(product_id)
            images = await desk.gallery(data.images, stored.images)
            edited = await services.catalog.edit(stored.with_gallery(images), data.version)
            return render(200, await desk.out(edited))

        return await once.in_steps(work)

    return set_staff_product_images


def _archive(services: ApiServices, desk: _Desk) -> HTTPRouteHandler:
    @post(
        "/products/{product_id:str}/archive",
        operation_id="archiveStaffProduct",
        summary="Take a product out of the shop, but keep it",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def archive_staff_product(
        request: ApiRequest,
        product_id: ProductIdPath,
        data: JSONBody[VersionIn],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffProduct]:
        """Archive it. Edit its `status` to bring it back. Refusal: `stale_version` (409)."""
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            stored = await desk.read(product_id)
            archived = await services.catalog.edit(stored.archived(), data.version)
            return render(200, await desk.out(archived))

        return await once.in_steps(work)

    return archive_staff_product
