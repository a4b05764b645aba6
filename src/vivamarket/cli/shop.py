"""One running shop: its folder, its database, its processes, from the first check to the last goodbye."""

from __future__ import annotations

import asyncio
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import webbrowser
from collections.abc import Mapping, Sequence
from contextlib import suppress
from urllib.parse import urlsplit

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.adapters.local.postgres_server import EmbeddedPostgres
from vivamarket.adapters.local.secrets import ShopSecrets, load_or_create_secrets
from vivamarket.cli.data_folder import DataFolder, RunningShop
from vivamarket.cli.database import embedded_server, migrate_database, start_server
from vivamarket.cli.errors import CommandFailed, EnvironmentFailed
from vivamarket.cli.summary import say, show_summary
from vivamarket.cli.supervisor import ChildSpec, Supervisor, log_tail
from vivamarket.settings import Settings

READY_TIMEOUT_SECONDS = 60.0
READY_PROBE_TIMEOUT_SECONDS = 5.0
FREE_PORTS_TRIED_MAX = 50
SERVE = (sys.executable, "-m", "vivamarket.serve")
FIRST_START = (sys.executable, "-m", "vivamarket.cli.first_start")


class Shop:
    """What ``viva up`` runs; tests bring stand-ins for the commands ``serve`` and ``first_start``."""

    def __init__(
        self,
        settings: Settings,
        *,
        demo: bool = True,
        show_logs: bool = False,
        open_browser: bool = False,
        serve: Sequence[str] = SERVE,
        first_start: Sequence[str] = FIRST_START,
    ) -> None:
        self._settings = settings
        self._demo = demo
        self._show_logs = show_logs
        self._open_browser = open_browser
        self._serve = tuple(serve)
        self._first_start = tuple(first_start)
        self._folder = DataFolder(settings)
        self._server: EmbeddedPostgres | None = None
        self._database_url = ""

    def run(self) -> None:
        """Start everything, stay until told to stop, end everything; nothing is left behind.

        Raises ``EnvironmentFailed`` when the machine lacks something and ``CommandFailed`` when a
        process keeps crashing.
        """
        # Until the supervisor takes the signals, SIGTERM means what Ctrl-C means.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        self._folder.claim()  # first, because it ends what a killed shop left on our port
        supervisor: Supervisor | None = None
        try:
            require_free_port(self._settings.host, self._settings.port)
            secrets = load_or_create_secrets(self._settings.secrets_path, SystemIds(SystemClock()))
            self._start_database()
            self._prepare_once()
            # The first start takes a while, and a port that was free may be another shop's by now.
            require_free_port(self._settings.host, self._settings.port)
            supervisor = self._supervisor()
            supervisor.catch_signals()
            supervisor.start()
            self._until_ready(supervisor, secrets)
            supervisor.run()
        finally:
            self._end(supervisor)

    def _start_database(self) -> None:
        url = self._settings.database_url
        if url is None:
            if not self._settings.postgres_dir.exists():
                say("Creating the database …")
            self._server = embedded_server(self._settings)
            url = start_server(self._server)
        self._database_url = url
        for label in asyncio.run(migrate_database(url)):
            say(f"Applied migration {label}")

    def _prepare_once(self) -> None:
        """Let the first start's process make the staff account and the demo catalogue."""
        done = self._settings.data_dir / "first-start-done"
        if done.exists():
            return
        arguments = [] if self._demo else ["--no-demo"]
        ended = subprocess.run([*self._first_start, *arguments], env=self._environ(), check=False)
        if ended.returncode != 0:
            raise CommandFailed("The first start could not be finished; the next one tries again.")
        done.touch()

    def _supervisor(self) -> Supervisor:
        logs = None if self._show_logs else self._settings.logs_dir
        return Supervisor(
            [
                ChildSpec(name, (*self._serve, name), None if logs is None else logs / f"{name}.log")
                for name in ("web", "worker")
            ],
            environ=self._environ(),
            clock=SystemClock(),
            tell=say,
            changed=self._announce,
            server=self._server,
        )

    def _announce(self, children: Mapping[str, int]) -> None:
        self._folder.announce(
            RunningShop(
                process_id=os.getpid(),
                public_url=self._settings.public_url,
                local_url=self._settings.local_url,
                database_url=self._database_url,
            ),
            children,
        )

    def _environ(self) -> dict[str, str]:
        """Return what the children read: our environment with the decisions made here."""
        settings = self._settings
        return {
            **({"VIVA_LOG_FORMAT": "console"} if self._show_logs else {}),  # for the person who reads along
            **os.environ,
            "VIVA_DATA_DIR": str(settings.data_dir),
            "VIVA_DATABASE_URL": self._database_url,
            "VIVA_HOST": settings.host,
            "VIVA_PORT": str(settings.port),
            "VIVA_PUBLIC_URL": settings.public_url,
        }

    def _until_ready(self, supervisor: Supervisor, secrets: ShopSecrets) -> None:
        if supervisor.wait(self._answers, READY_TIMEOUT_SECONDS):
            show_summary(self._settings, secrets, embedded=self._server is not None)
            if self._open_browser:
                webbrowser.open(self._settings.public_url)
        elif not supervisor.stopping:
            raise CommandFailed(
                f"The shop did not get ready within {READY_TIMEOUT_SECONDS:.0f} s.",
                advice=f"The end of its log:\n{log_tail(self._settings.logs_dir / 'web.log')}",
            )

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(
            urlsplit(self._settings.local_url).netloc, timeout=READY_PROBE_TIMEOUT_SECONDS
        )
        try:
            connection.request("GET", "/health/ready")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _end(self, supervisor: Supervisor | None) -> None:
        if supervisor is not None:
            if supervisor.stopping:
                say("Closing the shop …")
            supervisor.stop()
        if self._server is not None:
            self._server.stop()
        self._folder.release()
        if supervisor is not None and supervisor.stopping:
            say("The shop is closed; everything is stored.")


def require_free_port(host: str, port: int) -> None:
    """Raise ``EnvironmentFailed`` when nothing can listen there, with a free port to use instead."""
    error = _bind_error(host, port)
    if error is None:
        return
    if error.errno == errno.EADDRINUSE:
        free = next(
            (p for p in range(port + 1, port + FREE_PORTS_TRIED_MAX) if not _bind_error(host, p)), None
        )
        raise EnvironmentFailed(
            f"Port {port} is taken by another program{_owner(port)}.",
            advice=f"Choose another one: ./viva up --port {free}"
            if free
            else "Choose another one with --port.",
        )
    if error.errno == errno.EACCES:
        raise EnvironmentFailed(
            f"Port {port} is for the system's own services.", advice="Choose one from 1024 on with --port."
        )
    raise EnvironmentFailed(f"Nothing can listen on {host}:{port}: {error.strerror or error}.")


def _bind_error(host: str, port: int) -> OSError | None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error
    return None


def _owner(port: int) -> str:
    """Return `` (name, process 123)`` where the system tells us who listens there."""
    import psutil

    with suppress(psutil.Error, OSError):
        for connection in psutil.net_connections("tcp"):
            if connection.status != psutil.CONN_LISTEN or not connection.laddr or not connection.pid:
                continue
            if connection.laddr.port == port:
                return f" ({psutil.Process(connection.pid).name()}, process {connection.pid})"
    return ""
