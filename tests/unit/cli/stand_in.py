"""Stand-ins for the shop's processes, so that the supervisor is tested without the shop.

``python stand_in.py shop`` runs the real ``Shop`` with this file as its children.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Answer(BaseHTTPRequestHandler):
    """Always ready."""

    def do_GET(self) -> None:  # the name is http.server's
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"ready")

    def log_message(self, *_: object) -> None:
        """Stay silent."""


def web() -> None:
    server = HTTPServer((os.environ["VIVA_HOST"], int(os.environ["VIVA_PORT"])), Answer)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()


def worker() -> None:
    if "STAND_IN_WORKER_CRASHES" in os.environ:
        sys.exit("the worker's engine is on fire")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        time.sleep(60)


def first() -> None:
    counter = Path(os.environ["VIVA_DATA_DIR"], "first-starts")
    counter.write_text(f"{counter.read_text() if counter.exists() else ''}x")
    if "STAND_IN_FIRST_WAITS_FOR" in os.environ:
        sys.stdout.write("first start under way\n")
        sys.stdout.flush()
        while not Path(os.environ["STAND_IN_FIRST_WAITS_FOR"]).exists():
            time.sleep(0.05)


def shop() -> None:
    from vivamarket.cli.app import run_safely
    from vivamarket.cli.context import read_settings
    from vivamarket.cli.shop import Shop

    here = (sys.executable, __file__)
    made = Shop(read_settings(), serve=here, first_start=(*here, "first"))
    sys.exit(run_safely(made.run))


if __name__ == "__main__":
    {"web": web, "worker": worker, "first": first, "shop": shop}[sys.argv[1]]()
