"""Wall clocks that jump, by libfaketime (https://github.com/wolfcw/libfaketime): a preloaded library.

Each process reads its offset from a file of its own, so the clocks of two processes differ. Only the wall
clock jumps; the monotonic one goes on, as it does when an operator or NTP sets a machine's time.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

#: Where Debian, Fedora and Homebrew put it.
_PLACES = (
    "/usr/lib/*/faketime/libfaketime.so.1",
    "/usr/lib64/faketime/libfaketime.so.1",
    "/usr/lib/faketime/libfaketime.so.1",
    "/usr/local/lib/faketime/libfaketime.so.1",
)
MISSING = "libfaketime is not installed (Debian: apt install faketime)"


def find_library() -> Path | None:
    """Return the library, where this machine has it."""
    for place in _PLACES:
        for found in sorted(Path("/").glob(place.lstrip("/"))):
            return found
    return None


class FalseClock:
    """The offset of one process's wall clock."""

    def __init__(self, library: Path, file: Path) -> None:
        self._library = library
        self._file = file
        self.jump(0)

    def environ(self) -> Mapping[str, str]:
        """Return what the process's environment must hold."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Its memory shared with child processes, of which there are none, makes a start cost three times.
            "FAKETIME_DISABLE_SHM": "1",
            "NO_FAKE_STAT": "1",
        }

    def jump(self, offset_seconds: int) -> None:
        """Set the offset; the process notices within a second."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{offset_seconds:+d}\n")
        fresh.replace(self._file)
