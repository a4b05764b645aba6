"""What the shop's own log says during a run: silence, except for errors that nobody foresaw."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import structlog

from vivamarket.proof.simulator.process import PROCESS

if TYPE_CHECKING:
    from vivamarket.proof.simulator.world import World


@contextmanager
def quiet_logs(world: World) -> Iterator[None]:
    """Send log entries nowhere; an entry with an exception is a mistake of the shop's, unless foreseen."""
    before = structlog.get_config()

    def listen(_: Any, __: str, entry: MutableMapping[str, Any]) -> NoReturn:
        error = sys.exception()
        if entry.get("exc_info") and error is not None:
            process = PROCESS.get()
            world.mistake(process.name if process else "world", error)
        raise structlog.DropEvent

    structlog.configure(
        processors=[listen],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        cache_logger_on_first_use=False,
    )
    try:
        yield
    finally:
        structlog.configure(**before)
