"""The shop's ways in on Lambda; the stacks name the functions of this module (docs/decisions/0030).

A function's process is opened at its first call and answers many. Between two calls it is frozen: no task of
it runs, no connection is heard, for milliseconds or for an hour.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import Any, cast

from mangum import Mangum
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.logging import configure_logging
from vivamarket.api.health import Drain
from vivamarket.bootstrap.shop import WEB_STATEMENT_TIMEOUT_SECONDS, open_shop
from vivamarket.bootstrap.web import Web, build_web
from vivamarket.kernel.clock import Clock
from vivamarket.settings import Settings

#: So long what is kept is believed. A process that runs for moments only cannot follow what others change.
TRUSTED_SECONDS = 1.0
#: Sent as they are; everything else goes through API Gateway in base64.
TEXT_TYPES = ["text/", "application/json", "application/problem+json", "application/xml", "image/svg+xml"]


class ApiFunction:
    """Answers requests of API Gateway (REST, payload 1.0), one after another as Lambda does.

    ``environ`` holds the settings. What is kept is brought up to date before a call when that was last done
    ``TRUSTED_SECONDS`` ago, so that an answer is as old as that at most.
    """

    def __init__(self, environ: Mapping[str, str], clock: Clock) -> None:
        self._environ = environ
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._exits = AsyncExitStack()
        self._web: Web | None = None
        self._answer: Mangum | None = None
        self._true_at = 0.0

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer one request. Raise what opening the shop raises; the next call opens it then."""
        # Mangum asks on the loop of the thread.
        asyncio.set_event_loop(self._loop)
        if self._web is None or self._answer is None:
            self._web, self._answer = self._loop.run_until_complete(self._open())
        now = self._clock.monotonic()
        if now - self._true_at > TRUSTED_SECONDS:
            self._loop.run_until_complete(self._web.catch_up())
            self._true_at = now
        return self._answer(event, context)

    def close(self) -> None:
        """Close what was opened. Lambda never asks for it."""
        self._loop.run_until_complete(self._exits.aclose())
        self._loop.close()

    async def _open(self) -> tuple[Web, Mangum]:
        settings = Settings.from_env(self._environ)
        configure_logging(settings.log_level, settings.log_format)
        # It tells of every request, as the shop does, but knows less of it.
        logging.getLogger("mangum").setLevel(logging.WARNING)
        shop = await self._exits.enter_async_context(
            open_shop(settings, role="web", command_timeout_seconds=WEB_STATEMENT_TIMEOUT_SECONDS)
        )
        web = build_web(shop, Drain())
        # As the web process does (serve.py): a client's address is taken from trusted proxies only.
        app: Any = ProxyHeadersMiddleware(cast(Any, web.app), trusted_hosts=list(settings.trusted_proxies))
        served = app if settings.trusted_proxies else cast(Any, web.app)
        return web, Mangum(served, lifespan="off", text_mime_types=TEXT_TYPES)


api = ApiFunction(os.environ, SystemClock())
