"""Where a user pool publishes its keys: an address that anybody may read."""

from __future__ import annotations

import asyncio

from vivamarket.kernel.errors import Unavailable

CONNECT_TIMEOUT_SECONDS = 1.0
READ_TIMEOUT_SECONDS = 5.0
#: For all of it, however slowly it comes.
TIMEOUT_SECONDS = 10.0
#: Two keys are about 1 kB.
KEY_SET_BYTES_MAX = 65_536


class HttpKeySet:
    """A ``KeySetSource`` read over HTTPS; a redirect is not followed."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def read(self) -> bytes:
        """See ``KeySetSource``. One attempt: the next token that needs a key asks again."""
        # A function that signs nobody in need not load it.
        import httpx

        timeout = httpx.Timeout(READ_TIMEOUT_SECONDS, connect=CONNECT_TIMEOUT_SECONDS)
        try:
            async with (
                asyncio.timeout(TIMEOUT_SECONDS),
                httpx.AsyncClient(timeout=timeout) as client,
                client.stream("GET", self._url) as answer,
            ):
                answer.raise_for_status()
                document = b""
                async for chunk in answer.aiter_bytes():
                    document += chunk
                    if len(document) > KEY_SET_BYTES_MAX:
                        raise Unavailable("The identity service's keys are more than they can be.")
        except (httpx.HTTPError, TimeoutError) as error:
            raise Unavailable("The identity service's keys cannot be read; try again shortly.") from error
        return document
