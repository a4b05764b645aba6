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
from vivamarket.bootstrap.checkout import SANDBOX_MOUNT
from vivamarket.bootstrap.sandbox import start_sandbox


async def serve(port: int, secret_key: str, webhook_url: str, webhook_secret: str, file: Path) -> None:
    """Serve until ended."""
    clock = SystemClock()
    app = start_sandbox(
        file,
        page_url=f"http://127.0.0.1:{port}{SANDBOX_MOUNT}",
        secret_key=secret_key,
        webhook_url=webhook_url,
        webhook_secret=webhook_secret,
        mount_path=SANDBOX_MOUNT,
        clock=clock,
        ids=SystemIds(clock),
        tasks=AsyncioTasks(),
    )
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
