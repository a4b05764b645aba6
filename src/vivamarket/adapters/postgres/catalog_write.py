"""Writes many products in one transaction of set-based statements.

``prepare`` does what needs no database, ``decide`` refuses before anything is written, ``Tables``
collects what the index tables gain and lose. Entries that a product keeps are not touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from asyncpg import Record

from vivamarket.adapters.postgres import catalog_sql as sql
from vivamarket.catalog.codec import encode_product
from vivamarket.catalog.errors import SkuTaken, SlugTaken
from vivamarket.catalog.model import Product, ProductStatus
from vivamarket.catalog.ports import Write
from vivamarket.catalog.slugs import name_key
from vivamarket.kernel.errors import DomainError, StaleVersion


@dataclass(frozen=True, slots=True)
class Entry:
    """One product as the tables know it."""

    id: str
    version: int
    status: str
    created_at: datetime
    skus: frozenset[str]
    slugs: Mapping[str, str]
    names: Mapping[str, str]
    category_ids: tuple[str, ...]
    shelves: tuple[str, ...]

    @classmethod
    def of_row(cls, row: Record) -> Entry:
        """Read what ``LOCK_PRODUCTS`` returns."""
        return cls(
            id=str(row["id"]),
            version=row["version"],
            status=row["status"],
            created_at=row["created_at"],
            skus=frozenset(json.loads(row["skus"])),
            slugs=json.loads(row["slugs"]),
            names=json.loads(row["names"]),
            category_ids=tuple(map(str, row["category_ids"])),
            shelves=tuple(map(str, row["shelves"])),
        )

    @property
    def is_listed(self) -> bool:
        """Return whether the lists show it."""
        return self.status == ProductStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Prepared:
    """A write, ready but for the shelves: ``entry.shelves`` is filled in under the tree's lock."""

    product: Product
    document: str
    expected_version: int
    entry: Entry

    def on_shelves(self, shelves: tuple[str, ...]) -> Prepared:
        """Return the write with its place in the lists."""
        return replace(self, entry=replace(self.entry, shelves=shelves))


def prepare(write: Write, locales: Sequence[str]) -> Prepared:
    """Give the product its new version, encode it and derive its index entries."""
    product = replace(write.product, version=write.expected_version + 1)
    slugs = {locale: product.text(locale).slug for locale in locales}
    slugs |= {locale: text.slug for locale, text in product.texts.items()}
    return Prepared(
        product=product,
        document=encode_product(product).decode(),
        expected_version=write.expected_version,
        entry=Entry(
            id=product.id,
            version=product.version,
            status=product.status.value,
            created_at=product.created_at,
            skus=frozenset(variant.sku for variant in product.variants),
            slugs=slugs,
            names={locale: name_key(product.text(locale).title) for locale in locales},
            category_ids=product.category_ids,
            shelves=(),
        ),
    )


def decide(
    wanted: Sequence[Prepared],
    stored: Mapping[str, Entry],
    sku_owners: dict[str, str],
    slug_owners: dict[tuple[str, str], str],
) -> list[DomainError | None]:
    """Return for each write, in order, its refusal or None; owners are kept up as writes are accepted."""
    return [_decide(write, stored.get(write.entry.id), sku_owners, slug_owners) for write in wanted]


def _decide(
    write: Prepared,
    before: Entry | None,
    sku_owners: dict[str, str],
    slug_owners: dict[tuple[str, str], str],
) -> DomainError | None:
    entry = write.entry
    version = before.version if before is not None else 0
    if version != write.expected_version:
        return StaleVersion(
            "Somebody changed the product since it was read: read it again.",
            product_id=entry.id,
            version=version,
        )
    for sku in entry.skus:
        if sku_owners.get(sku, entry.id) != entry.id:
            return SkuTaken(f"Another product sells {sku!r}.", sku=sku, product_id=sku_owners[sku])
    for key in entry.slugs.items():
        if slug_owners.get(key, entry.id) != entry.id:
            return SlugTaken(
                f"Another product has the address {key[1]!r}.",
                locale=key[0],
                slug=key[1],
                product_id=slug_owners[key],
            )
    if before is not None:
        for sku in before.skus - entry.skus:
            sku_owners.pop(sku, None)
        for key in before.slugs.items() - entry.slugs.items():
            slug_owners.pop(key, None)
    sku_owners.update(dict.fromkeys(entry.skus, entry.id))
    slug_owners.update(dict.fromkeys(entry.slugs.items(), entry.id))
    return None


