"""Categories for staff: the tree, added to, renamed, moved, put in order."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter, QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import KIB
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff_categories import category_of, category_out, picture_of_category
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff import Done
from vivamarket.api.schemas.staff_categories import (
    CategoryEdit,
    CategoryFields,
    CategoryOrder,
    StaffCategories,
    StaffCategory,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import IdempotencyKey
from vivamarket.catalog.model import Category
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import CategoryId

#: Descriptions in many languages, or thousands of ids.
CATEGORY_BODY_BYTES_MAX = 512 * KIB

CategoryIdPath = Annotated[str, PathParameter(max_length=64, description="The category's id.")]


def category_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _list(services),
        _get(services),
        _create(services),
        _update(services),
        _order(services),
        _remove(services),
    ]


def _list(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/categories",
        operation_id="listStaffCategories",
        summary="Read the whole tree",
        security=READS,
        responses=describes(401),
    )
    async def list_staff_categories() -> StaffCategories:
        """Return all categories, at most 10,000, parents before children."""
        counts = await services.catalog.category_counts()
        return StaffCategories(
            tuple(category_out(each, counts.get(each.id, 0)) for each in await services.catalog.categories())
        )

    return list_staff_categories


def _get(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/categories/{category_id:str}",
        operation_id="getStaffCategory",
        summary="Read a category",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def get_staff_category(category_id: CategoryIdPath) -> StaffCategory:
        """Return the category in every language."""
        return await _out(services, await services.catalog.category(CategoryId(category_id)))

    return get_staff_category


def _create(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/categories",
        operation_id="createStaffCategory",
        summary="Add a category",
        security=CHANGES,
        request_max_body_size=CATEGORY_BODY_BYTES_MAX,
        responses=describes_change(401, 403, 404),
    )
    async def create_staff_category(
        request: ApiRequest, data: JSONBody[CategoryFields], idempotency_key: IdempotencyKey
    ) -> Response[StaffCategory]:
        """Add a category below `parent_id`, or at the top.

        Refusals: `bad_category` (400), `category_not_found` (404) for the parent, `slug_taken` and
        `category_cycle` (409).
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            image = await picture_of_category(data.image, None, services.office.media)
            new = category_of(CategoryId(""), data, image)
            added = await services.catalog.add_category(new, request_key=once.attempt.key)
            return render(201, await _out(services, added))

        return await once.in_steps(work)

    return create_staff_category


def _update(services: ApiServices) -> HTTPRouteHandler:
    @put(
        "/categories/{category_id:str}",
        operation_id="updateStaffCategory",
        summary="Rename, move or describe a category",
        security=CHANGES,
        request_max_body_size=CATEGORY_BODY_BYTES_MAX,
        responses=describes_change(401, 403, 404),
    )
    async def update_staff_category(
        request: ApiRequest,
        category_id: CategoryIdPath,
        data: JSONBody[CategoryEdit],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffCategory]:
        """Set the category as it is sent. A move takes everything below it along.

        Refusals: `stale_version` (409) with the present one, `slug_taken`, `category_cycle` (409),
        `bad_category` (400).
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            stored = await services.catalog.category(CategoryId(category_id))
            image = await picture_of_category(data.image, stored.image, services.office.media)
            edited = await services.catalog.edit_category(category_of(stored.id, data, image), data.version)
            return render(200, await _out(services, edited))

        return await once.in_steps(work)

    return update_staff_category


def _order(services: ApiServices) -> HTTPRouteHandler:
    @put(
        "/category-order",
        operation_id="orderStaffCategories",
        summary="Put the categories below one parent in order",
        security=CHANGES,
        request_max_body_size=CATEGORY_BODY_BYTES_MAX,
        responses=describes_change(401, 403),
    )
    async def order_staff_categories(
        request: ApiRequest, data: JSONBody[CategoryOrder], idempotency_key: IdempotencyKey
    ) -> Response[StaffCategories]:
        """Name all of them in their new order; only those that move get a new version.

        Refusals: `siblings_changed` (409) when they are not exactly those that stand there,
        `stale_version` (409) when somebody edits one right now: read the tree again.
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            parent_id = CategoryId(data.parent_id) if data.parent_id is not None else None
            ids = [CategoryId(each) for each in data.ids]
            ordered = await services.catalog.order_categories(parent_id, ids)
            counts = await services.catalog.category_counts()
            items = tuple(category_out(each, counts.get(each.id, 0)) for each in ordered)
            return render(200, StaffCategories(items))

        return await once.in_steps(work)

    return order_staff_categories


def _remove(services: ApiServices) -> HTTPRouteHandler:
    @delete(
        "/categories/{category_id:str}",
        operation_id="deleteStaffCategory",
        summary="Remove an empty category",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, has_body=False),
    )
    async def delete_staff_category(
        request: ApiRequest,
        category_id: CategoryIdPath,
        version: Annotated[int, QueryParameter(ge=1, description="The `version` you read.")],
        idempotency_key: IdempotencyKey,
    ) -> Response[Done]:
        """Remove it; one that is not there (any more) is fine. Its addresses answer 410 from then on.

        Refusals: `category_not_empty`, `stale_version` (409).
        """
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            await services.catalog.discard_category(CategoryId(category_id), version)
            return render(200, Done())

        return await once.in_steps(work)

    return delete_staff_category


async def _out(services: ApiServices, category: Category) -> StaffCategory:
    counts = await services.catalog.category_counts()
    return category_out(category, counts.get(category.id, 0))
