"""A load generator: keep-alive connections that each send the next request when the answer is whole.

One process, one core, raw bytes over uvloop: prepared requests, a parser that only finds the end of an
answer. It saturates a Python server from the other core; ``python -m benchmarks.load`` shows its own
limit against a bare server. Answers must carry ``Content-Length``.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import uvloop

CONNECTIONS = 16
_LENGTH = b"\r\ncontent-length:"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a load run saw. Latencies are from the first byte sent to the last byte read."""

    requests: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    max_ms: float
    #: Answers by status code.
    statuses: dict[int, int]

    @property
    def per_second(self) -> float:
        """Return requests per second."""
        return self.requests / self.seconds

    def require_only(self, *statuses: int) -> Measured:
        """Return itself; raise when another status was answered, since such a figure means nothing."""
        strange = {code: count for code, count in self.statuses.items() if code not in statuses}
        if strange or not self.requests:
            raise RuntimeError(f"the server answered {self.statuses}, expected only {statuses}")
        return self


def request(
    method: str,
    path: str,
    *,
    host: str = "localhost",
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> bytes:
    """Return one HTTP/1.1 request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], run: _Run) -> None:
        self._requests = requests
        self._run = run
        self._buffer = b""
        self._missing = 0
        self._status = 0
        self._sent_at = 0.0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
            if self._missing <= 0:
                self._answered()
            return
        data = self._buffer + data if self._buffer else data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self._buffer = data
            return
        self._buffer = b""
        self._status = int(data[9:12])
        length = content_length(data[: end + 2])
        self._missing = length - (len(data) - end - 4)
        if self._missing <= 0:
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        self._run.lost(exc)

    def _answered(self) -> None:
        self._missing = 0
        now = time.perf_counter()
        self._run.latencies.append(now - self._sent_at)
        statuses = self._run.statuses
        statuses[self._status] = statuses.get(self._status, 0) + 1
        if now < self._run.deadline:
            self._next()
        else:
            self._run.finished()

    def _next(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._requests))


class _Run:
    def __init__(self, seconds: float, connections: int) -> None:
        self.latencies: list[float] = []
        self.statuses: dict[int, int] = {}
        self.deadline = time.perf_counter() + seconds
        self.done = asyncio.get_running_loop().create_future()
        self._open = connections

    def finished(self) -> None:
        self._open -= 1
        if self._open == 0 and not self.done.done():
            self.done.set_result(None)

    def lost(self, error: Exception | None) -> None:
        if not self.done.done() and time.perf_counter() < self.deadline:
            self.done.set_exception(error or ConnectionError("the server closed a connection"))


def content_length(head: bytes) -> int:
    """Return how long the body is; 0 when the head does not say."""
    lower = head.lower()
    at = lower.find(_LENGTH)
    if at < 0:
        return 0
    start = at + len(_LENGTH)
    return int(lower[start : lower.index(b"\r\n", start)])


async def _drive(
    host: str, port: int, requests: Sequence[bytes], seconds: float, connections: int
) -> Measured:
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    run = _Run(seconds, connections)
    shared = cycle(requests)
    transports = [
        (await loop.create_connection(lambda: _Connection(shared, run), host, port))[0]
        for _ in range(connections)
    ]
    await run.done
    took = time.perf_counter() - started
    for transport in transports:
        transport.close()
    return _measured(run.latencies, took, run.statuses)


def _measured(latencies: list[float], seconds: float, statuses: dict[int, int]) -> Measured:
    ordered = sorted(latencies)
    return Measured(
        requests=len(ordered),
        seconds=seconds,
        p50_ms=statistics.median(ordered) * 1e3,
        p95_ms=ordered[int(len(ordered) * 0.95)] * 1e3,
        p99_ms=ordered[int(len(ordered) * 0.99)] * 1e3,
        max_ms=ordered[-1] * 1e3,
        statuses=statuses,
    )


def measure(
    url: tuple[str, int],
    requests: Sequence[bytes],
    *,
    seconds: float,
    connections: int = CONNECTIONS,
    core: int | None = None,
    warm_up: bool = True,
) -> Measured:
    """Send the requests in turn over all connections for that long, from a process of its own on ``core``.

    A warm-up of a fifth of the time (at most 2 s) goes first and is not counted, unless it is unwanted.
    """
    spans = (min(2.0, seconds / 5), seconds) if warm_up else (seconds,)
    arguments = (url, list(requests), spans, connections, core)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure_here, arguments)


def _measure_here(
    url: tuple[str, int], requests: list[bytes], spans: Sequence[float], connections: int, core: int | None
) -> Measured:
    pin(core)
    host, port = url

    async def all_spans() -> Measured:
        for seconds in spans:
            measured = await _drive(host, port, requests, seconds, connections)
        return measured

    return uvloop.run(all_spans())


def pin(core: int | None) -> None:
    """Keep this process on one core where the system allows it."""
    if core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})


def median_of(runs: int, run: Callable[[], Measured]) -> Measured:
    """Return the run with the median rate of several."""
    measured = sorted((run() for _ in range(runs)), key=lambda each: each.per_second)
    return measured[len(measured) // 2]
