"""The shop's own texts for staff: written as drafts, published, withdrawn."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter, QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import KIB
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff_content import body_of, content_out, version_out
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff import Done
from vivamarket.api.schemas.staff_content import (
    ContentAt,
    ContentDraft,
    ContentEdit,
    ContentPreview,
    StaffContent,
    StaffContents,
    StaffContentVersions,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import IdempotencyKey
from vivamarket.content.markdown import rendered
from vivamarket.kernel.idempotency import StoredResponse

#: A page's words in many languages.
CONTENT_BODY_BYTES_MAX = 1024 * KIB

ContentKeyPath = Annotated[str, PathParameter(max_length=100, description="The page's key, such as `about`.")]


def content_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _list(services),
        _get(services),
        _save(services),
        _publish(services),
        _withdraw(services),
        _remove(services),
        _versions(services),
        _preview(),
    ]


def _list(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/content",
        operation_id="listStaffContent",
        summary="Read all content pages",
        security=READS,
        responses=describes(401, 403),
    )
    async def list_staff_content() -> StaffContents:
        """Return all pages, drafts too, in the order of the footer."""
        return StaffContents(tuple(content_out(page) for page in await services.office.content.all()))

    return list_staff_content


def _get(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/content/{key:str}",
        operation_id="getStaffContent",
        summary="Read a content page",
        security=READS,
        responses=describes(400, 401, 403, 404),
    )
    async def get_staff_content(key: ContentKeyPath) -> StaffContent:
        """Return the page in every language."""
        return content_out(await services.office.content.get(key))

    return get_staff_content


def _save(services: ApiServices) -> HTTPRouteHandler:
    @put(
        "/content/{key:str}",
        operation_id="saveStaffContent",
        summary="Write a content page's draft",
        security=CHANGES,
        request_max_body_size=CONTENT_BODY_BYTES_MAX,
        responses=describes_change(401, 403, 404),
    )
    async def save_staff_content(
        request: ApiRequest,
        key: ContentKeyPath,
        data: JSONBody[ContentEdit],
        idempotency_key: IdempotencyKey,
    ) -> Response[StaffContent]:
        """Keep the draft; shoppers see it once it is published. Version 0 makes a page of that key.

        Refusals: `bad_content` (400) with every problem, `content_not_found` (404), `stale_version`,
        `content_slug_taken` (409), `too_many_content_pages` (422).
        """
        staff_id = staff_of(request).id
        once = Once(services, request, idempotency_key, data, caller=staff_id)

        async def work() -> StoredResponse:
            saved = await services.office.content.save(key, body_of(data), data.version, staff_id)
            return render(200, content_out(saved))

        return await once.in_steps(work)

    return save_staff_content


def _publish(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/content/{key:str}/publish",
        operation_id="publishStaffContent",
        summary="Show the draft to shoppers",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def publish_staff_content(
        request: ApiRequest, key: ContentKeyPath, data: JSONBody[ContentAt], idempotency_key: IdempotencyKey
    ) -> Response[StaffContent]:
        """Publish the draft; the worker writes the pages within seconds.

        Refusals: `content_not_found` (404), `stale_version` (409).
        """
        staff_id = staff_of(request).id
        once = Once(services, request, idempotency_key, data, caller=staff_id)

        async def work() -> StoredResponse:
            page = await services.office.content.publish(key, data.version, staff_id)
            return render(200, content_out(page))

        return await once.in_steps(work)

    return publish_staff_content


def _withdraw(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/content/{key:str}/withdraw",
        operation_id="withdrawStaffContent",
        summary="Hide a page from shoppers",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def withdraw_staff_content(
        request: ApiRequest, key: ContentKeyPath, data: JSONBody[ContentAt], idempotency_key: IdempotencyKey
    ) -> Response[StaffContent]:
        """Take the page out of the shop; its draft is kept.

        Refusals: `content_not_found` (404), `stale_version` (409).
        """
        staff_id = staff_of(request).id
        once = Once(services, request, idempotency_key, data, caller=staff_id)

        async def work() -> StoredResponse:
            page = await services.office.content.withdraw(key, data.version, staff_id)
            return render(200, content_out(page))

        return await once.in_steps(work)

    return withdraw_staff_content


def _remove(services: ApiServices) -> HTTPRouteHandler:
    @delete(
        "/content/{key:str}",
        operation_id="deleteStaffContent",
        summary="Remove a content page",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, has_body=False),
    )
    async def delete_staff_content(
        request: ApiRequest,
        key: ContentKeyPath,
        version: Annotated[int, QueryParameter(ge=1, description="The `version` you read.")],
        idempotency_key: IdempotencyKey,
    ) -> Response[Done]:
        """Remove it; one that is not there (any more) is fine. Its versions are kept.

        Refusals: `stale_version` (409).
        """
        staff_id = staff_of(request).id
        once = Once(services, request, idempotency_key, caller=staff_id)

        async def work() -> StoredResponse:
            await services.office.content.remove(key, version, staff_id)
            return render(200, Done())

        return await once.in_steps(work)

    return delete_staff_content


def _versions(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/content/{key:str}/versions",
        operation_id="listStaffContentVersions",
        summary="Read what a content page was before",
        security=READS,
        responses=describes(400, 401, 403, 404),
    )
    async def list_staff_content_versions(key: ContentKeyPath) -> StaffContentVersions:
        """Return the newest versions, also those of a removed page."""
        found = await services.office.content.versions(key)
        return StaffContentVersions(tuple(version_out(each) for each in found))

    return list_staff_content_versions


def _preview() -> HTTPRouteHandler:
    @post(
        "/content-preview",
        operation_id="previewStaffContent",
        summary="See a text as shoppers would",
        status_code=200,
        security=CHANGES,
        request_max_body_size=CONTENT_BODY_BYTES_MAX,
        responses=describes(400, 401, 403),
    )
    async def preview_staff_content(data: JSONBody[ContentDraft]) -> ContentPreview:
        """Return the text as HTML that runs nothing. Nothing is kept."""
        return ContentPreview(rendered(data.body))

    return preview_staff_content
