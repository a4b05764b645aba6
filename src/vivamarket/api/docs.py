"""`/api/docs`: Swagger UI from an installed package, without a CDN and under a strict CSP.

The package `mkdocs-swagger-ui-tag` is used for the current Swagger UI it ships; none of its code runs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Annotated

from litestar import Response, Router, get
from litestar.params import PathParameter

from vivamarket.api.errors import RouteNotFound

#: Swagger UI sets element styles and draws its icons from data addresses; it runs no inline script.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>VivaMarket API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<main id="docs"></main>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"""
_START = """"use strict";
const fresh = () => crypto.randomUUID();
SwaggerUIBundle({
  url: "/api/v1/openapi.json",
  dom_id: "#docs",
  deepLinking: true,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  requestInterceptor: (request) => {
    if (request.method && request.method !== "GET" && !request.headers["Idempotency-Key"]) {
      request.headers["Idempotency-Key"] = fresh();
    }
    return request;
  },
});
"""
_ASSETS = {
    "swagger-ui.css": ("stylesheets", "text/css"),
    "swagger-ui-bundle.js": ("javascripts", "text/javascript"),
}
_DAY = {"cache-control": "public, max-age=86400"}


def docs_routes(document: Callable[[], bytes]) -> list[Router]:
    """Build the documentation's own routes around the document; they are not part of it."""

    @get("/docs", include_in_schema=False, media_type="text/html")
    async def page() -> Response[str]:
        headers = {"content-security-policy": CONTENT_SECURITY_POLICY}
        return Response(_PAGE, media_type="text/html", headers=headers)

    @get("/docs/{name:str}", include_in_schema=False)
    async def asset(name: Annotated[str, PathParameter(max_length=64)]) -> Response[bytes]:
        if name == "start.js":
            return Response(_START.encode(), media_type="text/javascript", headers=_DAY)
        if name not in _ASSETS:
            raise RouteNotFound("There is no such file.")
        return Response(_asset(name), media_type=_ASSETS[name][1], headers=_DAY)

    @get("/v1/openapi.json", include_in_schema=False)
    async def openapi() -> Response[bytes]:
        headers = {"cache-control": "public, max-age=300"}
        return Response(document(), media_type="application/json", headers=headers)

    return [Router("/api", route_handlers=[page, asset, openapi])]


@cache
def _asset(name: str) -> bytes:
    folder = resources.files("mkdocs_swagger_ui_tag") / "swagger-ui" / _ASSETS[name][0]
    return (folder / name).read_bytes()
