"""Measuring as a port: spans and counts that cost nothing until somebody listens."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Protocol


class Telemetry(Protocol):
    """Receives what the process does. It never raises and never blocks; losing data is allowed.

    Attribute values must hold no personal data: names of routes, codes and counts, never e-mails or ids
    of carts.
    """

    @property
    def enabled(self) -> bool:
        """Return whether anybody listens; callers skip building attributes when not."""
        ...

    def span(self, name: str, **attributes: str | int | float | bool) -> AbstractContextManager[object]:
        """Measure a block as one step of the current trace."""
        ...

    def count(self, name: str, value: int = 1, **attributes: str | int | float | bool) -> None:
        """Add to a counter."""
        ...

    def observe(self, name: str, seconds: float, **attributes: str | int | float | bool) -> None:
        """Record a duration in a histogram."""
        ...


class NoTelemetry:
    """Nobody listens."""

    enabled = False

    def span(self, name: str, **attributes: str | int | float | bool) -> AbstractContextManager[object]:
        """Do nothing around the block."""
        return nullcontext()

    def count(self, name: str, value: int = 1, **attributes: str | int | float | bool) -> None:
        """Do nothing."""

    def observe(self, name: str, seconds: float, **attributes: str | int | float | bool) -> None:
        """Do nothing."""


SILENT: Telemetry = NoTelemetry()
