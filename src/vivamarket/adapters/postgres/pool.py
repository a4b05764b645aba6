"""Connections to PostgreSQL, prepared once and reused as they are."""

from __future__ import annotations

import asyncpg
from asyncpg.pool import PoolAcquireContext, PoolConnectionProxy

COMMAND_TIMEOUT_SECONDS = 30.0
#: The whole handshake, in which a busy server starts a process for us; not only the first packet.
CONNECT_TIMEOUT_SECONDS = 5.0
IDLE_LIFETIME_SECONDS = 300.0
STATEMENTS_CACHED_MAX = 256
#: After so many a connection is replaced by a fresh one, should its server process have grown.
QUERIES_MAX = 50_000

Connection = asyncpg.Connection | PoolConnectionProxy


class BoundedPool(asyncpg.Pool):
    """A pool in which nobody waits for a connection longer than for a statement."""

    acquire_timeout_seconds = COMMAND_TIMEOUT_SECONDS

    def acquire(self, *, timeout: float | None = None) -> PoolAcquireContext:
        """Lend a connection; raise ``TimeoutError`` when none becomes free in time.

        The pool's own ``fetch`` and ``execute`` come here as well.
        """
        return super().acquire(timeout=self.acquire_timeout_seconds if timeout is None else timeout)


async def create_pool(
    url: str,
    *,
    size_max: int,
    application_name: str,
    size_min: int = 1,
    command_timeout_seconds: float = COMMAND_TIMEOUT_SECONDS,
) -> asyncpg.Pool:
    """Open a pool whose sessions speak UTC, cache their statements and are not reset on release.

    Skipping the reset saves a round trip for every acquire, and has a price: code must leave no
    session state behind (``SET LOCAL`` and transaction-level advisory locks only; a listener or a
    session lock takes a connection of its own). An open transaction is still rolled back.

    Every statement is planned once for all its parameters: each has one good plan, by an index, and
    planning a read of products anew took twice as long as reading them. Plans are kept, so one made
    while a table is small must not read the whole of it: it would go on when the table has grown
    (measured: 25,000 rows read for each order of a young shop). A statement without an index still runs.

    Nobody waits longer for a connection than ``command_timeout_seconds`` (``TimeoutError``).

    Raises ``OSError`` or ``asyncpg.PostgresError`` when the server does not answer.
    """
    pool = BoundedPool(
        url,
        min_size=min(size_min, size_max),
        max_size=size_max,
        max_queries=QUERIES_MAX,
        loop=None,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        max_inactive_connection_lifetime=IDLE_LIFETIME_SECONDS,
        statement_cache_size=STATEMENTS_CACHED_MAX,
        command_timeout=command_timeout_seconds,
        timeout=CONNECT_TIMEOUT_SECONDS,
        reset=_keep_session,
        server_settings={
            "application_name": application_name,
            "TimeZone": "UTC",
            "jit": "off",
            "plan_cache_mode": "force_generic_plan",
            "enable_seqscan": "off",
        },
    )
    pool.acquire_timeout_seconds = command_timeout_seconds
    return await pool


async def _keep_session(connection: Connection) -> None:
    """Replace asyncpg's reset query with nothing."""
