"""Imports and exports for staff: sent in, checked, run, stopped, fetched."""

from __future__ import annotations

import hashlib
from typing import Annotated

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, PathParameter, QueryParameter, RawBody
from litestar.response import Stream

from vivamarket.accounts.roles import Area, Level, Permission, may
from vivamarket.api.bodies import ApiRequest
from vivamarket.api.config import MIB
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff_transfers import line_out, transfer_out
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff_transfers import (
    ExportRequest,
    ImportBytes,
    TransferLinePage,
    TransferOut,
    TransferPage,
)
from vivamarket.api.services import ApiServices
from vivamarket.api.words import CurrencyQuery, CursorQuery, IdempotencyKey, LimitQuery
from vivamarket.catalog.transfer.report import OutcomeKind
from vivamarket.kernel.idempotency import StoredResponse
from vivamarket.kernel.paging import PAGE_SIZE_DEFAULT
from vivamarket.transfers.model import (
    FILE_BYTES_MAX,
    FILE_KEPT_DAYS,
    FILE_NAME_LENGTH_MAX,
    FILE_ROWS_MAX,
    REPORT_KEPT_DAYS,
    TransferId,
    TransferStep,
)

_COUNTS_STOCK = Permission(Area.INVENTORY, Level.WRITE)
_CSV = "text/csv"

TransferIdPath = Annotated[str, PathParameter(max_length=64, description="The import's or export's id.")]


def transfer_handlers(services: ApiServices) -> list[HTTPRouteHandler]:
    """Build the handlers."""
    return [
        _upload(services),
        _begin_export(services),
        _list(services),
        _get(services),
        _lines(services),
        _run(services),
        _cancel(services),
        _download(services),
    ]


def _upload(services: ApiServices) -> HTTPRouteHandler:
    shop = services.shop

    @post(
        "/imports",
        operation_id="uploadStaffImport",
        summary="Send in a file of products",
        description=(
            "Send the CSV file itself as the body (Shopify's headers, older and newer, or ours), at most "
            f"{FILE_BYTES_MAX // MIB} MiB and {FILE_ROWS_MAX:,} rows. The worker checks it and changes "
            "nothing; the report then says what would happen (`listStaffTransferLines`), and "
            "`runStaffImport` does it. Quantities are counted only for staff who may change the inventory. "
            "Refusals: `bad_transfer` (400) with `field` and `reason`, `too_many_transfers` (422)."
        ),
        security=CHANGES,
        request_max_body_size=FILE_BYTES_MAX,
        responses=describes_change(401, 403, 413),
    )
    async def upload_staff_import(
        request: ApiRequest,
        body: RawBody,
        idempotency_key: IdempotencyKey,
        name: Annotated[
            str, QueryParameter(max_length=FILE_NAME_LENGTH_MAX, description="What the file is called.")
        ] = "products.csv",
        currency: CurrencyQuery = None,
    ) -> Response[TransferOut]:
        staff = staff_of(request)
        money = shop.check_currency(currency or shop.default_currency)
        sent = ImportBytes(hashlib.sha256(body).hexdigest(), name, money)
        once = Once(services, request, idempotency_key, sent, caller=staff.id)

        async def work() -> StoredResponse:
            kept = await services.office.transfers.send_in(
                body,
                file_name=name,
                currency=money,
                staff_id=staff.id,
                sets_stock=may(staff.role, _COUNTS_STOCK),
                request_key=once.attempt.key,
            )
            return render(201, transfer_out(kept))

        return await once.in_steps(work)

    return upload_staff_import