def shelves_of(category_ids: Iterable[str], paths: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return where products of these categories are listed: there, on all shelves above, in "everything"."""
    shelves = {sql.EVERYTHING: None}
    for category_id in category_ids:
        shelves.update(dict.fromkeys(paths.get(category_id, ())))
    return tuple(shelves)


def is_storable(text: str) -> bool:
    """Return whether PostgreSQL can hold the text at all; what it cannot hold names nothing."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


Row = tuple[Any, ...]


@dataclass(slots=True)
class Diff:
    """What one table gains and loses."""

    lost: list[Row] = field(default_factory=list)
    gained: list[Row] = field(default_factory=list)

    def between(self, before: Iterable[Row], after: Iterable[Row]) -> None:
        """Note the difference of two sets of rows."""
        old, new = set(before), set(after)
        self.lost += old - new
        self.gained += new - old


@dataclass(slots=True)
class Tables:
    """What a batch changes in the index tables, collected product by product."""

    skus: Diff = field(default_factory=Diff)
    slugs: Diff = field(default_factory=Diff)
    categories: Diff = field(default_factory=Diff)
    newest: Diff = field(default_factory=Diff)
    by_name: Diff = field(default_factory=Diff)

    def change(self, before: Entry | None, after: Entry | None) -> None:
        """Collect what differs; None stands for a product that is not there (yet, or any more)."""
        self.skus.between(_skus(before), _skus(after))
        self.slugs.between(_slugs(before), _slugs(after))
        self.categories.between(_categories(before), _categories(after))
        self.newest.between(_newest(before), _newest(after))
        self.by_name.between(_by_name(before), _by_name(after))


def columns(rows: Sequence[Row], width: int) -> list[list[Any]]:
    """Turn rows into one sorted list per column, the shape ``unnest`` takes; writers so lock in one order."""
    return (
        [list(column) for column in zip(*sorted(rows), strict=True)] if rows else [[] for _ in range(width)]
    )


def product_columns(writes: Sequence[Prepared]) -> list[list[Any]]:
    """Return the columns of ``INSERT_PRODUCTS`` and ``UPDATE_PRODUCTS``."""
    entries = [write.entry for write in writes]
    return [
        [entry.id for entry in entries],
        [entry.version for entry in entries],
        [entry.status for entry in entries],
        [entry.created_at for entry in entries],
        [json.dumps(sorted(entry.skus)) for entry in entries],
        [json.dumps(entry.slugs) for entry in entries],
        [json.dumps(entry.names) for entry in entries],
        ["{" + ",".join(entry.category_ids) + "}" for entry in entries],
        ["{" + ",".join(entry.shelves) + "}" for entry in entries],
        [write.document for write in writes],
    ]


def _skus(entry: Entry | None) -> Iterable[Row]:
    return [(sku, entry.id) for sku in entry.skus] if entry is not None else ()


def _slugs(entry: Entry | None) -> Iterable[Row]:
    return [(locale, slug, entry.id) for locale, slug in entry.slugs.items()] if entry is not None else ()


def _categories(entry: Entry | None) -> Iterable[Row]:
    return [(category_id, entry.id) for category_id in entry.category_ids] if entry is not None else ()


def _newest(entry: Entry | None) -> Iterable[Row]:
    if entry is None or not entry.is_listed:
        return ()
    return [(shelf, entry.created_at, entry.id) for shelf in entry.shelves]


def _by_name(entry: Entry | None) -> Iterable[Row]:
    if entry is None or not entry.is_listed:
        return ()
    return [
        (shelf, locale, name, entry.id) for shelf in entry.shelves for locale, name in entry.names.items()
    ]
