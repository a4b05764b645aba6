"""How webhooks leave: over HTTP, or straight into an ASGI application in the same process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from vivamarket.sandbox.ports import WebhookUnreachable

CONNECT_TIMEOUT_SECONDS = 1.0
ANSWER_TIMEOUT_SECONDS = 10.0
CONNECTIONS_MAX = 16


class HttpSender:
    """A ``WebhookSender`` over HTTP; redirects are not followed."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(ANSWER_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
            limits=httpx.Limits(max_connections=CONNECTIONS_MAX),
            trust_env=False,
        )

    async def send(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """See ``WebhookSender``."""
        try:
            answer = await self._client.post(url, headers=headers, content=body)
        except httpx.HTTPError as error:
            raise WebhookUnreachable(f"{url}: {type(error).__name__}") from error
        return answer.status_code

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


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
