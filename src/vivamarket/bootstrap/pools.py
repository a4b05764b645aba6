"""The user pools that keep passwords for the shop in AWS, where the settings name them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from vivamarket.accounts.ports import PasswordPool
from vivamarket.accounts.service import StaffPool
from vivamarket.adapters.aws.clients import AwsAccess, Threads
from vivamarket.adapters.aws.identity_groups import CognitoGroups
from vivamarket.adapters.aws.identity_keys import HttpKeySet
from vivamarket.adapters.aws.identity_passwords import CognitoPasswords
from vivamarket.adapters.aws.identity_pools import PoolAccess
from vivamarket.adapters.aws.identity_tokens import PoolKeys, PoolTokens
from vivamarket.kernel.clock import Clock
from vivamarket.privacy.model import Person

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class PooledPasswords:
    """A pool as a ``PersonalDataKeeper``. It knows nothing that could be told."""

    def __init__(self, pool: PasswordPool) -> None:
        self._pool = pool

    @property
    def name(self) -> str:
        """See ``PersonalDataKeeper``."""
        return "passwords"

    async def export(self, person: Person, limit: int) -> Sequence[Mapping[str, object]]:
        """See ``PersonalDataKeeper``. A password is a secret, and all there is."""
        return []

    async def erase(self, person: Person) -> None:
        """See ``PersonalDataKeeper``."""
        await self._pool.forget(person.customer_id)


def customers_pool(
    secret: str | None, aws: AwsAccess, clock: Clock, closing: ExitStack
) -> PasswordPool | None:
    """Return the customers' pool that the setting opens, None without one."""
    if secret is None:
        return None
    access = PoolAccess.of(secret)
    return _passwords(access, _client(access, aws), aws, clock, _threads(closing))


def staff_pool(secret: str | None, aws: AwsAccess, clock: Clock, closing: ExitStack) -> StaffPool | None:
    """Return the pool of staff and its groups that the setting opens, None without one."""
    if secret is None:
        return None
    access, threads = PoolAccess.of(secret), _threads(closing)
    client = _client(access, aws)
    return StaffPool(_passwords(access, client, aws, clock, threads), CognitoGroups(client, access, threads))


def _threads(closing: ExitStack) -> Threads:
    threads = Threads("cognito")
    closing.callback(threads.close)
    return threads


def _client(access: PoolAccess, aws: AwsAccess) -> Callable[[], CognitoIdentityProviderClient]:
    """Return what makes the client at its first use: a function that signs nobody in does not pay for it."""
    return cache(replace(aws, region=access.region).cognito)


def _passwords(
    access: PoolAccess,
    client: Callable[[], CognitoIdentityProviderClient],
    aws: AwsAccess,
    clock: Clock,
    threads: Threads,
) -> CognitoPasswords:
    keys = PoolKeys(HttpKeySet(replace(aws, region=access.region).key_set_url(access.pool_id)), clock)
    tokens = PoolTokens(keys, clock, issuer=access.issuer, client_id=access.client_id)
    return CognitoPasswords(client, access, tokens, threads)
