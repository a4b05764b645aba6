"""The reference: the least an ASGI server can do, answering every request with the same bytes.

``python -m benchmarks.reference_app PORT FILE CORE`` serves FILE's bytes with the production server.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import uvicorn

from benchmarks.load import pin


def bare(body: bytes) -> Any:
    """Return an ASGI application that answers 200 and these bytes."""
    head = {
        "type": "http.response.start",
        "status": 200,
        "headers": [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())],
    }
    rest = {"type": "http.response.body", "body": body}

    async def application(scope: Any, receive: Any, send: Any) -> None:
        await send(head)
        await send(rest)

    return application


def main() -> None:
    """Serve until ended."""
    port, path, core = int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    pin(core)
    uvicorn.run(
        bare(path.read_bytes()),
        host="127.0.0.1",
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )


if __name__ == "__main__":
    main()
