"""One keep-alive connection that speaks JSON, for shoppers whose next request depends on the last answer."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import msgspec

from benchmarks.load import request

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *([0-9]+)\r\n")
_RETRY_AFTER = re.compile(rb"(?i)\r\nretry-after: *([0-9]+)\r\n")


class Refused(Exception):
    """A request of a shopper was not answered as it should be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    retry_after_seconds: int | None

    def json(self) -> Any:
        """Return the decoded body."""
        return msgspec.json.decode(self.body)


class Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self._buffer = b""
        self._waiting: asyncio.Future[Answer] | None = None

    @classmethod
    async def open(cls, host: str, port: int) -> Line:
        """Connect."""
        _, line = await asyncio.get_running_loop().create_connection(cls, host, port)
        return line

    def connection_made(self, transport: Any) -> None:
        """Keep the transport."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand the answer over when it is whole."""
        self._buffer = data = self._buffer + data if self._buffer else data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return
        found = _LENGTH.search(data, 0, end + 2)
        if found is not None and len(data) >= end + 4 + int(found[1]) and self._waiting is not None:
            self._buffer = b""
            again = _RETRY_AFTER.search(data, 0, end + 2)
            self._waiting.set_result(
                Answer(int(data[9:12]), data[end + 4 :], int(again[1]) if again else None)
            )

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail whoever waits."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(Refused(f"the connection was lost: {exc}"))

    async def exchange(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send one request and return whatever is answered."""
        payload = msgspec.json.encode(body) if body is not None else b""
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request(method, path, headers=headers, body=payload))
        return await self._waiting

    async def ask(
        self, method: str, path: str, body: object = None, *, headers: dict[str, str] | None = None
    ) -> Any:
        """Return the decoded answer; raise ``Refused`` unless it is a success."""
        answer = await self.exchange(method, path, body, headers=headers)
        if not 200 <= answer.status < 300:
            raise Refused(f"{method} {path}: {answer.status} {answer.body[:600]!r}")
        return answer.json()

    def close(self) -> None:
        """Hang up."""
        self._transport.close()
