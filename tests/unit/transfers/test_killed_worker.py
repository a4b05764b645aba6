"""A worker that is killed (SIGKILL) in the middle of a job: another one goes on, and does nothing twice."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

import asyncpg
from tests.helpers.catalog import StillClock
from tests.helpers.transfers import SAM, TransferDesk
from tests.unit.transfers.test_transfers import many

from vivamarket.adapters.postgres.catalog import PostgresCatalogStore
from vivamarket.adapters.postgres.transfers import PostgresTransferStore
from vivamarket.catalog.transfer.exporting import ExportFormat
from vivamarket.catalog.transfer.importing import BATCH_PRODUCTS
from vivamarket.settings import CHECKOUT_FOLDER
from vivamarket.transfers.model import LEASE_SECONDS, TransferState, TransferStep

START_SECONDS_MAX = 60.0


async def killed_after(keeps: int, url: str, folder: Path) -> None:
    """Let a worker of its own process take up what waits, and kill it before it keeps more than that."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.helpers.stuck_worker", url, str(folder), str(keeps)),
        cwd=CHECKOUT_FOLDER,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        said = await asyncio.wait_for(process.stdout.readline(), START_SECONDS_MAX)
    finally:
        process.kill()
        await process.wait()
    assert said == b"stuck\n"


async def test_another_worker_goes_on_with_an_import_and_an_export(
    pool: asyncpg.Pool, fresh_database: str, tmp_path: Path
) -> None:
    catalog = PostgresCatalogStore(pool, StillClock(), locales=("en", "es"))
    desk = TransferDesk.on(catalog, tmp_path, PostgresTransferStore(pool))
    total = BATCH_PRODUCTS + 7
    checked = await desk.worked(await desk.sent(many(total)))
    await desk.service.run(checked.id)

    await killed_after(1, fresh_database, tmp_path)
    halfway = await desk.service.get(checked.id)
    desk.clock.time += timedelta(seconds=LEASE_SECONDS + 1)
    done = await desk.worked(checked)
    asked = await desk.service.fetch(ExportFormat.OLDER, currency="EUR", staff_id=SAM, request_key="e")
    await killed_after(0, fresh_database, tmp_path)
    desk.clock.time += timedelta(seconds=LEASE_SECONDS + 1)
    exported = await desk.worked(asked)

    assert (halfway.state, halfway.row_done) == (TransferState.RUNNING, BATCH_PRODUCTS + 1)
    assert (done.state, done.result.created, done.result.unchanged) == (TransferState.DONE, total, 0)
    lines = await desk.lines(done, TransferStep.WRITE)
    assert [line.row for line in lines] == list(range(2, total + 2))
    assert exported.state is TransferState.DONE
    _, parts = await desk.service.download(asked.id)
    file = b"".join([part async for part in parts])
    assert all(file.count(f"\nbowl-{number},".encode()) == 1 for number in range(total))
    await desk.tasks.close()
