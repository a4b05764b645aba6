"""Staff accounts, as web, worker and the first start use them."""

from __future__ import annotations

from vivamarket.accounts.service import AccountService
from vivamarket.adapters.local.passwords import Argon2Hasher
from vivamarket.adapters.postgres.accounts import PostgresStaffStore
from vivamarket.bootstrap.shop import Shop


def accounts_of(shop: Shop) -> AccountService:
    """Build the accounts' use cases."""
    return AccountService(PostgresStaffStore(shop.pool), Argon2Hasher(), shop.clock, shop.ids)
