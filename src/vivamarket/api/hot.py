"""Hot reads: ready bytes of catalogue answers, kept in process and dropped the moment they turn untrue.

The edge asks here before the framework is touched. A miss runs the real route once, however many ask,
and keeps its answer; so hot routes are written, documented and tested like any other.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
from collections.abc import Collection
from enum import StrEnum

from cachetools import LRUCache

from vivamarket.api.asgi import AsgiApp, Message, RawHeaders, Receive, Scope, Send
from vivamarket.api.config import ApiConfig
from vivamarket.api.requests import RequestIds
from vivamarket.kernel.clock import Clock

#: Where a route leaves the id of the product that its answer is about.
PRODUCT_KEY = "viva.hot_product"
GZIP_BYTES_MIN = 1_024
GZIP_LEVEL = 6
_ENTRY_OVERHEAD_BYTES = 1_024
_PER_REQUEST_HEADERS = frozenset({b"x-request-id", b"date", b"server"})


class HotKind(StrEnum):
    """What an answer is made of, and so what makes it untrue."""

    SHOP = "shop"
    CATEGORIES = "categories"
    LIST = "list"
    DETAIL = "detail"
    SEARCH = "search"
    LIVE = "live"


_KIND_BY_PATH = {
    "/api/v1/shop": HotKind.SHOP,
    "/api/v1/categories": HotKind.CATEGORIES,
    "/api/v1/products": HotKind.LIST,
    "/api/v1/search": HotKind.SEARCH,
    "/api/v1/suggest": HotKind.SEARCH,
    "/api/v1/live": HotKind.LIVE,
}
_DETAIL_PREFIX = "/api/v1/products/"


def hot_kind(path: str) -> HotKind | None:
    """Return the kind of a hot route, None for any other address."""
    if path.startswith(_DETAIL_PREFIX) and path.rfind("/") == len(_DETAIL_PREFIX) - 1 < len(path) - 1:
        return HotKind.DETAIL
    return _KIND_BY_PATH.get(path)


class _Entry:
    __slots__ = (
        "body", "epoch", "etag", "expires_at", "gzip_body", "gzip_headers", "headers", "kind", "product_id",
        "size_bytes",
    )  # fmt: skip

    def __init__(self, kind: HotKind, epoch: int, body: bytes, headers: RawHeaders) -> None:
        self.kind = kind
        self.epoch = epoch
        self.body = body
        # Weak, because the packed form shares it (RFC 9110 §8.8.1).
        self.etag = b'W/"' + hashlib.blake2b(body, digest_size=12).hexdigest().encode() + b'"'
        plain = [(name, value) for name, value in headers if name != b"content-length"]
        plain += [(b"etag", self.etag), (b"vary", b"accept-encoding")]
        self.headers = [*plain, (b"content-length", str(len(body)).encode())]
        packed = gzip.compress(body, GZIP_LEVEL, mtime=0) if len(body) >= GZIP_BYTES_MIN else b""
        self.gzip_body = packed
        self.gzip_headers = [
            *plain,
            (b"content-encoding", b"gzip"),
            (b"content-length", str(len(packed)).encode()),
        ]
        self.expires_at = 0.0
        self.product_id: str | None = None
        self.size_bytes = len(body) + len(packed) + _ENTRY_OVERHEAD_BYTES


class HotReads:
    """A bounded cache of whole answers by path and query.

    Entries of one kind are dropped together by ``invalidate``; product pages one by one by
    ``products_changed``. An answer that was being made while something changed is given, not kept.
    """

    def __init__(self, *, clock: Clock, request_ids: RequestIds, config: ApiConfig) -> None:
        self._clock = clock
        self._request_ids = request_ids
        self._entry_bytes_max = config.hot_entry_bytes_max
        self._seconds_max = dict.fromkeys(HotKind, config.hot_seconds_max)
        self._seconds_max[HotKind.LIVE] = config.live_seconds_max
        self._entries: LRUCache[tuple[str, bytes], _Entry] = LRUCache(
            maxsize=config.hot_bytes_max, getsizeof=lambda entry: entry.size_bytes
        )
        self._epochs = dict.fromkeys(HotKind, 0)
        self._detail_changes = 0
        self._filling: dict[tuple[str, bytes], asyncio.Future[None]] = {}

    def invalidate(self, *kinds: HotKind) -> None:
        """Drop every answer of these kinds, all kinds when none is named."""
        for kind in kinds or tuple(HotKind):
            self._epochs[kind] += 1

    def products_changed(self, product_ids: Collection[str]) -> None:
        """Drop the pages of these products, and every list. One pass over what is kept."""
        self._detail_changes += 1
        self.invalidate(HotKind.LIST, HotKind.CATEGORIES, HotKind.LIVE)
        stale = [key for key, entry in self._entries.items() if entry.product_id in product_ids]
        for key in stale:
            del self._entries[key]

    async def answer(self, app: AsgiApp, scope: Scope, receive: Receive, send: Send) -> bool:
        """Answer from memory, or from the route, which is asked once for all who wait.

        Return False, with nothing sent, when the address is no hot route.
        """
        path: str = scope["path"]
        key = (path, scope["query_string"])
        entry = self._fresh(key)
        if entry is None:
            kind = hot_kind(path)
            if kind is None:
                return False
            waiting = self._filling.get(key)
            if waiting is not None:
                await asyncio.shield(waiting)
                entry = self._fresh(key)
            if entry is None:
                await self._fill(kind, app, scope, receive, send)
                return True
        await self._send_entry(entry, scope, send)
        return True

    def _fresh(self, key: tuple[str, bytes]) -> _Entry | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if entry.epoch != self._epochs[entry.kind] or entry.expires_at <= self._clock.monotonic():
            del self._entries[key]
            return None
        return entry

    async def _send_entry(self, entry: _Entry, scope: Scope, send: Send) -> None:
        given_id = packed = None
        for name, value in scope["headers"]:
            if name == b"if-none-match" and (entry.etag in value or value == b"*"):
                await self._send_unchanged(entry, scope, send)
                return
            if name == b"accept-encoding":
                packed = entry.gzip_body and b"gzip" in value
            elif name == b"x-request-id":
                given_id = self._request_ids.of(scope)
        headers = entry.gzip_headers if packed else entry.headers
        request_id = given_id or self._request_ids.new()
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [*headers, (b"x-request-id", request_id)],
            }
        )
        body = b"" if scope["method"] == "HEAD" else entry.gzip_body if packed else entry.body
        await send({"type": "http.response.body", "body": body})

    async def _send_unchanged(self, entry: _Entry, scope: Scope, send: Send) -> None:
        kept = [pair for pair in entry.headers if pair[0] not in (b"content-length", b"content-type")]
        headers = [*kept, (b"x-request-id", self._request_ids.of(scope))]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def _fill(self, kind: HotKind, app: AsgiApp, scope: Scope, receive: Receive, send: Send) -> None:
        key = (scope["path"], scope["query_string"])
        leads = key not in self._filling
        if leads:
            self._filling[key] = asyncio.get_running_loop().create_future()
        epoch, detail_changes = self._epochs[kind], self._detail_changes
        method = scope["method"]
        scope["method"] = "GET"
        caught = _Caught()
        try:
            await app(scope, receive, caught.send)
            entry = self._entry_of(kind, epoch, caught)
            still_true = epoch == self._epochs[kind] and (
                kind is not HotKind.DETAIL or detail_changes == self._detail_changes
            )
            if entry is not None and still_true:
                entry.product_id = scope.get(PRODUCT_KEY)
                entry.expires_at = self._clock.monotonic() + self._seconds_max[kind]
                if entry.size_bytes <= self._entry_bytes_max:
                    self._entries[key] = entry
        finally:
            if leads:
                self._filling.pop(key).set_result(None)
        scope["method"] = method
        if entry is not None:
            await self._send_entry(entry, scope, send)
        else:
            await caught.replay(send, head=method == "HEAD")

    @staticmethod
    def _entry_of(kind: HotKind, epoch: int, caught: _Caught) -> _Entry | None:
        if caught.status != 200:
            return None
        headers = [pair for pair in caught.headers if pair[0] not in _PER_REQUEST_HEADERS]
        return _Entry(kind, epoch, b"".join(caught.parts), headers)


class _Caught:
    """An answer held back until it is whole."""

    def __init__(self) -> None:
        self.status = 0
        self.headers: RawHeaders = []
        self.parts: list[bytes] = []

    async def send(self, message: Message) -> None:
        """Keep one ASGI message."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = list(message["headers"])
        else:
            self.parts.append(message.get("body", b""))

    async def replay(self, send: Send, *, head: bool) -> None:
        """Send the answer as it was caught."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": b"" if head else b"".join(self.parts)})
