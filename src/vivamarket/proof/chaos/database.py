"""The embedded PostgreSQL as a part that crashes: all its processes at once, or one of its backends."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import psutil

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.postgres_server import EmbeddedPostgres, PostgresFailed
from vivamarket.adapters.postgres.migrate import migrate
from vivamarket.proof.chaos.processes import family

DATABASE = "viva"
ENDED_POLL_SECONDS = 0.02
PROBE_TIMEOUT_SECONDS = 2.0
#: PostgreSQL begins its recovery within milliseconds; on a loaded machine it may take longer.
NOTICED_SECONDS_MAX = 10.0
NOTICED_POLL_SECONDS = 0.01
#: A log of this size makes the server write its changes back and use the files anew, so that it fits.
SMALL_LOG = "ALTER SYSTEM SET max_wal_size = '128MB'"
CARELESS = f"ALTER DATABASE {DATABASE} SET synchronous_commit = off"


class Database:
    """A ``Part``. Durable as in production: ``fsync``, ``synchronous_commit`` and full pages are on.

    A kill -9 loses what a process had not handed to the operating system, not what the operating system
    had not written to the disk: that is a power cut, which the simulator's double plays.
    """

    name = "postgres"
    role = "postgres"

    def __init__(self, folder: Path, log_file: Path, clock: SystemClock) -> None:
        self._server = EmbeddedPostgres(folder, log_file=log_file)
        self._clock = clock
        self._stopped: list[psutil.Process] = []

    @property
    def url(self) -> str:
        """Return the direct address, past every proxy."""
        return self._server.url(DATABASE)

    @property
    def socket(self) -> Path:
        """Return the Unix socket that the proxies lead to."""
        folder = parse_qs(urlsplit(self.url).query)["host"][0]
        return Path(folder) / ".s.PGSQL.5432"

    async def create(self, *, small: bool, careless: bool) -> None:
        """Create the server's folder and the shop's tables; ``careless`` breaks its promise on purpose."""
        await asyncio.to_thread(self._server.start)
        await asyncio.to_thread(self._server.create_database, DATABASE)
        connection = await asyncpg.connect(self.url)
        try:
            await migrate(connection)
            if small:
                await connection.execute(SMALL_LOG)
            if careless:
                await connection.execute(CARELESS)
        finally:
            await connection.close()
        await asyncio.to_thread(self._server.stop)

    async def start(self) -> None:
        """Start it; what a crash left is repaired first."""
        try:
            await asyncio.to_thread(self._server.start)
        except PostgresFailed as failure:
            raise OSError(str(failure)) from failure

    async def is_ready(self) -> bool:
        """Tell whether a new session gets an answer."""
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_SECONDS):
                connection = await asyncpg.connect(self.url)
                try:
                    return bool(await connection.fetchval("SELECT true"))
                finally:
                    connection.terminate()
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    def is_running(self) -> bool:
        """Tell whether the postmaster lives."""
        return self._server.process_id is not None and self._server.returncode() is None

    def kill(self) -> bool:
        """Kill every process of the server at once, as a crash of its machine would."""
        if not self.is_running():
            return False
        processes = self._processes()
        # Stopped first, or the postmaster would see its children die and begin to tidy up.
        _each(processes, psutil.Process.suspend)
        _each(processes, psutil.Process.kill)
        return bool(processes)

    async def kill_backend(self, chance: random.Random) -> bool:
        """Kill one server process under a session: PostgreSQL ends all others and recovers by itself.

        Return when it has begun to, which a session of our own tells; before, it would look healthy.
        """
        try:
            witness = await asyncpg.connect(self.url, timeout=PROBE_TIMEOUT_SECONDS)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        try:
            spared = witness.get_server_pid()
            backends = [each for each in self._processes()[1:] if each.pid != spared and _is_backend(each)]
            if not backends:
                return False
            _each([chance.choice(backends)], psutil.Process.kill)
            deadline = self._clock.monotonic() + NOTICED_SECONDS_MAX
            while not witness.is_closed() and self._clock.monotonic() < deadline:
                await self._clock.sleep(NOTICED_POLL_SECONDS)
            return True
        finally:
            witness.terminate()

    def pause(self, stopped: bool) -> None:
        """Stop all of the server's processes where they stand, or let them go on."""
        if stopped:
            self._stopped = self._processes()
            _each(self._stopped, psutil.Process.suspend)
        else:
            _each(self._stopped, psutil.Process.resume)
            self._stopped = []

    async def ended(self) -> str:
        """Wait for the postmaster's end."""
        while self.is_running():
            await self._clock.sleep(ENDED_POLL_SECONDS)
        return f"exit code {self._server.returncode()}"

    async def stop(self) -> None:
        """End it cleanly."""
        await asyncio.to_thread(self._server.stop)

    def _processes(self) -> list[psutil.Process]:
        process_id = self._server.process_id
        return [] if process_id is None else family(process_id)


def _is_backend(process: psutil.Process) -> bool:
    """Tell whether the process serves a session (the title names database and role)."""
    with suppress(psutil.Error):
        return any(f" {DATABASE} " in part for part in process.cmdline())
    return False


def _each(processes: list[psutil.Process], act: Callable[[psutil.Process], None]) -> None:
    for process in processes:
        with suppress(psutil.Error):
            act(process)
