"""The catalogue's items: which there are, and which of them a product's change touches.

===========================  ============================  =================================================
what                         ``pk``                        ``sk``
===========================  ============================  =================================================
a product                    ``PRODUCT#{id}``              ``PRODUCT``
a part of a long document    ``PRODUCT#{id}``              ``PART#{its write}#{number}``
who sells a SKU              ``SKU#{sku}``                 ``SKU``
whose a slug is or was       ``SLUG#{locale}#{slug}``      ``PRODUCT``, ``CATEGORY``
the newest of a shelf        ``NEWEST#{shelf}``            ``{created_at}#{id}``
a shelf by name              ``NAMES#{shelf}#{locale}``    ``{name}`` ``\\0`` ``{id}``
all of a shelf, shown or not ``MEMBERS#{shelf}``           ``{id}``
a category                   ``TREE``                      ``{id}``
the tree as a whole          ``TREE#STATE``                ``STATE``
who began to name a category ``TREE#NAMED``                ``{category id}``
a change                     ``FEED``                      ``{position}``
the newest position          ``FEED#HEAD``                 ``HEAD``
what was forgotten           ``FEED#TRIMMED``              ``TRIMMED``
a long write, until decided  ``CLAIM#{id}``                ``CLAIM``
long writes to finish        ``UNFINISHED``                ``{product id}``
===========================  ============================  =================================================
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from vivamarket.adapters.aws.dynamo import Item, ItemWrite, Key, put
from vivamarket.catalog.cursors import microseconds
from vivamarket.catalog.entries import Entry, is_storable

TREE = "TREE"
TREE_STATE: Key = ("TREE#STATE", "STATE")
FEED = "FEED"
FEED_HEAD: Key = ("FEED#HEAD", "HEAD")
FEED_TRIMMED: Key = ("FEED#TRIMMED", "TRIMMED")
UNFINISHED = "UNFINISHED"
#: A key may have 2,048 bytes, a prefix of ours included.
_NAME_BYTES_MAX = 2_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def product_key(product_id: str) -> Key:
    """Return where the product is."""
    return f"PRODUCT#{product_id}", "PRODUCT"


def part_key(product_id: str, write_id: str, number: int) -> Key:
    """Return where a part of the product's document is."""
    return f"PRODUCT#{product_id}", f"PART#{write_id}#{number:04}"


def sku_key(sku: str) -> Key:
    """Return where it says who sells the SKU."""
    return f"SKU#{sku}", "SKU"


def slug_key(kind: str, locale: str, slug: str) -> Key:
    """Return where it says whose slug that is; ``kind`` is ``PRODUCT`` or ``CATEGORY``."""
    return f"SLUG#{locale}#{slug}", kind


def slug_write(kind: str, key: tuple[str, str], record_id: str, *, is_current: bool) -> ItemWrite:
    """Return the write that gives the record the slug, now or as an old one; fails when it is another's."""
    pk, sk = slug_key(kind, *key)
    item = {"pk": pk, "sk": sk, "record_id": record_id, "is_current": is_current}
    free = "attribute_not_exists(pk) OR is_current = :no OR record_id = :me"
    return put(item, free, no=False, me=record_id)


def named_key(category_id: str) -> Key:
    """Return the count of writes that gave a product the category."""
    return "TREE#NAMED", category_id


def claim_key(write_id: str) -> Key:
    """Return the sign that a long write may still be decided."""
    return f"CLAIM#{write_id}", "CLAIM"


def newest_shelf(shelf: str) -> str:
    """Return the list of the shelf by age."""
    return f"NEWEST#{shelf}"


def names_shelf(shelf: str, locale: str) -> str:
    """Return the list of the shelf by name."""
    return f"NAMES#{shelf}#{locale}"


def members_shelf(shelf: str) -> str:
    """Return the list of all of the shelf by id."""
    return f"MEMBERS#{shelf}"


def newest_place(created_at: datetime, product_id: str) -> str:
    """Return a product's place in lists by age."""
    return f"{microseconds(created_at):018}#{product_id}"


def name_place(name: str, product_id: str) -> str:
    """Return a product's place in lists by name."""
    return f"{name}\0{product_id}"


def can_be_key(text: str) -> bool:
    """Return whether the text fits into a key; one that does not names nothing."""
    return is_storable(text) and len(text.encode()) <= _NAME_BYTES_MAX


def entry_of(item: Item) -> Entry:
    """Return what the product's item says to indexes."""
    return Entry(
        id=item["id"],
        version=int(item["version"]),
        status=item["status"],
        created_at=_EPOCH + timedelta(microseconds=int(item["created_us"])),
        skus=frozenset(item["skus"]),
        slugs=item["slugs"],
        names=item["names"],
        category_ids=tuple(item["category_ids"]),
        shelves=tuple(item["shelves"]),
    )


def fields_of(entry: Entry) -> dict[str, Any]:
    """Return an entry as an item holds it."""
    return {
        "id": entry.id,
        "version": entry.version,
        "status": entry.status,
        "created_us": microseconds(entry.created_at),
        "skus": sorted(entry.skus),
        "slugs": dict(entry.slugs),
        "names": dict(entry.names),
        "category_ids": list(entry.category_ids),
        "shelves": list(entry.shelves),
    }


@dataclass(frozen=True, slots=True)
class Places:
    """Where a product stands, and what it calls its own."""

    skus: frozenset[str] = frozenset()
    slugs: frozenset[tuple[str, str]] = frozenset()
    category_ids: frozenset[str] = frozenset()
    #: Its entries in lists.
    listed: frozenset[Key] = frozenset()

    @classmethod
    def of(cls, entry: Entry | None) -> Places:
        """Return those of an entry; none for a product that is not there."""
        if entry is None:
            return cls()
        return cls(
            skus=entry.skus,
            slugs=frozenset(entry.slugs.items()),
            category_ids=frozenset(entry.category_ids),
            listed=frozenset(_listed(entry)),
        )


def _listed(entry: Entry) -> Iterable[Key]:
    # Categories that are not in the tree have members too: they may join it later.
    for shelf in {*entry.shelves, *entry.category_ids}:
        yield members_shelf(shelf), entry.id
    if not entry.is_listed:
        return
    for shelf in entry.shelves:
        yield newest_shelf(shelf), newest_place(entry.created_at, entry.id)
        for locale, name in entry.names.items():
            yield names_shelf(shelf, locale), name_place(name, entry.id)


def packed_document(document: bytes) -> bytes:
    """Return the document as it is kept: compressed, for what is read and written is paid by size."""
    return zlib.compress(document, 1)


def unpacked_document(packed: bytes) -> bytes:
    """Return the document."""
    return zlib.decompress(packed)
