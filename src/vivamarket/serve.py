"""Starts one process of the shop: ``python -m vivamarket.serve web`` or ``… worker``.

``viva up`` starts both; in the cloud each is a service of its own. A signal ends the process after what
it is doing: requests under way are answered, tasks are ended, connections closed.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from typing import TYPE_CHECKING

import uvloop

from vivamarket.adapters.local.logging import configure_logging
from vivamarket.bootstrap.shop import WEB_STATEMENT_TIMEOUT_SECONDS, open_shop
from vivamarket.settings import Settings

if TYPE_CHECKING:
    import uvicorn

    from vivamarket.api.asgi import AsgiApp
    from vivamarket.api.door import Door

ROLES = ("web", "worker")
DRAIN_TIMEOUT_SECONDS = 10
BACKLOG_MAX = 2_048
KEEP_ALIVE_TIMEOUT_SECONDS = 75
#: The collector looks after so many new objects. A request makes hundreds and leaves no cycle behind; with
#: the interpreter's 700 a crowd of requests in work had it looking all the time, a tenth of the process.
COLLECT_AFTER_OBJECTS = 10_000


async def serve_web(settings: Settings) -> None:
    """Serve until a signal comes."""
    import uvicorn

    from vivamarket.api.health import Drain
    from vivamarket.bootstrap.web import build_web

    drain = Drain()

    class Server(uvicorn.Server):
        def handle_exit(self, sig: int, frame: object) -> None:
            drain.begin()
            super().handle_exit(sig, None)

    async with open_shop(settings, role="web", command_timeout_seconds=WEB_STATEMENT_TIMEOUT_SECONDS) as shop:
        web = build_web(shop, drain)
        keep_what_there_is()
        await Server(server_config(web.app, settings, web.door)).serve()


def keep_what_there_is() -> None:
    """Take everything built so far out of the garbage collector's rounds, and make them rare.

    It lives as long as the process; looking through it again is a pause of tens of milliseconds for
    every request that waits at that moment.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER_OBJECTS, *gc.get_threshold()[1:])


def server_config(app: AsgiApp, settings: Settings, door: Door) -> uvicorn.Config:
    """Say how the app is served; a client's address is taken from trusted proxies only."""
    import uvicorn

    from vivamarket.api.protocol import protocol_of

    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        http=protocol_of(door),
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        backlog=BACKLOG_MAX,
        timeout_keep_alive=KEEP_ALIVE_TIMEOUT_SECONDS,
        timeout_graceful_shutdown=DRAIN_TIMEOUT_SECONDS,
    )


async def run_worker(settings: Settings) -> None:
    """Work until a signal comes."""
    from vivamarket.bootstrap.worker import start_worker

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with open_shop(settings, role="worker") as shop:
        await start_worker(shop)
        await stopped.wait()


def main() -> None:
    """Run the role named by the first argument."""
    role = sys.argv[1] if len(sys.argv) == 2 else ""
    if role not in ROLES:
        sys.exit(f"Say which process to start: {' or '.join(ROLES)}.")
    settings = Settings.from_env(os.environ)
    configure_logging(settings.log_level, settings.log_format)
    if role == "worker":
        uvloop.run(run_worker(settings))
        return
    # uvicorn raises the signal that ended it once more; the first one was enough.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    uvloop.run(serve_web(settings))


if __name__ == "__main__":
    main()
