"""Sessions and attempts: in the database, or with Valkey in front of it where the shop has one."""

from __future__ import annotations

import asyncpg

from vivamarket.accounts.identity.limits import Attempts
from vivamarket.accounts.identity.ports import AttemptStore, SessionStore
from vivamarket.accounts.identity.spare import CopiedSessionStore, SpareAttemptStore
from vivamarket.adapters.postgres.sessions import PostgresAttemptStore, PostgresSessionStore
from vivamarket.adapters.valkey.attempts import ValkeyAttemptStore
from vivamarket.adapters.valkey.server import ValkeyServer
from vivamarket.adapters.valkey.sessions import ValkeySessionCopy
from vivamarket.bootstrap.shop import Shop
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import IdSource


def attempts_of(shop: Shop) -> Attempts:
    """Build the counting of attempts, of staff and of customers."""
    return attempts_in(shop.pool, shop.valkey, shop.clock, shop.ids)


def attempts_in(pool: asyncpg.Pool, valkey: ValkeyServer | None, clock: Clock, ids: IdSource) -> Attempts:
    """Build the same without a whole shop; every process of a shop must count in the same place."""
    store: AttemptStore = PostgresAttemptStore(pool)
    if valkey is not None:
        store = SpareAttemptStore(ValkeyAttemptStore(valkey), store)
    return Attempts(store, clock, ids)


def sessions_of(shop: Shop) -> SessionStore:
    """Build the store of customers' sessions."""
    records = PostgresSessionStore(shop.pool)
    if shop.valkey is None:
        return records
    return CopiedSessionStore(records, ValkeySessionCopy(shop.valkey), shop.clock)
