"""``AttemptStore`` in Valkey; each method is one script, so none sees another's half.

============================================  ======  ===================================================
key                                           type    holds
============================================  ======  ===================================================
``{prefix:attempts}:under:<hex of the key>``  zset    attempts under that key, by their moment
``{prefix:attempts}:of:<attempt>``            set     the keys that the attempt is noted under
``{prefix:attempts}:all``                     zset    ``<attempt> <hex of the key>``, by their moment
============================================  ======  ===================================================

Moments are microseconds since 1970, which a zset's numbers hold exactly. Every key ends ``WINDOW_MAX`` after
it was last written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from vivamarket.accounts.identity.limits import WINDOW_MAX
from vivamarket.adapters.valkey.server import Answer, ValkeyServer

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KEPT_MILLISECONDS = WINDOW_MAX // timedelta(milliseconds=1)

#: ``KEYS[1]`` is the beginning of all keys.
_WORDS = """
local all = KEYS[1] .. ':all'
local function under(key) return KEYS[1] .. ':under:' .. key end
local function of(attempt) return KEYS[1] .. ':of:' .. attempt end
local function count(keys, first, since)
    local counts = {}
    for i = first, #keys do counts[#counts + 1] = redis.call('ZCOUNT', under(keys[i]), since, '+inf') end
    return counts
end
local function drop(attempt, key)
    redis.call('ZREM', under(key), attempt)
    redis.call('ZREM', all, attempt .. ' ' .. key)
    redis.call('SREM', of(attempt), key)
end
local function strike(attempt)
    for _, key in ipairs(redis.call('SMEMBERS', of(attempt))) do drop(attempt, key) end
end
"""
_BEGIN = f"""{_WORDS}
local attempt, at, since, kept = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
for i = 5, #ARGV do
    redis.call('ZADD', under(ARGV[i]), at, attempt)
    redis.call('PEXPIRE', under(ARGV[i]), kept)
    redis.call('ZADD', all, at, attempt .. ' ' .. ARGV[i])
    redis.call('SADD', of(attempt), ARGV[i])
end
redis.call('PEXPIRE', all, kept)
redis.call('PEXPIRE', of(attempt), kept)
return count(ARGV, 5, since)
"""
_COUNT = f"{_WORDS} return count(ARGV, 2, ARGV[1])"
_STRIKE = f"{_WORDS} strike(ARGV[1])"
_FORGIVE = f"""{_WORDS}
strike(ARGV[1])
for _, attempt in ipairs(redis.call('ZRANGE', under(ARGV[2]), 0, -1)) do drop(attempt, ARGV[2]) end
"""
_FORGET = f"""{_WORDS}
local old = redis.call('ZRANGEBYSCORE', all, '-inf', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
for _, each in ipairs(old) do
    local attempt, key = string.match(each, '^(.*) (%x+)$')
    drop(attempt, key)
end
return #old
"""


class ValkeyAttemptStore:
    """The ``AttemptStore``. An outage is ``Unavailable``; what then is for ``SpareAttemptStore``."""

    def __init__(self, server: ValkeyServer) -> None:
        self._server = server
        self._keys = [f"{{{server.prefix}:attempts}}"]

    async def begin(
        self, attempt_id: str, keys: Sequence[bytes], at: datetime, since: datetime
    ) -> tuple[int, ...]:
        """See ``AttemptStore``."""
        noted: list[str | int] = [
            attempt_id,
            _micros(at),
            _micros(since),
            _KEPT_MILLISECONDS,
            *map(bytes.hex, keys),
        ]
        return _counts(await self._server.run(_BEGIN, self._keys, noted))

    async def count(self, keys: Sequence[bytes], since: datetime) -> tuple[int, ...]:
        """See ``AttemptStore``."""
        asked: list[str | int] = [_micros(since), *map(bytes.hex, keys)]
        return _counts(await self._server.run(_COUNT, self._keys, asked))

    async def forgive(self, attempt_id: str, key: bytes) -> None:
        """See ``AttemptStore``."""
        await self._server.run(_FORGIVE, self._keys, [attempt_id, key.hex()])

    async def strike(self, attempt_id: str) -> None:
        """See ``AttemptStore``."""
        await self._server.run(_STRIKE, self._keys, [attempt_id])

    async def forget(self, before: datetime, limit: int) -> int:
        """See ``AttemptStore``. Without it they go as well, a window after the last attempt of all."""
        gone = await self._server.run(_FORGET, self._keys, [_micros(before), limit])
        assert isinstance(gone, int)
        return gone


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _counts(answer: Answer) -> tuple[int, ...]:
    assert isinstance(answer, list)
    return tuple(each for each in answer if isinstance(each, int))
