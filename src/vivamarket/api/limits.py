"""How often one client may change something: a token bucket per client address, in process.

Several processes each count for themselves; a shop behind a load balancer limits there as well.
"""

from __future__ import annotations

import math

from cachetools import LRUCache

from vivamarket.api.errors import RateLimited
from vivamarket.kernel.clock import Clock


class TokenBuckets:
    """Gives every client ``burst_max`` tokens and ``per_second`` more each second."""

    def __init__(self, clock: Clock, *, per_second: float, burst_max: int, clients_max: int) -> None:
        self._clock = clock
        self._per_second = per_second
        self._burst_max = float(burst_max)
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(maxsize=clients_max)

    def take(self, client: str) -> None:
        """Take one token. Raise ``RateLimited`` with ``retry_after_seconds`` when there is none."""
        now = self._clock.monotonic()
        tokens, seen_at = self._buckets.get(client, (self._burst_max, now))
        tokens = min(self._burst_max, tokens + max(0.0, now - seen_at) * self._per_second)
        if tokens < 1.0:
            self._buckets[client] = (tokens, now)
            wait_seconds = max(1, math.ceil((1.0 - tokens) / self._per_second))
            raise RateLimited(
                f"Too many requests. Please wait {wait_seconds} s and try again.",
                retry_after_seconds=wait_seconds,
            )
        self._buckets[client] = (tokens - 1.0, now)
