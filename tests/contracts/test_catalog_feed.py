"""The promises of ``CatalogStore``'s change feed, kept by every adapter."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from tests.helpers.catalog import category, eur, product, product_id
from tests.helpers.catalog_stores import CATALOG_STORES

from vivamarket.catalog.errors import ChangesForgotten
from vivamarket.catalog.model import ChangeKind, Variant
from vivamarket.catalog.ports import CatalogStore, Write
from vivamarket.kernel.ids import Sku


@pytest.fixture(params=CATALOG_STORES)
def store(request: pytest.FixtureRequest) -> CatalogStore:
    return CATALOG_STORES[request.param](request)


async def test_the_feed_tells_every_write_in_order(store: CatalogStore) -> None:
    start = await store.change_head()
    home = await store.put_category(category(1, "Home"), 0)
    mug = await store.put(product(1), 0)
    await store.put(replace(mug, vendor="Northwind"), 1)
    await store.remove(mug.id, 2)
    await store.remove_category(home.id, 1)

    told = await store.changes(start, 100)

    assert [(change.kind, change.id, change.version) for change in told] == [
        (ChangeKind.CATEGORY_PUT, home.id, 1),
        (ChangeKind.PRODUCT_PUT, mug.id, 1),
        (ChangeKind.PRODUCT_PUT, mug.id, 2),
        (ChangeKind.PRODUCT_REMOVED, mug.id, 2),
        (ChangeKind.CATEGORY_REMOVED, home.id, 1),
    ]
    assert await store.changes(told[1].position, 2) == told[2:4]
    assert told[-1].position == await store.change_head()
    assert await store.changes(None, 100) == told


async def test_a_follower_misses_nothing_while_many_write(store: CatalogStore) -> None:
    total = 8 * 12
    writers = [
        asyncio.create_task(_write_slowly(store, range(base * 12 + 1, base * 12 + 13))) for base in range(8)
    ]
    seen: list[str] = []
    position = None
    for _ in range(5_000):
        changes = await store.changes(position, 5)
        if changes:
            seen += [change.id for change in changes]
            position = changes[-1].position
        elif all(writer.done() for writer in writers):
            break
        await asyncio.sleep(0)
    await asyncio.gather(*writers)
    seen += [change.id for change in await store.changes(position, 1_000)]

    assert len(seen) == total
    assert set(seen) == {product_id(n) for n in range(1, total + 1)}


async def _write_slowly(store: CatalogStore, numbers: range) -> None:
    for number in numbers:
        await store.put(
            product(number, f"P{number}", variants=(Variant(Sku(f"S{number}"), prices=eur("1")),)), 0
        )


async def test_a_trimmed_feed_says_so(store: CatalogStore) -> None:
    await store.put_many([Write(product(n, f"P{n}"), 0) for n in range(1, 6)])
    first = (await store.changes(None, 1))[0]

    assert await store.trim_changes(2) == 3

    assert [change.id for change in await store.changes(None, 10)] == [product_id(4), product_id(5)]
    with pytest.raises(ChangesForgotten):
        await store.changes(first.position, 10)
    assert await store.changes(await store.change_head(), 10) == ()
