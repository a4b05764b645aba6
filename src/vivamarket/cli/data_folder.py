"""The data folder: may this release use it, does anybody else, and what did a crash leave behind."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

import psutil

from vivamarket.cli.errors import EnvironmentFailed
from vivamarket.settings import Settings

#: Grows when an older release could no longer read what a newer one has written.
DATA_VERSION = 1
FREE_BYTES_MIN = 200_000_000
ORPHAN_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class RunningShop:
    """What a running shop says about itself in ``run/shop.json``."""

    process_id: int
    #: What shoppers call it, and what this machine calls it.
    public_url: str
    local_url: str
    database_url: str


class DataFolder:
    """One data folder, held by one process at a time through a lock that dies with it."""

    def __init__(self, settings: Settings) -> None:
        self.path = settings.data_dir
        self._run = settings.run_dir
        self._lock: IO[str] | None = None

    def claim(self) -> None:
        """Make the folder ready and lock it; raise ``EnvironmentFailed`` with the reason and the remedy."""
        self._require_writable()
        self._require_space()
        self._lock_or_refuse()
        try:
            self._require_version()
        except EnvironmentFailed:
            self.release()
            raise
        self._end_orphans()

    def release(self) -> None:
        """Let the next process have the folder."""
        if self._lock is not None:
            (self._run / "shop.json").unlink(missing_ok=True)
            self._lock.close()
            self._lock = None

    def announce(self, shop: RunningShop, children: Mapping[str, int]) -> None:
        """Tell other commands where the shop is, and a later start whom it must end."""
        content = {
            **asdict(shop),
            "children": [_fingerprint(process_id) for process_id in children.values()],
        }
        fresh = self._run / "shop.json.new"
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(content, file)
        fresh.replace(self._run / "shop.json")

    def running(self) -> RunningShop | None:
        """Return the open shop of this release that holds the folder now, if one does."""
        content = self._read_announcement() if self.is_held() else {}
        names = [each.name for each in fields(RunningShop)]
        if not all(name in content for name in names):
            return None
        return RunningShop(**{name: content[name] for name in names})

    def is_held(self) -> bool:
        """Tell whether a shop or another command works on the folder now; a shop that still starts does."""
        try:
            with (self._run / "lock").open("r") as lock:
                return not _try_lock(lock)
        except OSError:
            return False

    def _require_writable(self) -> None:
        try:
            self._run.mkdir(parents=True, exist_ok=True)
            probe = self._run / "probe"
            probe.write_text("written to see whether one can")
            probe.unlink()
        except OSError as error:
            raise EnvironmentFailed(*_explain_os_error(self.path, error)) from error

    def _require_space(self) -> None:
        free = shutil.disk_usage(self.path).free
        if free < FREE_BYTES_MIN:
            raise EnvironmentFailed(
                f"The disk of {self.path} is nearly full: {free // 1_000_000} MB are free, "
                f"the shop wants at least {FREE_BYTES_MIN // 1_000_000} MB.",
                advice="Make room, or choose another folder: ./viva up --data FOLDER",
            )

    def _lock_or_refuse(self) -> None:
        lock = (self._run / "lock").open("a")
        if _try_lock(lock):
            self._lock = lock
            return
        lock.close()
        content = self._read_announcement()
        where = f" at {content['public_url']} (process {content['process_id']})" if content else ""
        raise EnvironmentFailed(
            f"Another shop is running on {self.path}{where}.",
            advice="Use that one, end it with Ctrl-C, or start a second shop beside it: "
            "./viva up --data ANOTHER_FOLDER --port ANOTHER_PORT",
        )

    def _require_version(self) -> None:
        path = self.path / "VERSION"
        text = path.read_text().strip() if path.exists() else ""
        if not text:
            path.write_text(f"{DATA_VERSION}\n")
        elif not text.isdigit():
            raise EnvironmentFailed(
                f"{path} holds {text[:20]!r}, which is no data version; {self.path} may not be a shop's.",
                advice="Choose another folder: ./viva up --data FOLDER, or restore a backup.",
            )
        elif int(text) > DATA_VERSION:
            raise EnvironmentFailed(
                f"{self.path} was written by a newer release (data version {text[:20]}; "
                f"this release knows {DATA_VERSION}).",
                advice="Start the newer release, restore a backup made by this one, "
                "or choose another folder: ./viva up --data FOLDER",
            )

    def _read_announcement(self) -> dict[str, Any]:
        try:
            content = json.loads((self._run / "shop.json").read_text())
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def _end_orphans(self) -> None:
        """End the children of a shop that was killed before it could (we hold its lock now)."""
        found = [_same_process(child) for child in self._read_announcement().get("children", [])]
        orphans = [process for process in found if process is not None]
        for process in orphans:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGTERM)
        _, stuck = psutil.wait_procs(orphans, timeout=ORPHAN_TIMEOUT_SECONDS)
        for process in stuck:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(stuck, timeout=ORPHAN_TIMEOUT_SECONDS)
        (self._run / "shop.json").unlink(missing_ok=True)


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _fingerprint(process_id: int) -> dict[str, float]:
    """Name a process by number and birth, because numbers are used again."""
    with suppress(psutil.NoSuchProcess):
        return {"process_id": process_id, "born": psutil.Process(process_id).create_time()}
    return {"process_id": process_id, "born": 0.0}


def _same_process(fingerprint: Mapping[str, float]) -> psutil.Process | None:
    with suppress(psutil.NoSuchProcess, KeyError, TypeError):
        process = psutil.Process(int(fingerprint["process_id"]))
        if abs(process.create_time() - fingerprint["born"]) < 1.0:
            return process
    return None


def _explain_os_error(folder: Path, error: OSError) -> Sequence[str]:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return (f"The disk of {folder} is full.",)
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return (f"{folder} is not a folder.",)
    return (
        f"{folder} cannot be written to ({os.strerror(error.errno or 0)}). "
        "Give yourself the right to, or choose another folder: ./viva up --data FOLDER",
    )
