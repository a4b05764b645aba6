"""The staff's application: the files of its build below one path, and its one page for every address.

The page decides in the browser what an address shows, so every address that is no file answers with it.
It holds nothing that is secret: whoever is not signed in sees the form to sign in.
"""

from __future__ import annotations

from pathlib import Path

from vivamarket.api.asgi import AsgiApp, RawHeaders, Receive, Scope, Send, raw_headers, respond
from vivamarket.api.config import AdminConfig
from vivamarket.api.files import Files
from vivamarket.kernel.clock import Clock

_PAGE = "index.html"
_ASSETS = "assets"
_NOT_BUILT = (
    b"<!doctype html><html lang=en><meta charset=utf-8><title>Not built</title>"
    b"<h1>The staff\xe2\x80\x99s application is not built</h1><p>Build it with: ./viva prepare storefront</p>"
)
_NO_SUCH_FILE = b"There is no such file."


def create_admin_app(
    build_dir: Path, *, clock: Clock, config: AdminConfig, mount_path: str = "/admin"
) -> AsgiApp:
    """Return the app that serves ``build_dir`` below ``mount_path``; a missing build answers 503."""
    return _AdminApp(build_dir, clock=clock, config=config, mount_path=mount_path)


class _AdminApp:
    def __init__(self, build_dir: Path, *, clock: Clock, config: AdminConfig, mount_path: str) -> None:
        self._build_dir = build_dir
        self._config = config
        self._mount_path = mount_path
        self._headers = raw_headers(config.headers)
        self._files = Files(
            self._location,
            self._describe,
            clock=clock,
            memory_bytes_max=config.memory_bytes_max,
            cached_file_bytes_max=config.cached_file_bytes_max,
            recheck_seconds=config.recheck_seconds,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            headers = [*self._headers, (b"allow", b"GET, HEAD"), (b"content-length", b"0")]
            await respond(send, 405, headers, b"")
            return
        path: str = scope["path"]
        if path == self._mount_path:
            target = f"{path}/".encode()
            headers = [*self._headers, (b"location", target), (b"content-length", b"0")]
            await respond(send, 308, headers, b"")
            return
        inner = path.removeprefix(f"{self._mount_path}/")
        file = self._files.fresh(inner)
        if file is not None:
            await self._files.send(file, scope, send)
        elif inner.startswith(f"{_ASSETS}/"):
            await self._say(404, b"text/plain; charset=utf-8", _NO_SUCH_FILE, scope, send)
        else:
            await self._send_page(scope, send)

    async def _send_page(self, scope: Scope, send: Send) -> None:
        page = self._files.fresh(_PAGE)
        if page is None:
            await self._say(503, b"text/html; charset=utf-8", _NOT_BUILT, scope, send)
            return
        await self._files.send(page, scope, send)

    async def _say(self, status: int, kind: bytes, body: bytes, scope: Scope, send: Send) -> None:
        length = (b"content-length", b"%d" % len(body))
        headers = [*self._headers, (b"content-type", kind), (b"cache-control", b"no-store"), length]
        await respond(send, status, headers, body, head=scope["method"] == "HEAD")

    def _location(self, inner: str) -> Path | None:
        """Return the build's file of that name; None for names that could leave its folder."""
        parts = inner.split("/")
        if not inner.isprintable() or "\\" in inner or "\ufffd" in inner:
            return None
        if any(part == "" or part.startswith(".") for part in parts):
            return None
        return self._build_dir.joinpath(*parts)

    def _describe(self, inner: str, is_html: bool) -> RawHeaders:
        config = self._config
        hashed = inner.startswith(f"{_ASSETS}/")
        cached = config.immutable_cache_control if hashed else config.page_cache_control
        html_headers = raw_headers(config.html_headers) if is_html else []
        return [*self._headers, (b"cache-control", cached.encode()), *html_headers]
