"""Sessions, attempts and rates: without Valkey, or with it in front where the shop has one."""

from __future__ import annotations

import asyncpg

from vivamarket.accounts.identity.limits import Attempts
from vivamarket.accounts.identity.ports import AttemptStore, SessionStore
from vivamarket.accounts.identity.spare import CopiedSessionStore, SpareAttemptStore
from vivamarket.adapters.postgres.sessions import PostgresAttemptStore, PostgresSessionStore
from vivamarket.adapters.valkey.attempts import ValkeyAttemptStore
from vivamarket.adapters.valkey.buckets import ValkeyBuckets
from vivamarket.adapters.valkey.server import ValkeyServer
from vivamarket.adapters.valkey.sessions import ValkeySessionCopy
from vivamarket.bootstrap.shop import Shop
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import IdSource
from vivamarket.kernel.rates import Rate, TokenBuckets


def attempts_of(shop: Shop) -> Attempts:
    """Build the counting of attempts, of staff and of customers."""
    return attempts_in(shop.pool, shop.valkey, shop.clock, shop.ids)


def attempts_in(pool: asyncpg.Pool, valkey: ValkeyServer | None, clock: Clock, ids: IdSource) -> Attempts:
    """Build the same without a whole shop; every process of a shop must count in the same place."""
    store: AttemptStore = PostgresAttemptStore(pool)
    if valkey is not None:
        store = SpareAttemptStore(ValkeyAttemptStore(valkey), store)
    return Attempts(store, clock, ids)


def buckets_of(shop: Shop, rate: Rate | None) -> TokenBuckets | None:
    """Build the buckets that all processes share; None where each counts for itself."""
    if shop.valkey is None or rate is None:
        return None
    return ValkeyBuckets(shop.valkey, shop.clock, rate)


def sessions_of(shop: Shop) -> SessionStore:
    """Build the store of customers' sessions."""
    records = PostgresSessionStore(shop.pool)
    if shop.valkey is None:
        return records
    return CopiedSessionStore(records, ValkeySessionCopy(shop.valkey), shop.clock)
