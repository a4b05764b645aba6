"""A small disk that can be filled: a tmpfs under the shop's data folder."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

SIZE_BYTES = 1_073_741_824
CHUNK_BYTES = 1_048_576
COMMAND_TIMEOUT_SECONDS = 30.0
_FILLER = "filler"


class SmallDisk:
    """A mounted tmpfs of ``SIZE_BYTES``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mounted = False

    def mount(self, *, user_id: int) -> str | None:
        """Mount it as that user; return ``None``, or in words why that is not possible here."""
        mount = shutil.which("mount", path="/usr/bin:/bin:/usr/sbin:/sbin")
        if mount is None or user_id != 0:
            return "only root may mount the small disk (a tmpfs) that is to be filled"
        self.folder.mkdir(parents=True, exist_ok=True)
        options = f"size={SIZE_BYTES},mode=0755"
        done = _run([mount, "-t", "tmpfs", "-o", options, "viva-chaos", str(self.folder)])
        if done.returncode != 0:
            return f"this machine lets nobody mount a tmpfs: {done.stderr.strip()}"
        self._mounted = True
        return None

    def fill(self) -> int:
        """Leave not a byte free; return how many were taken."""
        taken = 0
        with suppress(OSError), (self.folder / _FILLER).open("ab", buffering=0) as file:
            while taken < SIZE_BYTES:
                taken += file.write(b"\0" * CHUNK_BYTES)
        return taken

    def empty(self) -> None:
        """Give the room back."""
        (self.folder / _FILLER).unlink(missing_ok=True)

    def keep(self, folder: Path) -> None:
        """Copy what is on the disk to a lasting folder."""
        if self._mounted:
            shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns(_FILLER, ".s.PGSQL*"))

    def unmount(self) -> None:
        """Take the disk away with all that is on it."""
        if self._mounted:
            self._mounted = False
            _run(["umount", "--lazy", str(self.folder)])


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=COMMAND_TIMEOUT_SECONDS
    )