def _begin_export(services: ApiServices) -> HTTPRouteHandler:
    shop = services.shop

    @post(
        "/exports",
        operation_id="beginStaffExport",
        summary="Have all products written to a file",
        security=CHANGES,
        responses=describes_change(401, 403),
    )
    async def begin_staff_export(
        request: ApiRequest, data: JSONBody[ExportRequest], idempotency_key: IdempotencyKey
    ) -> Response[TransferOut]:
        """Begin an export; once it is `done`, `downloadStaffExport` has the file.

        Refusals: `unknown_currency` (400), `too_many_transfers` (422).
        """
        once = Once(services, request, idempotency_key, data, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            kept = await services.office.transfers.fetch(
                data.format,
                currency=shop.check_currency(data.currency or shop.default_currency),
                staff_id=staff_of(request).id,
                request_key=once.attempt.key,
            )
            return render(201, transfer_out(kept))

        return await once.in_steps(work)

    return begin_staff_export


def _list(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/transfers",
        operation_id="listStaffTransfers",
        summary="List imports and exports",
        security=READS,
        responses=describes(400, 401),
    )
    async def list_staff_transfers(
        cursor: CursorQuery = None, limit: LimitQuery = PAGE_SIZE_DEFAULT
    ) -> TransferPage:
        """Return a page, what was asked last first."""
        page = await services.office.transfers.page(cursor, limit)
        return TransferPage(tuple(transfer_out(each) for each in page.items), page.next_cursor)

    return list_staff_transfers


def _get(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/transfers/{transfer_id:str}",
        operation_id="getStaffTransfer",
        summary="Read how far an import or export is",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def get_staff_transfer(transfer_id: TransferIdPath) -> TransferOut:
        """Return it as it is now. Ask again for its progress, less often the longer it takes."""
        return transfer_out(await services.office.transfers.get(TransferId(transfer_id)))

    return get_staff_transfer


def _lines(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/transfers/{transfer_id:str}/lines",
        operation_id="listStaffTransferLines",
        summary="Read what becomes of each product of a file",
        security=READS,
        responses=describes(400, 401, 404),
    )
    async def list_staff_transfer_lines(
        transfer_id: TransferIdPath,
        step: Annotated[
            TransferStep,
            QueryParameter(description="`check`: what would happen; `write`: what did; `pictures`: failed."),
        ] = TransferStep.CHECK,
        outcome: Annotated[
            list[OutcomeKind] | None, QueryParameter(max_items=4, description="Only with these outcomes.")
        ] = None,
        cursor: CursorQuery = None,
        limit: LimitQuery = PAGE_SIZE_DEFAULT,
    ) -> TransferLinePage:
        """Return a page of the report, by row. While the transfer runs, the report grows."""
        page = await services.office.transfers.lines(
            TransferId(transfer_id), step, outcome or (), cursor=cursor, limit=limit
        )
        return TransferLinePage(tuple(line_out(each) for each in page.items), page.next_cursor)

    return list_staff_transfer_lines


def _run(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/transfers/{transfer_id:str}/run",
        operation_id="runStaffImport",
        summary="Import a file that has been checked",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def run_staff_import(
        request: ApiRequest, transfer_id: TransferIdPath, idempotency_key: IdempotencyKey
    ) -> Response[TransferOut]:
        """Have the file written. Refusal: `transfer_not_ready` (409) unless it is `checked`."""
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            return render(200, transfer_out(await services.office.transfers.run(TransferId(transfer_id))))

        return await once.in_steps(work)

    return run_staff_import


def _cancel(services: ApiServices) -> HTTPRouteHandler:
    @post(
        "/transfers/{transfer_id:str}/cancel",
        operation_id="cancelStaffTransfer",
        summary="Stop an import or export",
        status_code=200,
        security=CHANGES,
        responses=describes_change(401, 403, 404, has_body=False),
    )
    async def cancel_staff_transfer(
        request: ApiRequest, transfer_id: TransferIdPath, idempotency_key: IdempotencyKey
    ) -> Response[TransferOut]:
        """Stop it, after the batch that is under way; what has been written stays.

        Refusal: `transfer_not_ready` (409) for one that has ended.
        """
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            return render(200, transfer_out(await services.office.transfers.cancel(TransferId(transfer_id))))

        return await once.in_steps(work)

    return cancel_staff_transfer


def _download(services: ApiServices) -> HTTPRouteHandler:
    @get(
        "/transfers/{transfer_id:str}/file",
        operation_id="downloadStaffExport",
        summary="Fetch an export's file",
        description=(
            f"Return the CSV file of an export that is `done`. The file goes after {FILE_KEPT_DAYS} days, "
            f"the report after {REPORT_KEPT_DAYS}. Refusals: `transfer_file_gone` (404), "
            "`transfer_not_ready` (409)."
        ),
        security=READS,
        media_type=_CSV,
        responses=describes(400, 401, 404, 409),
    )
    async def download_staff_export(transfer_id: TransferIdPath) -> Stream:
        transfer, parts = await services.office.transfers.download(TransferId(transfer_id))
        headers = {
            "content-disposition": f'attachment; filename="{transfer.file_name}"',
            "content-length": str(transfer.file_bytes),
            "cache-control": "no-store",
        }
        return Stream(parts, media_type=f"{_CSV}; charset=utf-8", headers=headers)

    return download_staff_export
