"""Liveness and readiness."""

from __future__ import annotations

from litestar import Response, Router, get

from vivamarket.api.health import run_checks
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
            return Response(Ready("draining", answers), status_code=503)
        if "failing" in answers.values():
            return Response(Ready("failing", answers), status_code=503)
        return Response(Ready("ready", answers))

    return Router("/health", route_handlers=[live, ready], tags=["Health"])
