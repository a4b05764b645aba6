"""The static site: pages and pictures of the object store, and what is missing there, rendered on demand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from vivamarket.api.asgi import RawHeaders, Scope, Send, header, raw_headers, respond
from vivamarket.api.config import StaticConfig
from vivamarket.api.files import Files, stamp_of
from vivamarket.api.languages import preferred_locale
from vivamarket.kernel.clock import Clock

NOT_FOUND_PAGE = "404.html"
_PLAIN_NOT_FOUND = b"<!doctype html><title>Not found</title><h1>There is no such page.</h1>"


class PageSource(Protocol):
    """Renders a page that the publisher has not written yet: the on-demand net."""

    async def render_missing(self, path: str) -> tuple[int, Mapping[str, str], bytes] | None:
        """Return status, headers and body for the address, or None when it names nothing we know."""
        ...


class StaticSite:
    """Serves `{root}/media/…` under `/media/` and `{root}/pages/…` under everything else."""

    def __init__(
        self,
        objects_root: Path,
        *,
        clock: Clock,
        config: StaticConfig,
        page_source: PageSource | None = None,
    ) -> None:
        self._pages = objects_root / "pages"
        self._media = objects_root / "media"
        self._config = config
        self._page_source = page_source
        self._headers = raw_headers(config.headers)
        self._html_headers = raw_headers(config.html_headers)
        self._files = Files(
            self._location,
            self._describe,
            clock=clock,
            memory_bytes_max=config.memory_bytes_max,
            cached_file_bytes_max=config.cached_file_bytes_max,
            recheck_seconds=config.recheck_seconds,
        )

    def forget(self) -> None:
        """Look at every file again at its next request."""
        self._files.forget()

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Answer one GET or HEAD request."""
        method = scope["method"]
        if method not in {"GET", "HEAD"}:
            headers = [*self._headers, (b"allow", b"GET, HEAD"), (b"content-length", b"0")]
            await respond(send, 405, headers, b"")
            return
        path: str = scope["path"]
        file = self._files.fresh(path)
        if file is not None:
            await self._files.send(file, scope, send)
        elif path == "/":
            await self._send_home(scope, send)
        else:
            await self._send_other(path, scope, send)

    def _location(self, path: str) -> Path | None:
        """Return the file that an address names; None for addresses that could leave the root."""
        parts = path.split("/")[1:]
        inner = parts[:-1] if parts[-1] == "" else parts
        if not path.isprintable() or "\\" in path or "\ufffd" in path:
            return None
        if any(part == "" or part.startswith(".") for part in inner):
            return None
        if inner and inner[0] == "media":
            return self._media.joinpath(*inner[1:]) if len(inner) > 1 and parts[-1] else None
        if parts[-1] == "":
            return self._pages.joinpath(*inner[:-1], f"{inner[-1]}.html") if inner else None
        return self._pages.joinpath(*inner)

    def _describe(self, path: str, is_html: bool) -> RawHeaders:
        if is_html:
            cached = self._config.html_cache_control
        elif path.startswith(("/_next/static/", "/media/")):
            cached = self._config.immutable_cache_control
        else:
            cached = self._config.asset_cache_control
        html_headers = self._html_headers if is_html else []
        return [*self._headers, (b"cache-control", cached.encode()), *html_headers]

    async def _send_home(self, scope: Scope, send: Send) -> None:
        accepted = header(scope, b"accept-language") or b""
        locale = preferred_locale(accepted.decode("latin-1"), self._config.locales)
        headers = [
            *self._headers,
            (b"location", f"/{locale}/".encode()),
            (b"vary", b"accept-language"),
            (b"cache-control", b"public, max-age=0, s-maxage=600"),
            (b"content-length", b"0"),
        ]
        await respond(send, 302, headers, b"")

    async def _send_other(self, path: str, scope: Scope, send: Send) -> None:
        location = self._location(path)
        page = self._location(f"{path}/") if location is not None and not path.endswith("/") else None
        if page is not None and stamp_of(page) is not None:
            target = path.encode() + b"/"
            if scope["query_string"]:
                target += b"?" + scope["query_string"]
            headers = [*self._headers, (b"location", target), (b"content-length", b"0")]
            await respond(send, 308, headers, b"")
            return
        if location is not None and self._page_source is not None and not path.startswith("/media/"):
            rendered = await self._page_source.render_missing(path)
            if rendered is not None:
                await self._send_rendered(rendered, scope, send)
                return
        await self._send_not_found(path, scope, send)

    async def _send_rendered(
        self, rendered: tuple[int, Mapping[str, str], bytes], scope: Scope, send: Send
    ) -> None:
        status, given, body = rendered
        headers = [*self._headers, *raw_headers(given), (b"content-length", b"%d" % len(body))]
        if any(name == b"content-type" and value.startswith(b"text/html") for name, value in headers):
            headers.extend(self._html_headers)
        await respond(send, status, headers, body, head=scope["method"] == "HEAD")

    async def _send_not_found(self, path: str, scope: Scope, send: Send) -> None:
        locale = path.split("/", 2)[1]
        names = [f"/{locale}/{NOT_FOUND_PAGE}"] if locale in self._config.locales else []
        for name in [*names, f"/{NOT_FOUND_PAGE}"]:
            page = self._files.fresh(name)
            if page is not None:
                await self._files.send(page, scope, send, status=404)
                return
        headers = [
            *self._headers,
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", b"%d" % len(_PLAIN_NOT_FOUND)),
        ]
        await respond(send, 404, headers, _PLAIN_NOT_FOUND, head=scope["method"] == "HEAD")
