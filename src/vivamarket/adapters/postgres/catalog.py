"""``PostgresCatalogStore``: the catalogue as JSONB documents with a few index tables beside them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from vivamarket.adapters.postgres import catalog_sql as sql
from vivamarket.adapters.postgres.catalog_categories import CategoryTables
from vivamarket.adapters.postgres.catalog_write import Tables, columns, entry_of_row, product_columns
from vivamarket.catalog.codec import decode_product
from vivamarket.catalog.cursors import (
    cursor_id,
    feed_position,
    is_record_id,
    list_key,
    microseconds,
    require_at_most,
)
from vivamarket.catalog.entries import (
    EVERYTHING,
    Entry,
    Prepared,
    decide,
    is_storable,
    prepare,
    runs_of_different_products,
    shelves_of,
)
from vivamarket.catalog.errors import ChangesForgotten, ProductNotFound
from vivamarket.catalog.model import Category, Change, ChangeKind, Product, SlugMatch
from vivamarket.catalog.ports import GET_MANY_MAX, PUT_MANY_MAX, ListSort, Write, WriteResult
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import StaleVersion, Unavailable
from vivamarket.kernel.ids import CategoryId, ProductId, Sku
from vivamarket.kernel.paging import Page, decode_cursor, encode_cursor

SCAN_MAX = 1_000
CHANGES_MAX = 10_000
#: How often one product is tried again when writers race for the same SKU, slug or id.
ATTEMPTS_MAX = 5

_RACES = (
    asyncpg.UniqueViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.ForeignKeyViolationError,
)
_OUTAGES = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    ConnectionError,
    TimeoutError,
)


class _Raced(Exception):
    """Another transaction took a slug between our look and our write."""


class PostgresCatalogStore:
    """Keeps every promise of ``CatalogStore``.

    ``locales`` are the shop's, the required one first: each product has a slug and a place in the name
    lists for each of them. A category that moves re-lists the products of its subtree in the same
    transaction, so a move costs as much as that subtree holds, and a list is always one index range.
    """

    def __init__(self, pool: asyncpg.Pool, clock: Clock, *, locales: Sequence[str] = ("en", "es")) -> None:
        self._pool = pool
        self._clock = clock
        self._locales = tuple(locales)

    # Reading

    async def get(self, product_id: ProductId) -> Product:
        """Read one document by its key; what cannot be an id names nothing."""
        found = await self.get_many([product_id])
        if product_id not in found:
            raise ProductNotFound("There is no such product.", product_id=product_id)
        return found[product_id]

    async def get_many(self, product_ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        """Read documents by their keys in one statement."""
        require_at_most("product_ids", len(product_ids), GET_MANY_MAX)
        async with self._connection() as connection:
            rows = await connection.fetch(sql.GET_MANY, list(filter(is_record_id, product_ids)))
        return {ProductId(str(row["id"])): decode_product(row["document"]) for row in rows}

    async def by_slug(self, locale: str, slug: str) -> SlugMatch:
        """Follow one slug."""
        found = await self.by_slugs(locale, [slug])
        if slug not in found:
            raise ProductNotFound("There is no such product.", locale=locale, slug=slug)
        return found[slug]

    async def by_slugs(self, locale: str, slugs: Sequence[str]) -> dict[str, SlugMatch]:
        """Follow slugs in one statement; who has it now is who has the row."""
        require_at_most("slugs", len(slugs), GET_MANY_MAX)
        async with self._connection() as connection:
            rows = await connection.fetch(sql.BY_SLUGS, locale, list(filter(is_storable, slugs)))
        return {row["slug"]: _slug_match(row, locale) for row in rows}

    async def sku_owners(self, skus: Sequence[Sku]) -> dict[Sku, ProductId]:
        """Read the SKU index."""
        require_at_most("skus", len(skus), GET_MANY_MAX)
        async with self._connection() as connection:
            rows = await connection.fetch(sql.SKU_OWNERS, list(filter(is_storable, skus)))
        return {Sku(row["sku"]): ProductId(str(row["product_id"])) for row in rows}

    async def by_skus(self, skus: Sequence[Sku]) -> dict[Sku, Product]:
        """Read the SKU index with the documents in one statement."""
        require_at_most("skus", len(skus), GET_MANY_MAX)
        async with self._connection() as connection:
            rows = await connection.fetch(sql.BY_SKUS, list(filter(is_storable, skus)))
        products = {row["product_id"]: row["document"] for row in rows}
        decoded = {product_id: decode_product(document) for product_id, document in products.items()}
        return {Sku(row["sku"]): decoded[row["product_id"]] for row in rows}

    async def list_active(
        self, *, category_id: CategoryId | None, locale: str, sort: ListSort, cursor: str | None, limit: int
    ) -> Page[Product]:
        """Read one range of one index, then the documents."""
        shelf = category_id or EVERYTHING
        if not is_record_id(shelf):
            return Page(())
        scope = f"{sort}:{shelf}:{locale}"
        after = list_key(scope, sort, cursor)
        async with self._connection() as connection:
            if sort is ListSort.NEWEST:
                rows = await connection.fetch(sql.LIST_NEWEST, shelf, *after, limit + 1)
            else:
                listed = locale if locale in self._locales else self._locales[0]
                rows = await connection.fetch(sql.LIST_BY_NAME, shelf, listed, *after, limit + 1)
        page = rows[:limit]
        next_cursor = None
        if len(rows) > limit and page:
            first = page[-1][0]
            key = microseconds(first) if isinstance(first, datetime) else first
            next_cursor = encode_cursor(scope, [key, str(page[-1]["product_id"])])
        return Page(tuple([decode_product(row["document"]) for row in page]), next_cursor)

    async def members(self, category_id: CategoryId, cursor: str | None, limit: int) -> Page[Product]:
        """Read the membership of each category below in the order of ids."""
        require_at_most("limit", limit, SCAN_MAX)
        if not is_record_id(category_id):
            return Page(())
        scope = f"members:{category_id}"
        after = decode_cursor(scope, cursor, 1)[0] if cursor is not None else EVERYTHING
        async with self._connection() as connection:
            rows = await connection.fetch(sql.MEMBERS, category_id, cursor_id(after), limit)
        next_cursor = encode_cursor(scope, [str(rows[-1]["id"])]) if len(rows) == limit else None
        return Page(tuple([decode_product(row["document"]) for row in rows]), next_cursor)

    async def scan(self, cursor: str | None, limit: int) -> Page[Product]:
        """Read documents in the order of their ids."""
        require_at_most("limit", limit, SCAN_MAX)
        after = decode_cursor("scan", cursor, 1)[0] if cursor is not None else EVERYTHING
        async with self._connection() as connection:
            rows = await connection.fetch(sql.SCAN, cursor_id(after), limit)
        next_cursor = encode_cursor("scan", [str(rows[-1]["id"])]) if len(rows) == limit else None
        return Page(tuple([decode_product(row["document"]) for row in rows]), next_cursor)

    async def active_counts(self) -> dict[CategoryId, int]:
        """Count the entries of each shelf."""
        async with self._connection() as connection:
            rows = await connection.fetch(sql.ACTIVE_COUNTS, EVERYTHING)
        return {CategoryId(str(row["shelf"])): row["products"] for row in rows}

    # Writing

    async def put(self, product: Product, expected_version: int) -> Product:
        """Do ``put_many`` for one."""
        result = (await self.put_many([Write(product, expected_version)]))[0]
        if result.product is None:
            raise result.refusal or AssertionError("a write is stored or refused")
        return result.product

    async def put_many(self, writes: Sequence[Write]) -> list[WriteResult]:
        """Write different products together; where writers race, each alone and decided anew."""
        require_at_most("writes", len(writes), PUT_MANY_MAX)
        results: list[WriteResult] = []
        for run in runs_of_different_products(writes):
            wanted = [prepare(write, self._locales) for write in run]
            try:
                results += await self._put(wanted)
            except (*_RACES, _Raced):
                for write in wanted:
                    results += await self._put_alone(write)
        return results

    async def remove(self, product_id: ProductId, expected_version: int) -> None:
        """Take the product out of every index; its slugs stay and lead nowhere."""
        async with self._transaction() as connection:
            rows = await connection.fetch(sql.LOCK_PRODUCTS, list(filter(is_record_id, [product_id])))
            if not rows:
                raise ProductNotFound("There is no such product.", product_id=product_id)
            before = entry_of_row(rows[0])
            if before.version != expected_version:
                raise StaleVersion(
                    "Somebody changed the product since it was read: read it again.", version=before.version
                )
            tables = Tables()
            tables.change(before, None)
            await _write_tables(connection, tables)
            await connection.execute(sql.DELETE_PRODUCT, product_id)
            await self._tell(connection, ChangeKind.PRODUCT_REMOVED, [(product_id, expected_version)])

    async def _put_alone(self, write: Prepared) -> list[WriteResult]:
        """Do one write after a race: what won the race is visible now, so it is decided anew."""
        for _ in range(ATTEMPTS_MAX):
            try:
                return await self._put([write])
            except (*_RACES, _Raced):
                continue
        refusal = Unavailable("Too many writers at once; try again.", product_id=write.entry.id)
        return [WriteResult(None, refusal)]

    async def _put(self, wanted: Sequence[Prepared]) -> list[WriteResult]:
        """Decide and write different products in one transaction; a race raises and writes nothing."""
        async with self._transaction() as connection:
            await connection.execute(sql.LOCK_TREE_SHARED)
            rows = await connection.fetch(sql.LOCK_PRODUCTS, [write.entry.id for write in wanted])
            stored = {entry.id: entry for entry in map(entry_of_row, rows)}
            refusals = decide(wanted, stored, *await _owners(connection, wanted))
            accepted = [write for write, refusal in zip(wanted, refusals, strict=True) if refusal is None]
            if accepted:
                await self._write(connection, await _shelved(connection, accepted), stored)
        return [
            WriteResult(write.product, None) if refusal is None else WriteResult(None, refusal)
            for write, refusal in zip(wanted, refusals, strict=True)
        ]

    async def _write(
        self, connection: PoolConnectionProxy, writes: Sequence[Prepared], stored: dict[str, Entry]
    ) -> None:
        new = [write for write in writes if write.entry.id not in stored]
        changed = [write for write in writes if write.entry.id in stored]
        tables = Tables()
        for write in writes:
            tables.change(stored.get(write.entry.id), write.entry)
        if new:
            await connection.execute(sql.INSERT_PRODUCTS, *product_columns(new))
        if changed:
            await connection.execute(sql.UPDATE_PRODUCTS, *product_columns(changed))
        await _write_tables(connection, tables)
        await self._tell(
            connection, ChangeKind.PRODUCT_PUT, [(write.entry.id, write.entry.version) for write in writes]
        )

    # Categories

    async def categories(self) -> tuple[Category, ...]:
        """Read the whole tree."""
        async with self._connection() as connection:
            return await CategoryTables(connection, self._locales).read()

    async def category_by_slug(self, locale: str, slug: str) -> SlugMatch:
        """Follow a category's slug."""
        async with self._connection() as connection:
            return await CategoryTables(connection, self._locales).by_slug(locale, slug)

    async def put_category(self, category: Category, expected_version: int) -> Category:
        """Write the category, and what a move of it changes, in one transaction."""
        async with self._transaction() as connection:
            stored = await CategoryTables(connection, self._locales).put(category, expected_version)
            await self._tell(connection, ChangeKind.CATEGORY_PUT, [(stored.id, stored.version)])
        return stored

    async def remove_category(self, category_id: CategoryId, expected_version: int) -> None:
        """Remove an empty category."""
        async with self._transaction() as connection:
            await CategoryTables(connection, self._locales).remove(category_id, expected_version)
            await self._tell(connection, ChangeKind.CATEGORY_REMOVED, [(category_id, expected_version)])

    # The change feed

    async def changes(self, after: str | None, limit: int) -> tuple[Change, ...]:
        """Read the feed from one position on."""
        require_at_most("limit", limit, CHANGES_MAX)
        position = feed_position(after) if after is not None else 0
        async with self._connection() as connection:
            rows = await connection.fetch(sql.CHANGES, position, limit)
            # Read after the entries: what was trimmed meanwhile is noticed.
            feed = await connection.fetchrow(sql.FEED)
        if after is not None and feed is not None and position < feed["trimmed"]:
            raise ChangesForgotten("The feed no longer keeps what follows that position.", after=after)
        return tuple(
            Change(str(row["position"]), ChangeKind(row["kind"]), str(row["id"]), row["version"], row["at"])
            for row in rows
        )

    async def change_head(self) -> str:
        """Read the counter: what it counts is visible."""
        async with self._connection() as connection:
            feed = await connection.fetchrow(sql.FEED)
        return str(feed["head"]) if feed is not None else "0"

    async def trim_changes(self, keep: int) -> int:
        """Forget the oldest entries."""
        async with self._transaction() as connection:
            trimmed = await connection.fetchval(sql.TRIM, keep)
            return _count(await connection.execute(sql.FORGET, trimmed))

    async def _tell(
        self, connection: PoolConnectionProxy, kind: ChangeKind, changed: Sequence[tuple[str, int]]
    ) -> None:
        """Add to the feed: always a transaction's last statement, for it makes other writers wait."""
        ids = [record_id for record_id, _ in changed]
        versions = [version for _, version in changed]
        await connection.execute(sql.TELL, [kind.value] * len(changed), ids, versions, self._clock.now())

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[PoolConnectionProxy]:
        try:
            async with self._pool.acquire() as connection:
                yield connection
        except _OUTAGES as error:
            raise Unavailable("The catalogue does not answer; try again shortly.") from error

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[PoolConnectionProxy]:
        async with self._connection() as connection, connection.transaction():
            yield connection


