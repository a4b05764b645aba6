"""Starts what is measured: a reference server, or a whole shop, each in processes of its own.

The server under test runs on core 0; PostgreSQL, the worker and the load run on core 1 (where there is
one). A machine with one core still gives ratios.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from benchmarks.load import Measured, measure, request

SERVER_CORE = 0
LOAD_CORE = (os.cpu_count() or 1) - 1
START_TIMEOUT_SECONDS = 120.0
STOP_TIMEOUT_SECONDS = 15.0
ROOT = Path(__file__).parents[1]


def free_port() -> int:
    """Return a loopback port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def folder(prefix: str) -> Iterator[Path]:
    """Give a temporary folder that is gone afterwards."""
    path = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def process(
    arguments: list[str], *, env: dict[str, str] | None = None, log: Path
) -> Iterator[psutil.Process]:
    """Run a program; end it, gently first, when the block ends."""
    with log.open("ab") as output:
        child = subprocess.Popen(
            arguments, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=output, stderr=output
        )
        try:
            yield psutil.Process(child.pid)
        finally:
            child.terminate()
            try:
                child.wait(STOP_TIMEOUT_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def wait_until_answering(url: str, child: psutil.Process, log: Path, *, status: int = 200) -> float:
    """Return the seconds until the address answers so; raise with the log's end when it never does."""
    started = time.perf_counter()
    while time.perf_counter() - started < START_TIMEOUT_SECONDS:
        if not child.is_running() or child.status() == psutil.STATUS_ZOMBIE:
            break
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(url, timeout=5.0).status_code == status:
                return time.perf_counter() - started
        time.sleep(0.005)
    raise RuntimeError(f"{url} did not answer:\n{log.read_text(errors='replace')[-3000:]}")


@contextlib.contextmanager
def reference(body: bytes) -> Iterator[tuple[str, int]]:
    """Serve these bytes from the bare reference application on the server's core."""
    with folder("viva-reference-") as place:
        (place / "body").write_bytes(body)
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.reference_app", str(port), str(place / "body")]
        with process([*command, str(SERVER_CORE)], log=place / "log") as child:
            wait_until_answering(f"http://127.0.0.1:{port}/", child, place / "log")
            yield ("127.0.0.1", port)


def reference_rate(body: bytes, seconds: float) -> Measured:
    """Measure the bare reference with a body of that many bytes, in the same way as ours."""
    with reference(body) as address:
        return measure(address, [request("GET", "/")], seconds=seconds, core=LOAD_CORE).require_only(200)
