"""A shop whose web and worker are stand-ins; everything else is the real thing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import psutil
import pytest
from tests.helpers.ports import free_port

STAND_IN = Path(__file__).with_name("stand_in.py")
PATIENCE_SECONDS = 40.0


class StandInShop:
    """A shop in a process of its own, started the way a person starts one."""

    def __init__(self, data: Path, port: int, **environ: str) -> None:
        self.data, self.port = data, port
        self.process = subprocess.Popen(
            [sys.executable, str(STAND_IN), "shop"],
            env={**os.environ, "VIVA_DATA_DIR": str(data), "VIVA_PORT": str(port), **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    @property
    def output(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout

    def until(self, text: str) -> str:
        """Read the output up to the line that holds the text, and return all of it."""
        seen = ""
        for line in self.output:
            seen += line
            if text in line:
                return seen
        raise AssertionError(f"{text!r} never came:\n{seen}")

    def end(self, how: signal.Signals = signal.SIGINT) -> str:
        """Send the signal, wait for the end, and return what was said meanwhile."""
        self.process.send_signal(how)
        said = self.output.read()
        self.process.wait(PATIENCE_SECONDS)
        return said

    def kill(self) -> None:
        """Kill the supervisor alone, and wait until the leashes have ended its children."""
        self.process.kill()
        self.process.wait()
        psutil.wait_procs(processes_of(self.data), timeout=PATIENCE_SECONDS)


def processes_of(data: Path) -> list[psutil.Process]:
    """Every process that belongs to the data folder: PostgreSQL by its command, ours by its environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(data) in " ".join(process.cmdline()) or process.environ().get("VIVA_DATA_DIR") == str(
                data
            ):
                found.append(process)
        except psutil.Error:
            continue
    return [process for process in found if process.pid != os.getpid()]


@pytest.fixture(name="free_port")
def a_free_port() -> int:
    return free_port()


Open = Callable[..., StandInShop]


@pytest.fixture
def open_shop(own_folder: Path, free_port: int) -> Iterator[Open]:
    """Start a shop on the test's own folder and port; nothing of it outlives the test."""
    opened: list[StandInShop] = []

    def start(data: Path = own_folder / "data", port: int = free_port, **environ: str) -> StandInShop:
        opened.append(StandInShop(data, port, **environ))
        return opened[-1]

    yield start
    for shop in opened:
        for process in processes_of(shop.data):
            process.kill()
        shop.process.wait()
        shop.output.close()
