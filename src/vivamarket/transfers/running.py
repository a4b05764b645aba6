"""What the worker does: takes a transfer up, does its steps, keeps how far it is, and stops when asked."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

from vivamarket.catalog.model import Product
from vivamarket.catalog.ports import CatalogStore
from vivamarket.catalog.transfer.exporting import ExportFormat
from vivamarket.catalog.transfer.images import ImageFailure
from vivamarket.catalog.transfer.importing import Resume
from vivamarket.catalog.transfer.reading import Source
from vivamarket.catalog.transfer.report import FileRefused, ImportReport, Outcome, OutcomeKind, Progress
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.errors import DomainError, Unavailable
from vivamarket.kernel.ids import IdSource, ProductId
from vivamarket.kernel.tasks import TaskSpawner
from vivamarket.transfers.files import PART_BYTES, PARTS_MAX, TransferFiles
from vivamarket.transfers.model import (
    ATTEMPTS_MAX,
    FILE_ROWS_MAX,
    LEASE_SECONDS,
    Tally,
    Transfer,
    TransferFailure,
    TransferLine,
    TransferState,
    TransferStep,
)
from vivamarket.transfers.ports import Passes, TransferStore

RENEW_EVERY_SECONDS = LEASE_SECONDS / 3
#: Pictures are fetched for so many products before it is noted how far they are.
PICTURES_PRODUCTS = 24
REASON_LENGTH_MAX = 1_000
_WRITTEN = (OutcomeKind.CREATED, OutcomeKind.CHANGED, OutcomeKind.UNCHANGED)


class _Lost(Exception):
    """Another worker has taken it up, or it was removed: whoever notices leaves it alone."""


class TransferRunner:
    """Runs one transfer at a time. After a crash it is taken up again behind the last row that was kept.

    A batch whose keeping was interrupted is done again, which changes nothing in the catalogue.
    """

    def __init__(
        self,
        *,
        store: TransferStore,
        files: TransferFiles,
        passes: Passes,
        catalog: CatalogStore,
        locale: str,
        clock: Clock,
        ids: IdSource,
        tasks: TaskSpawner,
    ) -> None:
        self._store = store
        self._files = files
        self._passes = passes
        self._catalog = catalog
        self._locale = locale
        self._clock = clock
        self._ids = ids
        self._tasks = tasks

    async def run_once(self) -> int:
        """Take up one transfer and bring it to its end; return how many there were (none or one)."""
        lease = self._ids.token()
        transfer = await self._store.claim(self._clock.now(), LEASE_SECONDS, lease)
        if transfer is None:
            return 0
        desk = _Desk(self._store, self._clock, transfer, lease)
        self._tasks.spawn("transfer-lease", desk.renew())
        try:
            await self._run(desk)
        except _Lost:
            return 1
        finally:
            desk.is_over = True
        return 1

    async def _run(self, desk: _Desk) -> None:
        if desk.transfer.attempts > ATTEMPTS_MAX:
            why = TransferFailure("interrupted", "It was interrupted too often. Try again, or ask for help.")
            await desk.end(TransferState.FAILED, why)
            return
        try:
            while desk.transfer.state is TransferState.RUNNING:
                await self._step(desk)
        except FileRefused as refused:
            why = TransferFailure(refused.reason, refused.message[:REASON_LENGTH_MAX], refused.row)
            await desk.end(TransferState.FAILED, why)
        except Unavailable:
            raise  # the database or the disk is away: taken up again when the lease has ended
        except DomainError as refused:
            why = TransferFailure(refused.code, refused.message[:REASON_LENGTH_MAX])
            await desk.end(TransferState.FAILED, why)

    async def _step(self, desk: _Desk) -> None:
        step = desk.transfer.step
        if step is TransferStep.EXPORT:
            await self._export(desk)
        elif step is TransferStep.PICTURES:
            await self._fetch_pictures(desk)
        else:
            await self._read(desk, is_check=step is TransferStep.CHECK)

    async def _read(self, desk: _Desk, *, is_check: bool) -> None:
        """Check or write the file, from where it was left."""
        start = desk.transfer
        data = await self._files.upload(start.id)
        before = start.check if is_check else start.result
        lines: list[TransferLine] = []

        async def go_on(progress: Progress, report: ImportReport) -> bool:
            kept = _told(desk.transfer, is_check, _sum(before, report, progress.rows))
            at = replace(kept, done=progress.bytes_read, total=len(data), row_done=progress.rows + 1)
            taken, lines[:] = list(lines), []
            await desk.keep(at, taken)
            return not desk.transfer.is_cancel_asked

        importer = self._passes.importer(currency=start.currency, sets_stock=start.sets_stock)
        resume = Resume(start.row_done, start.began_at or start.asked_at) if start.row_done else None
        report = await importer.run(
            Source(lambda: io.BytesIO(data), len(data), FILE_ROWS_MAX),
            dry_run=is_check,
            resume=resume,
            go_on=go_on,
            on_outcome=lambda outcome: lines.append(_line(start.step, outcome)),
        )
        if report.is_stopped:
            await desk.end(TransferState.CANCELED)
            return
        ended = _told(desk.transfer, is_check, _sum(before, report, report.rows))
        ended = replace(ended, done=len(data), total=len(data), row_done=report.rows + 1)
        await desk.keep(ended, lines)
        if is_check:
            await desk.end(TransferState.CHECKED)
        else:
            await desk.begin(TransferStep.PICTURES, total=ended.result.products)

    async def _fetch_pictures(self, desk: _Desk) -> None:
        """Fetch the pictures that products of the file miss, a page of the report at a time."""
        while True:
            transfer = desk.transfer
            written = await self._store.lines(
                transfer.id, TransferStep.WRITE, _WRITTEN, transfer.row_done, PICTURES_PRODUCTS
            )
            if transfer.is_cancel_asked:
                await desk.end(TransferState.CANCELED)
                return
            if not written:
                await desk.end(TransferState.DONE)
                return
            await self._fetch_page(desk, written)

    async def _fetch_page(self, desk: _Desk, written: Sequence[TransferLine]) -> None:
        transfer = desk.transfer
        missing = await self._missing(written)
        failures: list[ImageFailure] = []
        report = await self._passes.pictures.run(list(missing), on_failure=failures.append)
        first = transfer.result.pictures_failed + 1
        lines = [
            _picture_line(number, missing[failure.product_id], failure)
            for number, failure in enumerate(failures, first)
        ]
        result = replace(
            transfer.result,
            pictures_fetched=transfer.result.pictures_fetched + report.fetched,
            pictures_failed=transfer.result.pictures_failed + len(failures),
        )
        done = transfer.done + len(written)
        await desk.keep(replace(transfer, result=result, done=done, row_done=written[-1].row), lines)

    async def _missing(self, written: Sequence[TransferLine]) -> dict[ProductId, str]:
        """Return the products of those lines that miss pictures, with their handles."""
        found = await self._catalog.by_slugs(self._locale, [line.handle for line in written])
        handles = {ProductId(match.id): handle for handle, match in found.items()}
        products = await self._catalog.get_many(list(handles))
        return {each.id: handles[each.id] for each in products.values() if _misses_pictures(each)}

    async def _export(self, desk: _Desk) -> None:
        """Write the whole catalogue, part by part; one that was interrupted begins anew."""
        transfer = desk.transfer
        await self._files.remove(transfer.id)
        progress = [0, 0]

        def note(done: int, total: int) -> None:
            progress[:] = done, total

        exporter = self._passes.exporter(currency=transfer.currency)
        pieces: list[bytes] = []
        size = number = written = 0
        async for text in exporter.run(ExportFormat(transfer.format), on_progress=note):
            pieces.append(text.encode())
            size += len(pieces[-1])
            if size >= PART_BYTES and number < PARTS_MAX - 1:
                await self._files.put_part(transfer.id, number, b"".join(pieces))
                number, written, size = number + 1, written + size, 0
                pieces.clear()
                done, total = progress
                await desk.keep(replace(desk.transfer, done=done, total=total, file_bytes=written))
                if desk.transfer.is_cancel_asked:
                    await desk.end(TransferState.CANCELED)
                    return
        await self._files.put_part(transfer.id, number, b"".join(pieces))
        done, total = progress
        ended = replace(desk.transfer, done=done, total=total, file_bytes=written + size)
        await desk.keep(ended)
        await desk.end(TransferState.DONE)


class _Desk:
    """One claim: the transfer as it was kept last, and the lease on it."""

    def __init__(self, store: TransferStore, clock: Clock, transfer: Transfer, lease: str) -> None:
        self.transfer = transfer
        self.is_over = False
        self._store = store
        self._clock = clock
        self._lease = lease

    async def keep(self, transfer: Transfer, lines: Sequence[TransferLine] = ()) -> None:
        """Keep how far it is. Raise ``_Lost``."""
        now = self._clock.now()
        # Whoever gets further is not counted as failing.
        advanced = replace(transfer, attempts=0, changed_at=now)
        kept = await self._store.keep(
            advanced, lines, now=now, lease_seconds=LEASE_SECONDS, lease=self._lease
        )
        if kept is None:
            raise _Lost
        self.transfer = kept

    async def begin(self, step: TransferStep, *, total: int) -> None:
        """Go on with another step."""
        begun = self.transfer.at_step(step, self._clock.now(), state=TransferState.RUNNING)
        await self.keep(replace(begun, total=total))

    async def end(self, state: TransferState, failure: TransferFailure | None = None) -> None:
        """Leave it in that state."""
        await self.keep(self.transfer.ended(state, self._clock.now(), failure=failure))

    async def renew(self) -> None:
        """Hold the lease while a batch takes its time."""
        while not self.is_over:
            await self._clock.sleep(RENEW_EVERY_SECONDS)
            if self.is_over:
                return
            try:
                is_held = await self._store.renew(
                    self.transfer.id, self._clock.now(), LEASE_SECONDS, self._lease
                )
            except Unavailable:
                continue  # whoever finds the lease ended later takes it up
            if not is_held:
                return


def _told(transfer: Transfer, is_check: bool, tally: Tally) -> Transfer:
    return replace(transfer, check=tally) if is_check else replace(transfer, result=tally)


def _sum(before: Tally, report: ImportReport, rows: int) -> Tally:
    """Return what was told before together with what this run tells."""
    return Tally(
        rows=rows,
        created=before.created + report.counts[OutcomeKind.CREATED],
        changed=before.changed + report.counts[OutcomeKind.CHANGED],
        unchanged=before.unchanged + report.counts[OutcomeKind.UNCHANGED],
        refused=before.refused + report.counts[OutcomeKind.REFUSED],
        stock_set=before.stock_set + report.stock_set,
        categories_created=before.categories_created + report.categories_created,
    )


def _line(step: TransferStep, outcome: Outcome) -> TransferLine:
    issue = outcome.issue
    line = TransferLine(
        step=step, row=outcome.row, handle=outcome.handle, outcome=outcome.kind, changed=outcome.changed
    )
    if issue is None:
        return line
    return replace(line, column=issue.column, code=issue.code, reason=issue.reason[:REASON_LENGTH_MAX])


def _picture_line(number: int, handle: str, failure: ImageFailure) -> TransferLine:
    return TransferLine(
        step=TransferStep.PICTURES,
        row=number,
        handle=handle,
        outcome=OutcomeKind.REFUSED,
        code=failure.code,
        reason=f"{failure.url}: {failure.reason}"[:REASON_LENGTH_MAX],
    )


def _misses_pictures(product: Product) -> bool:
    return any(image.media_id is None for image in product.images)
