"""What is done from the command line stands in the audit log like everything else."""

from __future__ import annotations

import os
import pwd
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncpg

    from vivamarket.kernel.clock import Clock

_DONE, _FAILED = 200, 500


@asynccontextmanager
async def recorded(
    pool: asyncpg.Pool, clock: Clock, operation: str, resource: str = ""
) -> AsyncIterator[None]:
    """Write down the intention before the block and what came of it after.

    The name is that of the operating system's account: whoever has a shell there may call themselves so.
    """
    from vivamarket.adapters.postgres.audit_log import PostgresAuditLogStore
    from vivamarket.audit_log import Actor, ActorKind, AuditLog, Entry, Outcome, Phase
    from vivamarket.kernel.errors import DomainError

    log = AuditLog(PostgresAuditLogStore(pool), clock)
    actor = Actor(kind=ActorKind.COMMAND_LINE, name=_account_name())
    entry = Entry(
        at=clock.now(), phase=Phase.INTENTION, actor=actor, operation=f"viva {operation}", resource=resource
    )
    begun = await log.begin(entry)
    try:
        yield
    except DomainError as error:
        await log.end(begun, Outcome(_FAILED, error.code))
        raise
    await log.end(begun, Outcome(_DONE))


@asynccontextmanager
async def recorded_in(url: str, operation: str, resource: str = "") -> AsyncIterator[None]:
    """Do what ``recorded`` does, over connections of its own to that database."""
    from vivamarket.adapters.local.clock import SystemClock
    from vivamarket.adapters.postgres.pool import create_pool

    async with (
        await create_pool(url, size_max=1, application_name="viva audit") as pool,
        recorded(pool, SystemClock(), operation, resource),
    ):
        yield


def _account_name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's account without a name
        return str(os.getuid())
