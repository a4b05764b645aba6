"""How webhooks leave: over HTTP, or straight into an ASGI application in the same process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from vivamarket.sandbox.ports import WebhookUnreachable

CONNECT_TIMEOUT_SECONDS = 1.0
READ_TIMEOUT_SECONDS = 5.0
CALL_TIMEOUT_SECONDS = 6.0
ANSWER_BYTES_MAX = 64 * 1024
CONNECTIONS_MAX = 16


class HttpSender:
    """A ``WebhookSender`` over HTTP; redirects are not followed, proxies of the environment not used."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """See ``WebhookSender``."""
        try:
            async with self._connections().post(
                url, headers=headers, data=body, allow_redirects=False
            ) as answer:
                # Read to its end, or the connection could not carry the next one.
                await answer.content.read(ANSWER_BYTES_MAX)
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            raise WebhookUnreachable(f"{url}: {type(error).__name__}") from error

    async def close(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    def _connections(self) -> aiohttp.ClientSession:
        """Return the session; it belongs to the running loop, so it is opened by the first delivery."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS_MAX),
                timeout=aiohttp.ClientTimeout(
                    total=CALL_TIMEOUT_SECONDS,
                    sock_connect=CONNECT_TIMEOUT_SECONDS,
                    sock_read=READ_TIMEOUT_SECONDS,
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


class AppSender:
    """A ``WebhookSender`` that calls an ASGI application directly; for tests, benches and the simulator."""

    def __init__(self, app: Any) -> None:  # any ASGI callable
        self._app = app

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """See ``WebhookSender``."""
        parts = urlsplit(url)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": parts.scheme,
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "root_path": "",
            "headers": [
                (b"host", parts.netloc.encode()),
                (b"content-length", str(len(body)).encode()),
                *((name.lower().encode(), value.encode()) for name, value in headers.items()),
            ],
            "client": None,
            "server": (parts.hostname, parts.port),
            "state": {},
        }
        status: list[int] = []

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Mapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])

        await self._app(scope, receive, send)
        if not status:
            raise WebhookUnreachable(f"{url}: no answer")
        return status[0]
