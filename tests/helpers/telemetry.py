"""A ``Telemetry`` that remembers what it is told."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

Attribute = str | int | float | bool


class Notes:
    """Somebody listens."""

    enabled = True

    def __init__(self) -> None:
        self.observed: list[tuple[str, dict[str, Attribute]]] = []
        self.spans: list[str] = []

    def span(self, name: str, **attributes: Attribute) -> AbstractContextManager[object]:
        self.spans.append(name)
        return nullcontext()

    def count(self, name: str, value: int = 1, **attributes: Attribute) -> None:
        raise AssertionError("nothing is counted here")

    def observe(self, name: str, seconds: float, **attributes: Attribute) -> None:
        self.observed.append((name, attributes))
