"""``viva staff``: who may run the shop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click

from vivamarket.cli.context import print_json, read_settings

if TYPE_CHECKING:
    import asyncpg

    from vivamarket.accounts.service import AccountService
    from vivamarket.kernel.clock import Clock
    from vivamarket.settings import Settings

T = TypeVar("T")

#: As ``accounts.model.StaffRole`` names them, which is imported only when it is needed.
ROLES = ("owner", "staff", "support", "editor", "warehouse", "accountant")


@click.group
def command() -> None:
    """Add staff accounts and set their passwords."""


@command.command("add")
@click.argument("email")
@click.option("--name", default="Staff", show_default=True, help="How the account is called.")
@click.option("--role", type=click.Choice(ROLES), default="staff", show_default=True, help="What it may do.")
@click.option("--owner", is_flag=True, help="The same as --role owner: may do everything.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for a script.")
def add(*, email: str, name: str, role: str, owner: bool, as_json: bool) -> None:
    """Add an account; its password is made here and shown this once."""
    from vivamarket.accounts.model import StaffRole

    chosen = StaffRole.OWNER if owner else StaffRole(role)
    password = _change("staff add", lambda accounts: accounts.add_staff(email, name=name, role=chosen))
    _tell_password(email, password, as_json=as_json)


@command.command("password")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="Print the result for a script.")
def set_password(*, email: str, as_json: bool) -> None:
    """Give an account a new password and end its sessions."""
    password = _change("staff password", lambda accounts: accounts.reset_password(email), email)
    _tell_password(email, password, as_json=as_json)


@command.command("totp")
@click.argument("email")
@click.option("--remove", is_flag=True, help="Take the second factor off the account.")
@click.option("--json", "as_json", is_flag=True, help="Print the result for a script.")
def totp(*, email: str, remove: bool, as_json: bool) -> None:
    """Give an account a second factor, for an authenticator app, and end its sessions."""
    if remove:
        _change("staff totp --remove", lambda accounts: accounts.remove_totp(email), email)
        if as_json:
            print_json({"email": email, "secret": None})
        else:
            click.echo(f"{email} signs in with the password alone.")
        return
    secret = _change("staff totp", lambda accounts: accounts.new_totp(email), email)
    if as_json:
        print_json({"email": email, "secret": secret})
    else:
        click.echo(f"Account   {email}\nSecret    {secret}   (for the authenticator app; shown this once)")


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print for a script.")
def list_staff(*, as_json: bool) -> None:
    """List all accounts, oldest first."""
    staff = _run(lambda opened: opened.accounts.staff())
    if as_json:
        print_json(
            [
                {"email": each.email, "name": each.name, "role": each.role, "created_at": each.created_at}
                for each in staff
            ]
        )
        return
    for each in staff:
        click.echo(f"{each.email:<40} {each.role:<8} {each.name}")


@dataclass(frozen=True, slots=True)
class OpenAccounts:
    """The accounts of a database, and what else a command needs of it."""

    accounts: AccountService
    pool: asyncpg.Pool
    clock: Clock


@asynccontextmanager
async def open_accounts(settings: Settings, database_url: str) -> AsyncIterator[OpenAccounts]:
    """Lend the accounts of that database."""
    from vivamarket.accounts.service import AccountService, SecondFactors
    from vivamarket.adapters.local.box import AesBox
    from vivamarket.adapters.local.clock import SystemClock
    from vivamarket.adapters.local.ids import SystemIds
    from vivamarket.adapters.local.passwords import Argon2Hasher
    from vivamarket.adapters.local.secrets import load_or_create_secrets
    from vivamarket.adapters.local.totp import PyotpCodes
    from vivamarket.adapters.postgres.accounts import PostgresStaffStore
    from vivamarket.adapters.postgres.pool import create_pool
    from vivamarket.adapters.valkey.server import ValkeyServer
    from vivamarket.bootstrap.quick import attempts_in

    clock = SystemClock()
    ids = SystemIds(clock)
    box = AesBox(load_or_create_secrets(settings.secrets_path, ids).token_key)
    factors = SecondFactors(totp=PyotpCodes(), box=box, are_required=settings.staff_second_factor)
    pool = await create_pool(database_url, size_max=2, application_name="viva staff")
    valkey = ValkeyServer(settings.valkey_url, clock=clock) if settings.valkey_url else None
    try:
        accounts = AccountService(
            PostgresStaffStore(pool),
            Argon2Hasher(),
            clock,
            ids,
            factors,
            attempts=attempts_in(pool, valkey, clock, ids),
        )
        yield OpenAccounts(accounts, pool, clock)
    finally:
        if valkey is not None:
            await valkey.close()
        await pool.close()


def _change(operation: str, work: Callable[[AccountService], Awaitable[T]], email: str = "") -> T:
    """Do the work and write it into the audit log, with the id of the account it is about."""
    from vivamarket.cli.trail import recorded

    async def run(opened: OpenAccounts) -> T:
        about = await opened.accounts.known(email) if email else None
        async with recorded(opened.pool, opened.clock, operation, about.id if about else ""):
            return await work(opened.accounts)

    return _run(run)


def _run(work: Callable[[OpenAccounts], Awaitable[T]]) -> T:
    from vivamarket.cli.database import open_database

    settings = read_settings()

    async def run(url: str) -> T:
        async with open_accounts(settings, url) as opened:
            return await work(opened)

    with open_database(settings) as url:
        return asyncio.run(run(url))


def _tell_password(email: str, password: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"email": email, "password": password})
    else:
        click.echo(f"Account   {email}\nPassword  {password}   (shown this once)")
