"""``TokenBuckets`` in Valkey, shared by every process of the shop.

======================================  ====  =============================================================
key                                     type  holds
======================================  ====  =============================================================
``prefix:bucket:<SHA-256 of the name>``  hash  ``tokens`` left, and the moment (microseconds) of that count
======================================  ====  =============================================================

A key ends when its bucket is full again, for a full bucket is the same as none.
"""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime, timedelta

from vivamarket.adapters.valkey.server import ValkeyServer
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.rates import Rate

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

#: Answers with the microseconds to wait, 0 when a token was taken. A clock that is behind the others' adds
#: nothing, and takes nothing away.
_TAKE = """
local now, per_second, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens, at = burst, now
if known[1] then
    at = math.max(now, tonumber(known[2]))
    tokens = math.min(burst, tonumber(known[1]) + (at - tonumber(known[2])) / 1000000 * per_second)
end
local wait = 0
if tokens >= 1 then tokens = tokens - 1 else wait = math.ceil((1 - tokens) / per_second * 1000000) end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', tokens), 'at', string.format('%.0f', at))
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return wait
"""


class ValkeyBuckets:
    """The ``TokenBuckets``."""

    def __init__(self, server: ValkeyServer, clock: Clock, rate: Rate) -> None:
        self._server = server
        self._clock = clock
        self._rate = rate
        self._full_milliseconds = math.ceil(rate.burst_max / rate.per_second * 1_000)

    async def take(self, name: str) -> float:
        """See ``TokenBuckets``. Asked twice by a closed connection, it may take two."""
        now = (self._clock.now() - _EPOCH) // _MICROSECOND
        digest = hashlib.sha256(name.encode()).hexdigest()
        waited = await self._server.run(
            _TAKE,
            [f"{self._server.prefix}:bucket:{digest}"],
            [now, str(self._rate.per_second), self._rate.burst_max, self._full_milliseconds],
        )
        assert isinstance(waited, int)
        return waited / 1_000_000
