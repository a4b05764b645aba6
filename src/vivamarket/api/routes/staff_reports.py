"""Comparisons with the payment provider for staff: their reports, and one more now."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vivamarket.api.bodies import ApiRequest
from vivamarket.api.documents import describes, describes_change
from vivamarket.api.once import Once, render
from vivamarket.api.present.staff import report_out
from vivamarket.api.routes.staff_words import CHANGES, READS, staff_of
from vivamarket.api.schemas.staff import Done, Reports
from vivamarket.api.services import ApiServices
from vivamarket.api.staff.desk import Desk
from vivamarket.api.words import IdempotencyKey
from vivamarket.kernel.idempotency import StoredResponse


def report_handlers(services: ApiServices, desk: Desk) -> list[HTTPRouteHandler]:
    """Build the handlers."""

    @get(
        "/reconciliation-reports",
        operation_id="listReconciliationReports",
        summary="List comparisons with the payment provider",
        security=READS,
        responses=describes(401),
    )
    async def list_reconciliation_reports() -> Reports:
        """Return the newest thirty. One is made every day."""
        return Reports(tuple(report_out(each) for each in await desk.reports()))

    @post(
        "/reconciliation-reports",
        operation_id="beginReconciliation",
        summary="Compare with the payment provider now",
        status_code=202,
        security=CHANGES,
        responses=describes_change(401, 403, has_body=False),
    )
    async def begin_reconciliation(request: ApiRequest, idempotency_key: IdempotencyKey) -> Response[Done]:
        """Begin a comparison; its report is in the list when it is done, mostly within seconds.

        While one is under way, no other begins.
        """
        once = Once(services, request, idempotency_key, caller=staff_of(request).id)

        async def work() -> StoredResponse:
            desk.compare()
            return render(202, Done())

        return await once.in_steps(work)

    return [list_reconciliation_reports, begin_reconciliation]
