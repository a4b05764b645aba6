"""The passwords of customers, counted, and the same work whether or not there is an account."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from vivamarket.accounts.identity.errors import SignInFailed
from vivamarket.accounts.identity.limits import PASSWORDS, Attempts
from vivamarket.accounts.identity.model import Customer
from vivamarket.accounts.identity.ports import IdentityStore
from vivamarket.accounts.passwords import PasswordKeeper


class Passwords:
    """Checks the passwords of customers, and has them kept where they belong."""

    def __init__(self, store: IdentityStore, keeper: PasswordKeeper, attempts: Attempts) -> None:
        self._store = store
        self._keeper = keeper
        self._attempts = attempts

    async def prove(self, email: str, customer: Customer | None, password: str, address: str) -> Customer:
        """Return the customer if it is there and the password is right.

        Raise ``SignInFailed``, ``TooManyAttempts``.
        """
        async with self._attempts.trying(PASSWORDS, email, address):
            holder_id, kept = (None, "") if customer is None else (customer.id, customer.password_hash)
            right = await self._keeper.is_right(holder_id, kept, password)
            if customer is None or not right:
                raise SignInFailed("The e-mail address or the password is wrong.")
        return await self.settle(customer, password)

    async def prove_own(self, customer: Customer, password: str, address: str) -> Customer:
        """Return the customer who is signed in if the password is right, for what needs it again.

        Raise ``SignInFailed``, ``TooManyAttempts``.
        """
        return await self.prove(customer.email, customer, password, address)

    async def settle(self, customer: Customer, password: str) -> Customer:
        """Have a password that is right kept where it belongs; return the customer."""
        swap = partial(self._store.set_hash, customer.id)
        kept = await self._keeper.settle(customer.id, customer.password_hash, password, swap)
        return customer if kept == customer.password_hash else replace(customer, password_hash=kept)
