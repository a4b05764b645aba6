"""The payment sandbox alone in a process, so that it does not share the measured shop's core.

``python -m benchmarks.sandbox_app PORT SECRET_KEY WEBHOOK_URL WEBHOOK_SECRET FILE``
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
import uvloop

from benchmarks.harness import LOAD_CORE
from benchmarks.load import pin
from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.adapters.stripe.gateway import WEBHOOK_EVENTS
from vivamarket.sandbox import (
    ApiHandler,
    Deliverer,
    FaultPlan,
    Provider,
    SqliteRecordStore,
    create_sandbox_app,
)
from vivamarket.sandbox.senders import HttpSender


async def serve(port: int, secret_key: str, webhook_url: str, webhook_secret: str, file: Path) -> None:
    """Serve until ended."""
    clock = SystemClock()
    tasks = AsyncioTasks()
    provider = Provider(
        SqliteRecordStore(file), clock, SystemIds(clock), page_url=f"http://127.0.0.1:{port}/sandbox"
    )
    provider.configure_endpoint(url=webhook_url, enabled_events=WEBHOOK_EVENTS, secret=webhook_secret)
    faults = FaultPlan()
    deliverer = Deliverer(provider, HttpSender(), clock, tasks, faults)
    app = create_sandbox_app(
        ApiHandler(provider, secret_key=secret_key), deliverer, clock, faults=faults, mount_path="/sandbox"
    )
    tasks.spawn("deliveries", deliverer.run())
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="error",
    )
    await uvicorn.Server(config).serve()


def main() -> None:
    """Read the arguments and serve."""
    port, secret_key, webhook_url, webhook_secret, file = sys.argv[1:]
    pin(LOAD_CORE)
    uvloop.run(serve(int(port), secret_key, webhook_url, webhook_secret, Path(file)))


if __name__ == "__main__":
    main()
