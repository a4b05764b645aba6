"""The one ASGI app of the web process: hot reads, API, mounted apps, static site, in that order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager

from vivamarket.api.asgi import AsgiApp, Message, Receive, Scope, Send
from vivamarket.api.hot import HotReads, hot_kind
from vivamarket.api.static import StaticSite
from vivamarket.api.turns import Turns
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.telemetry import Telemetry

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
    *,
    turns: Turns | None = None,
    telemetry: Telemetry | None = None,
    clock: Clock | None = None,
) -> AsgiApp:
    """Put hot reads, mounted apps and static pages around the API.

    ``mounts`` maps a first path segment such as ``/sandbox`` to an app, which sees the whole path.
    ``lifespan`` is entered at start; failing there fails the start with its message. With ``telemetry``
    that listens, and a ``clock``, every answer is counted and timed; otherwise measuring costs nothing.
    ``turns`` are told of each answer from memory or files.
    """
    turns = turns or Turns()
    ordered = tuple((prefix, f"{prefix}/", app) for prefix, app in mounts.items())

    async def edge(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await _other_protocol(scope, receive, send, lifespan)
            return
        path: str = scope["path"]
        if path.startswith(_API_PREFIXES) or path == "/api":
            is_read = scope["method"] in {"GET", "HEAD"}
            if is_read and await hot.answer(api_app, scope, receive, send):
                turns.quick()
            else:
                await api_app(scope, receive, send)
            return
        for exact, prefix, app in ordered:
            if path.startswith(prefix) or path == exact:
                await app(scope, receive, send)
                return
        await static(scope, send)
        turns.quick()

    if telemetry is None or not telemetry.enabled or clock is None:
        return edge
    return _measured(edge, telemetry, clock, tuple(mounts))


def _measured(edge: AsgiApp, telemetry: Telemetry, clock: Clock, mounts: Sequence[str]) -> AsgiApp:
    """Time whole answers by area: ``hot`` kinds, ``api``, mounts, ``static``."""

    async def measured(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await edge(scope, receive, send)
            return
        status = 0

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        area = _area(scope["path"], mounts)
        started_at = clock.monotonic()
        try:
            await edge(scope, receive, watch)
        finally:
            seconds = clock.monotonic() - started_at
            telemetry.observe("http.server.edge.duration", seconds, area=area, status=status)

    return measured


def _area(path: str, mounts: Sequence[str]) -> str:
    kind = hot_kind(path)
    if kind is not None:
        return f"hot:{kind}"
    if path.startswith(_API_PREFIXES):
        return "api"
    return next((mount for mount in mounts if path.startswith(mount)), "static")


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
