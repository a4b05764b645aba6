"""Liveness and readiness."""

from __future__ import annotations

from litestar import Response, Router, get

from vivamarket.api.health import RETRY_AFTER_SECONDS, run_checks
from vivamarket.api.schemas.shop import Live, Ready
from vivamarket.api.services import ApiServices


def health_routes(services: ApiServices) -> Router:
    """Build the health routes."""

    @get("/live", operation_id="getLiveness", summary="Is the process alive?")
    async def live() -> Live:
        """Answer as long as the process can answer anything. Needs no database."""
        return Live("live")

    @get("/ready", operation_id="getReadiness", summary="May requests be sent here?")
    async def ready() -> Response[Ready]:
        """Answer 200 when every check is `ok`, 503 when one is failing or the process is on its way out."""
        answers = await run_checks(services.checks)
        if services.drain.active:
            return _not_ready("draining", answers)
        if "failing" in answers.values():
            return _not_ready("failing", answers)
        return Response(Ready("ready", answers))

    return Router("/health", route_handlers=[live, ready], tags=["Health"])


def _not_ready(status: str, answers: dict[str, str]) -> Response[Ready]:
    return Response(
        Ready(status, answers), status_code=503, headers={"retry-after": str(RETRY_AFTER_SECONDS)}
    )
