"""Files behind plain ASGI, from a small memory.

A file is read once, kept while it fits, and looked at again at most once in ``recheck_seconds``; newest
bytes are therefore seen within that time, or at once after ``forget``.
"""

from __future__ import annotations

import gzip
import mimetypes
import os
from collections.abc import Callable
from pathlib import Path

from cachetools import LRUCache

from vivamarket.api.asgi import RawHeaders, Scope, Send, respond
from vivamarket.kernel.clock import Clock

CHUNK_BYTES = 256 * 1024
GZIP_BYTES_MIN = 1_024
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

#: Returns the file an address names; None for addresses that name none or could leave the root.
Locate = Callable[[str], Path | None]
#: Returns the headers of an address's file, beside type, length and ETag; told whether it is HTML.
Describe = Callable[[str, bool], RawHeaders]


class KeptFile:
    """One file with its headers and, when it is small, its bytes in every packed form."""

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


class Files:
    """Reads, keeps and sends files by their addresses."""

    def __init__(
        self,
        locate: Locate,
        describe: Describe,
        *,
        clock: Clock,
        memory_bytes_max: int,
        cached_file_bytes_max: int,
        recheck_seconds: float,
    ) -> None:
        self._locate = locate
        self._describe = describe
        self._clock = clock
        self._memory_bytes_max = memory_bytes_max
        self._cached_file_bytes_max = cached_file_bytes_max
        self._recheck_seconds = recheck_seconds
        self._kept: LRUCache[str, KeptFile] = LRUCache(
            maxsize=memory_bytes_max, getsizeof=lambda file: file.memory_bytes
        )

    def forget(self) -> None:
        """Look at every file again at its next request."""
        self._kept.clear()

    def fresh(self, address: str) -> KeptFile | None:
        """Return the address's file, at most ``recheck_seconds`` old; None when there is none."""
        now = self._clock.monotonic()
        file = self._kept.get(address)
        if file is not None and now - file.checked_at < self._recheck_seconds:
            return file
        location = self._locate(address)
        stamp = stamp_of(location) if location is not None else None
        if location is None or stamp is None:
            self._kept.pop(address, None)
            return None
        if file is None or file.stamp != stamp:
            file = self._load(address, location, stamp)
        file.checked_at = now
        if file.body is not None and file.memory_bytes <= self._memory_bytes_max:
            self._kept[address] = file
        return file

    async def send(self, file: KeptFile, scope: Scope, send: Send, *, status: int = 200) -> None:
        """Answer a GET or HEAD request: 304 when the browser has the file, else packed as it likes best."""
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

    def _load(self, address: str, location: Path, stamp: tuple[int, int]) -> KeptFile:
        suffix = location.suffix.lower()
        kind = _TYPES.get(suffix) or mimetypes.guess_type(location.name)[0] or "application/octet-stream"
        headers = [(b"content-type", kind.encode()), *self._describe(address, suffix == ".html")]
        file = KeptFile(location, stamp, headers)
        if file.size <= self._cached_file_bytes_max:
            file.body = location.read_bytes()
            file.size = len(file.body)  # it may have been replaced since it was looked at
            if kind.startswith(_PACKED_TYPES):
                file.variants = _packed(file)
        return file

    async def _send_chunks(self, file: KeptFile, headers: RawHeaders, send: Send) -> None:
        """Send a file too large to keep. Whoever writes files replaces them whole, so the size holds."""
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


def stamp_of(location: Path) -> tuple[int, int] | None:
    """Return modification time and size of a regular file, None for anything else."""
    try:
        found = os.stat(location)  # noqa: PTH116 - measured: half the cost of Path.stat on this hot path
    except (OSError, ValueError):
        return None
    if found.st_mode & 0o170000 != 0o100000:
        return None
    return (found.st_mtime_ns, found.st_size)


def _packed(file: KeptFile) -> list[tuple[bytes, RawHeaders, bytes]]:
    """Return the packed forms: those lying beside the file and not older, else gzip made now."""
    assert file.body is not None
    found: list[tuple[bytes, RawHeaders, bytes]] = []
    for token, suffix in ((b"br", ".br"), (b"gzip", ".gz")):
        sibling = file.path.with_name(file.path.name + suffix)
        stamp = stamp_of(sibling)
        if stamp is not None and stamp[0] >= file.stamp[0]:
            found.append(_variant(file, token, sibling.read_bytes()))
    if not found and file.size >= GZIP_BYTES_MIN:
        found.append(_variant(file, b"gzip", gzip.compress(file.body, 6, mtime=0)))
    return found


def _variant(file: KeptFile, token: bytes, body: bytes) -> tuple[bytes, RawHeaders, bytes]:
    headers = [*file.plain, (b"content-encoding", token), (b"content-length", b"%d" % len(body))]
    return token, headers, body
