"""The static site: files of the object store, served by plain ASGI from a small memory.

A file is read once, kept while it fits, and looked at again at most once a second; the publisher's
newest bytes are therefore seen within that second, or at once after ``forget``.
"""

from __future__ import annotations

import gzip
import mimetypes
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from cachetools import LRUCache

from vivamarket.api.asgi import RawHeaders, Scope, Send, header, raw_headers, respond
from vivamarket.api.config import StaticConfig
from vivamarket.api.languages import preferred_locale
from vivamarket.kernel.clock import Clock

CHUNK_BYTES = 256 * 1024
GZIP_BYTES_MIN = 1_024
NOT_FOUND_PAGE = "404.html"
_PLAIN_NOT_FOUND = b"<!doctype html><title>Not found</title><h1>There is no such page.</h1>"
_PACKED_TYPES = ("text/", "application/javascript", "application/json", "image/svg+xml", "application/xml")
_TYPES = {
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
    ".xml": "application/xml",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".ico": "image/x-icon",
}


class PageSource(Protocol):
    """Renders a page that the publisher has not written yet: the on-demand net."""

    async def render_missing(self, path: str) -> tuple[int, Mapping[str, str], bytes] | None:
        """Return status, headers and body for the address, or None when it names nothing we know."""
        ...


class _File:
    __slots__ = ("body", "checked_at", "etag", "path", "plain", "size", "stamp", "variants")

    def __init__(self, path: Path, stamp: tuple[int, int], headers: RawHeaders) -> None:
        self.path = path
        self.stamp = stamp
        self.size = stamp[1]
        self.etag = b'W/"%x-%x"' % stamp
        self.plain = [*headers, (b"etag", self.etag), (b"vary", b"accept-encoding")]
        self.checked_at = 0.0
        self.body: bytes | None = None
        #: Packed forms, best first: (token of Accept-Encoding, headers, bytes).
        self.variants: list[tuple[bytes, RawHeaders, bytes]] = []

    @property
    def memory_bytes(self) -> int:
        """Return what keeping this file costs."""
        kept = len(self.body or b"") + sum(len(body) for _, _, body in self.variants)
        return kept + 2_048


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
        self._clock = clock
        self._config = config
        self._page_source = page_source
        self._headers = raw_headers(config.headers)
        self._html_headers = raw_headers(config.html_headers)
        self._files: LRUCache[str, _File] = LRUCache(
            maxsize=config.memory_bytes_max, getsizeof=lambda file: file.memory_bytes
        )

    def forget(self) -> None:
        """Look at every file again at its next request."""
        self._files.clear()

    async def __call__(self, scope: Scope, send: Send) -> None:
        """Answer one GET or HEAD request."""
        method = scope["method"]
        if method not in {"GET", "HEAD"}:
            headers = [*self._headers, (b"allow", b"GET, HEAD"), (b"content-length", b"0")]
            await respond(send, 405, headers, b"")
            return
        path: str = scope["path"]
        file = self._fresh(path)
        if file is not None:
            await self._send_file(file, scope, send, status=200)
        elif path == "/":
            await self._send_home(scope, send)
        else:
            await self._send_other(path, scope, send)

    def _fresh(self, path: str) -> _File | None:
        now = self._clock.monotonic()
        file = self._files.get(path)
        if file is not None and now - file.checked_at < self._config.recheck_seconds:
            return file
        location = self._location(path)
        stamp = _stamp(location) if location is not None else None
        if location is None or stamp is None:
            self._files.pop(path, None)
            return None
        if file is None or file.stamp != stamp:
            file = self._load(path, location, stamp)
        file.checked_at = now
        if file.body is not None and file.memory_bytes <= self._config.memory_bytes_max:
            self._files[path] = file
        return file

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

    def _load(self, path: str, location: Path, stamp: tuple[int, int]) -> _File:
        suffix = location.suffix.lower()
        kind = _TYPES.get(suffix) or mimetypes.guess_type(location.name)[0] or "application/octet-stream"
        is_html = suffix == ".html"
        headers = [*self._headers, (b"content-type", kind.encode())]
        headers.append((b"cache-control", self._cache_control(path, is_html=is_html).encode()))
        if is_html:
            headers.extend(self._html_headers)
        file = _File(location, stamp, headers)
        if file.size <= self._config.cached_file_bytes_max:
            file.body = location.read_bytes()
            file.size = len(file.body)  # it may have been replaced since it was looked at
            if kind.startswith(_PACKED_TYPES):
                file.variants = _packed(file)
        return file

    def _cache_control(self, path: str, *, is_html: bool) -> str:
        if is_html:
            return self._config.html_cache_control
        if path.startswith(("/_next/static/", "/media/")):
            return self._config.immutable_cache_control
        return self._config.asset_cache_control

    async def _send_file(self, file: _File, scope: Scope, send: Send, *, status: int) -> None:
        encodings = b""
        for name, value in scope["headers"]:
            if name == b"if-none-match" and status == 200 and (file.etag in value or value == b"*"):
                await respond(send, 304, [pair for pair in file.plain if pair[0] != b"content-type"], b"")
                return
            if name == b"accept-encoding":
                encodings = value
        head = scope["method"] == "HEAD"
        if encodings:
            for token, headers, body in file.variants:
                if token in encodings:
                    await respond(send, status, headers, body, head=head)
                    return
        headers = [*file.plain, (b"content-length", b"%d" % file.size)]
        if file.body is None and not head:
            await self._send_chunks(file, headers, send)
            return
        await respond(send, status, headers, file.body or b"", head=head)

    async def _send_chunks(self, file: _File, headers: RawHeaders, send: Send) -> None:
        """Send a file too large to keep. The object store replaces files whole, so the size holds."""
        with file.path.open("rb") as source:
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            left = file.size
            while left > 0:
                chunk = source.read(min(CHUNK_BYTES, left))
                if not chunk:
                    break
                left -= len(chunk)
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

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
        if page is not None and _stamp(page) is not None:
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
            page = self._fresh(name)
            if page is not None:
                await self._send_file(page, scope, send, status=404)
                return
        headers = [
            *self._headers,
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", b"%d" % len(_PLAIN_NOT_FOUND)),
        ]
        await respond(send, 404, headers, _PLAIN_NOT_FOUND, head=scope["method"] == "HEAD")


def _stamp(location: Path) -> tuple[int, int] | None:
    """Return modification time and size of a regular file, None for anything else."""
    try:
        found = os.stat(location)  # noqa: PTH116 - measured: half the cost of Path.stat on this hot path
    except (OSError, ValueError):
        return None
    if found.st_mode & 0o170000 != 0o100000:
        return None
    return (found.st_mtime_ns, found.st_size)


def _packed(file: _File) -> list[tuple[bytes, RawHeaders, bytes]]:
    """Return the packed forms: those lying beside the file and not older, else gzip made now."""
    assert file.body is not None
    found: list[tuple[bytes, RawHeaders, bytes]] = []
    for token, suffix in ((b"br", ".br"), (b"gzip", ".gz")):
        sibling = file.path.with_name(file.path.name + suffix)
        stamp = _stamp(sibling)
        if stamp is not None and stamp[0] >= file.stamp[0]:
            found.append(_variant(file, token, sibling.read_bytes()))
    if not found and file.size >= GZIP_BYTES_MIN:
        found.append(_variant(file, b"gzip", gzip.compress(file.body, 6, mtime=0)))
    return found


def _variant(file: _File, token: bytes, body: bytes) -> tuple[bytes, RawHeaders, bytes]:
    headers = [*file.plain, (b"content-encoding", token), (b"content-length", b"%d" % len(body))]
    return token, headers, body
