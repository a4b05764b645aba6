"""Staff's imports and exports over a test's catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.catalog import CountedIds, StillClock
from tests.helpers.transfer import FakeStock

from vivamarket.adapters.local.objects import FolderObjectStore
from vivamarket.adapters.local.tasks import AsyncioTasks
from vivamarket.adapters.memory.transfers import MemoryTransferStore
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.transfer.exporting import CatalogExporter
from vivamarket.catalog.transfer.images import ImageFetch
from vivamarket.catalog.transfer.importing import CatalogImporter
from vivamarket.catalog.transfer.ports import FetchedPicture
from vivamarket.catalog.transfer.report import OutcomeKind
from vivamarket.kernel.errors import Invalid
from vivamarket.kernel.ids import MediaId, StaffId
from vivamarket.transfers.files import TransferFiles
from vivamarket.transfers.model import Transfer, TransferId, TransferLine, TransferStep
from vivamarket.transfers.ports import TransferStore
from vivamarket.transfers.running import TransferRunner
from vivamarket.transfers.service import TransferService

SAM = StaffId("sam")


class PatientClock(StillClock):
    """Stands still; whoever sleeps under it sleeps until the test is over."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


class Unreachable(Invalid):
    """Stands for media's refusal."""

    code = "picture_unreachable"


class SomePictures:
    """Has every picture but those of one host."""

    async def import_url(self, url: str) -> FetchedPicture:
        if "gone.example" in url:
            raise Unreachable("The host does not answer.")
        return FetchedPicture(MediaId("m-red"), 640, 480, (160, 640), "#aa0000")


class FakePasses:
    """The real passes over a catalogue, with stock and pictures that tests can look into."""

    def __init__(self, catalog: CatalogStore, clock: StillClock, tasks: AsyncioTasks) -> None:
        self.stock = FakeStock()
        self.pictures = ImageFetch(catalog, SomePictures(), tasks, clock)
        self._catalog = catalog
        self._clock = clock
        self._tasks = tasks

    def importer(self, *, currency: str, sets_stock: bool) -> CatalogImporter:
        return CatalogImporter(
            self._catalog,
            self.stock if sets_stock else None,
            self._clock,
            CountedIds(),
            locale="en",
            currency=currency,
            tasks=self._tasks,
        )

    def exporter(self, *, currency: str) -> CatalogExporter:
        return CatalogExporter(
            self._catalog, self.stock, locale="en", currency=currency, media_base="https://shop.test"
        )


@dataclass
class TransferDesk:
    """Staff at one end, the worker at the other."""

    store: TransferStore
    files: TransferFiles
    service: TransferService
    passes: FakePasses
    runner: TransferRunner
    clock: PatientClock
    tasks: AsyncioTasks

    @classmethod
    def on(cls, catalog: CatalogStore, folder: Path, store: TransferStore | None = None) -> TransferDesk:
        clock, tasks = PatientClock(), AsyncioTasks()
        kept = store or MemoryTransferStore()
        files = TransferFiles(FolderObjectStore(folder, durable=False))
        passes = FakePasses(catalog, clock, tasks)
        runner = TransferRunner(
            store=kept,
            files=files,
            passes=passes,
            catalog=catalog,
            locale="en",
            clock=clock,
            ids=CountedIds(),
            tasks=tasks,
        )
        service = TransferService(store=kept, files=files, clock=clock)
        return cls(kept, files, service, passes, runner, clock, tasks)

    async def sent(self, content: str, *, key: str = "k1", sets_stock: bool = True) -> Transfer:
        """Send a file in."""
        return await self.service.send_in(
            content.encode(),
            file_name="shop.csv",
            currency="EUR",
            staff_id=SAM,
            sets_stock=sets_stock,
            request_key=key,
        )

    async def worked(self, transfer: Transfer | TransferId) -> Transfer:
        """Let the worker work until nothing waits; return what became of that one."""
        while await self.runner.run_once():
            continue
        return await self.service.get(transfer.id if isinstance(transfer, Transfer) else transfer)

    async def lines(
        self, transfer: Transfer, step: TransferStep, outcomes: Sequence[OutcomeKind] = ()
    ) -> list[TransferLine]:
        """Return the whole report of a step."""
        return list(await self.store.lines(transfer.id, step, outcomes, 0, 100_000))
