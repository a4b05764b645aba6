"""``AddressBookStore`` in PostgreSQL: one JSONB document a customer."""

from __future__ import annotations

from dataclasses import replace

import asyncpg
import msgspec

from vivamarket.addresses.book import AddressBook, SavedAddress
from vivamarket.kernel.errors import StaleVersion
from vivamarket.kernel.ids import CustomerId

_GET = "SELECT version, document::text FROM address_book WHERE customer_id = $1"
_ADD = """
INSERT INTO address_book (customer_id, version, document) VALUES ($1, 1, $2::jsonb)
ON CONFLICT (customer_id) DO NOTHING RETURNING version
"""
_REPLACE = """
UPDATE address_book SET version = version + 1, document = $2::jsonb
WHERE customer_id = $1 AND version = $3 RETURNING version
"""
_ERASE = "DELETE FROM address_book WHERE customer_id = $1"


class _Document(msgspec.Struct, frozen=True):
    """What is written; the version and whose it is stand in columns."""

    addresses: tuple[SavedAddress, ...]
    shipping_default: str | None
    billing_default: str | None


class PostgresAddressBookStore:
    """The ``AddressBookStore`` on a pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def get(self, customer_id: CustomerId) -> AddressBook:
        """See ``AddressBookStore``."""
        row = await self._pool.fetchrow(_GET, customer_id)
        if row is None:
            return AddressBook(customer_id=customer_id)
        found = msgspec.json.decode(row["document"], type=_Document)
        return AddressBook(
            customer_id=customer_id,
            version=row["version"],
            addresses=found.addresses,
            shipping_default=found.shipping_default,
            billing_default=found.billing_default,
        )

    async def put(self, book: AddressBook) -> AddressBook:
        """See ``AddressBookStore``."""
        document = msgspec.json.encode(
            _Document(book.addresses, book.shipping_default, book.billing_default)
        ).decode()
        if book.version == 0:
            version = await self._pool.fetchval(_ADD, book.customer_id, document)
        else:
            version = await self._pool.fetchval(_REPLACE, book.customer_id, document, book.version)
        if version is None:
            raise StaleVersion("Your addresses were changed elsewhere. Read them again.")
        return replace(book, version=version)

    async def erase(self, customer_id: CustomerId) -> None:
        """See ``AddressBookStore``."""
        await self._pool.execute(_ERASE, customer_id)
