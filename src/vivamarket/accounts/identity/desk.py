"""Customers as staff find and help them: never their passwords, codes or sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from vivamarket.accounts.identity.errors import CustomerNotFound
from vivamarket.accounts.identity.limits import CODES, PASSWORDS, Attempts
from vivamarket.accounts.identity.ports import IdentityStore
from vivamarket.kernel.ids import BadId, CustomerId, parse_uuid
from vivamarket.kernel.paging import Page

#: Shorter words fit too many customers.
QUERY_LENGTH_MIN = 2
QUERY_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerRow:
    """A customer in a list."""

    id: CustomerId
    email: str
    name: str
    locale: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """One customer with what staff can help with."""

    row: CustomerRow
    has_second_factor: bool
    #: Too many wrong passwords or codes: another try is refused for now.
    is_locked: bool


class CustomerDirectory(Protocol):
    """Finds customers among many. Answers within a few milliseconds at a million of them."""

    async def find(self, words: str, cursor: str | None, limit: int) -> Page[CustomerRow]:
        """Return customers, newest first; all of them for no words.

        Words are how an address, a name or a last name begins, or the whole number of an order: then who
        placed it is found, also as a guest with the address confirmed since. Case does not count. Words
        shorter than ``QUERY_LENGTH_MIN`` find nobody. Raise ``BadCursor``.
        """
        ...


class CustomerDesk:
    """What staff do for customers."""

    def __init__(self, directory: CustomerDirectory, store: IdentityStore, attempts: Attempts) -> None:
        self._directory = directory
        self._store = store
        self._attempts = attempts

    async def find(self, words: str, cursor: str | None, limit: int) -> Page[CustomerRow]:
        """See ``CustomerDirectory``."""
        return await self._directory.find(words.strip()[:QUERY_LENGTH_MAX], cursor, limit)

    async def get(self, customer_id: str) -> CustomerFile:
        """Return the customer. Raise ``CustomerNotFound``."""
        customer = await self._store.by_id(_parsed(customer_id))
        if customer is None:
            raise _unknown()
        row = CustomerRow(
            id=customer.id,
            email=customer.email,
            name=customer.name,
            locale=customer.locale,
            created_at=customer.created_at,
        )
        is_locked = await self._attempts.are_used_up(PASSWORDS, row.email)
        is_locked = is_locked or await self._attempts.are_used_up(CODES, row.id)
        return CustomerFile(row, bool(customer.second_factors), is_locked)

    async def sign_out(self, customer_id: str) -> None:
        """End every session of the customer at once. Raise ``CustomerNotFound``."""
        await self._store.end_all((await self.get(customer_id)).row.id)

    async def unlock(self, customer_id: str) -> None:
        """Let the customer try again at once. Raise ``CustomerNotFound``."""
        row = (await self.get(customer_id)).row
        await self._attempts.forgive(PASSWORDS, row.email)
        await self._attempts.forgive(CODES, row.id)


def _parsed(customer_id: str) -> CustomerId:
    try:
        return CustomerId(parse_uuid(customer_id))
    except BadId:
        raise _unknown() from None


def _unknown() -> CustomerNotFound:
    return CustomerNotFound("There is no such customer.")
