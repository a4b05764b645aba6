"""Imports and exports of staff: checked, run, stopped, taken up again after a crash, fetched, forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from tests.helpers.catalog import StillClock, product
from tests.helpers.transfers import SAM, TransferDesk

from vivamarket.adapters.memory.transfers import MemoryTransferStore
from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.transfer.exporting import ExportFormat
from vivamarket.catalog.transfer.importing import BATCH_PRODUCTS
from vivamarket.catalog.transfer.report import OutcomeKind
from vivamarket.kernel.errors import Unavailable
from vivamarket.kernel.ids import ProductId, Sku
from vivamarket.transfers.errors import (
    BadTransfer,
    TransferFileGone,
    TransferNotFound,
    TransferNotReady,
)
from vivamarket.transfers.model import (
    ATTEMPTS_MAX,
    FILE_BYTES_MAX,
    FILE_KEPT_DAYS,
    LEASE_SECONDS,
    REPORT_KEPT_DAYS,
    Transfer,
    TransferLine,
    TransferState,
    TransferStep,
)

FILE = """\
Handle,Title,Variant SKU,Variant Price,Variant Inventory Qty,Image Src
mug,Mug,MUG,12.50,5,https://pics.example/red.jpg
tea,Tea,TEA,cheap,,
cup,Cup,CUP,3,,https://gone.example/blue.jpg
"""
CREATED, REFUSED = OutcomeKind.CREATED, OutcomeKind.REFUSED


def many(count: int) -> str:
    rows = [f"bowl-{number},Bowl {number},B{number},{number}" for number in range(count)]
    return "\n".join(["Handle,Title,Variant SKU,Variant Price", *rows, ""])


class MoodyStore(MemoryTransferStore):
    """Does something once, when so many changes of progress have been kept."""

    def __init__(self) -> None:
        super().__init__()
        self.kept = 0
        self.fails_at = self.cancels_at = self.loses_at = 0

    async def keep(
        self,
        transfer: Transfer,
        lines: Sequence[TransferLine],
        *,
        now: datetime,
        lease_seconds: float,
        lease: str,
    ) -> Transfer | None:
        self.kept += 1
        if self.kept == self.fails_at:
            raise Unavailable("The power is out.")
        if self.kept == self.cancels_at:
            await self.change(transfer.id, lambda found: found.canceled(now))
        if self.kept == self.loses_at:
            await self.claim(now + timedelta(seconds=2 * LEASE_SECONDS), LEASE_SECONDS, "another worker")
        return await super().keep(transfer, lines, now=now, lease_seconds=lease_seconds, lease=lease)


@pytest.fixture
def catalog(pool: asyncpg.Pool) -> CatalogStore:
    return PostgresCatalogStore(pool, StillClock(), locales=("en", "es"))


@pytest.fixture
def store() -> MoodyStore:
    return MoodyStore()


@pytest_asyncio.fixture
async def desk(catalog: CatalogStore, store: MoodyStore, tmp_path: Path) -> AsyncIterator[TransferDesk]:
    built = TransferDesk.on(catalog, tmp_path, store)
    yield built
    await built.tasks.close()


async def count(catalog: CatalogStore) -> int:
    return len((await catalog.scan(None, 1_000)).items)


async def test_a_check_tells_what_would_happen_and_changes_nothing(
    desk: TransferDesk, catalog: CatalogStore
) -> None:
    checked = await desk.worked(await desk.sent(FILE))

    assert (checked.state, checked.check.created, checked.check.refused) == (TransferState.CHECKED, 2, 1)
    assert (checked.done, checked.total, checked.check.rows) == (len(FILE), len(FILE), 3)
    assert [(line.row, line.handle, line.outcome) for line in await desk.lines(checked, checked.step)] == [
        (2, "mug", CREATED),
        (3, "tea", REFUSED),
        (4, "cup", CREATED),
    ]
    (refused,) = await desk.lines(checked, TransferStep.CHECK, [REFUSED])
    assert (refused.column, refused.code) == ("Variant Price", "bad_price")
    assert await count(catalog) == 0
    assert desk.passes.stock.counts == {}


async def test_a_run_writes_products_stock_and_pictures_and_keeps_both_reports(
    desk: TransferDesk, catalog: CatalogStore
) -> None:
    checked = await desk.worked(await desk.sent(FILE))
    await desk.service.run(checked.id)

    done = await desk.worked(checked)

    assert (done.state, done.result.created, done.result.refused) == (TransferState.DONE, 2, 1)
    assert (done.result.pictures_fetched, done.result.pictures_failed) == (1, 1)
    assert done.check == checked.check
    assert desk.passes.stock.counts == {Sku("MUG"): 5}
    mug = await catalog.get(ProductId((await catalog.by_slug("en", "mug")).id))
    assert mug.images[0].media_id == "m-red"
    (failed,) = await desk.lines(done, TransferStep.PICTURES)
    assert (failed.handle, failed.code) == ("cup", "picture_unreachable")
    assert "https://gone.example/blue.jpg" in failed.reason
    assert len(await desk.lines(done, TransferStep.CHECK)) == len(await desk.lines(done, TransferStep.WRITE))


async def test_without_the_right_to_count_stock_quantities_are_left_out(desk: TransferDesk) -> None:
    checked = await desk.worked(await desk.sent(FILE, sets_stock=False))
    await desk.service.run(checked.id)

    done = await desk.worked(checked)

    assert (done.result.created, done.result.stock_set) == (2, 0)
    assert desk.passes.stock.counts == {}


async def test_a_file_that_is_unfit_fails_with_its_row(desk: TransferDesk) -> None:
    failed = await desk.worked(await desk.sent('Handle,Title\nmug,"Mug'))

    assert failed.state is TransferState.FAILED
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.row) == ("quote_not_closed", 2)


async def test_after_a_crash_it_goes_on_and_no_product_is_told_twice_or_wrongly(
    desk: TransferDesk, store: MoodyStore, catalog: CatalogStore
) -> None:
    total = 2 * BATCH_PRODUCTS + 7
    checked = await desk.worked(await desk.sent(many(total)))
    await desk.service.run(checked.id)
    store.fails_at = store.kept + 2

    with pytest.raises(Unavailable):
        await desk.runner.run_once()
    assert await desk.runner.run_once() == 0, "the lease of the crashed one still holds"
    crashed = await desk.service.get(checked.id)
    desk.clock.time += timedelta(seconds=LEASE_SECONDS + 1)
    done = await desk.worked(checked)

    assert (crashed.state, crashed.row_done) == (TransferState.RUNNING, BATCH_PRODUCTS + 1)
    assert (done.state, done.result.created, done.result.unchanged) == (TransferState.DONE, total, 0)
    lines = await desk.lines(done, TransferStep.WRITE)
    assert [line.row for line in lines] == list(range(2, total + 2))
    assert {line.outcome for line in lines} == {CREATED}


async def test_staff_stop_it_between_two_batches_and_what_is_written_stays(
    desk: TransferDesk, store: MoodyStore, catalog: CatalogStore
) -> None:
    checked = await desk.worked(await desk.sent(many(2 * BATCH_PRODUCTS)))
    await desk.service.run(checked.id)
    store.cancels_at = store.kept + 1

    canceled = await desk.worked(checked)

    assert canceled.state is TransferState.CANCELED
    assert canceled.result.created == BATCH_PRODUCTS == await count(catalog)
    with pytest.raises(TransferNotReady):
        await desk.service.cancel(checked.id)


async def test_what_waits_is_canceled_at_once(desk: TransferDesk, catalog: CatalogStore) -> None:
    waiting = await desk.sent(FILE)

    assert (await desk.service.cancel(waiting.id)).state is TransferState.CANCELED

    assert await desk.runner.run_once() == 0
    with pytest.raises(TransferNotReady):
        await desk.service.run(waiting.id)


async def test_what_is_interrupted_again_and_again_has_failed(desk: TransferDesk, store: MoodyStore) -> None:
    sent = await desk.sent(FILE)
    for _ in range(ATTEMPTS_MAX):
        store.fails_at = store.kept + 1
        with pytest.raises(Unavailable):
            await desk.runner.run_once()
        desk.clock.time += timedelta(seconds=LEASE_SECONDS + 1)

    failed = await desk.worked(sent)

    assert failed.state is TransferState.FAILED
    assert failed.failure is not None
    assert failed.failure.code == "interrupted"


async def test_who_lost_the_lease_leaves_it_alone(desk: TransferDesk, store: MoodyStore) -> None:
    sent = await desk.sent(FILE)
    store.loses_at = 1

    assert await desk.runner.run_once() == 1

    left = await desk.service.get(sent.id)
    assert (left.state, left.attempts, left.check.created) == (TransferState.RUNNING, 2, 0)
    assert await desk.lines(sent, TransferStep.CHECK) == []
    assert await store.renew(sent.id, desk.clock.now(), LEASE_SECONDS, "another worker")


async def test_an_export_is_fetched_and_imports_to_nothing_new(
    desk: TransferDesk, catalog: CatalogStore
) -> None:
    await catalog.put(product(1, "Blue Mug"), 0)
    asked = await desk.service.fetch(ExportFormat.NEWER, currency="EUR", staff_id=SAM, request_key="export-1")
    with pytest.raises(TransferNotReady):
        await desk.service.download(asked.id)

    done = await desk.worked(asked)
    found, parts = await desk.service.download(asked.id)
    content = b"".join([part async for part in parts])

    assert (done.state, done.done, done.file_bytes) == (TransferState.DONE, 1, len(content))
    assert found.file_name == "products-2026-05-01-shopify-new.csv"
    assert "Blue Mug" in content.decode()
    checked = await desk.worked(await desk.sent(content.decode(), key="back"))
    assert (checked.check.unchanged, checked.check.created, checked.check.changed) == (1, 0, 0)


async def test_an_export_that_is_interrupted_begins_anew_and_leaves_no_part_behind(
    desk: TransferDesk, store: MoodyStore, catalog: CatalogStore
) -> None:
    await catalog.put(product(1, "Blue Mug"), 0)
    asked = await desk.service.fetch(ExportFormat.OLDER, currency="EUR", staff_id=SAM, request_key="e")
    await desk.files.put_part(asked.id, 7, b"of an earlier attempt")

    await desk.worked(asked)
    _, parts = await desk.service.download(asked.id)

    assert b"of an earlier attempt" not in b"".join([part async for part in parts])


async def test_an_import_has_no_file_to_fetch(desk: TransferDesk) -> None:
    sent = await desk.sent(FILE)

    with pytest.raises(TransferNotFound):
        await desk.service.download(sent.id)


async def test_a_repeat_of_a_request_is_the_same_import(desk: TransferDesk) -> None:
    assert await desk.sent(FILE) == await desk.sent(FILE)
    assert len((await desk.service.page()).items) == 1


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (b"", "shop.csv", "empty"),
        (bytes(FILE_BYTES_MAX + 1), "shop.csv", "too_large"),
        (b"Title\nMug\n", "..\\a\x00.csv", "bad_name"),
        (b"Title\nMug\n", "folder/", "bad_name"),
    ],
)
async def test_what_cannot_be_a_file_is_refused(
    desk: TransferDesk, data: bytes, name: str, reason: str
) -> None:
    with pytest.raises(BadTransfer) as refused:
        await desk.service.send_in(
            data, file_name=name, currency="EUR", staff_id=SAM, sets_stock=True, request_key="k"
        )

    assert refused.value.fields["reason"] == reason


async def test_files_go_after_a_week_and_reports_after_a_season(desk: TransferDesk) -> None:
    checked = await desk.worked(await desk.sent(FILE))
    assert await desk.service.forget() == 0

    desk.clock.time += timedelta(days=FILE_KEPT_DAYS, seconds=1)
    assert await desk.service.forget() == 1

    gone = await desk.service.get(checked.id)
    assert gone == replace(checked, has_file=False, state=TransferState.CANCELED)
    with pytest.raises(TransferFileGone):
        await desk.files.upload(checked.id)
    desk.clock.time += timedelta(days=REPORT_KEPT_DAYS)
    assert await desk.service.forget() == 1
    with pytest.raises(TransferNotFound):
        await desk.service.get(checked.id)


async def test_a_report_is_read_page_by_page(desk: TransferDesk) -> None:
    checked = await desk.worked(await desk.sent(many(5)))

    first = await desk.service.lines(checked.id, TransferStep.CHECK, limit=3)
    second = await desk.service.lines(checked.id, TransferStep.CHECK, limit=3, cursor=first.next_cursor)

    assert [line.row for line in (*first.items, *second.items)] == [2, 3, 4, 5, 6]
    assert second.next_cursor is None
