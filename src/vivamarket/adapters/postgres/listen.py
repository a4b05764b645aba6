"""LISTEN on one PostgreSQL channel, through a connection of its own that is opened again when it breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import asyncpg
import structlog

from vivamarket.kernel.clock import Clock

CHANNEL = "viva_changes"
CONNECT_TIMEOUT_SECONDS = 10.0
RETRY_SECONDS_MIN = 0.25
RETRY_SECONDS_MAX = 10.0
#: How often a silent connection is asked whether it still lives (a cut network says nothing).
PROBE_SECONDS = 15.0
PROBE_TIMEOUT_SECONDS = 5.0

#: Called with each payload, in the event loop; must be short and must not raise.
OnPayload = Callable[[str], None]
#: Called whenever notifications may have been missed, also after the first connection.
OnGap = Callable[[], None]

_log = structlog.get_logger("vivamarket.postgres")


class Listener:
    """Hands NOTIFY payloads to callbacks. Only a hint: whoever listens must also look by itself."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock,
        on_payload: Sequence[OnPayload],
        on_gap: Sequence[OnGap] = (),
        channel: str = CHANNEL,
        probe_seconds: float = PROBE_SECONDS,
    ) -> None:
        self._url = url
        self._clock = clock
        self._on_payload = tuple(on_payload)
        self._on_gap = tuple(on_gap)
        self._channel = channel
        self._probe_seconds = probe_seconds

    async def run(self) -> None:
        """Listen until canceled; after a break wait ever longer, up to ``RETRY_SECONDS_MAX``."""
        wait_seconds = RETRY_SECONDS_MIN
        while True:
            try:
                connection = await asyncpg.connect(
                    self._url,
                    timeout=CONNECT_TIMEOUT_SECONDS,
                    server_settings={"application_name": "viva-listen"},
                )
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("listen_connect_failed", error=type(error).__name__, retry_seconds=wait_seconds)
                await self._clock.sleep(wait_seconds)
                wait_seconds = min(wait_seconds * 2, RETRY_SECONDS_MAX)
                continue
            wait_seconds = RETRY_SECONDS_MIN
            try:
                await self._listen(connection)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                _log.warning("listen_broke", error=type(error).__name__)
            finally:
                connection.terminate()

    async def _listen(self, connection: asyncpg.Connection) -> None:
        """Stay until the connection breaks, which raises."""
        closed = asyncio.Event()
        connection.add_termination_listener(lambda _connection: closed.set())
        await connection.add_listener(self._channel, self._received)
        for tell in self._on_gap:
            tell()
        while True:
            try:
                async with asyncio.timeout(self._probe_seconds):
                    await closed.wait()
            except TimeoutError:
                await connection.execute("SELECT 1", timeout=PROBE_TIMEOUT_SECONDS)
            else:
                raise ConnectionResetError("the database closed the listening connection")

    def _received(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        for tell in self._on_payload:
            tell(str(payload))
