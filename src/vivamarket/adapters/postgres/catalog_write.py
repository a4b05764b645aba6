"""Writes many products in one transaction of set-based statements.

``Tables`` collects what the index tables gain and lose. Entries that a product keeps are not touched.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from asyncpg import Record

from vivamarket.catalog.entries import Entry, Prepared


def entry_of_row(row: Record) -> Entry:
    """Read what ``LOCK_PRODUCTS`` returns."""
    return Entry(
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
        [write.document.decode() for write in writes],
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
