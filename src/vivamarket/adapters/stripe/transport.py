"""How calls travel to the provider: over HTTP, or straight into an ASGI application in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp

CONNECT_TIMEOUT_SECONDS = 1.0
READ_TIMEOUT_SECONDS = 5.0
TOTAL_TIMEOUT_SECONDS = 6.0
CONNECTIONS_MAX = 32


class TransportFailed(Exception):
    """No whole answer came; whether the call had its effect is unknown."""

    def __init__(self, message: str, *, timed_out: bool = False) -> None:
        super().__init__(message)
        self.timed_out = timed_out


class Transport(Protocol):
    """Carries one request to the provider."""

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Return body, status and headers (names in lower case). Raise ``TransportFailed``."""
        ...

    async def close(self) -> None:
        """Close connections."""
        ...


class HttpTransport:
    """Calls over HTTP/1.1 with kept-alive connections; proxies of the environment are not used."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """See ``Transport``."""
        try:
            async with self._connections().request(method, url, headers=headers, data=body) as answer:
                content = await answer.read()
                lowered = {name.lower(): value for name, value in answer.headers.items()}
                return content, answer.status, lowered
        except TimeoutError as error:
            raise TransportFailed(f"{type(error).__name__}: {error}", timed_out=True) from error
        except aiohttp.ClientError as error:
            raise TransportFailed(f"{type(error).__name__}: {error}") from error

    async def close(self) -> None:
        """See ``Transport``."""
        if self._session is not None:
            await self._session.close()

    def _connections(self) -> aiohttp.ClientSession:
        """Return the session; it belongs to the running loop, so it is opened by the first call."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX),
                timeout=aiohttp.ClientTimeout(
                    total=TOTAL_TIMEOUT_SECONDS,
                    sock_connect=CONNECT_TIMEOUT_SECONDS,
                    sock_read=READ_TIMEOUT_SECONDS,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=True,
            )
        return self._session


class AppTransport:
    """Calls an ASGI application directly: no socket, no copy of the stack in between.

    The bytes are those that would travel, so both sides run their production code. For tests and the
    simulator; a shop speaks to its sandbox over HTTP, as it does to Stripe.
    """

    def __init__(self, app: Any) -> None:  # any ASGI callable
        self._app = app

    async def request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """See ``Transport``."""
        parts = urlsplit(url)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": parts.scheme,
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()],
            "client": None,
            "server": (parts.hostname, parts.port),
            "state": {},
        }
        status, answer_headers, chunks, complete = 0, {}, [], False

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            nonlocal status, answer_headers, complete
            if message["type"] == "http.response.start":
                status = message["status"]
                answer_headers = {
                    name.decode("latin-1"): value.decode("latin-1") for name, value in message["headers"]
                }
            else:
                chunks.append(message.get("body", b""))
                complete = not message.get("more_body", False)

        try:
            await self._app(scope, receive, send)
        except ConnectionError as error:
            raise TransportFailed(str(error)) from error
        if not complete:
            raise TransportFailed("the answer ended early")
        return b"".join(chunks), status, answer_headers

    async def close(self) -> None:
        """See ``Transport``."""
