"""A crowd that does not wait: requests leave at a given rate, whether or not earlier ones are answered.

One process, one core, raw bytes over uvloop, as ``load.py``. Every request is used until it is served: one
that is sent away (503) goes back to the end of the queue and comes again with the same key. Without a rate
each connection sends its next request as soon as it has its answer; that measures what fits.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import uvloop

from benchmarks.load import content_length, pin

TICK_SECONDS = 0.001
#: What has not come by then after the last request left does not come any more.
DRAIN_SECONDS = 3.0
SENT_AWAY = 503


@dataclass(slots=True)
class Offered:
    """What became of a crowd. Latencies in seconds, from the bytes sent to the last byte read."""

    seconds: float
    #: What the crowd itself has used of its core, until the last request left.
    cpu_seconds: float = 0.0
    sent: int = 0
    #: Requests that were due while every connection was busy: they never left.
    unsent: int = 0
    served: list[float] = field(default_factory=list)
    sent_away: list[float] = field(default_factory=list)
    others: Counter[int] = field(default_factory=Counter)
    #: Connections that the server closed on us.
    lost: int = 0

    def served_per_second(self, within_seconds: float) -> float:
        """Return how many a second were served before their client would have given up."""
        return sum(latency <= within_seconds for latency in self.served) / self.seconds

    @property
    def offered_per_second(self) -> float:
        """Return how many a second were due."""
        return (self.sent + self.unsent) / self.seconds


class _Connection(asyncio.Protocol):
    def __init__(self, crowd: _Crowd) -> None:
        self._crowd = crowd
        self._buffer = b""
        self._request = b""
        self._sent_at = 0.0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._crowd.free(self)

    def send(self, request: bytes) -> None:
        self._request = request
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = data = self._buffer + data if self._buffer else data
        end = data.find(b"\r\n\r\n")
        if end < 0 or len(data) < end + 4 + content_length(data[: end + 2]):
            return
        self._buffer = b""
        self._crowd.answered(self._request, int(data[9:12]), time.perf_counter() - self._sent_at)
        self._crowd.free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._crowd.lost()


class _Crowd:
    def __init__(self, requests: Sequence[bytes], per_second: float | None, seconds: float) -> None:
        self.offered = Offered(seconds)
        self._waiting = deque(requests)
        self._per_second = per_second
        self._seconds = seconds
        self._idle: deque[_Connection] = deque()
        self._began: float | None = None
        self._over = False

    async def run(self) -> None:
        """Send for that long, then wait for what is still under way."""
        self._began = time.perf_counter()
        used = time.process_time()
        if self._per_second is None:
            for _ in range(len(self._idle)):
                self._next()
            await asyncio.sleep(self._seconds)
        else:
            await self._send_at_rate(self._per_second)
        self._over = True
        self.offered.cpu_seconds = time.process_time() - used
        await asyncio.sleep(DRAIN_SECONDS)

    def free(self, connection: _Connection) -> None:
        """Take a connection back; without a rate it sends on at once."""
        self._idle.append(connection)
        if self._began is not None and self._per_second is None and not self._over:
            self._next()

    def answered(self, request: bytes, status: int, latency: float) -> None:
        """Count an answer; what was sent away comes again later."""
        if status < 300:
            self.offered.served.append(latency)
        elif status == SENT_AWAY:
            self.offered.sent_away.append(latency)
            self._waiting.append(request)
        else:
            self.offered.others[status] += 1

    def lost(self) -> None:
        """Count a connection that was closed before we did."""
        if not self._over:
            self.offered.lost += 1

    async def _send_at_rate(self, per_second: float) -> None:
        assert self._began is not None
        due = 0
        while (elapsed := time.perf_counter() - self._began) < self._seconds:
            while due < elapsed * per_second:
                due += 1
                if self._idle and self._waiting:
                    self._next()
                else:
                    self.offered.unsent += 1
            await asyncio.sleep(TICK_SECONDS)

    def _next(self) -> None:
        if not self._waiting:
            raise RuntimeError("the benchmark has prepared too few requests")
        self.offered.sent += 1
        self._idle.popleft().send(self._waiting.popleft())


def offer(
    address: tuple[str, int],
    requests: Sequence[bytes],
    *,
    seconds: float,
    connections: int,
    per_second: float | None = None,
    core: int | None = None,
) -> Offered:
    """Send the requests at that rate (None: as answers come) from a process of its own on ``core``."""
    arguments = (address, list(requests), seconds, connections)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_offer_here, arguments, {"per_second": per_second, "core": core})


def _offer_here(
    address: tuple[str, int],
    requests: list[bytes],
    seconds: float,
    connections: int,
    *,
    per_second: float | None,
    core: int | None,
) -> Offered:
    pin(core)

    async def all_of_it() -> Offered:
        loop = asyncio.get_running_loop()
        crowd = _Crowd(requests, per_second, seconds)
        transports = [
            (await loop.create_connection(lambda: _Connection(crowd), *address))[0]
            for _ in range(connections)
        ]
        await crowd.run()
        for transport in transports:
            transport.close()
        return crowd.offered

    return uvloop.run(all_of_it())
