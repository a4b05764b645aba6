"""Structured logs: one line per event, JSON for machines, colors for people, on standard error.

The standard library's loggers (uvicorn, asyncpg, …) pass through the same processors. What may be
personal never gets in: callers log ids, codes and counts; known sensitive keys are masked as a net.
"""

from __future__ import annotations

import logging
import sys
from typing import Literal, TextIO

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, Processor, WrappedLogger

MASKED = "…"
_SENSITIVE = frozenset(
    {
        "address", "authorization", "body", "cart_id", "cookie", "customer", "email", "note", "password",
        "phone", "recipient", "secret", "token",
    }
)  # fmt: skip
#: Loggers that say at "info" what we log ourselves, or nothing anybody needs.
_QUIET = ("httpx", "httpcore", "urllib3", "uvicorn.access", "asyncio", "stripe")


def configure_logging(
    level: str = "info", style: Literal["console", "json"] = "json", *, stream: TextIO | None = None
) -> None:
    """Set up structlog and the standard library's root logger; call once, before anything logs.

    ``level`` is ``debug``, ``info``, ``warning`` or ``error``. Raise ``KeyError`` for another word.
    """
    number = logging.getLevelNamesMapping()[level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask_personal,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(number),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(style)],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(number)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(number, logging.WARNING))
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()


def mask_personal(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace the values of keys that could hold personal data or secrets."""
    for key in event.keys() & _SENSITIVE:
        event[key] = MASKED
    return event


def _rendering(style: Literal["console", "json"]) -> list[Processor]:
    # Tracebacks without local variables: those could hold anybody's e-mail or token.
    if style == "json":
        frames = ExceptionDictTransformer(show_locals=False)
        return [
            structlog.processors.ExceptionRenderer(frames),
            structlog.processors.JSONRenderer(default=str),
        ]
    return [
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    ]
