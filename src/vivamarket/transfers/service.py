"""The use cases of staff: send a file in, look at its report, run it, stop it, fetch an export."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

from vivamarket.catalog.transfer.exporting import ExportFormat
from vivamarket.catalog.transfer.report import OutcomeKind
from vivamarket.kernel.clock import Clock
from vivamarket.kernel.ids import StaffId, named_uuid
from vivamarket.kernel.paging import Page, decode_cursor, encode_cursor, page_size
from vivamarket.transfers.errors import BadTransfer, TransferFileGone, TransferNotFound, TransferNotReady
from vivamarket.transfers.files import TransferFiles
from vivamarket.transfers.model import (
    FILE_BYTES_MAX,
    FILE_KEPT_DAYS,
    FILE_NAME_LENGTH_MAX,
    OPEN_MAX,
    REPORT_KEPT_DAYS,
    Transfer,
    TransferId,
    TransferKind,
    TransferLine,
    TransferState,
    TransferStep,
)
from vivamarket.transfers.ports import TransferStore

_LINES = "transfer-lines"
FORGET_MAX = 20


class TransferService:
    """What staff ask for is kept here; the worker does it (``running``)."""

    def __init__(self, *, store: TransferStore, files: TransferFiles, clock: Clock) -> None:
        self._store = store
        self._files = files
        self._clock = clock

    async def send_in(
        self,
        data: bytes,
        *,
        file_name: str,
        currency: str,
        staff_id: StaffId,
        sets_stock: bool,
        request_key: str,
    ) -> Transfer:
        """Keep a file and have it checked; the same ``request_key`` is the same import.

        Raise ``BadTransfer`` for a file that is empty or too large, or an impossible name, and
        ``TooManyTransfers``.
        """
        if not data:
            raise BadTransfer("The file is empty.", field="file", reason="empty")
        if len(data) > FILE_BYTES_MAX:
            raise BadTransfer(
                f"The file has more than {FILE_BYTES_MAX} bytes. Cut it into several, or use `viva import`.",
                field="file",
                reason="too_large",
                bytes_max=FILE_BYTES_MAX,
            )
        now = self._clock.now()
        wanted = Transfer(
            id=TransferId(named_uuid(f"transfer:{request_key}")),
            kind=TransferKind.IMPORT,
            step=TransferStep.CHECK,
            state=TransferState.WAITING,
            staff_id=staff_id,
            file_name=_checked_name(file_name),
            currency=currency,
            sets_stock=sets_stock,
            file_bytes=len(data),
            asked_at=now,
            changed_at=now,
        )
        # The file first: a transfer that the worker sees has one.
        await self._files.put_upload(wanted.id, data)
        return await self._store.add(wanted, OPEN_MAX)

    async def fetch(
        self, form: ExportFormat, *, currency: str, staff_id: StaffId, request_key: str
    ) -> Transfer:
        """Have the whole catalogue written to a file; the same ``request_key`` is the same export.

        Raise ``TooManyTransfers``.
        """
        now = self._clock.now()
        wanted = Transfer(
            id=TransferId(named_uuid(f"transfer:{request_key}")),
            kind=TransferKind.EXPORT,
            step=TransferStep.EXPORT,
            state=TransferState.WAITING,
            staff_id=staff_id,
            file_name=f"products-{now:%Y-%m-%d}-{form.value}.csv",
            currency=currency,
            format=form.value,
            asked_at=now,
            changed_at=now,
        )
        return await self._store.add(wanted, OPEN_MAX)

    async def get(self, transfer_id: TransferId) -> Transfer:
        """Return it. Raise ``TransferNotFound``."""
        return await self._store.get(transfer_id)

    async def page(self, cursor: str | None = None, limit: int | None = None) -> Page[Transfer]:
        """Return a page, what was asked last first. Raise ``BadCursor``."""
        return await self._store.page(cursor, page_size(limit))

    async def lines(
        self,
        transfer_id: TransferId,
        step: TransferStep,
        outcomes: Sequence[OutcomeKind] = (),
        *,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page[TransferLine]:
        """Return a page of the report, by row. Raise ``TransferNotFound``, ``BadCursor``."""
        await self._store.get(transfer_id)
        size = page_size(limit)
        after = int(str(decode_cursor(_LINES, cursor, 1)[0])) if cursor is not None else 0
        found = await self._store.lines(transfer_id, step, outcomes, after, size + 1)
        following = encode_cursor(_LINES, [found[size - 1].row]) if len(found) > size else None
        return Page(found[:size], following)

    async def run(self, transfer_id: TransferId) -> Transfer:
        """Have a checked import written. Raise ``TransferNotFound``, ``TransferNotReady``."""
        now = self._clock.now()
        return await self._store.change(transfer_id, lambda transfer: transfer.wanted(now))

    async def cancel(self, transfer_id: TransferId) -> Transfer:
        """End it at once, or after the batch that is under way; what has been written stays.

        Raise ``TransferNotFound``, ``TransferNotReady`` for one that has ended.
        """
        now = self._clock.now()
        return await self._store.change(transfer_id, lambda transfer: transfer.canceled(now))

    async def download(self, transfer_id: TransferId) -> tuple[Transfer, AsyncIterator[bytes]]:
        """Return an export with its file, part by part.

        Raise ``TransferNotFound`` (for an import as well), ``TransferNotReady``, ``TransferFileGone``.
        """
        transfer = await self._store.get(transfer_id)
        if transfer.kind is not TransferKind.EXPORT:
            raise TransferNotFound("There is no such export (any more).", transfer_id=transfer_id[:64])
        if not transfer.has_file:
            raise TransferFileGone("The file has been removed. Ask for a new export.")
        if transfer.state is not TransferState.DONE:
            raise TransferNotReady("The export is not ready.", state=transfer.state)
        return transfer, await self._files.parts(transfer)

    async def forget(self) -> int:
        """Remove files after ``FILE_KEPT_DAYS`` and reports after ``REPORT_KEPT_DAYS``; return how many."""
        now = self._clock.now()
        old = await self._store.with_old_files(now - timedelta(days=FILE_KEPT_DAYS), FORGET_MAX)
        for transfer in old:
            await self._files.remove(transfer.id)
            await self._store.change(transfer.id, _without_file)
        return len(old) + await self._store.forget(now - timedelta(days=REPORT_KEPT_DAYS), FORGET_MAX)


def _without_file(transfer: Transfer) -> Transfer:
    """What waits for its file waits in vain."""
    has_ended = transfer.state not in {TransferState.WAITING, TransferState.CHECKED}
    return replace(transfer, has_file=False, state=transfer.state if has_ended else TransferState.CANCELED)


def _checked_name(name: str) -> str:
    """Return the last part of the name. Raise ``BadTransfer`` when nothing readable is left."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()
    if not last or len(last) > FILE_NAME_LENGTH_MAX or not last.isprintable():
        raise BadTransfer(
            f"A file's name has 1 to {FILE_NAME_LENGTH_MAX} printable characters.",
            field="name",
            reason="bad_name",
        )
    return last
