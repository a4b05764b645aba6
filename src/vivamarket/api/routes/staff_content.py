"""The shop's own texts for staff: written as drafts, published, withdrawn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from litestar import Response, delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter, QueryParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import KIB
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff_content import body_of, content_out, version_at, versions_out
from vivamarket.api.routes.staff_words import CHANGES, READS, VersionPath, staff_of, version_number
from vivamarket.api.schemas.staff import Done
from vivamarket.api.schemas.staff_content import (
    ContentAt,
    ContentDraft,
    ContentEdit,
    ContentPreview,
    StaffContent,
    StaffContentAt,
    StaffContents,
    StaffContentVersions,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import IdempotencyKey
from vivamarket.content import ContentPage, ContentService
from vivamarket.content.markdown import rendered
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import StaffId

#: A page's words in many languages.
CONTENT_BODY_BYTES_MAX = 1024 * KIB

ContentKeyPath = Annotated[str, PathParameter(max_length=100, description="The page's key, such as `about`.")]


def content_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _list(services),
        _get(services),
        _save(services),
        _turn(
            services,
            "publish",
            "Show the draft to shoppers",
            "Publish the draft; the worker writes the pages within seconds.",
            ContentService.publish,
        ),
        _turn(
            services,
            "withdraw",
            "Hide a page from shoppers",
            "Take the page out of the shop; its draft is kept.",
            ContentService.withdraw,
        ),
        _remove(services),
        _versions(services),
        _version(services),
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


def _turn(
    services: ApiServices,
    verb: str,
    summary: str,
    description: str,
    act: Callable[[ContentService, str, int, StaffId], Awaitable[ContentPage]],
) -> HTTPRouteHandler:
    """Build what does something to a page as it was read; ``verb`` names it in address and document."""

    @post(
        f"/content/{{key:str}}/{verb}",
        operation_id=f"{verb}StaffContent",
        summary=summary,
        description=f"{description} Refusals: `content_not_found` (404), `stale_version` (409).",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404),
    )
    async def turn_staff_content(
        request: ApiRequest, key: ContentKeyPath, data: JSONBody[ContentAt], idempotency_key: IdempotencyKey
    ) -> Response[StaffContent]:
        staff_id = staff_of(request).id
        once = Once(services, request, idempotency_key, data, caller=staff_id)

        async def work() -> StoredResponse:
            return render(200, content_out(await act(services.office.content, key, data.version, staff_id)))

        return await once.in_steps(work)

    return turn_staff_content


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
        """Return what made the newest versions, also those of a removed page."""
        found = await services.office.content.versions(key)
        names = {each.id: each.name for each in await services.staff.roster.all()}
        return StaffContentVersions(versions_out(found, names))

    return list_staff_content_versions


def _version(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/content/{key:str}/versions/{version:str}",
        operation_id="getStaffContentVersion",
        summary="Read a content page as it was",
        security=READS,
        responses=describes(400, 401, 403, 404),
    )
    async def get_staff_content_version(key: ContentKeyPath, version: VersionPath) -> StaffContentAt:
        """Return the draft as it was. To bring it back, save its words over the version that holds."""
        return version_at(await services.office.content.version(key, version_number(version)))

    return get_staff_content_version


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
