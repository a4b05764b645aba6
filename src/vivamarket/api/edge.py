"""The one ASGI app of the web process: hot reads, API, mounted apps, static site, in that order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager

from vivamarket.api.asgi import AsgiApp, Receive, Scope, Send
from vivamarket.api.hot import HotReads
from vivamarket.api.static import StaticSite

#: Opens everything the process needs and closes it again; entered once, before the first request.
Lifespan = Callable[[], AbstractAsyncContextManager[None]]

_API_PREFIXES = ("/api/", "/health/")
_WEBSOCKET_REFUSED = 1003


def create_edge(
    api_app: AsgiApp,
    static: StaticSite,
    mounts: Mapping[str, AsgiApp],
    hot: HotReads,
    lifespan: Lifespan | None = None,
) -> AsgiApp:
    """Put hot reads, mounted apps and static pages around the API.

    ``mounts`` maps a first path segment such as ``/sandbox`` to an app, which sees the whole path.
    ``lifespan`` is entered at start; failing there fails the start with its message.
    """
    ordered = tuple((prefix, f"{prefix}/", app) for prefix, app in mounts.items())

    async def edge(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await _other_protocol(scope, receive, send, lifespan)
            return
        path: str = scope["path"]
        if path.startswith(_API_PREFIXES) or path == "/api":
            is_read = scope["method"] in {"GET", "HEAD"}
            if not (is_read and await hot.answer(api_app, scope, receive, send)):
                await api_app(scope, receive, send)
            return
        for exact, prefix, app in ordered:
            if path.startswith(prefix) or path == exact:
                await app(scope, receive, send)
                return
        await static(scope, send)

    return edge


async def _other_protocol(scope: Scope, receive: Receive, send: Send, lifespan: Lifespan | None) -> None:
    if scope["type"] != "lifespan":
        await send({"type": "websocket.close", "code": _WEBSOCKET_REFUSED})
        return
    await receive()
    if lifespan is None:
        await send({"type": "lifespan.startup.complete"})
        await receive()
    else:
        async with lifespan():
            await send({"type": "lifespan.startup.complete"})
            await receive()
    await send({"type": "lifespan.shutdown.complete"})
