"""One Valkey as everything here asks it: by scripts, briefly, and not at all for a while after an outage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeAlias

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable

if TYPE_CHECKING:
    from valkey.asyncio import Valkey
    from valkey.commands.core import AsyncScript

#: What a script answers: Valkey's values, lists of them, or nothing.
Answer: TypeAlias = "int | bytes | list[Answer] | None"

#: So long each may take: to connect, and to answer.
PATIENCE_SECONDS = 0.5
CONNECTIONS_MAX = 64
#: After an outage nobody waits for it again before that; meanwhile all questions are refused at once.
PAUSE_SECONDS = 5.0
_NAME = "The shop's quick memory"


class ValkeyServer:
    """Runs scripts, each atomic in itself. ``prefix`` begins every key, so that shops may share a server."""

    def __init__(
        self, url: str, *, clock: Clock, prefix: str = "viva", patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._url = url
        self._patience_seconds = patience_seconds
        self._clock = clock
        self.prefix = prefix
        self._client: Valkey | None = None
        self._scripts: dict[str, AsyncScript] = {}
        self._paused_until = float("-inf")

    async def run(self, script: str, keys: Sequence[str], args: Sequence[str | bytes | int]) -> Answer:
        """Return the script's answer. A script may run twice, so its effect must happen once.

        Raise ``Unavailable`` when the server does not answer in time; whether it ran is then unknown.
        """
        from valkey.exceptions import ConnectionError as NoConnection
        from valkey.exceptions import OutOfMemoryError, ReadOnlyError
        from valkey.exceptions import TimeoutError as NoAnswer

        if self._clock.monotonic() < self._paused_until:
            raise Unavailable(f"{_NAME} is away; try again shortly.")
        try:
            answer: Answer = await self._script(script)(keys=list(keys), args=list(args))
        except (NoConnection, NoAnswer, OutOfMemoryError, ReadOnlyError, OSError) as error:
            self._paused_until = self._clock.monotonic() + PAUSE_SECONDS
            raise Unavailable(f"{_NAME} does not answer; try again shortly.") from error
        return answer

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    def _script(self, text: str) -> AsyncScript:
        if text not in self._scripts:
            self._scripts[text] = self._connected().register_script(text)
        return self._scripts[text]

    def _connected(self) -> Valkey:
        if self._client is None:
            from valkey.asyncio import Valkey
            from valkey.asyncio.retry import Retry
            from valkey.backoff import NoBackoff
            from valkey.exceptions import ConnectionError as NoConnection

            self._client = Valkey.from_url(
                self._url,
                socket_connect_timeout=self._patience_seconds,
                socket_timeout=self._patience_seconds,
                max_connections=CONNECTIONS_MAX,
                # A connection that the server has closed meanwhile is opened anew, once.
                retry=Retry(NoBackoff(), 1, ()),
                retry_on_error=[NoConnection],
            )
        return self._client
