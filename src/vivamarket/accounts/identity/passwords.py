"""The check of a password, which takes the same work whether or not there is an account."""

from __future__ import annotations

from vivamarket.accounts.identity.errors import SignInFailed
from vivamarket.accounts.identity.limits import PASSWORDS, Attempts
from vivamarket.accounts.identity.model import Customer
from vivamarket.accounts.identity.ports import IdentityStore
from vivamarket.accounts.model import PASSWORD_LENGTH_MAX
from vivamarket.accounts.ports import PasswordHasher
from vivamarket.kernel.ids import IdSource


class Passwords:
    """Checks the passwords of customers, counted and with one hash each time."""

    def __init__(
        self, store: IdentityStore, hasher: PasswordHasher, attempts: Attempts, ids: IdSource
    ) -> None:
        self._store = store
        self._hasher = hasher
        self._attempts = attempts
        self._ids = ids
        self._nobody_hash: str | None = None

    async def prove(self, email: str, customer: Customer | None, password: str, address: str) -> Customer:
        """Return the customer if it is there and the password is right.

        Raise ``SignInFailed``, ``TooManyAttempts``.
        """
        async with self._attempts.trying(PASSWORDS, email, address):
            known_hash = await self.hash_of(customer)
            right = await self._hasher.verify(known_hash, password[:PASSWORD_LENGTH_MAX])
            if customer is None or not right:
                raise SignInFailed("The e-mail address or the password is wrong.")
        if self._hasher.outdated(known_hash):
            await self._store.set_hash(customer.id, known_hash, await self._hasher.hash(password))
        return customer

    async def prove_own(self, customer: Customer, password: str, address: str) -> Customer:
        """Return the customer who is signed in if the password is right, for what needs it again.

        Raise ``SignInFailed``, ``TooManyAttempts``.
        """
        return await self.prove(customer.email, customer, password, address)

    async def hash_of(self, customer: Customer | None) -> str:
        """Return the customer's hash, or that of nobody, so that checking it takes the same time."""
        if customer is not None:
            return customer.password_hash
        if self._nobody_hash is None:
            self._nobody_hash = await self._hasher.hash(self._ids.token())
        return self._nobody_hash
