"""Bulk edits for staff: shown before, done, undone."""

from __future__ import annotations

from typing import Annotated

from litestar import Response, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff_products import done_out, preview_out, wish_of
from vivamarket.api.routes.staff_words import CHANGES, staff_of
from vivamarket.api.schemas.staff_products import (
    BulkEditOut,
    BulkEditRequest,
    BulkPreviewOut,
    BulkPreviewRequest,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import IdempotencyKey, LocaleQuery
from vivamarket.catalog.bulk import UNDO_MINUTES
from vivamarket.catalog.errors import BadBulkEdit
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.ids import ProductId

EditIdPath = Annotated[str, PathParameter(max_length=64, description="The `id` of the bulk edit.")]


def product_change_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [_preview(services), _make(services), _undo(services)]


def _preview(services: ApiServices) -> HTTPRouteHandler:
    shop = services.shop

    @post(
        "/product-changes/preview",
        operation_id="previewProductChanges",
        summary="See what a bulk edit would change",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def preview_product_changes(
        request: ApiRequest,
        data: JSONBody[BulkPreviewRequest],
        idempotency_key: IdempotencyKey,
        locale: LocaleQuery = None,
    ) -> Response[BulkPreviewOut]:
        """Return per product what would change, or why it would be refused; write nothing.

        As any answer it belongs to its key: take a new one to ask again. Refusal: `bad_bulk_edit` (400).
        """
        language = shop.check_locale(locale or shop.default_locale)
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            ids = [ProductId(each) for each in data.product_ids]
            previewed = await services.office.bulk.preview(wish_of(data.wish), ids)
            return render(200, preview_out(previewed, language))

        return await once.in_steps(work)

    return preview_product_changes


def _make(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/product-changes",
        operation_id="changeProducts",
        summary="Edit many products at once",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def change_products(
        request: ApiRequest, data: JSONBody[BulkEditRequest], idempotency_key: IdempotencyKey
    ) -> Response[BulkEditOut]:
        """Make the same change in every product that still has the version sent.

        Each is changed whole or not at all; `refusal` says why one was not. Refusal: `bad_bulk_edit` (400).
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            versions = {ProductId(each.id): each.version for each in data.products}
            if len(versions) != len(data.products):
                raise BadBulkEdit("Name each product once.", field="products", reason="repeated")
            done = await services.office.bulk.make(
                wish_of(data.wish),
                versions,
                staff_id=staff_of(request).id,
                request_key=once.attempt.key,
            )
            return render(200, done_out(done))

        return await once.in_steps(work)

    return change_products


def _undo(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/product-changes/{edit_id:str}/undo",
        operation_id="undoProductChanges",
        summary="Undo a bulk edit",
        description=(
            f"For {UNDO_MINUTES} minutes: write the earlier products back where nobody has changed them "
            "since; `refusal` says where somebody has. Refusals: `undo_expired`, `already_undone` (422)."
        ),
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def undo_product_changes(
        request: ApiRequest, edit_id: EditIdPath, idempotency_key: IdempotencyKey
    ) -> Response[BulkEditOut]:
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            return render(200, done_out(await services.office.bulk.undo(edit_id)))

        return await once.in_steps(work)

    return undo_product_changes
