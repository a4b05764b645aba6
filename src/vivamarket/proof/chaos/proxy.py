"""A TCP proxy between two parts of the shop, in which the network can be spoiled.

The kernel of a small machine has no traffic shaping, so the links themselves misbehave. Bytes are never
reordered within a connection, as TCP never does.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import cast

HOST = "127.0.0.1"
BACKLOG_MAX = 512
CONNECT_TIMEOUT_SECONDS = 1.0
#: Linger for zero seconds: the connection ends by RST in place of FIN.
_RESET = struct.pack("ii", 1, 0)


class Weather(StrEnum):
    """How a link behaves."""

    CLEAR = "clear"
    #: Every connection is reset, and every new one at once.
    CUT = "cut"
    #: Bytes arrive later.
    SLOW = "slow"
    #: Bytes wait until the weather changes.
    STALL = "stall"
    #: Connections that are open now, or open under it, never carry a byte again; nobody is told.
    HALF_OPEN = "half_open"
    #: What is asked arrives; the answer is lost and the connection reset.
    DEAF = "deaf"


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where a link leads: a port of this machine, or a Unix socket."""

    port: int = 0
    path: Path | None = None


class Link:
    """One proxied way. Belongs to the running loop."""

    def __init__(self, name: str, upstream: Callable[[], Upstream]) -> None:
        """``upstream`` is asked at each new connection, so a link may lead to one of several."""
        self.name = name
        self.port = 0
        self.weather = Weather.CLEAR
        self.delay_seconds = 0.0
        self._upstream = upstream
        self._pairs: set[_Pair] = set()
        self._server: asyncio.Server | None = None

    @property
    def connections(self) -> int:
        """Return how many connections lead all the way through."""
        return sum(pair.is_through for pair in self._pairs)

    async def open(self) -> None:
        """Listen on a free port, named by ``port`` from then on."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._accept, HOST, 0, backlog=BACKLOG_MAX)
        self.port = self._server.sockets[0].getsockname()[1]

    def spoil(self, weather: Weather, delay_seconds: float = 0.0) -> None:
        """Change the weather; ``CLEAR`` also delivers what was held back."""
        self.weather, self.delay_seconds = weather, delay_seconds
        for pair in list(self._pairs):
            pair.weather_changed()

    def reset(self) -> None:
        """Reset every connection once; new ones are fine."""
        for pair in list(self._pairs):
            pair.reset()

    async def close(self) -> None:
        """Stop listening and reset what is open."""
        if self._server is not None:
            self._server.close()
            self.reset()
            await self._server.wait_closed()

    async def connect(self, pair: _Pair) -> None:
        """Open the far side of a new connection, or reset the near one."""
        loop = asyncio.get_running_loop()
        where = self._upstream()
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
                if where.path is not None:
                    await loop.create_unix_connection(lambda: pair.far, str(where.path))
                else:
                    await loop.create_connection(lambda: pair.far, HOST, where.port)
        except (OSError, TimeoutError):
            pair.reset()

    def forget(self, pair: _Pair) -> None:
        """Drop a connection that has ended."""
        self._pairs.discard(pair)

    def _accept(self) -> asyncio.BaseProtocol:
        pair = _Pair(self)
        self._pairs.add(pair)
        return pair.near


class _Pair:
    """One connection: its near side (who connected) and its far side (the upstream)."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.near, self.far = _Side(self, is_near=True), _Side(self, is_near=False)
        self.lost = False
        self.over = False
        self.connecting: asyncio.Task[None] | None = None

    @property
    def is_through(self) -> bool:
        return self.far.transport is not None

    def opened(self, side: _Side) -> None:
        if self.over or self.link.weather is Weather.CUT:
            self.reset()
            return
        self.lost = self.lost or self.link.weather is Weather.HALF_OPEN
        if side is self.near:
            self.connecting = asyncio.get_running_loop().create_task(self.link.connect(self))
        else:
            self.near.flush()

    def weather_changed(self) -> None:
        match self.link.weather:
            case Weather.CUT:
                self.reset()
            case Weather.HALF_OPEN:
                self.lost = True
            case Weather.CLEAR | Weather.DEAF:
                self.near.flush()
                self.far.flush()

    def other(self, side: _Side) -> _Side:
        return self.far if side is self.near else self.near

    def reset(self) -> None:
        for side in (self.near, self.far):
            if side.transport is not None and not side.transport.is_closing():
                handle = side.transport.get_extra_info("socket")
                with suppress(OSError):
                    handle.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                side.transport.abort()
        self._end()

    def ended(self, side: _Side) -> None:
        """One side has closed: the other one ends once it has what was sent to it."""
        other = self.other(side)
        if not self.lost:
            side.flush()
        if other.transport is not None and not other.transport.is_closing():
            other.transport.close()
        self._end()

    def _end(self) -> None:
        self.over = True
        if self.connecting is not None and self.connecting is not asyncio.current_task():
            self.connecting.cancel()
        self.link.forget(self)


class _Side(asyncio.Protocol):
    """One end of a pair. ``_held`` is what came from this end and has not gone on yet."""

    def __init__(self, pair: _Pair, *, is_near: bool) -> None:
        self.transport: asyncio.Transport | None = None
        self._pair = pair
        self._is_near = is_near
        self._held: deque[bytes] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self._pair.opened(self)

    def data_received(self, data: bytes) -> None:
        pair, link = self._pair, self._pair.link
        if pair.lost:
            return
        if link.weather is Weather.DEAF and not self._is_near:
            pair.reset()
            return
        other = pair.other(self).transport
        held_back = link.weather in (Weather.SLOW, Weather.STALL) or bool(self._held)
        if other is not None and not held_back:
            other.write(data)
            return
        self._held.append(data)
        if link.weather is Weather.SLOW:
            asyncio.get_running_loop().call_later(link.delay_seconds, self._release_one)

    def flush(self) -> None:
        """Send on all that was held back, in order."""
        while self._held and self._release_one():
            pass

    def _release_one(self) -> bool:
        other = self._pair.other(self).transport
        if other is None or other.is_closing() or not self._held:
            return False
        if not self._pair.lost:
            other.write(self._held.popleft())
        return not self._pair.lost

    def pause_writing(self) -> None:
        source = self._pair.other(self).transport
        if source is not None and not source.is_closing():
            source.pause_reading()

    def resume_writing(self) -> None:
        source = self._pair.other(self).transport
        if source is not None and not source.is_closing():
            source.resume_reading()

    def connection_lost(self, exc: Exception | None) -> None:
        self._pair.ended(self)
