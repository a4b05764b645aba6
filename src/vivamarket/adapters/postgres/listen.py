"""Listens on ``viva_changes`` with a connection of its own, for as long as the process lives."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import asyncpg
import structlog

from vivamarket.adapters.postgres.pool import CONNECT_TIMEOUT_SECONDS, Connection
from vivamarket.kernel.clock import Clock

CHANNEL = "viva_changes"
APPLICATION_NAME = "viva-listener"
RECONNECT_SECONDS = 1.0
#: How often a silent connection is asked whether it still lives: a cut network says nothing by itself.
PROBE_SECONDS = 15.0
PROBE_TIMEOUT_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class ChangeListener:
    """Passes payloads on. Wake-ups lost between two connections are made up for by ``on_gap``."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock,
        on_payload: Callable[[str], None],
        on_gap: Callable[[], None],
    ) -> None:
        self._url = url
        self._clock = clock
        self._on_payload = on_payload
        self._on_gap = on_gap

    async def run(self) -> None:
        """Listen until canceled; connect again after every loss."""
        while True:
            try:
                await self._listen()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("listener_lost", error=type(error).__name__)
            await self._clock.sleep(RECONNECT_SECONDS)

    async def _listen(self) -> None:
        lost = asyncio.Event()
        connection = await asyncpg.connect(
            self._url,
            timeout=CONNECT_TIMEOUT_SECONDS,
            server_settings={"application_name": APPLICATION_NAME},
        )
        try:
            connection.add_termination_listener(lambda _: lost.set())
            await connection.add_listener(CHANNEL, self._heard)
            self._on_gap()
            while not lost.is_set():
                try:
                    async with asyncio.timeout(PROBE_SECONDS):
                        await lost.wait()
                except TimeoutError:
                    await connection.execute("SELECT 1", timeout=PROBE_TIMEOUT_SECONDS)
        finally:
            connection.terminate()

    def _heard(self, _connection: Connection, _pid: int, _channel: str, payload: object) -> None:
        self._on_payload(str(payload))
