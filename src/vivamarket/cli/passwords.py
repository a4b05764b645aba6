"""``viva passwords``: where customers' passwords are kept, and the end of their move to Cognito."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from vivamarket.cli.context import print_json, read_settings
from vivamarket.cli.errors import CommandFailed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from vivamarket.adapters.local.clock import SystemClock
    from vivamarket.adapters.postgres.identity import PostgresIdentityStore
    from vivamarket.settings import Settings

#: Rows changed in one statement: short enough that no sign-in waits for it.
BATCH_MAX = 1_000


@click.group
def command() -> None:
    """Tell where customers' passwords are; end their move to Cognito."""


@command.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print for a script.")
def status(*, as_json: bool) -> None:
    """Tell how many passwords are still hashes of ours."""
    hashed = _run(lambda store: store.count_hashes())
    in_pool = _is_in_cognito(read_settings())
    if as_json:
        print_json({"keeps_in_cognito": in_pool, "hashed": hashed})
    elif in_pool:
        click.echo(f"Cognito keeps the passwords; {hashed} wait for their customers' next sign-in.")
    else:
        click.echo(f"The shop keeps the passwords itself, as hashes: {hashed}.")


@command.command("forget-hashes")
@click.option("--yes", is_flag=True, help="Do it; without this it is only told what would happen.")
def forget_hashes(*, yes: bool) -> None:
    """End the time of moving: whoever did not sign in since needs a new password, by mail."""
    if not _is_in_cognito(read_settings()):
        raise CommandFailed(
            "The shop keeps the passwords itself: without the hashes nobody could sign in.",
            advice="This ends a move to Cognito: VIVA_COGNITO_CUSTOMERS_SECRET is not set.",
        )
    if not yes:
        hashed = _run(lambda store: store.count_hashes())
        click.echo(f"{hashed} customers would have to ask for a new password. Do it with --yes.")
        return
    click.echo(f"{_run(_forget, recorded_as='passwords forget-hashes')} hashes forgotten.")


def _is_in_cognito(settings: Settings) -> bool:
    return settings.profile == "aws" and settings.cognito_customers_secret is not None


async def _forget(store: PostgresIdentityStore) -> int:
    """Forget as many hashes as there are now; those that come meanwhile are of new passwords."""
    there, gone = await store.count_hashes(), 0
    while gone < there and (forgotten := await store.forget_hashes(BATCH_MAX)):
        gone += forgotten
    return gone


def _run(work: Callable[[PostgresIdentityStore], Awaitable[int]], *, recorded_as: str | None = None) -> int:
    from vivamarket.adapters.local.clock import SystemClock
    from vivamarket.adapters.postgres.identity import PostgresIdentityStore
    from vivamarket.adapters.postgres.pool import create_pool
    from vivamarket.cli.database import open_database
    from vivamarket.cli.trail import recorded

    async def run(url: str, clock: SystemClock) -> int:
        async with await create_pool(url, size_max=2, application_name="viva passwords") as pool:
            store = PostgresIdentityStore(pool)
            if recorded_as is None:
                return await work(store)
            async with recorded(pool, clock, recorded_as):
                return await work(store)

    with open_database(read_settings()) as url:
        return asyncio.run(run(url, SystemClock()))
