"""Reconciliation: what the payment provider says of all payments, against our own books."""

from __future__ import annotations

from vivamarket.api.staff.desk import Desk
from vivamarket.api.staff.views import Views
from vivamarket.api.staff.visit import Visit
from vivamarket.api.staff.web import PageResponse, see


class ReportPages:
    """The section ``/reconciliation``."""

    def __init__(self, desk: Desk, views: Views, mount_path: str) -> None:
        self._desk = desk
        self._views = views
        self._base = f"{mount_path}/reconciliation"

    async def answer(self, visit: Visit, method: str, parts: tuple[str, ...]) -> PageResponse | None:
        """Answer for the path below ``/reconciliation``; see ``Section``."""
        match (method, *parts):
            case ("GET",):
                reports = await self._desk.reports()
                return self._views.page(
                    "reports.html", section="reconciliation", reports=reports, **visit.common
                )
            case ("POST", "run"):
                self._desk.compare()
                return see(f"{self._base}?done=comparing")
        return None
