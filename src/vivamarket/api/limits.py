"""How often one client may change something: token buckets, in this process or shared by all of them."""

from __future__ import annotations

from cachetools import LRUCache

from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.rates import Rate, TokenBuckets


class LocalBuckets:
    """The ``TokenBuckets`` of one process: several processes each count for themselves.

    At most ``names_max`` are remembered; the least recently seen are forgotten first.
    """

    def __init__(self, clock: Clock, rate: Rate, *, names_max: int) -> None:
        self._clock = clock
        self._rate = rate
        self._buckets: LRUCache[str, tuple[float, float]] = LRUCache(maxsize=names_max)

    async def take(self, name: str) -> float:
        """See ``TokenBuckets``. Never ``Unavailable``."""
        now, most = self._clock.monotonic(), float(self._rate.burst_max)
        tokens, seen_at = self._buckets.get(name, (most, now))
        tokens = min(most, tokens + max(0.0, now - seen_at) * self._rate.per_second)
        left = tokens - 1.0 if tokens >= 1.0 else tokens
        self._buckets[name] = (left, now)
        return 0.0 if left < tokens else (1.0 - tokens) / self._rate.per_second


class SpareBuckets:
    """The shared buckets, and this process's own while those are away: limits are never given up."""

    def __init__(self, shared: TokenBuckets, own: TokenBuckets) -> None:
        self._shared = shared
        self._own = own

    async def take(self, name: str) -> float:
        """See ``TokenBuckets``."""
        try:
            return await self._shared.take(name)
        except Unavailable:
            return await self._own.take(name)
