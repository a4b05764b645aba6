"""What indexes know of a product, whoever keeps them, and who may write what.

``prepare`` derives a write's entries, ``decide`` refuses before anything is written. A product is listed on
shelves: its categories, all above them, and ``EVERYTHING``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from vivamarket.catalog.codec import encode_product
from vivamarket.catalog.errors import SkuTaken, SlugTaken
from vivamarket.catalog.model import Product, ProductStatus
from vivamarket.catalog.ports import Write
from vivamarket.catalog.slugs import name_key
from vivamarket.kernel.errors import DomainError, StaleVersion

#: The shelf of the whole shop.
EVERYTHING = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True)
class Entry:
    """One product as indexes know it."""

    id: str
    version: int
    status: str
    created_at: datetime
    skus: frozenset[str]
    slugs: Mapping[str, str]
    names: Mapping[str, str]
    category_ids: tuple[str, ...]
    shelves: tuple[str, ...]

    @property
    def is_listed(self) -> bool:
        """Return whether the lists show it."""
        return self.status == ProductStatus.ACTIVE


@dataclass(frozen=True, slots=True)
class Prepared:
    """A write, ready but for the shelves: ``entry.shelves`` is filled in with the tree as it stands then."""

    product: Product
    document: bytes
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
        document=encode_product(product),
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
    shelves = {EVERYTHING: None}
    for category_id in category_ids:
        shelves.update(dict.fromkeys(paths.get(category_id, ())))
    return tuple(shelves)


def is_storable(text: str) -> bool:
    """Return whether every store can hold the text; what one cannot hold names nothing."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def runs_of_different_products(writes: Sequence[Write]) -> Iterator[Sequence[Write]]:
    """Split the writes, in order, so that no run holds a product twice."""
    start, seen = 0, set[str]()
    for index, write in enumerate(writes):
        if write.product.id in seen:
            yield writes[start:index]
            start, seen = index, set()
        seen.add(write.product.id)
    if start < len(writes):
        yield writes[start:]
