"""Keeps the shop's processes alive: starts them, restarts what crashes, ends them in order.

Each child is tied to us by a leash: a shell that waits on a pipe from us and ends the child when the
pipe closes, so that even a kill -9 of the supervisor leaves nothing running.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.postgres_server import EmbeddedPostgres, PostgresFailed
from vivamarket.cli.errors import CommandFailed

POLL_SECONDS = 0.1
STOP_TIMEOUT_SECONDS = 10.0
BACKOFF_SECONDS_MIN = 0.5
BACKOFF_SECONDS_MAX = 15.0
CRASHES_MAX = 5
CRASH_WINDOW_SECONDS = 120.0
LOG_BYTES_MAX = 50_000_000
LOG_LINES_SHOWN = 20
_LEASH = """
read -r _
kill -TERM "$1"
waited=0
while kill -0 "$1" && [ "$waited" -lt "$2" ]; do sleep 1; waited=$((waited + 1)); done
kill -KILL "$1"
"""


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A process to keep alive: its name, its command, where its output goes (``None``: our own)."""

    name: str
    command: Sequence[str]
    log_file: Path | None


@dataclass(slots=True)
class _Child:
    spec: ChildSpec
    process: subprocess.Popen[bytes] | None = None
    leash: subprocess.Popen[bytes] | None = None
    crashes: deque[float] = field(default_factory=lambda: deque(maxlen=CRASHES_MAX))
    start_again_at: float = 0.0


class Supervisor:
    """Runs children until told to stop. Not thread-safe; belongs to the main thread."""

    def __init__(
        self,
        children: Sequence[ChildSpec],
        *,
        environ: Mapping[str, str],
        clock: SystemClock,
        tell: Callable[[str], None],
        changed: Callable[[Mapping[str, int]], None],
        server: EmbeddedPostgres | None = None,
    ) -> None:
        self._children = [_Child(spec) for spec in children]
        self._environ = dict(environ)
        self._clock = clock
        self._tell = tell
        self._changed = changed
        self._server = server
        self._server_crashes: deque[float] = deque(maxlen=CRASHES_MAX)
        self._stopping = threading.Event()

    @property
    def stopping(self) -> bool:
        """Tell whether somebody asked for the end."""
        return self._stopping.is_set()

    def catch_signals(self) -> None:
        """Take Ctrl-C, SIGTERM and a closed terminal as the wish to end; a second one ends at once."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)

    def start(self) -> None:
        """Start every child."""
        for child in self._children:
            self._launch(child)
        self._announce()

    def wait(self, until: Callable[[], bool], timeout_seconds: float) -> bool:
        """Keep watch until the condition holds; return whether it did in time (``False`` on a stop, too)."""
        deadline = self._clock.monotonic() + timeout_seconds
        while self._clock.monotonic() < deadline and not self._stopping.wait(POLL_SECONDS / 5):
            self._watch()
            if until():
                return True
        return False

    def run(self) -> None:
        """Keep watch until a signal; raise ``CommandFailed`` when a child keeps crashing."""
        while not self._stopping.wait(POLL_SECONDS):
            self._watch()

    def stop(self) -> None:
        """End the children in bounded time, in parallel; those that do not listen are killed."""
        running = [child.process for child in self._children if child.process is not None]
        for process in running:
            with suppress(ProcessLookupError):
                process.terminate()
        deadline = self._clock.monotonic() + STOP_TIMEOUT_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - self._clock.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for child in self._children:
            child.process = None
            _let_go(child)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._stopping.is_set():
            for child in self._children:
                if child.process is not None:
                    child.process.kill()
        self._stopping.set()

    def _watch(self) -> None:
        self._watch_server()
        now = self._clock.monotonic()
        for child in self._children:
            if child.process is None and now >= child.start_again_at:
                self._launch(child)
                self._announce()
            elif child.process is not None and child.process.poll() is not None:
                self._crashed(child, child.process.returncode)
            if child.spec.log_file is not None:
                _rotate(child.spec.log_file)

    def _crashed(self, child: _Child, returncode: int) -> None:
        child.process = None
        _let_go(child)
        wait_seconds = self._after_crash(child.crashes, child.spec.name, child.spec.log_file)
        child.start_again_at = self._clock.monotonic() + wait_seconds
        how = signal.Signals(-returncode).name if returncode < 0 else f"exit code {returncode}"
        self._tell(f"The {child.spec.name} ended unexpectedly ({how}); starting it again.")

    def _after_crash(self, crashes: deque[float], name: str, log_file: Path | None) -> float:
        """Note a crash and return how long to wait; raise ``CommandFailed`` when there were too many."""
        now = self._clock.monotonic()
        crashes.append(now)
        recent = [moment for moment in crashes if now - moment < CRASH_WINDOW_SECONDS]
        if len(recent) >= CRASHES_MAX:
            raise CommandFailed(
                f"The {name} crashed {len(recent)} times in a row; the shop cannot run like this.",
                advice=f"The end of its log:\n{log_tail(log_file)}" if log_file else "",
            )
        return float(min(BACKOFF_SECONDS_MIN * 2 ** (len(recent) - 1), BACKOFF_SECONDS_MAX))

    def _watch_server(self) -> None:
        if self._server is None or self._server.returncode() is None:
            return
        self._tell("PostgreSQL ended unexpectedly; starting it again.")
        self._after_crash(self._server_crashes, "database", None)
        try:
            self._server.start()
        except (PostgresFailed, OSError) as error:
            raise CommandFailed(f"PostgreSQL does not come back. {error}") from error

    def _launch(self, child: _Child) -> None:
        with _output(child.spec.log_file) as output:
            child.process = subprocess.Popen(
                list(child.spec.command),
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C is for us; we end the children in order
            )
        child.leash = subprocess.Popen(
            ["/bin/sh", "-c", _LEASH, "viva-leash", str(child.process.pid), str(int(STOP_TIMEOUT_SECONDS))],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _announce(self) -> None:
        self._changed(
            {child.spec.name: child.process.pid for child in self._children if child.process is not None}
        )


def log_tail(path: Path, lines_max: int = LOG_LINES_SHOWN) -> str:
    """Return the end of a log file, indented."""
    with suppress(OSError):
        lines = path.read_text(errors="replace").splitlines()[-lines_max:]
        return "\n".join("  " + line for line in lines)
    return ""


def _let_go(child: _Child) -> None:
    leash, child.leash = child.leash, None
    if leash is not None:
        leash.kill()
        leash.wait()
        if leash.stdin is not None:
            leash.stdin.close()


@contextmanager
def _output(path: Path | None) -> Iterator[IO[bytes] | None]:
    """Open the log file for a child, or lend it our own output."""
    if path is None:
        yield None
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as file:
        yield file


def _rotate(path: Path) -> None:
    """Keep one old log. The child goes on writing to the same file, which it opened for appending."""
    with suppress(FileNotFoundError):
        if path.stat().st_size > LOG_BYTES_MAX:
            path.with_suffix(".1.log").write_bytes(path.read_bytes())
            os.truncate(path, 0)
