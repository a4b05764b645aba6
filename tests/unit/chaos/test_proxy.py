"""What each weather does to the bytes of a link."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import pytest
import pytest_asyncio

from vivamarket.proof.chaos.proxy import HOST, Link, Upstream, Weather

WAIT_SECONDS = 5.0


@pytest_asyncio.fixture
async def heard() -> AsyncIterator[tuple[list[bytes], int]]:
    """An upstream that keeps every line it hears and answers each with itself."""
    lines: list[bytes] = []

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            lines.append(line)
            writer.write(line)
        writer.close()

    server = await asyncio.start_server(echo, HOST, 0)
    yield lines, server.sockets[0].getsockname()[1]
    server.close()


@pytest_asyncio.fixture
async def link(heard: tuple[list[bytes], int]) -> AsyncIterator[Link]:
    opened = Link("test", lambda: Upstream(heard[1]))
    await opened.open()
    yield opened
    await opened.close()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Connect = Callable[[Link], Awaitable[Ends]]


@pytest_asyncio.fixture
async def connect() -> AsyncIterator[Connect]:
    """Open connections that are closed after the test."""
    opened: list[asyncio.StreamWriter] = []

    async def open_one(link: Link) -> Ends:
        reader, writer = await asyncio.open_connection(HOST, link.port)
        opened.append(writer)
        return reader, writer

    yield open_one
    for writer in opened:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _greet(ends: Ends) -> Ends:
    reader, writer = ends
    writer.write(b"hello\n")
    assert await asyncio.wait_for(reader.readline(), WAIT_SECONDS) == b"hello\n"
    return reader, writer


async def test_a_clear_link_carries_everything_in_both_directions(link: Link, connect: Connect) -> None:
    reader, writer = await connect(link)
    lines = [f"line {number}\n".encode() for number in range(200)]

    writer.writelines(lines)

    assert [await asyncio.wait_for(reader.readline(), WAIT_SECONDS) for _ in lines] == lines


async def test_a_cut_resets_what_is_open_and_what_comes(link: Link, connect: Connect) -> None:
    reader, _ = await _greet(await connect(link))

    link.spoil(Weather.CUT)

    with pytest.raises(ConnectionError):
        await asyncio.wait_for(reader.readline(), WAIT_SECONDS)
    late, writer = await connect(link)
    writer.write(b"anybody?\n")
    with pytest.raises(ConnectionError):
        await asyncio.wait_for(late.readexactly(1), WAIT_SECONDS)


@pytest.mark.parametrize("weather", [Weather.STALL, Weather.SLOW])
async def test_bytes_that_wait_arrive_in_order(link: Link, connect: Connect, weather: Weather) -> None:
    reader, writer = await _greet(await connect(link))
    lines = [f"line {number}\n".encode() for number in range(20)]

    link.spoil(weather, 0.001)
    for line in lines:
        writer.write(line)
        await asyncio.sleep(0)
    link.spoil(Weather.CLEAR)

    assert [await asyncio.wait_for(reader.readline(), WAIT_SECONDS) for _ in lines] == lines


async def test_over_a_deaf_link_the_question_arrives_and_the_answer_is_lost(
    link: Link, connect: Connect, heard: tuple[list[bytes], int]
) -> None:
    reader, writer = await _greet(await connect(link))

    link.spoil(Weather.DEAF)
    writer.write(b"pay\n")

    with pytest.raises(ConnectionError):
        await asyncio.wait_for(reader.readline(), WAIT_SECONDS)
    assert heard[0] == [b"hello\n", b"pay\n"]


async def test_a_half_open_connection_stays_silent_for_good(
    link: Link, connect: Connect, heard: tuple[list[bytes], int]
) -> None:
    _, writer = await _greet(await connect(link))

    link.spoil(Weather.HALF_OPEN)
    writer.write(b"lost\n")
    link.spoil(Weather.CLEAR)
    writer.write(b"lost as well\n")
    await _greet(await connect(link))

    assert heard[0] == [b"hello\n", b"hello\n"]


async def test_a_link_without_an_upstream_resets_its_callers(connect: Connect) -> None:
    link = Link("nowhere", lambda: Upstream(1))
    await link.open()
    reader, writer = await connect(link)

    writer.write(b"anybody?\n")

    with pytest.raises(ConnectionError):
        await asyncio.wait_for(reader.readexactly(1), WAIT_SECONDS)

    assert link.connections == 0
    await link.close()
