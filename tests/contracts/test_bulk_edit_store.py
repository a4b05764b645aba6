"""What every BulkEditStore promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import asyncpg
import pytest
from tests.helpers.catalog import NOON, product, product_id, shirt

from vivamarket.adapters.postgres.bulk_edits import PostgresBulkEditStore
from vivamarket.catalog.bulk import BulkEdit
from vivamarket.catalog.errors import BulkEditNotFound
from vivamarket.catalog.ports import BulkEditStore
from vivamarket.kernel.ids import StaffId, uuid7

EDIT = BulkEdit(
    id=uuid7(5, 5),
    staff_id=StaffId("sam"),
    made_at=NOON,
    expires_at=NOON + timedelta(minutes=15),
    befores=(replace(product(1), version=3), replace(shirt(), version=1)),
)


@pytest.fixture
def store(pool: asyncpg.Pool) -> BulkEditStore:
    return PostgresBulkEditStore(pool)


async def test_what_is_kept_is_read_back_equal(store: BulkEditStore) -> None:
    assert await store.begin(EDIT) == EDIT
    assert await store.get(EDIT.id) == EDIT


async def test_the_first_of_two_that_begin_one_edit_counts(store: BulkEditStore) -> None:
    await store.begin(EDIT)

    assert await store.begin(replace(EDIT, befores=(product(2),), made_at=NOON + timedelta(1))) == EDIT


async def test_what_was_written_and_undone_is_noted_once(store: BulkEditStore) -> None:
    await store.begin(EDIT)

    await store.finish(EDIT.id, [product_id(1)])
    await store.finish(EDIT.id, [product_id(50)])
    await store.set_undone(EDIT.id, NOON)
    await store.set_undone(EDIT.id, NOON + timedelta(hours=1))

    assert await store.get(EDIT.id) == replace(EDIT, written=(product_id(1),), undone_at=NOON)


async def test_edits_are_forgotten_once_they_have_expired(store: BulkEditStore) -> None:
    await store.begin(EDIT)
    await store.begin(replace(EDIT, id=uuid7(6, 6), expires_at=NOON + timedelta(hours=9)))

    assert await store.forget(NOON, 10) == 0
    assert await store.forget(NOON + timedelta(hours=1), 10) == 1
    with pytest.raises(BulkEditNotFound):
        await store.get(EDIT.id)


@pytest.mark.parametrize("strange", ["", "nonsense", "\0", uuid7(7, 7)])
async def test_an_unknown_edit_is_not_found(store: BulkEditStore, strange: str) -> None:
    with pytest.raises(BulkEditNotFound):
        await store.get(strange)