async def _owners(
    connection: PoolConnectionProxy, wanted: Sequence[Prepared]
) -> tuple[dict[str, str], dict[tuple[str, str], str]]:
    """Return who has the SKUs and the current slugs that the writes want."""
    skus = [sku for write in wanted for sku in write.entry.skus]
    slugs = [key for write in wanted for key in write.entry.slugs.items()]
    sku_rows = await connection.fetch(sql.SKU_OWNERS, skus)
    slug_rows = await connection.fetch(sql.SLUG_OWNERS, *columns(slugs, 2))
    return (
        {row["sku"]: str(row["product_id"]) for row in sku_rows},
        {(row["locale"], row["slug"]): str(row["product_id"]) for row in slug_rows},
    )


async def _shelved(connection: PoolConnectionProxy, writes: Sequence[Prepared]) -> list[Prepared]:
    """Return the writes with the shelves that their categories mean now."""
    category_ids = {category_id for write in writes for category_id in write.entry.category_ids}
    rows = await connection.fetch(sql.PATHS, list(category_ids)) if category_ids else []
    paths = {str(row["id"]): tuple(map(str, row["path"])) for row in rows}
    return [write.on_shelves(shelves_of(write.entry.category_ids, paths)) for write in writes]


async def _write_tables(connection: PoolConnectionProxy, tables: Tables) -> None:
    """Bring the index tables to what the products say: what is lost first, so that it can be taken over."""
    if tables.skus.lost:
        await connection.execute(sql.DELETE_SKUS, columns(tables.skus.lost, 2)[0])
    if tables.skus.gained:
        await connection.execute(sql.INSERT_SKUS, *columns(tables.skus.gained, 2))
    if tables.slugs.lost:
        await connection.execute(sql.RETIRE_SLUGS, *columns(tables.slugs.lost, 3)[:2])
    if tables.slugs.gained:
        claimed = _count(await connection.execute(sql.CLAIM_SLUGS, *columns(tables.slugs.gained, 3)))
        if claimed < len(tables.slugs.gained):
            raise _Raced
    for diff, delete, insert, width in (
        (tables.categories, sql.DELETE_CATEGORIES_OF, sql.INSERT_CATEGORIES_OF, 2),
        (tables.newest, sql.DELETE_NEWEST, sql.INSERT_NEWEST, 3),
        (tables.by_name, sql.DELETE_BY_NAME, sql.INSERT_BY_NAME, 4),
    ):
        if diff.lost:
            await connection.execute(delete, *columns(diff.lost, width))
        if diff.gained:
            await connection.execute(insert, *columns(diff.gained, width))


def _slug_match(row: Any, locale: str) -> SlugMatch:
    slugs: dict[str, str] = json.loads(row["slugs"])
    current = slugs.get(locale) or next(iter(slugs.values()))
    return SlugMatch(str(row["id"]), current, row["is_current"])


def _count(status: str) -> int:
    """Return the row count of a command tag such as ``INSERT 0 12``."""
    return int(status.rsplit(" ", 1)[1])
