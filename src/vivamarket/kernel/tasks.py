"""Background work as a port: no task is ever started outside a ``TaskSpawner``.

The real one wraps asyncio; the simulator brings its own and so sees every task there is.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Protocol


class TaskSpawner(Protocol):
    """Starts background work that the process waits for, or cancels, when it ends."""

    def spawn(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Start ``work``. An exception out of it is logged with ``name``; it never passes silently."""
        ...
