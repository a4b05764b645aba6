"""``SessionCopy`` in Valkey.

======================  ====  =============================================================================
key                     type  holds
======================  ====  =============================================================================
``prefix:session:<id>``  hash  ``session`` (JSON; empty once it has ended) and its ``generation``
======================  ====  =============================================================================

A copy ends ``SEEN_SECONDS_MAX`` after it was made, whether it is asked for or not. An ended session keeps
its key for as long, under a generation that no session reaches, so that a slow reader cannot bring it back.
"""

from __future__ import annotations

import msgspec

from vivamarket.accounts.identity.model import Session
from vivamarket.accounts.identity.ports import SEEN_SECONDS_MAX
from vivamarket.adapters.valkey.server import ValkeyServer

_KEPT_MILLISECONDS = SEEN_SECONDS_MAX * 1_000
_ENDED_GENERATION = 2**53

_KEEP = """
local known = redis.call('HGET', KEYS[1], 'generation')
if known and tonumber(known) >= tonumber(ARGV[1]) then return end
redis.call('HSET', KEYS[1], 'generation', ARGV[1], 'session', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
"""
_GET = "return redis.call('HGET', KEYS[1], 'session')"


class ValkeySessionCopy:
    """The ``SessionCopy``."""

    def __init__(self, server: ValkeyServer) -> None:
        self._server = server

    async def get(self, session_id: str) -> Session | None:
        """See ``SessionCopy``."""
        kept = await self._server.run(_GET, self._keys(session_id), [])
        return msgspec.json.decode(kept, type=Session) if isinstance(kept, bytes) and kept else None

    async def keep(self, session: Session) -> None:
        """See ``SessionCopy``."""
        kept = msgspec.json.encode(session)
        await self._server.run(_KEEP, self._keys(session.id), [session.generation, kept, _KEPT_MILLISECONDS])

    async def end(self, session_id: str) -> None:
        """See ``SessionCopy``."""
        await self._server.run(_KEEP, self._keys(session_id), [_ENDED_GENERATION, b"", _KEPT_MILLISECONDS])

    def _keys(self, session_id: str) -> list[str]:
        return [f"{self._server.prefix}:session:{session_id}"]
