"""How a pool's keys are read: a small answer of one server, or an outage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from vivamarket.adapters.aws.identity_keys import KEY_SET_BYTES_MAX, HttpKeySet
from vivamarket.kernel.errors import Unavailable


@asynccontextmanager
async def answering(status: str, body: bytes, *headers: str) -> AsyncIterator[str]:
    """Serve one answer at the address it yields."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}/pool/.well-known/jwks.json"


async def test_the_keys_are_read_as_they_are_published() -> None:
    async with answering("200 OK", b'{"keys": []}') as url:
        assert await HttpKeySet(url).read() == b'{"keys": []}'


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        ("500 Internal Server Error", b"{}", []),
        ("404 Not Found", b"{}", []),
        ("302 Found", b"{}", ["Location: http://evil.example/"]),
        ("200 OK", b"x" * (KEY_SET_BYTES_MAX + 1), []),
    ],
)
async def test_any_other_answer_is_an_outage(status: str, body: bytes, headers: list[str]) -> None:
    async with answering(status, body, *headers) as url:
        with pytest.raises(Unavailable):
            await HttpKeySet(url).read()


async def test_nobody_answering_is_an_outage() -> None:
    async with answering("200 OK", b"") as url:
        pass

    with pytest.raises(Unavailable):
        await HttpKeySet(url).read()
