"""The payment sandbox in a process of its own, as a real provider is: ``python -m`` with four arguments.

``DATA_FOLDER PORT PAGE_URL WEBHOOK_URL``: its book and the shop's secrets lie in the data folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import uvicorn
import uvloop

from vivamarket.adapters.local.clock import SystemClock
from vivamarket.adapters.local.ids import SystemIds
from vivamarket.adapters.local.logging import configure_logging
from vivamarket.adapters.local.secrets import load_or_create_secrets
from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.bootstrap.checkout import SANDBOX_MOUNT
from vivamarket.bootstrap.sandbox import start_sandbox

BOOK_FILE = "sandbox.sqlite3"
SECRETS_FILE = "secrets.json"


async def serve(folder: Path, port: int, page_url: str, webhook_url: str) -> None:
    """Serve until a signal comes."""
    clock = SystemClock()
    ids = SystemIds(clock)
    secrets = load_or_create_secrets(folder / SECRETS_FILE, ids)
    tasks = AsyncioTasks()
    app = start_sandbox(
        folder / BOOK_FILE,
        page_url=page_url,
        secret_key=secrets.sandbox_secret_key,
        webhook_url=webhook_url,
        webhook_secret=secrets.sandbox_webhook_secret,
        mount_path=SANDBOX_MOUNT,
        clock=clock,
        ids=ids,
        tasks=tasks,
    )
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
    )
    await uvicorn.Server(config).serve()
    await tasks.close()


def main() -> None:
    """Read the arguments and serve."""
    folder, port, page_url, webhook_url = sys.argv[1:]
    configure_logging("warning", "json")
    uvloop.run(serve(Path(folder), int(port), page_url, webhook_url))


if __name__ == "__main__":
    main()
